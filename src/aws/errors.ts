/** Turns errors of AWS and its SDK into errors that say what to do. */

import {
  AwsError,
  type CodeOf,
  type Denial,
  MigrateError,
  PermissionError,
  UsageError,
} from '../core/errors.ts';
import { failedTogether, placeOf, setPlace } from '../core/failed-together.ts';
import { clockIsWrong, isClock, refusedCredentials, withoutCredentials } from './credential-errors.ts';
import { accessDenied, accessRefused, readDenial } from './denials.ts';
import { isNetwork, unreachable } from './network-errors.ts';
import { stoppedWaiting } from './retry.ts';
import { isStoppedRetry } from './retry-strategy.ts';
import { read, statusOf, type Thrown } from './thrown.ts';

/** Whether AWS answered and blames the request (a 4xx). */
export function isRefusal(error: unknown): error is Error {
  const status = error instanceof Error ? statusOf(error) : undefined;
  return status !== undefined && status >= 400 && status < 500;
}

/** The exception's name, whatever class the SDK gave it. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : '');

export const isNamed = (error: unknown, ...names: readonly string[]): boolean =>
  names.includes(errorName(error));

/** Whether AWS refused the request only because there were too many. */
export const isThrottling = (error: unknown): boolean =>
  isNamed(error, 'TooManyRequestsException', 'ThrottlingException', 'Throttling', 'RequestLimitExceeded');

/** The call's result. Undefined if AWS reports that the resource doesn't exist. */
export async function undefinedIfNotFound<T>(
  call: Promise<T>,
  ...names: readonly string[]
): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isNamed(error, ...names)) return undefined;
    throw error;
  }
}

const denied = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AuthorizationError',
  'AuthorizationErrorException',
]);
const badCredentials = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'RequestExpired',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'InvalidAccessKeyId',
]);
const noCredentials = new Set(['CredentialsProviderError', 'TokenProviderError', 'ProviderError']);
/** Errors by which AWS says that it is too busy, or failed itself. They pass without any change. */
const busy = new Set([
  'Throttling', // STS's name for it
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'InternalErrorException',
  'InternalFailure',
]);
const again = 'You can safely run the same command again. It continues from here.';

/**
 * A MigrateError for any error of AWS, its SDK, or the network.
 * Lists every action that was denied at the same time. Undefined for any other error, which is a bug of ours.
 */
export function toMigrateError(error: unknown): MigrateError | undefined {
  const known = translateAlone(error);
  if (known === undefined) return undefined;
  const denied = deniedBeside(known, failedTogether(error));
  if (denied.length > 1) return accessDenied(denied, error);
  setPlace(known, placeOf(error));
  return known;
}

/** All denied actions of these failures, each once. Empty if the first failure is something else. */
function deniedBeside(first: MigrateError, others: readonly unknown[]): readonly Denial[] {
  if (first.code !== 'ACCESS_DENIED' || others.length === 0) return [];
  const all = [first, ...others.map(translateAlone)].flatMap((one) =>
    one instanceof PermissionError ? one.denied : [],
  );
  return [...new Map(all.map((one) => [`${one.action} ${one.resource}`, one])).values()];
}

function translateAlone(error: unknown): MigrateError | undefined {
  if (error instanceof MigrateError) return error;
  if (isStoppedRetry(error)) return stoppedWaiting();
  const thrown = read(error);
  if (thrown === undefined) return undefined;
  if (noCredentials.has(thrown.name)) return withoutCredentials(thrown);
  if (isClock(thrown)) return clockIsWrong(thrown, again);
  if (badCredentials.has(thrown.name)) return refusedCredentials(thrown, again);
  if (isNetwork(thrown)) return unreachable(thrown, again);
  if (denied.has(thrown.name) || (thrown.isAws && thrown.status === 403)) return refusedAccess(thrown);
  if (thrown.name === 'EndpointError') return withoutEndpoint(thrown, error);
  if (isNoAws(thrown)) return notAws(thrown, error);
  return thrown.isAws ? failed(thrown, error) : undefined;
}

function refusedAccess({ message, error }: Thrown): PermissionError {
  const denial = readDenial(message);
  return denial === undefined ? accessRefused(message, error) : accessDenied([denial], error);
}

/**
 * Whether the SDK could not read the answer, or the answer names no error.
 * The sender is a proxy or another server.
 */
const isNoAws = ({ name, message, isAws }: Thrown): boolean =>
  (isAws && name === 'Unknown' && /^Unknown(Error)?$/.test(message)) ||
  message.includes('Deserialization error');

/** Codes that say something about the credentials, and nothing about a permission. */
const ofCredentials: ReadonlySet<string> = new Set<CodeOf<'permission'>>([
  'CLOCK_WRONG',
  'CREDENTIALS_EXPIRED',
  'CREDENTIALS_REFUSED',
  'MFA_CODE_NEEDED',
  'NO_CREDENTIALS',
  'SSO_EXPIRED',
]);

/** The result. Undefined if access is denied, even to the account itself. Expired or missing credentials are still an error. */
export async function undefinedIfDenied<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const known = toMigrateError(error);
    if (known instanceof PermissionError && !ofCredentials.has(known.code)) return undefined;
    throw error;
  }
}

/** Whether AWS uses this name for an error that passes by itself. */
export const isBusyName = (name: string): boolean => busy.has(name);

/** Whether AWS is busy, failed itself, or carries out another change. The same call may work a moment later. */
export const isBusy = (error: unknown): boolean =>
  isNamed(error, 'ConcurrentModificationException') || toMigrateError(error)?.code === 'AWS_BUSY';

/**
 * Whether AWS is busy or gave no answer. A call without an answer may have worked after all.
 * A server error without a name comes from a gateway that got no answer itself.
 */
export function isTransient(error: unknown): boolean {
  if (isBusy(error)) return true;
  const known = toMigrateError(error);
  const isGatewayError =
    known?.code === 'AWS_ANSWER_UNREADABLE' && typeof known.found === 'number' && known.found >= 500;
  return isGatewayError || known?.code === 'AWS_UNREACHABLE';
}

function failed({ name, message, status }: Thrown, cause: unknown): AwsError {
  const isFailing = isBusyName(name) || (status !== undefined && status >= 500);
  return new AwsError(`${isFailing ? 'AWS is not answering well' : 'AWS refused'}: ${name}: ${message}`, {
    code: isFailing ? 'AWS_BUSY' : 'AWS_REFUSED',
    found: name,
    hint: [again],
    cause,
  });
}

function notAws({ status }: Thrown, cause: unknown): AwsError {
  const how = status === undefined ? '' : ` (HTTP ${status})`;
  return new AwsError(`The answer does not come from AWS${how}`, {
    code: 'AWS_ANSWER_UNREADABLE',
    found: status,
    hint: ['Check --endpoint-url and AWS_ENDPOINT_URL, and whether a proxy answers instead of AWS.', again],
    cause,
  });
}

/** The action that IAM named in an error, if any. */
export const deniedAction = (error: unknown): string | undefined =>
  error instanceof Error ? readDenial(error.message)?.action : undefined;

/** The caller's settings contradict each other. The SDK has no endpoint for them and sent nothing. */
function withoutEndpoint({ message }: Thrown, cause: unknown): UsageError {
  return new UsageError(`These settings lead to no endpoint of AWS: ${message}`, {
    code: 'NO_ENDPOINT',
    hint: [
      'AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT (or the profile) cannot be combined with AWS_ENDPOINT_URL.',
      '--endpoint-url  leaves both out.',
    ],
    cause,
  });
}

/** A member that AWS documents as always present, but that the SDK types as optional. */
export function requireField<T>(value: T | undefined, what: string): T {
  if (value === undefined) {
    throw new AwsError(`AWS answered without ${what}`, { code: 'AWS_ANSWER_INCOMPLETE', hint: [again] });
  }
  return value;
}
