/** Explains each outcome of the function: its effect on the user, and the next commands. */
import type { OutcomeName, Reason, ReasonOf } from '../../lambda/reasons.ts';
import { type Case, type Command, listOldUsers, mapAttributes, setAttributes } from './reason-commands.ts';

export interface Explanation {
  readonly means: string;
  /** The next commands, most likely first. */
  readonly next: readonly string[];
}

const logs = 'cognito-migrate logs --since 1h';
const repair = ['cognito-migrate status --probe', 'cognito-migrate init'];

interface General {
  readonly means: string;
  readonly next: readonly (string | Command)[];
}
const explain = (means: string, ...next: General['next']): General => ({ means, next });

/** `outcome/reason`, if the reason has two meanings. */
type Second = `reset/${ReasonOf<'reset'> & ReasonOf<'untouched'>}`;

/** A reason without an explanation does not compile. */
const explanations: Readonly<Record<Reason | Second, General>> = {
  'password-proven': explain('the old pool accepted the password, so the user moves with it'),
  'mfa-dropped': explain(
    'the password is right. The second factor cannot move (--mfa allow)',
    'cognito-migrate init --mfa reset',
  ),

  'reset/temporary-password': explain('the password is temporary, so the user moves and chooses a new one'),
  'reset/mfa': explain('the user has MFA, so they move without their password (--mfa reset)'),
  'weak-password': explain(
    'the password is too weak for the new pool, so the user moves and chooses another (--weak-password reset)',
    'cognito-migrate init --weak-password allow',
  ),
  'forgot-password': explain('the user requested a password reset, so they move without their password'),

  'unknown-user': explain('the old pool has no such user', listOldUsers),
  forwarded: explain(
    'the old pool has no such user, so the function of the earlier migration decided (--chain). Its log says how',
  ),
  'wrong-password': explain('the old pool does not accept this password'),
  'locked-out': explain('the old pool has locked the user out for a while, after too many wrong passwords'),
  disabled: explain('the user is disabled in the old pool, so they do not move'),
  'already-moved': explain(
    'the user has already moved, so the old password no longer works there (--move-once mark)',
  ),
  'reset-required': explain(
    'the old pool requires a password reset first. The app should offer "forgot password", which moves the user',
  ),
  unconfirmed: explain('the user never confirmed the sign-up in the old pool. They can sign up again'),
  federated: explain('the user signs in through an identity provider. Connect it to the new pool'),
  archived: explain('the user is archived in the old pool'),
  compromised: explain('the old pool marks the password as compromised. The user needs a new one'),
  'unknown-status': explain('the user has a status that this version does not know'),
  'temporary-password': explain(
    'the user has a temporary password, which cannot be reset. They can sign in with it',
  ),
  'temporary-password-expired': explain(
    'the temporary password has expired. An administrator of the old pool must send another',
  ),
  mfa: explain(
    'the user has MFA, which cannot move. A password alone would protect them less (--mfa block)',
    'cognito-migrate init --mfa reset',
    'cognito-migrate init --mfa allow',
  ),
  'unexpected-challenge': explain('the old pool asks for something beyond the password'),
  'old-pool-trigger': explain('a Lambda trigger of the old pool refused the sign-in. Its log says why'),
  'not-authorized': explain('the old pool refused, with a message that this version does not know'),
  'no-verified-contact': explain(
    'the user would need a new password, but has no verified address for the code',
  ),
  'bad-attribute': explain(
    'an attribute does not fit the new pool (--on-bad-attribute refuse)',
    'cognito-migrate init --on-bad-attribute drop',
    mapAttributes,
  ),
  'required-attribute': explain(
    'the new pool requires an attribute that the user lacks',
    setAttributes,
    mapAttributes,
  ),
  'no-attributes': explain(
    'the user has no attribute that the new pool accepts, and Cognito requires at least one',
    setAttributes,
    mapAttributes,
  ),
  'other-name': explain(
    'the user would have another name in the new pool, and must sign in with it (usually the email address, in the same letter case)',
  ),
  'unverified-alias': explain('the address is not verified, so it cannot be a sign-in name in the new pool'),
  'unverified-address': explain(
    "the old pool hasn't verified this address, so it can't become the name. Somebody else could own it",
  ),
  'address-of-another': explain(
    'the username is the verified address of another user of the old pool, so it never becomes a name (--map username=email)',
    listOldUsers,
  ),
  'ambiguous-name': explain(
    'two or more users of the old pool have verified this address, so its owner is unknown (--find-by)',
    listOldUsers,
  ),
  'alias-format': explain(
    'the old username looks like an address, which the new pool does not accept as a username',
  ),
  'forgot-password-off': explain(
    'users do not move by a password reset (--forgot-password off)',
    'cognito-migrate init --forgot-password on',
  ),
  'impossible-name': explain('no user can have such a name'),
  'impossible-password': explain('no user can have such a password'),
  'no-user-name': explain('the event had no name in it'),
  'no-password': explain('the event had no password in it'),
  'unknown-trigger': explain('the function was called for something other than a sign-in'),
  'sign-up-allowed': explain('a sign-up whose name no user of the old pool has'),
  probe: explain('a test call, not a sign-in'),

  'squatting-refused': explain(
    'a sign-up with the name, email address, or phone number of a user of the old pool (--guard-sign-up)',
  ),

  throttled: explain("the quotas of the old pool's account are used up", logs),
  'lookup-limit': explain(
    'too many names were looked up at once. The function searches five times per second, and the user can try again',
    logs,
  ),
  'aws-error': explain('the old pool failed twice. The user should try again', logs),
  unreachable: explain('the old pool could not be reached', ...repair),
  'time-out': explain('the old pool took too long', logs),
  'out-of-time': explain('no time was left, because Cognito waits only 5 seconds', logs),
  'assume-role': explain(
    "the function is not allowed to assume the role in the old pool's account",
    ...repair,
  ),
  denied: explain('the function is not allowed to ask the old pool', ...repair),
  credentials: explain('AWS refused the credentials of the function', ...repair),
  misconfigured: explain(
    'the app client in the old pool, or the old pool itself, was changed or deleted',
    ...repair,
  ),
  'threat-protection': explain(
    'threat protection of the old pool blocked the sign-in, because all migrations come from one address',
    logs,
  ),
  'not-this-user': explain(
    "nothing proves that this is the user of the old pool: the tokens, or the old ID in the new pool, aren't theirs",
    logs,
  ),
  'after-move-not-started': explain(
    'the user moved, but the work after the move did not start. Their groups are not copied yet',
    logs,
  ),
  'after-move-failed': explain(
    "the work after a move failed. The user's groups, or the mark on the old user, may be missing",
    logs,
  ),
  'chain-failed': explain(
    'the function of the earlier migration did not answer, or failed (--chain). Its own log says why',
    ...repair,
  ),
  unexpected: explain('an answer that this version does not know', logs),
  'bad-settings': explain(
    "the function's settings cannot be read, or name an endpoint that init did not set",
    'cognito-migrate init',
  ),
  bug: explain('a bug in cognito-migrate. Please report it'),
};

const outcomes: Readonly<Record<OutcomeName, string>> = {
  migrated: 'moved',
  reset: 'moved, must choose a password',
  untouched: 'not moved',
  refused: 'refused',
  failed: 'failed',
};
const isOutcome = (name: string): name is OutcomeName => Object.hasOwn(outcomes, name);

/** The outcome in words for people. A newer function may have others. */
export const outcomeText = ({ outcome }: { readonly outcome: string }): string =>
  isOutcome(outcome) ? outcomes[outcome] : outcome;

const isExplained = (name: string): name is keyof typeof explanations => Object.hasOwn(explanations, name);

/**
 * The explanation. If a newer function sends an unknown reason, the reason itself.
 * @param args if absent, omits the commands that depend on it.
 */
export function explanationOf(outcome: string, reason: string, args?: Case): Explanation {
  const name = [`${outcome}/${reason}`, reason].find(isExplained);
  const { means, next } = name === undefined ? explain(reason) : explanations[name];
  const commands = next.flatMap((command) =>
    typeof command === 'string' ? command : args === undefined ? [] : command(args),
  );
  return { means, next: commands };
}

interface ReasonCount {
  readonly outcome: string;
  readonly reason: string;
  readonly count: number;
}

/** The counts of reasons, which the log has by `outcome/reason`. The most frequent one first. */
export const reasonCounts = (reasons: Readonly<Record<string, number>>): ReasonCount[] =>
  Object.entries(reasons)
    .map(([name, count]) => {
      const [outcome = '', reason = ''] = name.split('/');
      return { outcome, reason, count };
    })
    .sort((a, b) => b.count - a.count || a.reason.localeCompare(b.reason));
