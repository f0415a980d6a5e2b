import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  GetUserPoolMfaConfigCommand,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { AwsError } from '../../core/errors.ts';
import { objectAt, type RawJson, rawResponse, rawResponseOptions } from '../lossless-update/index.ts';

/** What can be kept in a state file and written back: the whole configuration of a pool as AWS said it. */
export interface PoolImage {
  /** The UserPool of DescribeUserPool's answer, unknown keys too. Holds no secret. */
  readonly raw: RawJson;
  /** GetUserPoolMfaConfig's answer, unknown keys too. */
  readonly mfa: RawJson;
}

/** Everything DescribeUserPool and GetUserPoolMfaConfig say about a pool. */
export interface PoolSnapshot extends PoolImage {
  /** The same as `raw`, as far as the SDK knows its fields. */
  readonly pool: UserPoolType;
}

/**
 * Reads a pool: two calls, at the same time.
 * @throws what AWS answered, untranslated (ResourceNotFoundException when there is no such pool).
 */
export async function readPool(
  idp: CognitoIdentityProviderClient,
  userPoolId: string,
): Promise<PoolSnapshot> {
  const [described, mfa] = await Promise.all([describePool(idp, userPoolId), readMfa(idp, userPoolId)]);
  return { ...described, mfa };
}

async function describePool(idp: CognitoIdentityProviderClient, userPoolId: string) {
  const answer = rawResponse();
  const command = new DescribeUserPoolCommand({ UserPoolId: userPoolId });
  command.middlewareStack.add(answer.middleware, rawResponseOptions);
  const { UserPool: pool } = await idp.send(command);
  const raw = objectAt(answer.json(), 'UserPool');
  if (pool === undefined || raw === undefined) {
    throw new AwsError(`DescribeUserPool answered without the pool ${userPoolId}.`, { code: 'EMPTY_ANSWER' });
  }
  return { pool, raw };
}

/** GetUserPoolMfaConfig as AWS answers it, unknown keys kept. */
export async function readMfa(idp: CognitoIdentityProviderClient, userPoolId: string): Promise<RawJson> {
  const answer = rawResponse();
  const command = new GetUserPoolMfaConfigCommand({ UserPoolId: userPoolId });
  command.middlewareStack.add(answer.middleware, rawResponseOptions);
  await idp.send(command);
  return answer.json();
}
