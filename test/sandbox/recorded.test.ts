/** Answers of AWS as public tests and issues have recorded them; IDs, names, and dates apart. */

import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  ForgotPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keysOf, type Sandbox } from '../../src/sandbox/index.ts';
import { clientsOf, errorOf, fakeClock, lambdaTrust, startSandbox, zipOf } from './support.ts';

let sandbox: Sandbox;
let clock: ReturnType<typeof fakeClock>;

beforeEach(async () => {
  clock = fakeClock();
  const delays = { functionPending: 1_000, functionUpdate: 1_000, roleToLambda: 0, policyPropagation: 0 };
  sandbox = await startSandbox({ now: clock.now, sleep: clock.sleep, delays });
});
afterEach(() => sandbox.close());

async function makeFunction(more: Partial<CreateFunctionCommandInput> = {}) {
  const { iam, lambda } = clientsOf(sandbox);
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: lambdaTrust }),
  );
  const made = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'f',
      Role: Role?.Arn,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipOf({ 'index.mjs': 'export const handler = async () => 1;' }) },
      ...more,
    }),
  );
  const look = () => lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'f' }));
  return { made, look };
}

describe('Lambda', () => {
  test('while a function is Pending there is no LastUpdateStatus', async () => {
    const { made, look } = await makeFunction();
    for (const answer of [made, await look()]) {
      expect(answer).toMatchObject({
        State: 'Pending',
        StateReason: 'The function is being created.',
        StateReasonCode: 'Creating',
      });
      expect(answer).not.toHaveProperty('LastUpdateStatus');
      expect(answer).not.toHaveProperty('LastUpdateStatusReason');
    }
    clock.advance(1_000);
    expect(await look()).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' });
  });

  test('RevisionId changes when the function becomes Active, and again when an update is done', async () => {
    const { made, look } = await makeFunction();
    expect(await look()).toMatchObject({ State: 'Pending', RevisionId: made.RevisionId });
    clock.advance(1_000);
    const active = await look();
    expect(active).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' });
    expect(active.RevisionId).not.toBe(made.RevisionId);
    const { lambda } = clientsOf(sandbox);
    const update = (RevisionId?: string) =>
      lambda.send(
        new UpdateFunctionConfigurationCommand({ FunctionName: 'f', Description: 'd', RevisionId }),
      );
    expect(await errorOf(update(made.RevisionId))).toEqual({
      name: 'PreconditionFailedException',
      message:
        'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    });
    const updating = await update(active.RevisionId);
    expect(updating).toMatchObject({
      LastUpdateStatus: 'InProgress',
      LastUpdateStatusReason: 'The function is being created.',
      LastUpdateStatusReasonCode: 'Creating',
    });
    expect(await look()).toMatchObject({ RevisionId: updating.RevisionId });
    clock.advance(1_000);
    const done = await look();
    expect(new Set([made, active, updating, done].map(({ RevisionId }) => RevisionId)).size).toBe(4);
    expect(await look()).toEqual({ ...done, $metadata: expect.anything() });
  });

  test('RuntimeVersionConfig names the version of the runtime', async () => {
    const { made } = await makeFunction();
    expect(made.RuntimeVersionConfig?.RuntimeVersionArn).toMatch(
      /^arn:aws:lambda:eu-west-1::runtime:[0-9a-f]{64}$/,
    );
  });

  test('an Environment without variables is shown, and none is not', async () => {
    const { made } = await makeFunction({ Environment: { Variables: {} } });
    expect(made.Environment).toEqual({ Variables: {} });
    const { lambda } = clientsOf(sandbox);
    const { Role: role } = made;
    const other = await lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'without',
        Role: role,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: zipOf({ 'index.mjs': 'export const handler = async () => 1;' }) },
      }),
    );
    expect(other).not.toHaveProperty('Environment');
  });
});

test('IAM: CreateRole answers without MaxSessionDuration and RoleLastUsed, GetRole with both', async () => {
  const { iam } = clientsOf(sandbox);
  const create = new CreateRoleCommand({
    RoleName: 'r',
    AssumeRolePolicyDocument: lambdaTrust,
    MaxSessionDuration: 7200,
  });
  const { Role: made } = await iam.send(create);
  expect(Object.keys(made ?? {}).toSorted()).toEqual([
    'Arn',
    'AssumeRolePolicyDocument',
    'CreateDate',
    'Path',
    'RoleId',
    'RoleName',
  ]);
  const { Role: seen } = await iam.send(new GetRoleCommand({ RoleName: 'r' }));
  expect(seen).toMatchObject({ ...made, MaxSessionDuration: 7200, RoleLastUsed: {} });
});

test('Logs: streams have an ARN, and groups say whether they are protected', async () => {
  const { logs } = clientsOf(sandbox);
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/g' }));
  await logs.send(new CreateLogStreamCommand({ logGroupName: '/g', logStreamName: 's' }));
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
  expect(logGroups).toMatchObject([{ logGroupName: '/g', deletionProtectionEnabled: false }]);
  const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName: '/g' }));
  expect(logStreams).toMatchObject([
    { logStreamName: 's', arn: 'arn:aws:logs:eu-west-1:111122223333:log-group:/g:log-stream:s' },
  ]);
});

test('Cognito: ForgotPassword has its own words for a name that is unknown', async () => {
  const config = { endpoint: sandbox.url, region: 'eu-west-1', credentials: keysOf('111122223333') };
  const idp = new CognitoIdentityProviderClient({ ...config, maxAttempts: 1 });
  const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName: 'pool' }));
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({ UserPoolId: UserPool?.Id, ClientName: 'web' }),
  );
  const forgot = new ForgotPasswordCommand({ ClientId: UserPoolClient?.ClientId, Username: 'nobody' });
  expect(await errorOf(idp.send(forgot))).toEqual({
    name: 'UserNotFoundException',
    message: 'Username/client id combination not found.',
  });
  idp.destroy();
});
