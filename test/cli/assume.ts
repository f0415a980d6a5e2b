/** Somebody who may do less than an administrator. */
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, type Credentials } from '@aws-sdk/client-sts';
import { vi } from 'vitest';
import { policyOf } from '../sandbox/support.ts';
import { given } from '../support/errors.ts';
import type { LocalAws } from '../support/local-aws.ts';

/**
 * Everything but what these statements deny, as the credentials that the program finds in the environment, until
 * `vi.unstubAllEnvs`.
 * @returns the keys of that session.
 */
export async function assume({ sdk }: Pick<LocalAws, 'sdk'>, ...statements: object[]): Promise<Credentials> {
  const trust = policyOf({ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' });
  const { Role } = await sdk.iam.send(
    new CreateRoleCommand({ RoleName: 'Dev', AssumeRolePolicyDocument: trust }),
  );
  const PolicyDocument = policyOf({ Effect: 'Allow', Action: '*', Resource: '*' }, ...statements);
  await sdk.iam.send(new PutRolePolicyCommand({ RoleName: 'Dev', PolicyName: 'p', PolicyDocument }));
  const answer = await sdk.sts.send(
    new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'ana', DurationSeconds: 900 }),
  );
  const keys = given(answer.Credentials);
  vi.stubEnv('AWS_ACCESS_KEY_ID', keys.AccessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', keys.SecretAccessKey);
  vi.stubEnv('AWS_SESSION_TOKEN', keys.SessionToken);
  return keys;
}
