import { canResetPassword, isAlwaysDropped, mapAttributes, withoutNames } from './attributes.ts';
import {
  type Decision,
  decideHolders,
  decideMatched,
  decideMatches,
  decideSignIn,
  decideUser,
  decideUserFault,
  type HoldersAnswer,
  type SignInAnswer,
  type UserAnswer,
} from './decide.ts';
import type { MigrationResponse, TriggerEvent } from './event.ts';
import { type ClientMetadata, filterFor, forwarded, lowerCaseOf, ownersOf } from './find-by.ts';
import { judgeName } from './names.ts';
import { hasMovedTo, type OldUser } from './old-user.ts';
import { meetsPolicy } from './password-policy.ts';
import type { OutcomeName, ReasonOf } from './reasons.ts';
import type { Settings } from './settings.ts';
import { isNamedByAddress } from './vouched.ts';

/** The calls that a migration makes to the old pool. None ever throws, because a failure is an answer. */
export interface OldPoolPort {
  getUser(userName: string, deadline: number): Promise<UserAnswer>;
  /** @param metadata What the old pool's triggers receive beside our own mark. */
  signIn(
    userName: string,
    password: string,
    deadline: number,
    metadata?: ClientMetadata,
  ): Promise<SignInAnswer>;
  /** The users whom a filter of ListUsers finds. A fault if there are more than 30. */
  findUsers(filter: string, asker: Asker, deadline: number): Promise<HoldersAnswer>;
  /** Everyone with this email address, verified or not. */
  holdersOf(address: string, asker: Asker, deadline: number): Promise<HoldersAnswer>;
}

/**
 * The origin of a search: anyone who sends a name, a user whose password is proven, or the operator's test call.
 * Only searches for anyone are limited.
 */
export type Asker = 'anyone' | 'user' | 'operator';

/** Time, injected so that tests don't have to wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/** Each outcome with its own reasons. */
type Ending = { [O in OutcomeName]: { readonly outcome: O; readonly reason: ReasonOf<O> } }[OutcomeName];

/** The end of one event. Only `response` holds anything secret. */
export type Outcome = Ending & {
  /** Name of the AWS error behind a failure. */
  readonly fault?: string;
  /** `name:fault` of attributes that could not be written. */
  readonly bad?: readonly string[];
  readonly missing?: readonly string[];
  readonly response?: MigrationResponse;
  /** A failure that only the log may show. The event is returned unchanged. */
  readonly quiet?: true;
  /** The user moves, but the work after the move did not start. Holds the name of the AWS error. */
  readonly afterMoveFault?: string;
};

/** Pause before a retry, in milliseconds. A throttled request retried at once is throttled again. */
const AFTER_THROTTLING_MS = 300;

/**
 * Minimum time for a new request, in milliseconds.
 * With less, the request would be cut off, and might still count.
 */
const LEAST_USEFUL_MS = 250;

/**
 * Decides about one user.
 * @param newUserPoolId The pool whose marks count (`--move-once mark`). Absent: none do.
 * Everything that can be refused without the password is refused before it is tried. That saves a useless
 * SMS, failed attempt, or billed sign-in in the old pool.
 */
export async function migrate(
  event: TriggerEvent,
  settings: Settings,
  pool: OldPoolPort,
  clock: Clock,
  deadline: number,
  newUserPoolId?: string,
): Promise<Outcome> {
  const forgot = event.kind === 'forgot-password';
  const isOff = forgot && settings.forgotPassword === 'off';
  // In a chain, this setting speaks only for the users of this old pool.
  if (isOff && settings.next === undefined) return untouched('forgot-password-off');

  const found = await findUser(event.userName, forgot, settings, pool, clock, deadline);
  if (found.answer?.kind !== 'user' || found.decision.act !== 'go-on') return finish(found.decision);

  if (isOff) return untouched('forgot-password-off');
  const { user } = found.answer;
  const counts = settings.afterMove?.moveOnce === 'mark' && newUserPoolId !== undefined;
  if (counts && hasMovedTo(user, newUserPoolId, clock.now())) return untouched('already-moved');
  const { attributes, refused, notes } = prepare(event.userName, user, settings);
  if (refused !== undefined) return { ...untouched(refused), ...notes };
  const { password } = event;
  const asker = password === undefined ? 'anyone' : 'user';
  const holders = () => pool.holdersOf(user.userName, asker, deadline);
  const unlessTaken = (outcome: Outcome) =>
    unlessOfAnother(outcome, user, settings, holders, clock, deadline);
  if (password === undefined)
    return { ...(await unlessTaken(created('forgot-password', attributes, settings))), ...notes };

  const metadata = forwarded(event.metadata ?? {}, settings.forwardClientMetadata);
  const tried = await persist(
    () => pool.signIn(user.userName, password, deadline, metadata),
    (answer) => decideSignIn(answer, user, settings.mfa),
    clock,
    deadline,
  );
  return { ...(await unlessTaken(conclude(tried.decision, password, attributes, settings))), ...notes };
}

/** The answer about the user, if the old pool was asked, and the decision so far. */
interface Found {
  readonly answer?: UserAnswer;
  readonly decision: Decision;
}

/** Finds the user with the typed name. No password is tried here. */
async function findUser(
  typed: string,
  forgot: boolean,
  settings: Settings,
  pool: OldPoolPort,
  clock: Clock,
  deadline: number,
): Promise<Found> {
  const filter = filterFor(typed, settings.findBy);
  if (filter !== undefined) {
    const search = () => pool.findUsers(filter, 'anyone', deadline);
    const decide = (answer: HoldersAnswer) => decideMatches(answer, typed, settings);
    const { answer, decision } = await persist(search, decide, clock, deadline);
    if (answer?.kind !== 'holders' || decision.act !== 'go-on') return { decision };
    const [owner] = ownersOf(typed, answer.users, settings);
    const getOwner = () => pool.getUser(owner?.userName ?? '', deadline);
    return persist(getOwner, (user) => decideMatched(user, typed, forgot, settings), clock, deadline);
  }
  const get = (name: string): Promise<Found> =>
    persist(
      () => pool.getUser(name, deadline),
      (answer) =>
        answer.kind === 'fault' ? decideUserFault(answer) : decideUser(answer.user, forgot, settings),
      clock,
      deadline,
    );
  const found = await get(typed);
  const lower = lowerCaseOf(typed, settings);
  const isUnknown = found.decision.act === 'untouched' && found.decision.reason === 'unknown-user';
  return isUnknown && lower !== undefined ? get(lower) : found;
}

interface Prepared {
  readonly attributes: Readonly<Record<string, string>>;
  readonly notes: Pick<Outcome, 'bad' | 'missing'>;
  readonly refused?: ReasonOf<'untouched'> | undefined;
}

/** The new user's attributes, and the reason not to create the user, if any. */
function prepare(typed: string, user: OldUser, settings: Settings): Prepared {
  const mapped = mapAttributes(user, settings);
  const name = judgeName(typed, user, mapped.attributes, settings);
  const { attributes, bad, missing } = name.ok ? withoutNames(mapped, name.without, settings) : mapped;
  const notes = { ...(bad.length > 0 && { bad }), ...(missing.length > 0 && { missing }) };
  if (settings.onBadAttribute === 'refuse' && bad.some((fault) => !isAlwaysDropped(fault)))
    return { attributes, notes, refused: 'bad-attribute' };
  if (missing.length > 0) return { attributes, notes, refused: 'required-attribute' };
  if (!name.ok) return { attributes, notes, refused: name.reason };
  const all = { ...attributes, ...(name.username !== undefined && { username: name.username }) };
  // "userAttributes … must contain one or more name-value pairs": an empty answer means that there is no such
  // user.
  // https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html
  return { attributes: all, notes, refused: Object.keys(all).length === 0 ? 'no-attributes' : undefined };
}

/** Turns the decision about the password into an outcome. */
function conclude(
  decision: Decision,
  password: string,
  attributes: Readonly<Record<string, string>>,
  settings: Settings,
): Outcome {
  if (decision.act === 'reset') return created(decision.reason, attributes, settings);
  if (decision.act !== 'migrate') return finish(decision);
  if (settings.weakPassword === 'reset' && !meetsPolicy(password, settings.passwordPolicy))
    return created('weak-password', attributes, settings);
  return { outcome: 'migrated', reason: decision.reason, response: response(attributes, 'CONFIRMED') };
}

/**
 * The last check before a user is created by a name that only the owner of the pools vouches for.
 * It runs late, after the password check. So nobody else can use up the quota of ListUsers, or learn from the
 * time that it takes. "Forgot password" has no password to check, so its searches are limited.
 */
async function unlessOfAnother(
  outcome: Outcome,
  user: OldUser,
  settings: Settings,
  holders: () => Promise<HoldersAnswer>,
  clock: Clock,
  deadline: number,
): Promise<Outcome> {
  if (outcome.response === undefined || !isNamedByAddress(user, settings)) return outcome;
  const decide = (answer: HoldersAnswer) => decideHolders(answer, user);
  const { decision } = await persist(holders, decide, clock, deadline);
  return decision.act === 'go-on' ? outcome : finish(decision);
}

const untouched = (reason: ReasonOf<'untouched'>): Outcome => ({ outcome: 'untouched', reason });

/** Creates a user without a password, but only if the user will be able to choose one. */
function created(
  reason: ReasonOf<'reset'>,
  attributes: Readonly<Record<string, string>>,
  settings: Settings,
): Outcome {
  if (!canResetPassword(attributes, settings.newPool)) return untouched('no-verified-contact');
  return { outcome: 'reset', reason, response: response(attributes, 'RESET_REQUIRED') };
}

/**
 * The response that creates a user. It always sets the status.
 * The documentation has called an absent status both CONFIRMED and RESET_REQUIRED. The welcome message is
 * suppressed. forceAliasCreation stays off, because it would take an address away from another user.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html
 */
function response(
  userAttributes: Readonly<Record<string, string>>,
  finalUserStatus: MigrationResponse['finalUserStatus'],
): MigrationResponse {
  return { userAttributes, finalUserStatus, messageAction: 'SUPPRESS' };
}

/** Asks, and asks once more if the answer is worth it and time remains. */
export async function persist<T>(
  ask: () => Promise<T>,
  decide: (answer: T) => Decision,
  clock: Clock,
  deadline: number,
): Promise<{ readonly answer?: T; readonly decision: Decision }> {
  for (let attempt = 1; ; attempt++) {
    if (deadline - clock.now() < LEAST_USEFUL_MS) return { decision: { act: 'fail', reason: 'out-of-time' } };
    const answer = await ask();
    const decision = decide(answer);
    if (decision.act !== 'retry' || attempt === 2) return { answer, decision };
    if (decision.reason === 'throttled') await clock.sleep(AFTER_THROTTLING_MS);
  }
}

/** The outcome of a decision that moves nobody. */
export function finish(decision: Decision): Outcome {
  switch (decision.act) {
    case 'untouched':
      return untouched(decision.reason);
    case 'fail':
    case 'fail-quietly':
    case 'retry':
      return {
        outcome: 'failed',
        reason: decision.reason,
        ...(decision.fault !== undefined && { fault: decision.fault }),
        ...(decision.act === 'fail-quietly' && { quiet: true }),
      };
    default:
      // No other decision may end here. If one does, it migrates nobody.
      return { outcome: 'failed', reason: 'unexpected' };
  }
}
