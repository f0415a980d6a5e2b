import { isAddressOfAnother } from './address-holders.ts';
import { hasAddress, hasVerified, ownersOf } from './find-by.ts';
import type { NamedUser, OldUser } from './old-user.ts';
import type { Reason, ReasonOf } from './reasons.ts';
import type { MfaPolicy, Settings } from './settings.ts';

/** A failed AWS call. Its message is only compared, never logged or passed on. */
export interface Fault {
  readonly kind: 'fault';
  readonly name: string;
  readonly message: string;
  /** The HTTP status, if there was an answer. */
  readonly status?: number;
  /** The error from STS, if the role in the other account could not be assumed. */
  readonly awsError?: string;
}

/** The result of AdminGetUser. */
export type UserAnswer = { readonly kind: 'user'; readonly user: OldUser } | Fault;

/** The result of ListUsers: the users with one address. */
export type HoldersAnswer = { readonly kind: 'holders'; readonly users: readonly NamedUser[] } | Fault;

/** The result of AdminInitiateAuth. Tokens are dropped on arrival and never get this far. */
export type SignInAnswer =
  /** `sub`: the user of the access token. Undefined if the token is malformed. */
  | { readonly kind: 'signed-in'; readonly sub: string | undefined }
  | { readonly kind: 'challenge'; readonly name: string }
  | Fault;

/** The outcome of the event. */
export type Decision =
  /** Nothing prevents the move so far. */
  | { readonly act: 'go-on' }
  /** The password is proven. The user moves with it. */
  | { readonly act: 'migrate'; readonly reason: ReasonOf<'migrated'> }
  /** The user moves without a password and chooses one. */
  | { readonly act: 'reset'; readonly reason: ReasonOf<'reset'> }
  /** The event is returned unchanged. To the client, the user doesn't exist. */
  | { readonly act: 'untouched'; readonly reason: ReasonOf<'untouched'> }
  | Failure;

/** Our own setup or AWS is at fault. */
interface Failure {
  /**
   * - `fail`: the fixed sentence is thrown.
   * - `fail-quietly`: the event is returned unchanged. Throwing would reveal who is in the old pool.
   * - `retry`: like `fail`, but worth a second attempt if time remains.
   */
  readonly act: 'fail' | 'fail-quietly' | 'retry';
  readonly reason: ReasonOf<'failed'>;
  readonly fault?: string;
}

type Row = Decision | 'mfa' | 'mfa-broken';
type StatusRow = { readonly signIn: Decision; readonly forgot: Decision };

const GO_ON: Decision = { act: 'go-on' };
const untouched = (reason: ReasonOf<'untouched'>): Decision => ({ act: 'untouched', reason });
const reset = (reason: ReasonOf<'reset'>): Decision => ({ act: 'reset', reason });
const fail = (reason: ReasonOf<'failed'>): Decision => ({ act: 'fail', reason });
const retry = (reason: ReasonOf<'failed'>): Decision => ({ act: 'retry', reason });
const THROTTLED = retry('throttled');

/**
 * Decisions by UserStatus, before any password is tried.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html
 */
const STATUS = {
  CONFIRMED: { signIn: GO_ON, forgot: GO_ON },
  // AWS tells apps to send users through this state with any password, so it proves no password:
  // https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool-password-reset.html
  RESET_REQUIRED: { signIn: untouched('reset-required'), forgot: GO_ON },
  // A sign-in proves a temporary password at best, and the old pool refuses to reset it.
  FORCE_CHANGE_PASSWORD: { signIn: GO_ON, forgot: untouched('temporary-password') },
  // Cognito answers before it compares the password (aws/aws-sdk-js#4608).
  UNCONFIRMED: { signIn: untouched('unconfirmed'), forgot: untouched('unconfirmed') },
  EXTERNAL_PROVIDER: { signIn: untouched('federated'), forgot: untouched('federated') },
  ARCHIVED: { signIn: untouched('archived'), forgot: untouched('archived') },
  COMPROMISED: { signIn: untouched('compromised'), forgot: untouched('compromised') },
  UNKNOWN: { signIn: untouched('unknown-status'), forgot: untouched('unknown-status') },
} as const satisfies Record<string, StatusRow>;

/** Decides on the old user alone. `go-on` means that only the password remains in question. */
export function decideUser(user: OldUser, forgot: boolean, settings: Settings): Decision {
  if (!user.enabled) return untouched('disabled');
  const row = own<StatusRow>(STATUS, user.status) ?? STATUS.UNKNOWN;
  const decision = forgot ? row.forgot : row.signIn;
  if (decision.act !== 'go-on') return decision;
  // Checked before AdminInitiateAuth, which would send an SMS that nobody can use. Also checked before a
  // password reset, which would give access to a user without the second factor.
  const protectedByMfa = user.hasMfa || settings.oldPoolMfa === 'ON';
  return settings.mfa === 'block' && protectedByMfa ? untouched('mfa') : GO_ON;
}

/**
 * Challenges of ADMIN_USER_PASSWORD_AUTH. A challenge is never a finished sign-in.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html
 */
const CHALLENGE: Readonly<Record<string, Row>> = {
  SMS_MFA: 'mfa',
  EMAIL_OTP: 'mfa',
  SOFTWARE_TOKEN_MFA: 'mfa',
  SELECT_MFA_TYPE: 'mfa',
  MFA_SETUP: 'mfa',
  // The temporary password was right, but it must not become a permanent one.
  NEW_PASSWORD_REQUIRED: reset('temporary-password'),
};

/**
 * Errors of AdminInitiateAuth, including those that AdminGetUser shares.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminInitiateAuth.html#API_AdminInitiateAuth_Errors
 */
const ERROR: Readonly<Record<string, Row>> = {
  UserNotFoundException: untouched('unknown-user'),
  // Not a documented error of this call. cognito-local returns it for a wrong password.
  InvalidPasswordException: untouched('wrong-password'),
  PasswordResetRequiredException: untouched('reset-required'),
  UserNotConfirmedException: untouched('unconfirmed'),
  UserLambdaValidationException: untouched('old-pool-trigger'),
  UnexpectedLambdaException: untouched('old-pool-trigger'),
  InvalidLambdaResponseException: untouched('old-pool-trigger'),
  MFAMethodNotFoundException: 'mfa-broken',
  InvalidSmsRoleAccessPolicyException: 'mfa-broken',
  InvalidSmsRoleTrustRelationshipException: 'mfa-broken',
  InvalidEmailRoleAccessPolicyException: 'mfa-broken',
  TooManyRequestsException: THROTTLED,
  LimitExceededException: THROTTLED,
  ThrottlingException: THROTTLED,
  LookupLimit: fail('lookup-limit'),
  InternalErrorException: retry('aws-error'),
  InternalFailure: retry('aws-error'),
  ServiceUnavailable: retry('aws-error'),
  ServiceUnavailableException: retry('aws-error'),
  ConnectionError: retry('unreachable'),
  ConnectionLost: retry('unreachable'),
  // Not retried, for the same reason as a password attempt on a lost connection.
  TimeoutError: fail('time-out'),
  BudgetExhausted: fail('out-of-time'),
  AssumeRoleFailed: fail('assume-role'),
  AccessDeniedException: fail('denied'),
  UnrecognizedClientException: fail('credentials'),
  InvalidSignatureException: fail('credentials'),
  ExpiredTokenException: fail('credentials'),
  CredentialsError: fail('credentials'),
  InvalidParameterException: fail('misconfigured'),
  ResourceNotFoundException: fail('misconfigured'),
  InvalidUserPoolConfigurationException: fail('misconfigured'),
  FeatureUnavailableInTierException: fail('misconfigured'),
  OperationNotEnabledException: fail('misconfigured'),
  UnsupportedOperationException: fail('misconfigured'),
};

/**
 * Meanings of NotAuthorizedException, which only its message shows.
 * Sources: amazon-cognito-identity-js#479, #506.
 *
 * Threat protection says "Unable to login because of security reasons" or "Request not allowed due to
 * security reasons". To the old pool, all sign-ins of a migration come from one address, so it can block
 * everyone. That's a failure of the migration, not of the user. "User account has expired, it must be reset
 * by an administrator." is the older message for an expired temporary password (aws-amplify/amplify-js#1182,
 * #9844).
 */
const NOT_AUTHORIZED: readonly (readonly [pattern: RegExp, decision: Decision])[] = [
  [/secret/i, fail('misconfigured')],
  [/attempts exceeded/i, untouched('locked-out')],
  [/disabled/i, untouched('disabled')],
  [/temporary password|account has expired/i, untouched('temporary-password-expired')],
  [/security reasons/i, { act: 'fail-quietly', reason: 'threat-protection' }],
  [/incorrect username or password/i, untouched('wrong-password')],
];

/**
 * Decides on the answer to the password. Only tokens of that very user prove it outright.
 * @param user The user that AdminGetUser found.
 */
export function decideSignIn(
  answer: SignInAnswer,
  user: Pick<OldUser, 'attributes'>,
  mfa: MfaPolicy,
): Decision {
  if (answer.kind === 'signed-in') return isOf(user, answer.sub) ? PROVEN : NOT_THIS_USER;
  const row =
    answer.kind === 'challenge'
      ? (own(CHALLENGE, answer.name) ?? untouched('unexpected-challenge'))
      : errorRow(answer, true);
  if (row !== 'mfa' && row !== 'mfa-broken') return hidden(row);
  if (mfa === 'block') return untouched('mfa');
  // If Cognito could not even ask for the second factor, nothing is fully proven.
  if (row === 'mfa-broken' || mfa === 'reset') return reset('mfa');
  return { act: 'migrate', reason: 'mfa-dropped' };
}

const PROVEN: Decision = { act: 'migrate', reason: 'password-proven' };
const NOT_THIS_USER: Decision = { act: 'fail-quietly', reason: 'not-this-user' };

/** Whether the tokens are those of the user. Without a `sub` on both sides, nothing shows that. */
function isOf({ attributes }: Pick<OldUser, 'attributes'>, sub: string | undefined): boolean {
  return sub !== undefined && sub === attributes.find(({ name }) => name === 'sub')?.value;
}

/**
 * Hides lasting failures, because the old pool is known to have the user at this point.
 * A user who doesn't exist gets an empty answer. If a lasting failure looked different, anyone could tell who
 * is in the old pool. A passing failure can affect everyone.
 */
function hidden(decision: Decision): Decision {
  return decision.act === 'fail' && !PASSING.has(decision.reason)
    ? { ...decision, act: 'fail-quietly' }
    : decision;
}

const PASSING: ReadonlySet<Reason> = new Set<Reason>(['time-out', 'out-of-time', 'unreachable', 'aws-error']);

/** Decides on a failed AdminGetUser. */
export function decideUserFault(fault: Fault): Decision {
  const row = errorRow(fault, false);
  return row === 'mfa' || row === 'mfa-broken' ? fail('unexpected') : row;
}

/**
 * Decides on the users who have this user's name as their address.
 * A user who has verified the address is its owner. Anyone could have chosen it as a username.
 */
export function decideHolders(answer: HoldersAnswer, user: Pick<OldUser, 'userName'>): Decision {
  if (answer.kind === 'holders')
    return isAddressOfAnother(user.userName, answer.users) ? untouched('address-of-another') : GO_ON;
  return hidden(decideUserFault(answer));
}

/** Decides on the users whom ListUsers finds by the typed address. One of them may have verified it. */
export function decideMatches(answer: HoldersAnswer, typed: string, settings: Settings): Decision {
  if (answer.kind === 'fault') return decideUserFault(answer);
  const owners = ownersOf(typed, answer.users, settings);
  if (owners.length === 0) return untouched('unknown-user');
  return owners.length === 1 ? GO_ON : untouched('ambiguous-name');
}

/**
 * Decides on the user whom ListUsers found. The address must still be theirs and verified a moment later.
 * Hides lasting failures, because the search has shown that the user exists.
 */
export function decideMatched(
  answer: UserAnswer,
  typed: string,
  forgot: boolean,
  settings: Settings,
): Decision {
  if (answer.kind === 'fault') return hidden(decideUserFault(answer));
  if (!hasAddress(answer.user, typed, settings)) return untouched('other-name');
  if (!hasVerified(answer.user, settings)) return untouched('unverified-address');
  return decideUser(answer.user, forgot, settings);
}

function errorRow(fault: Fault, passwordTried: boolean): Row {
  const row = rowOf(fault, passwordTried);
  if (!isFailure(row)) return row;
  // The first attempt may have counted toward the user's lockout, or sent an SMS.
  const mayCount = passwordTried && (row.reason === 'aws-error' || fault.name === 'ConnectionLost');
  return { ...row, act: mayCount ? 'fail' : row.act, fault: fault.awsError ?? fault.name };
}

function rowOf(fault: Fault, passwordTried: boolean): Row {
  const { name, awsError } = fault;
  // Requesting a role again does no harm, whatever happened to the first request.
  if (awsError !== undefined && (isServerError(fault) || STS_RETRY.has(awsError)))
    return retry('assume-role');
  const row = own(ERROR, name);
  if (isServerError(fault)) return row === THROTTLED ? row : retry('aws-error');
  if (name === 'NotAuthorizedException') return notAuthorized(fault, passwordTried);
  return row ?? (fault.status === 429 ? THROTTLED : fail('unexpected'));
}

/** Whether the server failed, whatever name it gives the failure. */
const isServerError = ({ status = 0 }: Fault): boolean => status >= 500;

/** Whether only the status shows that the failure passes. */
export const isUnknownServerError = (fault: Fault): boolean =>
  isServerError(fault) && own(ERROR, fault.awsError ?? fault.name) === undefined;

const STS_RETRY: ReadonlySet<string> = new Set([
  'ConnectionError',
  'ConnectionLost',
  'TimeoutError',
  'ServiceUnavailable',
  'Throttling',
  'ThrottlingException',
]);

function notAuthorized(fault: Fault, passwordTried: boolean): Decision {
  if (!passwordTried) return fail('denied');
  return NOT_AUTHORIZED.find(([pattern]) => pattern.test(fault.message))?.[1] ?? untouched('not-authorized');
}

const isFailure = (row: Row): row is Failure =>
  typeof row !== 'string' && (row.act === 'fail' || row.act === 'fail-quietly' || row.act === 'retry');

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
