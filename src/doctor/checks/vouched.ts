/** `--map username=email`: whether usernames can serve as the addresses of their users. */
import type { UserPoolType } from '@aws-sdk/client-cognito-identity-provider';
import type { Finding } from '../../core/findings.ts';
import { number } from '../../core/format-number.ts';
import type { Inputs } from '../../core/variables/index.ts';
import { vouchesForUsernames } from '../../lambda/vouched.ts';
import { found, isOpen, type Theme } from '../check.ts';

/** Whether the rule is given and the old pool's users choose their own usernames. */
export const isVouching = ({ MAP }: Pick<Inputs, 'MAP'>, oldPool: UserPoolType | undefined): boolean =>
  vouchesForUsernames({ rename: MAP }) && (oldPool?.UsernameAttributes ?? []).length === 0;

const why =
  "In the new pool, the name becomes the email address and the sign-in name. A user with another person's address as the username would lock its owner out.";
const or = 'or leave out --map username=email.';

/** CM116. */
export const vouched: Theme = ({ facts: { oldPool, names }, inputs }) => {
  if (!isVouching(inputs, oldPool?.pool)) return [];
  const open = openToStrangers(inputs, oldPool?.pool);
  if (names === undefined) return [...final(open), ...found(...unread)];
  if (names.shared === 0) return final(open);
  const [are, them] = names.shared === 1 ? ['username is', 'it'] : ['usernames are', 'them'];
  const shared = found(
    'CM116',
    'blocking',
    `${number(names.shared)} ${are} the verified address of another user, of ${number(names.users)} users.`,
    why,
    `Rename or delete the users who have ${them} as a username in the old pool, ${or}`,
  );
  return final([...open, ...shared]);
};

/** CM116 for an old pool in which strangers can choose a username, even long after init checked it. */
export const openToStrangers = (
  inputs: Pick<Inputs, 'MAP'>,
  oldPool: UserPoolType | undefined,
): readonly Finding[] =>
  oldPool !== undefined && isVouching(inputs, oldPool) && isOpen(oldPool) ? found(...signUpIsOpen) : [];

/** Marks findings as final. The owner of an address cannot accept them, and no one else may. */
const final = (findings: readonly Finding[]): readonly Finding[] =>
  findings.map((finding) => ({ ...finding, final: true }));

const signUpIsOpen = [
  'CM116',
  'blocking',
  "Anyone can sign up in the old pool with another person's address as the username.",
  why,
  `Turn off self-registration of the old pool (AllowAdminCreateUserOnly) first, ${or}`,
] as const;

const unread = [
  'CM116',
  'blocking',
  'Cannot compare the usernames of the old pool with the verified addresses of its other users.',
  'The function compares each name at sign-in and refuses those of others. It is unknown how many there are, and whether users can still sign up.',
  `Allow cognito-idp:ListUsers on the old pool, give --old-profile, ${or}`,
] as const;
