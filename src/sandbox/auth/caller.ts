/**
 * Identifies the caller by the access key in the signature.
 * The local AWS doesn't check signatures. The key is the secret.
 */
import { partitionOf } from '../arn.ts';
import { accountOfKey } from '../keys.ts';
import { type Principal, ServiceError, type ServiceName } from '../operation.ts';
import { disabledRegions } from '../regions.ts';
import { roleByArn } from '../services/iam/state.ts';
import { findSession } from '../sessions.ts';
import type { World } from '../world.ts';

export interface Signature {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/** Access key and credential scope of a SigV4 Authorization header. Undefined if unsigned. */
export function readSignature(authorization: string | undefined): Signature | undefined {
  const match = /^AWS4-[A-Z0-9-]+ .*?Credential=([^/,\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/.exec(
    authorization ?? '',
  );
  const [, accessKeyId, region, service] = match ?? [];
  return accessKeyId && region && service ? { accessKeyId, region, service } : undefined;
}

const tokenText = 'The security token included in the request is invalid';

const invalidToken = {
  iam: ['InvalidClientTokenId', `${tokenText}.`, 403],
  sts: ['InvalidClientTokenId', `${tokenText}.`, 403],
  lambda: ['UnrecognizedClientException', `${tokenText}.`, 403],
  logs: ['UnrecognizedClientException', `${tokenText}.`, 400],
  monitoring: ['UnrecognizedClientException', `${tokenText}.`, 400],
  cloudtrail: ['UnrecognizedClientException', `${tokenText}.`, 400],
  'cognito-idp': ['UnrecognizedClientException', `${tokenText}.`, 400],
} as const satisfies Record<ServiceName, readonly [string, string, number]>;

const expiredText = 'The security token included in the request is expired';

const expiredToken = {
  iam: ['ExpiredToken', expiredText, 403],
  sts: ['ExpiredToken', expiredText, 403],
  lambda: ['ExpiredTokenException', expiredText, 403],
  logs: ['ExpiredTokenException', expiredText, 400],
  monitoring: ['ExpiredTokenException', expiredText, 400],
  cloudtrail: ['ExpiredTokenException', expiredText, 400],
  'cognito-idp': ['ExpiredTokenException', expiredText, 400],
} as const satisfies Record<ServiceName, readonly [string, string, number]>;

const missingToken = {
  iam: ['MissingAuthenticationToken', 'Request is missing Authentication Token', 403],
  sts: ['MissingAuthenticationToken', 'Request is missing Authentication Token', 403],
  lambda: ['MissingAuthenticationTokenException', 'Missing Authentication Token', 403],
  logs: ['MissingAuthenticationTokenException', 'Missing Authentication Token', 400],
  monitoring: ['MissingAuthenticationTokenException', 'Missing Authentication Token', 400],
  cloudtrail: ['MissingAuthenticationTokenException', 'Missing Authentication Token', 400],
  'cognito-idp': ['MissingAuthenticationTokenException', 'Missing Authentication Token', 400],
} as const satisfies Record<ServiceName, readonly [string, string, number]>;

const refuse = (
  table: Record<ServiceName, readonly [string, string, number]>,
  service: ServiceName,
): never => {
  const [code, message, status] = table[service];
  throw new ServiceError(code, message, status);
};

/** Refuses an unsigned request with the service's own text. */
export function refuseUnsigned(service: ServiceName): never {
  return refuse(missingToken, service);
}

/**
 * The caller of a request.
 * A long-term key must belong to this run and starts with its account ID. Temporary keys must be issued here,
 * have their session token, and not be expired. A Region that the account has not enabled knows none of its
 * keys.
 */
export function resolveCaller(
  world: World,
  service: ServiceName,
  signature: Signature | undefined,
  sessionToken: string | undefined,
): Principal {
  if (!signature) {
    // Only Cognito has operations that require no signature.
    return service === 'cognito-idp' ? { kind: 'anonymous' } : refuseUnsigned(service);
  }
  const { accessKeyId, region } = signature;
  if (!accessKeyId.startsWith('ASIA')) {
    const account = accountOfKey(accessKeyId);
    if (account === undefined || isUnknownIn(world, service, account, region))
      return refuse(invalidToken, service);
    return { kind: 'root', account, arn: `arn:${partitionOf(region)}:iam::${account}:root` };
  }
  const session = findSession(world, accessKeyId);
  if (!session || session.sessionToken !== sessionToken) return refuse(invalidToken, service);
  if (world.now() >= session.expiration) return refuse(expiredToken, service);
  const { principal } = session;
  const isElsewhere =
    principal.kind !== 'anonymous' && isUnknownIn(world, service, principal.account, region);
  if (isElsewhere) return refuse(invalidToken, service);
  if (principal.kind === 'session' && roleByArn(world, principal.roleArn)?.id !== session.roleId) {
    return refuse(invalidToken, service);
  }
  return principal;
}

/**
 * True if the account has not enabled the Region. Always false for IAM, which has no Region.
 * With a custom endpoint, the SDK signs IAM requests for the Region of the client.
 */
const isUnknownIn = (world: World, service: ServiceName, account: string, region: string): boolean =>
  service !== 'iam' && disabledRegions(world, account).has(region);
