/** What AWS and its SDK throw, in the words of someone who has to do something about it. */

import { AwsError, MigrateError, PermissionError, UsageError } from '../core/errors.ts';
import { printable } from '../core/printable.ts';

interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly errno: string | undefined;
  readonly isAws: boolean;
}

function read(error: unknown): Thrown | undefined {
  if (!(error instanceof Error)) return undefined;
  const errno = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const metadata = metadataOf(error);
  return {
    name: error.name,
    message: printable(error.message.replaceAll(/\s*\n\s*/g, ' ')),
    status: statusOf(error),
    errno,
    isAws: metadata !== null,
  };
}

const metadataOf = (error: Error): object | null =>
  '$metadata' in error && typeof error.$metadata === 'object' ? error.$metadata : null;

/** HTTP status of AWS's answer; undefined where AWS has not answered. */
function statusOf(error: Error): number | undefined {
  const metadata = metadataOf(error);
  return metadata && 'httpStatusCode' in metadata && typeof metadata.httpStatusCode === 'number'
    ? metadata.httpStatusCode
    : undefined;
}

/** AWS has answered, and its answer blames what was asked: a 4xx. */
export function isRefusal(error: unknown): error is Error {
  const status = error instanceof Error ? statusOf(error) : undefined;
  return status !== undefined && status >= 400 && status < 500;
}

/** The exception's name, whatever class the SDK gave it. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : '');

export const isNamed = (error: unknown, ...names: readonly string[]): boolean =>
  names.includes(errorName(error));

/** undefined where AWS says that there is no such thing. */
export async function unlessMissing<T>(
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
const throttled = new Set([
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'ServiceUnavailableException',
]);
const network = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
]);

const again = 'Running the same command again is safe: it goes on from where this one stopped.';

/**
 * A MigrateError for whatever AWS, its SDK or the network threw; undefined for what is none of these (a bug of ours).
 */
export function translate(error: unknown): MigrateError | undefined {
  if (error instanceof MigrateError) return error;
  const thrown = read(error);
  if (thrown === undefined) return undefined;
  if (noCredentials.has(thrown.name)) return withoutCredentials(thrown, error);
  if (badCredentials.has(thrown.name)) return refusedCredentials(thrown, error);
  if (denied.has(thrown.name) || (thrown.isAws && thrown.status === 403)) return accessDenied(thrown, error);
  if (isNetwork(thrown)) return unreachable(thrown, error);
  if (thrown.name === 'EndpointError') return withoutEndpoint(thrown, error);
  if (isNoAws(thrown)) return notAws(thrown, error);
  return thrown.isAws ? failed(thrown, error) : undefined;
}

/** What the SDK makes of an answer that it cannot read, or that names no error: a proxy's page, or another server. */
const isNoAws = ({ name, message, isAws }: Thrown): boolean =>
  (isAws && name === 'Unknown' && /^Unknown(Error)?$/.test(message)) ||
  message.includes('Deserialization error');

/** undefined where it is not allowed; also to enter that account at all. */
export async function unlessDenied<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (translate(error) instanceof PermissionError) return undefined;
    throw error;
  }
}

const isNetwork = ({ name, errno }: Thrown): boolean =>
  name === 'TimeoutError' || (errno !== undefined && network.has(errno));

function refusedCredentials(thrown: Thrown, cause: unknown): PermissionError {
  return new PermissionError(`AWS does not accept these credentials: ${thrown.message}`, {
    code: /expired/i.test(thrown.name + thrown.message) ? 'CREDENTIALS_EXPIRED' : 'CREDENTIALS_REFUSED',
    hint: ['Sign in again (aws sso login, aws login), or choose another --profile.', again],
    cause,
  });
}

function failed({ name, message, status }: Thrown, cause: unknown): AwsError {
  const isBusy = throttled.has(name) || (status !== undefined && status >= 500);
  return new AwsError(`${isBusy ? 'AWS is not answering well' : 'AWS refused'}: ${name}: ${message}`, {
    code: isBusy ? 'AWS_BUSY' : 'AWS_REFUSED',
    found: name,
    hint: [again],
    cause,
  });
}

function notAws({ status }: Thrown, cause: unknown): AwsError {
  const how = status === undefined ? '' : ` (HTTP ${status})`;
  return new AwsError(`What answered is not AWS, or something between here and there${how}`, {
    code: 'AWS_ANSWER_UNREADABLE',
    found: status,
    hint: [
      'Check --endpoint-url and AWS_ENDPOINT_URL, and whether a proxy answers in the place of AWS.',
      again,
    ],
    cause,
  });
}

function withoutCredentials(thrown: Thrown, cause: unknown): PermissionError {
  if (/mfa/i.test(thrown.message) && /code|token/i.test(thrown.message)) {
    return new PermissionError(`This profile needs an MFA code: ${thrown.message}`, {
      code: 'MFA_CODE_NEEDED',
      hint: ['Run in a terminal, where the code can be asked for, or give credentials that need none.'],
      cause,
    });
  }
  if (/sso|token.*expired|session.*expired/i.test(thrown.message)) {
    return new PermissionError(`The SSO session has expired or was never begun: ${thrown.message}`, {
      code: 'SSO_EXPIRED',
      hint: ['aws sso login   begins a new one (add --profile NAME for a profile of your own).'],
      cause,
    });
  }
  return new PermissionError(`No AWS credentials found: ${thrown.message}`, {
    code: 'NO_CREDENTIALS',
    hint: [
      '--profile NAME  uses a profile of your AWS configuration files.',
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, are read too.',
      'No account at hand?  cognito-migrate demo  shows everything without one.',
    ],
    cause,
  });
}

/** IAM's own sentence: who, which action, on what. */
const deniedText =
  /User: (?<who>\S+) is not authorized to perform: (?<action>[\w-]+:\w+)(?: on resource: (?<what>\S+))?/;

/** The action that IAM named in an error, if it did. */
export function deniedAction(error: unknown): string | undefined {
  return error instanceof Error ? deniedText.exec(error.message)?.groups?.action : undefined;
}

/** What only those need who make the function's role themselves. */
const makesRole = /^iam:(CreateRole|CreatePolicy|AttachRolePolicy|TagRole|TagPolicy)$/;

function accessDenied(thrown: Thrown, cause: unknown): PermissionError {
  const { who, action, what } = deniedText.exec(thrown.message)?.groups ?? {};
  const resource = what?.split(':').slice(5).join(':') || what;
  return new PermissionError(
    action === undefined
      ? `Not allowed: ${thrown.message}`
      : `Not allowed: ${action}${resource ? ` on ${resource}` : ''}   (as ${who})`,
    {
      code: 'ACCESS_DENIED',
      found: { action, resource: what, as: who },
      hint: [
        'cognito-migrate policy  prints the permissions that are needed. Then run the same command again: it goes on from here.',
        ...(makesRole.test(action ?? '') ? ['--role-arn  uses a role that somebody else made.'] : []),
      ],
      cause,
    },
  );
}

/** The person's own settings contradict each other: the SDK has no endpoint for them, and nothing was sent. */
function withoutEndpoint({ message }: Thrown, cause: unknown): UsageError {
  return new UsageError(`These settings lead to no endpoint of AWS: ${message}`, {
    code: 'NO_ENDPOINT',
    hint: [
      'AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT (or the profile) do not go with AWS_ENDPOINT_URL;',
      '--endpoint-url  leaves both out.',
    ],
    cause,
  });
}

function unreachable(thrown: Thrown, cause: unknown): AwsError {
  return new AwsError(`AWS cannot be reached: ${thrown.message || thrown.errno || thrown.name}`, {
    code: 'AWS_UNREACHABLE',
    found: thrown.errno ?? thrown.name,
    hint: ['Check the network, --endpoint-url and AWS_ENDPOINT_URL.', again],
    cause,
  });
}

/**
 * DescribeUserPool's answers to an ID that is none, for the flag it came from.
 * @param whereElse for whoever looks for it in the wrong account.
 */
export function poolNotFound(
  id: string,
  flag: string,
  region: string,
  account: string,
  whereElse = ['It must be in the account of these credentials; --profile chooses others.'],
): UsageError {
  return new UsageError(`There is no user pool ${id} in ${region} in account ${account}`, {
    code: 'POOL_NOT_FOUND',
    found: id,
    hint: [`Check ${flag}: capital letters count.`, ...whereElse],
  });
}

/** A member that AWS documents as always there, and the SDK types as optional. */
export function answered<T>(value: T | undefined, what: string): T {
  if (value === undefined) {
    throw new AwsError(`AWS answered without ${what}`, { code: 'AWS_ANSWER_INCOMPLETE', hint: [again] });
  }
  return value;
}
