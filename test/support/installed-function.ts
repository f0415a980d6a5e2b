/** The function of a migration on the local AWS, and the rights of its role. */
import { GetPolicyCommand, GetPolicyVersionCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { decodeSettings } from '../../src/lambda/settings-codec.ts';
import { plantPoolFields } from '../../src/sandbox/services/cognito/index.ts';
import { given } from './errors.ts';
import type { LocalAws } from './local-aws.ts';

export const nameOf = ({ newPool }: LocalAws): string => `cognito-migrate-${newPool}`;

/** Whether people can sign up in the new pool. If so, someone may claim the old ID of another user. */
export const closeSignUp = ({ sandbox, newPool }: LocalAws, AllowAdminCreateUserOnly: boolean): void =>
  plantPoolFields(sandbox.world, newPool, { AdminCreateUserConfig: { AllowAdminCreateUserOnly } });

/** What the work after a move needs of the function. */
export async function functionOf(aws: LocalAws) {
  const { lambda } = aws.sdk;
  const FunctionName = nameOf(aws);
  const { Timeout, Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const { MIGRATION_SETTINGS, NEW_USER_POOL_ID } = Environment?.Variables ?? {};
  return { Timeout, NEW_USER_POOL_ID, afterMove: decodeSettings(MIGRATION_SETTINGS).afterMove };
}

/** The policy of the function's role, as text. */
export async function rightsOf(aws: LocalAws): Promise<string> {
  const PolicyArn = `arn:aws:iam::111122223333:policy/${nameOf(aws)}`;
  const { Policy } = await aws.sdk.iam.send(new GetPolicyCommand({ PolicyArn }));
  const VersionId = given(Policy?.DefaultVersionId);
  const found = await aws.sdk.iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
  return decodeURIComponent(found.PolicyVersion?.Document ?? '');
}
