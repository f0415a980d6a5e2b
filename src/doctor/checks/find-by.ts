/** `--find-by` and `--forward-client-metadata`: who can be found, what it costs, and who writes the values. */
import type { Finding } from '../../core/findings.ts';
import { number } from '../../core/format-number.ts';
import { type Case, found, quoted, type Theme } from '../check.ts';

/** CM117, CM118. */
export const findBy: Theme = (args) => [...users(args), ...metadata(args)];

/** The attribute in the words of a sentence. */
const wordsFor = { email: 'email address', phone_number: 'phone number' } as const;

const has = (count: number): string => (count === 1 ? 'has' : 'have');

function users({ facts, settings }: Case): readonly Finding[] {
  if (settings.findBy === undefined) return [];
  const what = wordsFor[settings.findBy];
  if (facts.findable === undefined) {
    return found(
      'CM117',
      'warning',
      `Cannot count the users of the old pool by their ${what}.`,
      `The function finds users by a verified ${what} that nobody else has verified. It is unknown how many users have none.`,
      'Allow cognito-idp:ListUsers on the old pool, or give --old-profile.',
    );
  }
  const { users: all, alone, shared, unverified, without } = facts.findable;
  const left = [
    ...(shared > 0 ? [`${number(shared)} share${shared === 1 ? 's' : ''} it with another user`] : []),
    ...(unverified > 0 ? [`${number(unverified)} ${has(unverified)} not verified it`] : []),
    ...(without > 0 ? [`${number(without)} ${has(without)} none`] : []),
  ];
  const isFound = `${number(alone)} of ${number(all)} ${all === 1 ? 'user' : 'users'} can be found by a verified ${what} of their own`;
  const why = `Only a verified ${what} proves its owner, and two users with the same one can't be told apart. These users don't move by it.`;
  const fix = `Let users verify their ${what} in the old pool. If two users share one, keep it verified for one of them only. Never mark one as verified that nobody has verified.`;
  return left.length === 0
    ? found('CM117', 'info', `${isFound}.`, why, 'Nothing to do.')
    : found('CM117', 'warning', `${isFound}; ${left.join(', ')}.`, why, fix);
}

function metadata({ settings: { forwardClientMetadata: keys = [] } }: Case): readonly Finding[] {
  if (keys.length === 0) return [];
  return found(
    'CM118',
    'warning',
    `Triggers of the old pool receive ${quoted(keys)} as the app sends ${keys.length === 1 ? 'it' : 'them'}.`,
    'Anyone can send any value with a sign-in, even without your app.',
    'Let these triggers check the values, as they do at a sign-in to the old pool. `source` is always cognito-migrate.',
  );
}
