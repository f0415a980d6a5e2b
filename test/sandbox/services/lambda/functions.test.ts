import { createHash } from 'node:crypto';
import { CreateRoleCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../../src/sandbox/index.ts';
import { clientsOf, errorOf, fakeClock, lambdaTrust, policyOf, startSandbox, zipOf } from '../../support.ts';

const Role = 'arn:aws:iam::111122223333:role/fn';
const arn = 'arn:aws:lambda:eu-west-1:111122223333:function:f';
const ZipFile = zipOf({ 'index.mjs': 'export const handler = async () => 1;' });
const clock = fakeClock();
let sandbox: Sandbox;
let lambda: ReturnType<typeof clientsOf>['lambda'];
const start = async (delays = {}) => {
  const none = { roleToLambda: 0, policyPropagation: 0, functionPending: 0, functionUpdate: 0, latency: 0 };
  sandbox = await startSandbox({ now: clock.now, delays: { ...none, ...delays } });
  lambda = clientsOf(sandbox).lambda;
};
beforeEach(() => start());
afterEach(() => sandbox.close());

const makeRole = (trust = lambdaTrust) =>
  clientsOf(sandbox).iam.send(new CreateRoleCommand({ RoleName: 'fn', AssumeRolePolicyDocument: trust }));
const create = (more: Partial<CreateFunctionCommandInput> = {}) =>
  lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'f',
      Role,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile },
      ...more,
    }),
  );

describe('the execution role', () => {
  const refusal = {
    name: 'InvalidParameterValueException',
    message: 'The role defined for the function cannot be assumed by Lambda.',
  };

  test('is refused for a while after it was made', async () => {
    await sandbox.close();
    await start({ roleToLambda: 6000 });
    await makeRole();
    expect(await errorOf(create())).toEqual(refusal);
    clock.advance(5999);
    expect(await errorOf(create())).toEqual(refusal);
    clock.advance(1);
    await create();
  });

  test('is refused when it does not exist or does not trust Lambda', async () => {
    expect(await errorOf(create())).toEqual(refusal);
    await makeRole(
      policyOf({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }),
    );
    expect(await errorOf(create())).toEqual(refusal);
    await clientsOf(sandbox).iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName: 'fn', PolicyDocument: lambdaTrust }),
    );
    await create();
  });
});

describe('states', () => {
  const pending =
    'The operation cannot be performed at this time. The function is currently in the following state: Pending';

  test('a new function is Pending, then Active', async () => {
    await sandbox.close();
    await start({ functionPending: 1000 });
    await makeRole();
    expect(await create()).toMatchObject({ State: 'Pending', StateReasonCode: 'Creating' });
    expect(await errorOf(lambda.send(new InvokeCommand({ FunctionName: 'f' })))).toEqual({
      name: 'ResourceConflictException',
      message: pending,
    });
    const update = lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'f', Timeout: 5 }));
    expect((await errorOf(update)).message).toBe(pending);
    clock.advance(1000);
    await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 5 }, { FunctionName: 'f' });
  });

  test('an update is in progress for a while and conflicts with the next', async () => {
    await sandbox.close();
    await start({ functionUpdate: 500 });
    await makeRole();
    await create();
    const code = await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'f', ZipFile }));
    expect(code.LastUpdateStatus).toBe('InProgress');
    const update = () =>
      lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'f', Timeout: 5 }));
    expect(await errorOf(update())).toEqual({
      name: 'ResourceConflictException',
      message: `The operation cannot be performed at this time. An update is in progress for resource: ${arn}`,
    });
    clock.advance(500);
    expect((await update()).Timeout).toBe(5);
  });
});

describe('the configuration', () => {
  beforeEach(() => makeRole());

  test('has the hash of the zip, a revision, and Lambda’s defaults', async () => {
    const made = await create({ Environment: { Variables: { OLD: 'x' } }, Tags: { a: 'b' } });
    expect(made).toMatchObject({
      FunctionArn: arn,
      CodeSha256: createHash('sha256').update(ZipFile).digest('base64'),
      CodeSize: ZipFile.length,
      Timeout: 3,
      MemorySize: 128,
      Version: '$LATEST',
      PackageType: 'Zip',
      Architectures: ['x86_64'],
      Environment: { Variables: { OLD: 'x' } },
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/f' },
    });
    const stale = lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'f', ZipFile, RevisionId: 'stale' }),
    );
    expect((await errorOf(stale)).name).toBe('PreconditionFailedException');
    const RevisionId = made.RevisionId;
    const next = await lambda.send(new UpdateFunctionCodeCommand({ FunctionName: 'f', ZipFile, RevisionId }));
    expect(next.RevisionId).not.toBe(RevisionId);
    expect(next.CodeSha256).toBe(made.CodeSha256);
  });

  test('keeps what an update leaves out', async () => {
    const Variables = { OLD: 'x' };
    await create({ Environment: { Variables }, MemorySize: 512, LoggingConfig: { LogFormat: 'JSON' } });
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'f', Timeout: 7 }));
    const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: arn }));
    expect(found).toMatchObject({ Timeout: 7, MemorySize: 512, Environment: { Variables } });
    expect(found.LoggingConfig).toEqual({
      LogFormat: 'JSON',
      ApplicationLogLevel: 'INFO',
      SystemLogLevel: 'INFO',
      LogGroup: '/aws/lambda/f',
    });
  });

  test.each([
    [
      'nodejs20.x',
      'The runtime parameter of nodejs20.x is no longer supported for creating or updating AWS Lambda functions.',
    ],
    ['nodejs18.x', 'The runtime parameter of nodejs18.x is no longer supported'],
    ['nodejs99.x', 'Value nodejs99.x at'],
  ] as const)('refuses %s', async (runtime, text) => {
    const refused = await errorOf(create({ ...{ Runtime: runtime } } as object));
    expect(refused.name).toBe('InvalidParameterValueException');
    expect(refused.message).toContain(text);
  });

  test('refuses reserved variables, more than 4 KB of them, and names of one letter', async () => {
    const withVariables = (Variables: Record<string, string>) =>
      errorOf(create({ Environment: { Variables } }));
    expect((await withVariables({ AWS_REGION: 'x', OTHER: 'y' })).message).toMatch(
      /reserved keys .* Reserved keys used in this request: AWS_REGION$/,
    );
    expect((await withVariables({ BIG: 'x'.repeat(4096) })).message).toContain('exceeded the 4KB limit');
    expect((await withVariables({ A: 'x' })).name).toBe('ValidationException');
  });

  test('refuses names over 64 characters and zips that are none', async () => {
    expect((await errorOf(create({ FunctionName: 'x'.repeat(65) }))).name).toBe(
      'InvalidParameterValueException',
    );
    const broken = await errorOf(create({ Code: { ZipFile: new Uint8Array([1, 2, 3]) } }));
    expect(broken.message).toContain('Could not unzip uploaded file.');
  });

  test('exists once, is listed, and is gone after deletion', async () => {
    await create();
    expect(await errorOf(create())).toEqual({
      name: 'ResourceConflictException',
      message: 'Function already exist: f',
    });
    const { Functions } = await lambda.send(new ListFunctionsCommand({}));
    expect(Functions?.map(({ FunctionName }) => FunctionName)).toEqual(['f']);
    await lambda.send(new DeleteFunctionCommand({ FunctionName: 'f' }));
    const gone = { name: 'ResourceNotFoundException', message: `Function not found: ${arn}` };
    expect(await errorOf(lambda.send(new GetFunctionCommand({ FunctionName: 'f' })))).toEqual(gone);
    expect(await errorOf(lambda.send(new DeleteFunctionCommand({ FunctionName: 'f' })))).toEqual(gone);
  });

  test('has tags that can be added and removed', async () => {
    await create({ Tags: { a: 'b' } });
    await lambda.send(
      new TagResourceCommand({ Resource: arn, Tags: { 'cognito-migrate:pool': 'eu-west-1_x', c: 'd' } }),
    );
    await lambda.send(new UntagResourceCommand({ Resource: arn, TagKeys: ['a', 'c'] }));
    const { Tags } = await lambda.send(new ListTagsCommand({ Resource: arn }));
    expect(Tags).toEqual({ 'cognito-migrate:pool': 'eu-west-1_x' });
  });

  test('is of its Region and account', async () => {
    await create();
    const elsewhere = clientsOf(sandbox, undefined, 'us-east-1').lambda;
    expect((await errorOf(elsewhere.send(new GetFunctionCommand({ FunctionName: 'f' })))).message).toBe(
      'Function not found: arn:aws:lambda:us-east-1:111122223333:function:f',
    );
  });
});
