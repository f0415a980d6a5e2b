import {
  CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { AddPermissionCommand, CreateFunctionCommand, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import { afterEach, expect, test } from 'vitest';
import type { Sandbox } from '../../../../src/sandbox/index.ts';
import { clientsOf, errorOf, fakeClock, keyOf, lambdaTrust, startSandbox, zipOf } from '../../support.ts';
import { account, type LocalCognito, newClient, newPool, region } from './support.ts';
import { signIn } from './users-support.ts';

const code = `export const handler = async (event) => {
  if (event.request.password !== 'old') return event;
  return { ...event, response: {
    userAttributes: { email: event.userName, email_verified: 'true' },
    finalUserStatus: 'CONFIRMED', messageAction: 'SUPPRESS',
  } };
};`;

let sandbox: Sandbox | undefined;

afterEach(async () => {
  await sandbox?.close();
});

test('a user migrates through a function that really runs, once it lets the pool in', async () => {
  const started = await startSandbox();
  sandbox = started;
  const { iam, lambda } = clientsOf(started);
  const client = new CognitoIdentityProviderClient({
    endpoint: started.url,
    region,
    credentials: keyOf(account),
    maxAttempts: 1,
  });
  const scene: LocalCognito = {
    sandbox: started,
    client,
    clock: fakeClock(),
    invocations: [],
    play: () => undefined,
    clientOf: () => client,
  };
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: 'migrate', AssumeRolePolicyDocument: lambdaTrust }),
  );
  const { FunctionArn } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'migrate',
      Role: Role?.Arn,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipOf({ 'index.mjs': code }) },
    }),
  );
  const poolId = await newPool(scene, {
    UsernameAttributes: ['email'],
    LambdaConfig: { UserMigration: FunctionArn },
  });
  const clientId = await newClient(scene, poolId);
  expect(await errorOf(signIn(scene, clientId, 'bob@example.com', 'old'))).toEqual({
    name: 'UserNotFoundException',
    message: `Exception migrating user in app client ${clientId}`,
  });
  const { UserPool } = await client.send(new DescribeUserPoolCommand({ UserPoolId: poolId }));
  const permission = {
    FunctionName: 'migrate',
    StatementId: 'cognito',
    Action: 'lambda:InvokeFunction',
    Principal: 'cognito-idp.amazonaws.com',
    SourceArn: UserPool?.Arn,
    SourceAccount: account,
  };
  await lambda.send(new AddPermissionCommand({ ...permission, SourceArn: `${UserPool?.Arn}x` }));
  expect((await errorOf(signIn(scene, clientId, 'bob@example.com', 'old'))).name).toBe(
    'UserNotFoundException',
  );
  await lambda.send(new RemovePermissionCommand({ FunctionName: 'migrate', StatementId: 'cognito' }));
  await lambda.send(new AddPermissionCommand(permission));
  expect((await errorOf(signIn(scene, clientId, 'bob@example.com', 'wrong'))).name).toBe(
    'UserNotFoundException',
  );
  expect((await signIn(scene, clientId, 'bob@example.com', 'old')).AuthenticationResult).toBeDefined();
});
