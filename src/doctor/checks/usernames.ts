/** Sign-in names: which ones the new pool accepts, and whether two users would share one. */
import type { UserPoolType } from '@aws-sdk/client-cognito-identity-provider';
import type { Finding } from '../../core/findings.ts';
import { number } from '../../core/format-number.ts';
import { type Case, found, isCaseSensitive, quoted, shareOf, type Theme } from '../check.ts';
import type { NameTrouble, Prediction } from '../predict.ts';

/** CM108 to CM112, CM115. */
export const usernames: Theme = (args) => {
  const { prediction } = args;
  const users =
    prediction === undefined
      ? []
      : [...namesOf(prediction, args), ...unverified(prediction), ...collisions(prediction, args)];
  return [...users, ...letterCase(args)];
};

interface NameFault {
  readonly words: string;
  /** The same of a pool's only user. */
  readonly ofOne: string;
  readonly remedy: string;
}

const unverifiedAddress = 'unverified-address';
const otherOptions =
  'Remove --drop and --map rules for such a name. Otherwise, use a new pool with the same sign-in options. They cannot be changed after a pool is created.';
const letVerify = 'Let users verify their address in the old pool first.';

const letVouch =
  'If usernames are addresses that your app has checked, --map username=email vouches for them.';
/** Why an unverified address is not a sign-in name. */
const unproven =
  "Anyone can write another person's address into their profile. As a sign-in name, it would lock the owner out.";

/** Why the new pool doesn't accept a name, and the remedy. */
const nameFaults: Readonly<Record<NameTrouble, NameFault>> = {
  'other-name': {
    words: 'without a sign-in name that the new pool accepts',
    ofOne: 'they have no sign-in name that the new pool accepts',
    remedy: otherOptions,
  },
  'no-name': {
    words: 'without any sign-in name',
    ofOne: 'they have no sign-in name',
    remedy: otherOptions,
  },
  'alias-format': {
    words: 'whose username looks like an address',
    ofOne: 'their username looks like an address',
    remedy: otherOptions,
  },
  'unverified-alias': {
    words: 'whose alias is not verified',
    ofOne: 'their alias is not verified',
    remedy: letVerify,
  },
  [unverifiedAddress]: {
    words: 'whose address, the name in the new pool, is not verified',
    ofOne: 'their address, the name in the new pool, is not verified',
    remedy: letVerify,
  },
};

type Faults = typeof nameFaults;

const labels = { email: 'email address', phone_number: 'phone number' } as const;

/** With `--find-by`, a verified address of their own is the name that these users lack. */
function faultsOf({ findBy }: Case['settings']): Faults {
  if (findBy === undefined) return nameFaults;
  const what = `verified ${labels[findBy]} of their own`;
  const remedy = `Let users verify their ${labels[findBy]} in the old pool first, each a different one.`;
  return {
    ...nameFaults,
    'other-name': { words: `without a ${what}`, ofOne: `they have no ${what}`, remedy },
  };
}

type Nameless = Prediction['nameless'];

/** The rule by which most of these users would move, with their number. */
function search({ findable }: Prediction): string[] {
  const [most] = [...findable].toSorted(([, a], [, b]) => b - a);
  if (most === undefined) return [];
  const [attribute, users] = most;
  return [
    `--find-by ${attribute} lets ${number(users)} of them sign in with the address that they have verified.`,
  ];
}

/** The remedies for these reasons, each once, with the most frequent reason first. */
function remediesOf(nameless: Nameless, faults: Faults, prediction: Prediction): string {
  const byCount = [...nameless].toSorted(([, a], [, b]) => b - a);
  const remedies = byCount.map(([reason]) => faults[reason].remedy);
  const rules = [...search(prediction), ...(prediction.vouchable > 0 ? [letVouch] : [])];
  return [...new Set([...rules, ...remedies])].join(' ');
}

/** The pool's sign-in options, such as `email or phone_number`. */
function signInWith({ UsernameAttributes, AliasAttributes }: UserPoolType): string {
  const attributes = UsernameAttributes ?? [];
  if (attributes.length > 0) return attributes.join(' or ');
  return ['username', ...(AliasAttributes ?? [])].join(' or ');
}

const sum = (counts: Nameless): number => [...counts.values()].reduce((total, users) => total + users, 0);

const reasons = (nameless: Nameless, faults: Faults): string =>
  quoted([...nameless].map(([reason, users]) => `${number(users)} ${faults[reason].words}`));

const nobodyOf = ({ users, isAll }: Prediction): string =>
  users === 1
    ? "The only user can't move"
    : `None of the ${number(users)} ${isAll ? '' : 'sampled '}users can move`;

/** Why nobody can move. */
function reasonOf(nameless: Nameless, faults: Faults): string {
  const [[reason, users] = [], second] = nameless;
  if (reason === undefined || second !== undefined) return reasons(nameless, faults);
  if (users === 1) return faults[reason].ofOne;
  return reason === 'other-name' && faults === nameFaults
    ? 'none has a sign-in name that the new pool accepts'
    : reasons(nameless, faults);
}

/** The cause of these findings. Sign-in options are no cause if addresses are merely unverified. */
const causeOf = (nameless: Nameless, ways: string): string =>
  [...nameless.keys()].every((reason) => nameFaults[reason].remedy === letVerify) ? unproven : ways;

function namesOf(prediction: Prediction, args: Case): readonly Finding[] {
  const { oldPool, newPool } = args.facts;
  const { nameless } = prediction;
  const faults = faultsOf(args.settings);
  const ways = `Users sign in to the old pool with ${oldPool === undefined ? '?' : signInWith(oldPool.pool)}, and to the new pool with ${signInWith(newPool.pool)}.`;
  if (sum(nameless) === prediction.users) {
    return found(
      'CM111',
      'blocking',
      `${nobodyOf(prediction)}: ${reasonOf(nameless, faults)}.`,
      causeOf(nameless, ways),
      remediesOf(nameless, faults, prediction),
    );
  }
  // Each user is in one finding. Users in CM115 are in no other.
  const others = new Map([...nameless].filter(([reason]) => reason !== unverifiedAddress));
  const some = `${shareOf(sum(others), prediction)} cannot move (${reasons(others, faults)}).`;
  return [
    ...(others.size === 0
      ? []
      : found('CM110', 'warning', some, causeOf(others, ways), remediesOf(others, faults, prediction))),
    ...(prediction.renamed === 0
      ? []
      : found(
          'CM112',
          'warning',
          `${shareOf(prediction.renamed, prediction)} can no longer sign in with every name they have.`,
          `${ways} The function refuses other names, so that nobody becomes two users.`,
          'Tell users which name to use.',
        )),
  ];
}

/** The function refuses these names. Otherwise a user could take another person's address as a name. */
function unverified(prediction: Prediction): readonly Finding[] {
  const users = prediction.nameless.get(unverifiedAddress) ?? 0;
  if (users === 0) return [];
  return found(
    'CM115',
    'warning',
    `${shareOf(users, prediction)} ${users === 1 ? "doesn't" : "don't"} move, because the address that would be the sign-in name is not verified.`,
    "Anyone can write another person's address into their profile. As a sign-in name, it would lock the owner out.",
    `Let users verify their address in the old pool first.${prediction.vouchable > 0 ? ` ${letVouch}` : ''} Never mark an address as verified that nobody has verified.`,
  );
}

function collisions(prediction: Prediction, { settings }: Case): readonly Finding[] {
  // Where the searched address is the name, two users with it do not move at all (CM117).
  const isSearched = settings.newPool.usernameAttributes.some((name) => name === settings.findBy);
  if (prediction.colliding === 0 || isSearched) return [];
  const what = `${shareOf(prediction.colliding, prediction)} would have the same name as another user in the new pool${settings.newPool.caseSensitive ? '' : ', which ignores letter case'}.`;
  return found(
    'CM108',
    'warning',
    what,
    'The first one to sign in moves. For the others, that user already exists, and their password is wrong.',
    'Merge or rename these users in the old pool before they move.',
  );
}

function letterCase({ facts, prediction }: Case): readonly Finding[] {
  if (facts.oldPool === undefined) return [];
  const [old, isNewSensitive] = [isCaseSensitive(facts.oldPool.pool), isCaseSensitive(facts.newPool.pool)];
  if (old === isNewSensitive) return [];
  return old
    ? typedOnce(prediction)
    : found(
        'CM109',
        'warning',
        'Usernames are case-sensitive in the new pool but not in the old one.',
        'Users who type their name in a different letter case than at sign-up are refused.',
        'Create the new pool with CaseSensitive: false, or let your app convert names to lower case.',
      );
}

/**
 * CM109 for a case-sensitive old pool.
 * An app or a person that types everything in lower case moves only users with lower-case names.
 */
function typedOnce(prediction: Prediction | undefined): readonly Finding[] {
  const what = 'Usernames are case-sensitive in the old pool but not in the new one.';
  const once =
    'A user moves only with the name typed exactly as in the old pool, unless it is all lower case there. After the move, any letter case works.';
  const howTo = 'Let your app send names as typed, and tell users to type theirs as they registered it.';
  const users = prediction?.capitalized ?? 0;
  if (prediction === undefined) {
    return found('CM109', 'info', what, once, `For users with capital letters in their name: ${howTo}`);
  }
  return users > 0
    ? found(
        'CM109',
        'warning',
        `${what} ${shareOf(users, prediction)} ${users === 1 ? 'has' : 'have'} capital letters in the sign-in name.`,
        once,
        howTo,
      )
    : found(
        'CM109',
        'info',
        what,
        once,
        'Nothing to do. None of the checked sign-in names has capital letters.',
      );
}
