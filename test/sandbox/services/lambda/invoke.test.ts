import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import {
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  type AddPermissionCommandInput,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetPolicyCommand,
  InvokeCommand,
  RemovePermissionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../../src/sandbox/index.ts';
import {
  basicExecution,
  clientsOf,
  errorOf,
  lambdaTrust,
  policyOf,
  startSandbox,
  zipOf,
} from '../../support.ts';

const functionArn = 'arn:aws:lambda:eu-west-1:111122223333:function:f';
let sandbox: Sandbox;
let clients: ReturnType<typeof clientsOf>;
/** Time limits that pass sooner than they say, so that no test waits for seconds. */
const shortened: ReadonlyMap<number, number> = new Map([
  [2000, 50],
  [7000, 150],
]);

beforeEach(async () => {
  sandbox = await startSandbox({
    timer: (ms, callback) => {
      const timer = setTimeout(callback, shortened.get(ms) ?? ms);
      return () => clearTimeout(timer);
    },
  });
  clients = clientsOf(sandbox);
  await clients.iam.send(new CreateRoleCommand({ RoleName: 'fn', AssumeRolePolicyDocument: lambdaTrust }));
  await clients.iam.send(new AttachRolePolicyCommand({ RoleName: 'fn', PolicyArn: basicExecution }));
});
afterEach(() => sandbox.close());

const create = (files: Record<string, string>, more: object = {}) =>
  clients.lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'f',
      Role: 'arn:aws:iam::111122223333:role/fn',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipOf(files) },
      ...more,
    }),
  );
const invoke = async (payload: unknown = {}) => {
  const answer = await clients.lambda.send(
    new InvokeCommand({ FunctionName: 'f', Payload: JSON.stringify(payload), LogType: 'Tail' }),
  );
  return {
    error: answer.FunctionError,
    payload: JSON.parse(answer.Payload?.transformToString() ?? 'null'),
    log: Buffer.from(answer.LogResult ?? '', 'base64').toString(),
  };
};
const esm = (body: string) => ({
  'index.mjs': `export const handler = async (event, context) => { ${body} };`,
});

describe('the handler', () => {
  test('can be CommonJS, in a folder, and nested', async () => {
    const files = { 'src/main.js': 'exports.api = { go: async (event) => ({ got: event }) };' };
    await create(files, { Handler: 'src/main.api.go' });
    expect((await invoke({ a: 1 })).payload).toEqual({ got: { a: 1 } });
  });

  test('can import other files of the zip', async () => {
    const handler = `import { two } from './lib/two.mjs'; export const handler = async () => (await import('./lazy.mjs')).three + two;`;
    await create({
      'index.mjs': handler,
      'lib/two.mjs': 'export const two = 2;',
      'lazy.mjs': 'export const three = 3;',
    });
    expect((await invoke()).payload).toBe(5);
  });

  test('may use a callback on Node.js 22, not on 24', async () => {
    const files = { 'index.cjs': 'exports.handler = (event, context, callback) => callback(null, "done");' };
    await create(files, { Runtime: 'nodejs22.x' });
    expect((await invoke()).payload).toBe('done');
    await clients.lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: 'f', Runtime: 'nodejs24.x' }),
    );
    expect((await invoke()).payload.errorType).toBe('Runtime.CallbackHandlerDeprecated');
  });

  test('sees its own environment, the Lambda variables, and nothing of the sandbox’s', async () => {
    process.env.SANDBOX_TEST_LEAK = 'leak';
    await create(esm('return { env: process.env, cwd: process.cwd() };'), {
      MemorySize: 256,
      Environment: { Variables: { OLD_CLIENT_ID: 'c' } },
    });
    const { env } = (await invoke()).payload;
    expect(env).toMatchObject({
      OLD_CLIENT_ID: 'c',
      AWS_REGION: 'eu-west-1',
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_LAMBDA_FUNCTION_NAME: 'f',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/f',
      AWS_ENDPOINT_URL: sandbox.url,
      _HANDLER: 'index.handler',
      TZ: ':UTC',
    });
    expect(env.AWS_ACCESS_KEY_ID).toMatch(/^ASIA/);
    expect(
      Object.keys(env).filter((name) => ['SANDBOX_TEST_LEAK', 'HOME', 'PATH', 'NODE_OPTIONS'].includes(name)),
    ).toEqual([]);
    delete process.env.SANDBOX_TEST_LEAK;
  });

  test('has an Init phase that does not count towards the Timeout', async () => {
    const slow = 'await new Promise((go) => setTimeout(go, 150)); export const handler = async () => 1;';
    await create({ 'index.mjs': slow }, { Timeout: 2 });
    expect((await invoke()).payload).toBe(1);
  });

  test('is noted in the journal of the call that ran it, as are its own calls', async () => {
    const { 'index.mjs': source } = esm(`
      const { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID: key, AWS_SESSION_TOKEN: token } = process.env;
      const answer = await fetch(AWS_ENDPOINT_URL + '/?Action=GetCallerIdentity&Version=2011-06-15', { headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=' + key + '/20261122/eu-west-1/sts/aws4_request, Signature=0',
        'x-amz-security-token': token,
      } });
      return (await answer.text()).match(/<Arn>([^<]+)/)[1];`);
    await create({ 'index.mjs': source });
    sandbox.journal.clear();
    const session = 'arn:aws:sts::111122223333:assumed-role/fn/f';
    expect((await invoke()).payload).toBe(session);
    expect(sandbox.journal.calls).toMatchObject([
      { operation: 'Invoke', functions: [functionArn] },
      { operation: 'GetCallerIdentity', caller: session, functions: [] },
    ]);
  });

  test('stays warm, and starts anew after its code or configuration changed', async () => {
    const counter = { 'index.mjs': 'let n = 0; export const handler = async () => (n += 1);' };
    await create(counter);
    expect([(await invoke()).payload, (await invoke()).payload]).toEqual([1, 2]);
    await clients.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'f', Timeout: 4 }));
    expect((await invoke()).payload).toBe(1);
    await clients.lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'f', ZipFile: zipOf(esm('return "new";')) }),
    );
    expect((await invoke()).payload).toBe('new');
  });

  test('runs in a process for each of several invocations at the same time', async () => {
    await create(esm('await new Promise((go) => setTimeout(go, 50)); return process.pid;'));
    const runs = await Promise.all([invoke(), invoke(), invoke()]);
    expect(new Set(runs.map(({ payload }) => payload)).size).toBe(3);
  });
});

describe('a function error', () => {
  test('of the handler is answered with its type, message and stack, and logged', async () => {
    await create(esm('throw new TypeError("boom");'));
    const { error, payload, log } = await invoke();
    expect(error).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType: 'TypeError', errorMessage: 'boom' });
    expect(payload.trace[0]).toBe('TypeError: boom');
    expect(log).toContain('\tERROR\tInvoke Error \t{"errorType":"TypeError"');
  });

  test.each([
    ['a missing file', { 'other.mjs': '' }, 'Runtime.ImportModuleError'],
    ['a missing export', { 'index.mjs': 'export const other = 1;' }, 'Runtime.HandlerNotFound'],
    ['a syntax error', { 'index.mjs': 'export const handler = ;' }, 'SyntaxError'],
    ['a process that exits', esm('process.exit(3);'), 'Runtime.ExitError'],
  ])('of %s', async (_, files, errorType) => {
    await create(files);
    expect((await invoke()).payload.errorType).toBe(errorType);
  });

  test('of the Timeout ends the process', async () => {
    await create(esm('console.log("begun"); await new Promise((go) => setTimeout(go, 60000));'), {
      Timeout: 7,
    });
    const { payload, log } = await invoke();
    expect(payload.errorType).toBe('Sandbox.Timedout');
    expect(payload.errorMessage).toMatch(/^RequestId: [\w-]{36} Error: Task timed out after 7\.00 seconds$/);
    expect(log).toContain('Task timed out after 7.00 seconds');
  });
});

describe('log lines', () => {
  const events = async () => {
    const { events: found } = await clients.logs.send(
      new FilterLogEventsCommand({ logGroupName: '/aws/lambda/f' }),
    );
    return (found ?? []).map(({ message }) => message ?? '');
  };

  test('are in the function’s log group: one event per console call', async () => {
    await create(
      esm('console.log("a\\nb", { c: 1 }); console.error("bad"); process.stdout.write("raw\\n"); return 1;'),
    );
    await invoke();
    const lines = await events();
    expect(lines[0]).toMatch(/^START RequestId: [\w-]{36} Version: \$LATEST\n$/);
    expect(lines.some((line) => line.endsWith('\tINFO\ta\rb { c: 1 }\n'))).toBe(true);
    expect(lines.some((line) => line.endsWith('\tERROR\tbad\n'))).toBe(true);
    expect(lines).toContain('raw\n');
    expect(lines.at(-1)).toMatch(/^REPORT RequestId: .*\tMemory Size: 128 MB\t.*Init Duration/);
  });

  test('are JSON where the function logs JSON', async () => {
    await create(esm('console.log({ outcome: "migrated" }); console.warn("w"); return 1;'), {
      LoggingConfig: { LogFormat: 'JSON' },
    });
    await invoke();
    const { events: found } = await clients.logs.send(
      new FilterLogEventsCommand({
        logGroupName: '/aws/lambda/f',
        filterPattern: '{ $.message.outcome = "migrated" }',
      }),
    );
    expect(found).toHaveLength(1);
    const lines = (await events()).map((line) => JSON.parse(line));
    expect(lines.map(({ type, level }) => type ?? level)).toEqual([
      'platform.start',
      'INFO',
      'WARN',
      'platform.report',
    ]);
  });

  test('are lost when the execution role may not write them', async () => {
    await clients.iam.send(new DetachRolePolicyCommand({ RoleName: 'fn', PolicyArn: basicExecution }));
    await create(esm('return 1;'));
    expect((await invoke()).payload).toBe(1);
    expect((await clients.logs.send(new DescribeLogGroupsCommand({}))).logGroups).toEqual([]);
    const PolicyDocument = policyOf({
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: 'arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/f:*',
    });
    await clients.iam.send(new PutRolePolicyCommand({ RoleName: 'fn', PolicyName: 'logs', PolicyDocument }));
    await invoke();
    expect((await clients.logs.send(new DescribeLogGroupsCommand({}))).logGroups).toEqual([]);
    await clients.logs.send(new CreateLogGroupCommand({ logGroupName: '/aws/lambda/f' }));
    await invoke();
    expect((await events()).length).toBeGreaterThan(0);
  });
});

describe('invocation by a service', () => {
  const pool = 'arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_abc';
  const source = { service: 'cognito-idp.amazonaws.com', sourceArn: pool, sourceAccount: '111122223333' };
  const permit = (more: Partial<AddPermissionCommandInput> = {}) =>
    clients.lambda.send(
      new AddPermissionCommand({
        FunctionName: 'f',
        StatementId: 's',
        Action: 'lambda:InvokeFunction',
        Principal: 'cognito-idp.amazonaws.com',
        SourceArn: pool,
        SourceAccount: '111122223333',
        ...more,
      }),
    );
  const call = (more: object = {}, timeout = 5000) =>
    sandbox.world.invokeFunction(functionArn, { ...source, ...more }, '{"a":1}', timeout);

  test('needs the permission', async () => {
    expect(await call()).toEqual({ kind: 'denied' });
    await create(esm('return event;'));
    expect(await call()).toEqual({ kind: 'denied' });
    await permit();
    expect(await call()).toEqual({ kind: 'ok', payload: '{"a":1}' });
    await clients.lambda.send(new RemovePermissionCommand({ FunctionName: 'f', StatementId: 's' }));
    expect(await call()).toEqual({ kind: 'denied' });
  });

  test.each([
    ['another pool', { sourceArn: `${pool}d` }],
    ['another account', { sourceAccount: '444455556666' }],
    ['another service', { service: 's3.amazonaws.com' }],
  ])('is denied to %s', async (_, more) => {
    await create(esm('return event;'));
    await permit();
    expect(await call(more)).toEqual({ kind: 'denied' });
  });

  test('may be allowed by wildcard', async () => {
    await create(esm('return event;'));
    await permit({ SourceArn: 'arn:aws:cognito-idp:eu-west-1:111122223333:userpool/*' });
    expect((await call()).kind).toBe('ok');
  });

  test('gives up after its own limit while the function goes on', async () => {
    await create(esm('await new Promise((go) => setTimeout(go, 300)); return 1;'), { Timeout: 60 });
    await permit();
    expect(await call({}, 50)).toEqual({ kind: 'timeout' });
  });

  test('hears what the function threw', async () => {
    await create(esm('throw new Error("no");'));
    await permit();
    expect(await call()).toEqual({ kind: 'function-error', errorType: 'Error', errorMessage: 'no' });
  });

  test('is denied once the execution role is gone', async () => {
    await create(esm('return 1;'));
    await permit();
    await clients.iam.send(new DetachRolePolicyCommand({ RoleName: 'fn', PolicyArn: basicExecution }));
    await clients.iam.send(new DeleteRoleCommand({ RoleName: 'fn' }));
    expect(await call()).toEqual({ kind: 'denied' });
    expect((await errorOf(invoke())).name).toBe('AccessDeniedException');
  });

  test('the policy reads as Lambda writes it, and a statement exists once', async () => {
    await create(esm('return 1;'));
    const none = clients.lambda.send(new GetPolicyCommand({ FunctionName: 'f' }));
    expect(await errorOf(none)).toEqual({
      name: 'ResourceNotFoundException',
      message: 'The resource you requested does not exist.',
    });
    await permit();
    const { Policy } = await clients.lambda.send(new GetPolicyCommand({ FunctionName: 'f' }));
    expect(JSON.parse(Policy ?? '')).toEqual({
      Version: '2012-10-17',
      Id: 'default',
      Statement: [
        {
          Sid: 's',
          Effect: 'Allow',
          Principal: { Service: 'cognito-idp.amazonaws.com' },
          Action: 'lambda:InvokeFunction',
          Resource: functionArn,
          Condition: {
            StringEquals: { 'AWS:SourceAccount': '111122223333' },
            ArnLike: { 'AWS:SourceArn': pool },
          },
        },
      ],
    });
    expect((await errorOf(permit())).name).toBe('ResourceConflictException');
  });
});

test('no process and no file is left after deletion and close', async () => {
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith(`local-aws-${process.pid}-`));
  await create(esm('return process.pid;'));
  const { payload: pid } = await invoke();
  expect(folders()).toHaveLength(1);
  await clients.lambda.send(new DeleteFunctionCommand({ FunctionName: 'f' }));
  expect(() => process.kill(pid, 0)).toThrow();
  expect(folders()).toEqual([]);
  await create(esm('await new Promise((go) => setTimeout(go, 60000));'), { Timeout: 60 });
  const running = invoke().catch(() => 'cut off');
  await new Promise<void>((resolve) => {
    const wait = () => (folders().length > 0 ? resolve() : setTimeout(wait, 5));
    wait();
  });
  await sandbox.close();
  expect(await running).toBe('cut off');
  expect(folders()).toEqual([]);
});
