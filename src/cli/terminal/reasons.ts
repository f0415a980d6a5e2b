/** Explains each outcome of the function: its effect on the user, and the next commands. */
import type { Reason, ReasonOf } from '../../lambda/reasons.ts';
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
  'password-proven': explain('the old pool took the password: the user moves with it'),
  'mfa-dropped': explain(
    'the password is right; the second factor stays behind (--mfa allow)',
    'cognito-migrate init --mfa reset',
  ),

  'reset/temporary-password': explain(
    'the password is a temporary one: the user moves, and chooses a new password',
  ),
  'reset/mfa': explain('the user has MFA and moves without the password (--mfa reset)'),
  'weak-password': explain(
    'the password is too weak for the new pool: the user moves, and chooses another (--weak-password reset)',
    'cognito-migrate init --weak-password allow',
  ),
  'forgot-password': explain('the user asked for a new password, and moves without the old one'),

  'unknown-user': explain('the old pool has no such user', listOldUsers),
  'wrong-password': explain('the old pool does not take this password'),
  'locked-out': explain('the old pool takes no password of this user for a while: too many were wrong'),
  disabled: explain('the user is disabled in the old pool, and stays out of the new one'),
  'already-moved': explain(
    'the user has moved before, and the old password opens no second way in (--move-once mark)',
  ),
  'reset-required': explain(
    'the old pool wants a new password first: the app should offer "forgot password", which moves the user',
  ),
  unconfirmed: explain('the user never confirmed the sign-up in the old pool: they sign up again'),
  federated: explain('the user signs in through an identity provider: connect it to the new pool'),
  archived: explain('the user is archived in the old pool'),
  compromised: explain('the old pool counts the password as known to others: the user needs a new one'),
  'unknown-status': explain('the user has a status that this version does not know'),
  'temporary-password': explain(
    'the user has a temporary password, which cannot be reset: they sign in with it instead',
  ),
  'temporary-password-expired': explain(
    'the temporary password has expired: an administrator of the old pool sends another',
  ),
  mfa: explain(
    'the user has MFA, which cannot move; a password alone would be less than what they had (--mfa block)',
    'cognito-migrate init --mfa reset',
    'cognito-migrate init --mfa allow',
  ),
  'unexpected-challenge': explain('the old pool asks for something beyond the password'),
  'old-pool-trigger': explain('a Lambda trigger of the old pool said no: its log says why'),
  'not-authorized': explain('the old pool refused, in words that this version does not know'),
  'no-verified-contact': explain(
    'the user would need a new password, but has no verified address that one could be sent to',
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
    'the user has no attribute that the new pool takes, and Cognito wants at least one',
    setAttributes,
    mapAttributes,
  ),
  'other-name': explain(
    'this is not the name that the user would have in the new pool: they sign in with that one (mostly the e-mail address, in the same letter case)',
  ),
  'unverified-alias': explain('the address is not verified, so it cannot be used to sign in to the new pool'),
  'unverified-address': explain(
    "the old pool hasn't verified this address, so it can't become the name: its owner could be somebody else",
  ),
  'address-of-another': explain(
    'the username is the verified address of another user of the old pool, so it never becomes a name (--map username=email)',
    listOldUsers,
  ),
  'ambiguous-name': explain(
    'two or more users of the old pool have verified this address, so nobody knows whose it is (--find-by)',
    listOldUsers,
  ),
  'alias-format': explain(
    'the old username looks like an address, which the new pool does not take for a name',
  ),
  'forgot-password-off': explain(
    'nobody moves by asking for a new password (--forgot-password off)',
    'cognito-migrate init --forgot-password on',
  ),
  'impossible-name': explain('no user can have such a name'),
  'impossible-password': explain('no user can have such a password'),
  'no-user-name': explain('the event had no name in it'),
  'no-password': explain('the event had no password in it'),
  'unknown-trigger': explain('the function was called for something else than a sign-in'),
  probe: explain('a probe, no sign-in'),

  throttled: explain('the old pool has too much to do: quotas of its account are used up', logs),
  'lookup-limit': explain(
    'too many names were looked up at once: the function searches five times a second, and the user can try again',
    logs,
  ),
  'aws-error': explain('the old pool failed twice: the user should try again', logs),
  unreachable: explain('the old pool could not be reached', ...repair),
  'time-out': explain('the old pool took too long', logs),
  'out-of-time': explain('there was no time left: Cognito waits 5 seconds', logs),
  'assume-role': explain("the function may not use the role in the old pool's account", ...repair),
  denied: explain('the function may not ask the old pool', ...repair),
  credentials: explain("the function's credentials were refused", ...repair),
  misconfigured: explain('the set-up is not as it was: the app client or the old pool itself', ...repair),
  'threat-protection': explain(
    'threat protection of the old pool blocked the sign-in: to it, all migrations come from one address',
    logs,
  ),
  'not-this-user': explain(
    "nothing proves that this is the user of the old pool: the tokens, or the old ID in the new pool, aren't theirs",
    logs,
  ),
  'after-move-not-started': explain(
    'the user moved, but the work after the move did not start: their groups are not copied yet',
    logs,
  ),
  'after-move-failed': explain(
    "the work after a move failed: the user's groups, or the end of the old user, may be missing",
    logs,
  ),
  unexpected: explain('something that this version does not know', logs),
  'bad-settings': explain(
    "the function's settings cannot be read, or name an endpoint that init did not set",
    'cognito-migrate init',
  ),
  bug: explain('a bug in cognito-migrate: please report it'),
};

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
