/** Everything that a repairing init can repair, broken by an administrator. */

import { type CloudWatchLogsClient, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  CreatePolicyVersionCommand,
  DeleteRolePermissionsBoundaryCommand,
  type IAMClient,
  ListPolicyVersionsCommand,
  PutRolePolicyCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  type LambdaClient,
  RemovePermissionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { given } from '../support/errors.ts';

/** Lets a service use a role. */
export const trustOf = (service: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });

/** A policy that allows next to nothing. */
export const nothing = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:GetCallerIdentity', Resource: '*' }],
});

/** The role, and as many versions of its policy as IAM keeps. */
export async function breakRole(iam: IAMClient, RoleName: string, PolicyArn: string): Promise<void> {
  await iam.send(
    new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trustOf('ec2.amazonaws.com') }),
  );
  await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['cost'] }));
  await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName })).catch(() => undefined); // it may have none
  const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
  for (let count = Versions.length; count < 5; count += 1) {
    await iam.send(
      new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: nothing, SetAsDefault: true }),
    );
  }
}

export async function breakFunction(lambda: LambdaClient, FunctionName: string): Promise<void> {
  const ZipFile = zipSync({ 'index.mjs': strToU8('export const handler = async (event) => event;') });
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 128 }));
  const StatementId = 'cognito-migrate';
  await lambda.send(new RemovePermissionCommand({ FunctionName, StatementId }));
  const Principal = 'cognito-idp.amazonaws.com'; // any pool of any account
  await lambda.send(
    new AddPermissionCommand({ FunctionName, StatementId, Action: 'lambda:InvokeFunction', Principal }),
  );
}

export async function breakLog(logs: CloudWatchLogsClient, name: string): Promise<void> {
  await logs.send(new PutRetentionPolicyCommand({ logGroupName: `/aws/lambda/${name}`, retentionInDays: 1 }));
}

/** Takes every flow but SRP from a client. */
export async function breakClient(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
  ClientId: string,
): Promise<void> {
  const { UserPoolClient } = await idp.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
  await idp.send(
    new UpdateUserPoolClientCommand({
      UserPoolId,
      ClientId,
      ClientName: given(UserPoolClient?.ClientName),
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    }),
  );
}

/** The role in the old pool's account. */
export async function breakOldRole(iam: IAMClient, RoleName: string): Promise<void> {
  await iam.send(
    new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trustOf('ec2.amazonaws.com') }),
  );
  await iam.send(
    new PutRolePolicyCommand({ RoleName, PolicyName: 'cognito-migrate', PolicyDocument: nothing }),
  );
  await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName })).catch(() => undefined); // it may have none
}
