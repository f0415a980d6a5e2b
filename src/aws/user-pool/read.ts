import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  GetUserPoolMfaConfigCommand,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { AwsError } from '../../core/errors.ts';
import { type JsonObject, objectAt } from '../../core/json.ts';
import { rawResponse, rawResponseOptions } from '../lossless-update/index.ts';

/** The whole configuration of a pool as AWS returned it. Can be saved in a state file and written back. */
export interface RawPool {
  /** The UserPool of DescribeUserPool's answer, including unknown keys. Holds no secret. */
  readonly raw: JsonObject;
  /** GetUserPoolMfaConfig's answer, including unknown keys. */
  readonly mfa: JsonObject;
}

/** Everything that DescribeUserPool and GetUserPoolMfaConfig return about a pool. */
export interface PoolSnapshot extends RawPool {
  /** The same as `raw`, limited to the fields that the SDK knows. */
  readonly pool: UserPoolType;
}

/**
 * Reads a pool with two parallel calls.
 * @throws AWS's own error, untranslated (ResourceNotFoundException if the pool doesn't exist).
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

/** GetUserPoolMfaConfig's answer, including unknown keys. */
export async function readMfa(idp: CognitoIdentityProviderClient, userPoolId: string): Promise<JsonObject> {
  const answer = rawResponse();
  const command = new GetUserPoolMfaConfigCommand({ UserPoolId: userPoolId });
  command.middlewareStack.add(answer.middleware, rawResponseOptions);
  await idp.send(command);
  return answer.json();
}
