/** An execution role, and an app client of the old pool, that somebody made before init. */
import { CreateUserPoolClientCommand } from '@aws-sdk/client-cognito-identity-provider';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { main } from '../fault-injection/sides.ts';
import { lambdaTrust, policyOf } from '../sandbox/support.ts';
import { given } from '../support/errors.ts';
import type { UpgradeAws } from './scene.ts';

/** @returns the flags with which `init` uses them. */
export async function makeExistingParts({ sdk, oldSdk, oldPool }: UpgradeAws): Promise<string[]> {
  const RoleName = 'existing';
  const role = await sdk.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: lambdaTrust }));
  const PolicyDocument = policyOf(
    {
      Effect: 'Allow',
      Action: ['cognito-idp:AdminInitiateAuth', 'cognito-idp:AdminGetUser'],
      Resource: `arn:aws:cognito-idp:${main.region}:${main.account}:userpool/${oldPool}`,
    },
    { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' },
  );
  await sdk.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'moves-users', PolicyDocument }));
  const { UserPoolClient } = await oldSdk.idp.send(
    new CreateUserPoolClientCommand({
      UserPoolId: oldPool,
      ClientName: 'existing',
      ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
    }),
  );
  return ['--role-arn', given(role.Role?.Arn), '--old-client-id', given(UserPoolClient?.ClientId)];
}
