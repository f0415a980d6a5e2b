import type { ReasonOf } from './reasons.ts';

/** The source of the event that starts the work after a move. */
export const AFTER_MOVE = 'CognitoMigrate_AfterMove';

/** The part of a Lambda event that every migration needs. The rest is returned unchanged. */
export interface TriggerEvent {
  readonly kind: 'authentication' | 'forgot-password' | 'rehearsal';
  readonly userName: string;
  /** Absent in the forgot-password flow, whatever the types of @types/aws-lambda say. */
  readonly password?: string;
  /** ClientMetadata of the app's request. Only texts. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A parsed event. `unusable` carries the reason for the log. */
export type ParsedEvent = TriggerEvent | ProbeEvent | AfterMoveEvent | Unusable;

/** The test call. */
export interface ProbeEvent {
  readonly kind: 'probe';
  /** True: also try the search for users, which settings to come will need. */
  readonly searches: boolean;
}

/** The function's own event, after a user has moved. */
export interface AfterMoveEvent {
  readonly kind: 'after-move';
  readonly userName: string;
}

/** An event that Cognito doesn't send, or that has a name or password that no user can have. */
export interface Unusable {
  readonly kind: 'unusable';
  readonly reason: Extract<
    ReasonOf<'untouched'>,
    'unknown-trigger' | 'no-user-name' | 'no-password' | 'impossible-name' | 'impossible-password'
  >;
}

type Kind = Exclude<ParsedEvent['kind'], 'unusable'>;

const SOURCES: ReadonlyMap<unknown, Kind> = new Map<unknown, Kind>([
  ['UserMigration_Authentication', 'authentication'],
  ['UserMigration_ForgotPassword', 'forgot-password'],
  // Cognito never sends these three. Only someone who can invoke the function can.
  ['CognitoMigrate_Probe', 'probe'],
  ['CognitoMigrate_Rehearsal', 'rehearsal'],
  [AFTER_MOVE, 'after-move'],
]);

/**
 * UsernameType of the Cognito API: 1 to 128 letters, marks, symbols, numbers, and punctuation.
 * A call with any other name would fail with InvalidParameterException. That error must keep meaning that our
 * own setup is wrong.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html
 */
const USER_NAME = /^[!-~]{1,128}$/;
/** The same for all of Unicode. Separate, because compiling it would delay the first sign-in. */
const UNICODE_USER_NAME = () => /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;
/** Whether a user can have this name. */
export const isPossibleName = (name: string): boolean =>
  USER_NAME.test(name) || UNICODE_USER_NAME().test(name);
/** PasswordType: at most 256 characters. */
const LONGEST_PASSWORD = 256;

/** Reads an event without trusting its shape. */
export function parseEvent(event: unknown): ParsedEvent {
  const kind = SOURCES.get(own(event, 'triggerSource'));
  if (kind === undefined) return { kind: 'unusable', reason: 'unknown-trigger' };
  if (kind === 'probe') return { kind, searches: own(own(event, 'request'), 'listUsers') === true };
  const userName = own(event, 'userName');
  if (typeof userName !== 'string' || userName === '') return { kind: 'unusable', reason: 'no-user-name' };
  if (!isPossibleName(userName)) return { kind: 'unusable', reason: 'impossible-name' };
  if (kind === 'forgot-password' || kind === 'after-move') return { kind, userName };
  const password = own(own(event, 'request'), 'password');
  if (typeof password !== 'string' || password === '') return { kind: 'unusable', reason: 'no-password' };
  if (password.length > LONGEST_PASSWORD) return { kind: 'unusable', reason: 'impossible-password' };
  return { kind, userName, password, metadata: textsOf(own(own(event, 'request'), 'validationData')) };
}

/**
 * The values that are texts.
 * `validationData` holds the ClientMetadata of InitiateAuth and AdminInitiateAuth.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html
 */
function textsOf(value: unknown): Readonly<Record<string, string>> {
  const texts = Object.entries(asRecord(value)).flatMap(([key, item]) =>
    typeof item === 'string' ? [[key, item] as const] : [],
  );
  return Object.fromEntries(texts);
}

/** The new pool's ID, for the metric's dimension. */
export function newPoolOf(event: unknown): string {
  const id = own(event, 'userPoolId');
  return typeof id === 'string' && /^[\w-]{1,55}$/.test(id) ? id : 'none';
}

/** The values to write into the event's `response`. The rest of the response stays. */
export interface MigrationResponse {
  readonly userAttributes: Readonly<Record<string, string>>;
  readonly finalUserStatus: 'CONFIRMED' | 'RESET_REQUIRED';
  readonly messageAction: 'SUPPRESS';
}

/** The event with its response filled in. Cognito requires the whole event back. */
export function withResponse(event: unknown, response: MigrationResponse): unknown {
  const before = own(event, 'response');
  return { ...asRecord(event), response: { ...asRecord(before), ...response } };
}

/** An own property of an object, never one that it inherits from its prototype. */
export function own(value: unknown, name: string): unknown {
  const fields = asRecord(value);
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** An object, or an empty one for anything else. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
