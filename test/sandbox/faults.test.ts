import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CognitoIdentityProviderClient,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateRoleCommand, GetRoleCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FaultKind } from '../../src/sandbox/faults.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { keysOf } from '../../src/sandbox/index.ts';
import { clientsOf, errorOf, keyOf, lambdaTrust, startSandbox } from './support.ts';

let sandbox: Sandbox;
let clients: ReturnType<typeof clientsOf>;
beforeEach(async () => {
  sandbox = await startSandbox();
  clients = clientsOf(sandbox);
});
afterEach(() => sandbox.close());

const create = (RoleName = 'r') => new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: lambdaTrust });
const exists = async () =>
  (await clients.iam.send(new ListRolesCommand({}))).Roles?.map(({ RoleName }) => RoleName) ?? [];

describe('a fault before a call leaves no effect', () => {
  test.each([
    ['throttle', 'Throttling'],
    ['internal-error', 'ServiceFailureException'],
    ['access-denied', 'AccessDenied'],
    // The SDK gives this name to every ECONNRESET.
    ['connection-reset', 'TimeoutError'],
  ] as const)('%s', async (kind, name) => {
    sandbox.faults.inject({ kind, operation: 'CreateRole' });
    expect((await errorOf(clients.iam.send(create()))).name).toBe(name);
    expect(await exists()).toEqual([]);
    await clients.iam.send(create());
    expect(await exists()).toEqual(['r']);
  });
});

describe('a fault after a call leaves its effect', () => {
  test.each([
    ['throttle', 'Throttling', 'ok, then Throttling'],
    ['internal-error', 'ServiceFailureException', 'ok, then ServiceFailure'],
    ['connection-reset', 'TimeoutError', 'ok, then connection-reset'],
    ['lost-response', 'TimeoutError', 'ok, then lost-response'],
  ] as const)('%s', async (kind, name, result) => {
    sandbox.faults.inject({ kind, position: 'after', operation: 'CreateRole' });
    expect((await errorOf(clients.iam.send(create()))).name).toBe(name);
    expect(sandbox.journal.calls.at(-1)).toMatchObject({ fault: kind, result });
    expect(await exists()).toEqual(['r']);
  });
});

test('a time-out never answers', async () => {
  const impatient = () =>
    errorOf(clients.iam.send(create(), { abortSignal: AbortSignal.timeout(50) })).then(({ name }) => name);
  sandbox.faults.inject({ kind: 'time-out' });
  expect(await impatient()).toBe('AbortError');
  expect(await exists()).toEqual([]);
  sandbox.faults.inject({ kind: 'time-out', position: 'after' });
  expect(await impatient()).toBe('AbortError');
  expect(await exists()).toEqual(['r']);
});

test('each service throttles, fails and denies in its own words', async () => {
  const cognito = new CognitoIdentityProviderClient({
    endpoint: sandbox.url,
    region: 'eu-west-1',
    credentials: keyOf('111122223333'),
    maxAttempts: 1,
  });
  const names = async (kind: FaultKind) => {
    sandbox.faults.inject({ kind, times: 5 });
    const calls = [
      clients.iam.send(new ListRolesCommand({})),
      clients.sts.send(new GetCallerIdentityCommand({})),
      clients.lambda.send(new ListFunctionsCommand({})),
      clients.logs.send(new DescribeLogGroupsCommand({})),
      cognito.send(new ListUserPoolsCommand({ MaxResults: 1 })),
    ];
    return Promise.all(calls.map(async (call) => (await errorOf(call)).name));
  };
  expect(await names('throttle')).toEqual([
    'Throttling',
    'Throttling',
    'TooManyRequestsException',
    'ThrottlingException',
    'TooManyRequestsException',
  ]);
  expect(await names('access-denied')).toEqual([
    'AccessDenied',
    'AccessDenied',
    'AccessDeniedException',
    'AccessDeniedException',
    'AccessDeniedException',
  ]);
  expect(await names('internal-error')).toEqual([
    'ServiceFailureException',
    'InternalFailure',
    'ServiceException',
    'InternalFailure',
    'InternalErrorException',
  ]);
});

test('a throttle can carry Retry-After', async () => {
  sandbox.faults.inject({ kind: 'throttle', retryAfter: 7 });
  const response = await fetch(sandbox.url, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${keysOf('111122223333').accessKeyId}/20261122/us-east-1/iam/aws4_request, Signature=x`,
    },
    body: 'Action=ListRoles&Version=2010-05-08',
  });
  expect(response.status).toBe(400);
  expect(response.headers.get('retry-after')).toBe('7');
  expect(await response.text()).toContain('<Code>Throttling</Code>');
});

test('faults strike by number, by place in a series, by predicate, as often as asked', async () => {
  const outcome = (name: string) =>
    clients.iam.send(create(name)).then(
      () => 'ok',
      (error: Error) => error.name,
    );
  sandbox.faults.inject({ kind: 'throttle', sequence: 2 });
  expect([await outcome('a'), await outcome('b'), await outcome('b')]).toEqual(['ok', 'Throttling', 'ok']);
  sandbox.faults.inject({ kind: 'throttle', operation: 'CreateRole', skip: 1, times: 2 });
  expect([await outcome('c'), await outcome('d'), await outcome('d'), await outcome('d')]).toEqual([
    'ok',
    'Throttling',
    'Throttling',
    'ok',
  ]);
  const disarm = sandbox.faults.inject({
    kind: 'throttle',
    predicate: (call) => call.input.RoleName === 'e',
    times: 100,
  });
  expect([await outcome('f'), await outcome('e')]).toEqual(['ok', 'Throttling']);
  disarm();
  expect(await outcome('e')).toBe('ok');
});

test('hooks run before and after each call and are waited for', async () => {
  const seen: string[] = [];
  sandbox.faults.onCall('before', async (call) => {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(`before ${call.sequence} ${call.operation} ${call.result}`);
  });
  const stop = sandbox.faults.onCall('after', (call) => {
    seen.push(`after ${call.sequence} ${call.operation} ${call.result}`);
  });
  await clients.iam.send(create());
  stop();
  await errorOf(clients.iam.send(new GetRoleCommand({ RoleName: 'none' })));
  expect(seen).toEqual(['before 1 CreateRole open', 'after 1 CreateRole ok', 'before 2 GetRole open']);
});

describe('the control API', () => {
  const control = (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
    fetch(`${sandbox.url}/_sandbox/${path}`, {
      method,
      headers: { authorization: `Bearer ${keysOf('111122223333').accessKeyId}`, ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });

  test('injects and removes faults', async () => {
    const made = await control('POST', 'faults', { kind: 'throttle', operation: 'CreateRole', times: 2 });
    expect(made.status).toBe(201);
    const { id } = JSON.parse(await made.text());
    expect((await errorOf(clients.iam.send(create()))).name).toBe('Throttling');
    const listed = JSON.parse(await (await control('GET', 'faults')).text());
    expect(listed.faults).toMatchObject([{ id, left: 1, fault: { kind: 'throttle' } }]);
    await control('DELETE', `faults/${id}`);
    await clients.iam.send(create());
    await control('POST', 'faults', { kind: 'throttle' });
    await control('DELETE', 'faults');
    await clients.iam.send(create('s'));
  });

  test('refuses faults it does not know', async () => {
    const refused = await control('POST', 'faults', { kind: 'earthquake' });
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('earthquake');
  });

  test('shows and clears the journal, and is not part of it', async () => {
    await clients.iam.send(create());
    expect(JSON.parse(await (await control('GET', 'health')).text())).toEqual({ status: 'ok', calls: 1 });
    const { calls } = JSON.parse(await (await control('GET', 'journal')).text());
    expect(calls).toMatchObject([{ sequence: 1, service: 'iam', operation: 'CreateRole', result: 'ok' }]);
    await control('DELETE', 'journal');
    await clients.iam.send(new ListRolesCommand({}));
    expect(sandbox.journal.calls).toMatchObject([{ sequence: 1, operation: 'ListRoles' }]);
  });

  test('is not for web pages', async () => {
    const page = await control('GET', 'journal', undefined, { origin: 'https://example.com' });
    expect(page.status).toBe(403);
    expect((await control('GET', 'nothing')).status).toBe(404);
  });
});
