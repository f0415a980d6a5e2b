/** Asynchronous invocation: retries on the world's clock, the age of events, and what the function sees. */
import { AttachRolePolicyCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  InvokeCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Sandbox } from '../../../../src/sandbox/index.ts';
import { readSamples } from '../../../../src/sandbox/services/cloudwatch/state.ts';
import {
  basicExecution,
  clientsOf,
  errorOf,
  fakeClock,
  lambdaTrust,
  startSandbox,
  zipOf,
} from '../../support.ts';

let sandbox: Sandbox;
let clients: ReturnType<typeof clientsOf>;
let clock: ReturnType<typeof fakeClock>;
let sleeps: number[];

beforeEach(async () => {
  clock = fakeClock();
  sleeps = [];
  sandbox = await startSandbox({
    now: clock.now,
    sleep: (ms) => {
      sleeps.push(ms);
      return clock.sleep(ms);
    },
  });
  clients = clientsOf(sandbox);
  await clients.iam.send(new CreateRoleCommand({ RoleName: 'fn', AssumeRolePolicyDocument: lambdaTrust }));
  await clients.iam.send(new AttachRolePolicyCommand({ RoleName: 'fn', PolicyArn: basicExecution }));
});
afterEach(() => sandbox.close());

const create = (code: string) =>
  clients.lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'f',
      Role: 'arn:aws:iam::111122223333:role/fn',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipOf({ 'index.mjs': code }) },
    }),
  );
const send = (InvocationType: 'Event' | 'DryRun', Payload = '{}', FunctionName = 'f') =>
  clients.lambda.send(new InvokeCommand({ FunctionName, InvocationType, Payload }));

const rules = (more: object) =>
  clients.lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName: 'f', ...more }));
const metric = (name: string) => {
  const place = { world: sandbox.world, account: '111122223333', region: 'eu-west-1' };
  const id = { namespace: 'AWS/Lambda', name, dimensions: { FunctionName: 'f' } };
  return [...readSamples(place, id)].reduce((sum, sample) => sum + sample.sum, 0);
};
/** Waits for the end of the queue. */
const counted = (name: string, times: number) =>
  vi.waitFor(() => expect(metric(name)).toBe(times), { timeout: 20_000, interval: 20 });

const failing = 'export const handler = async () => { throw new Error("no"); };';

test('answers at once, and tries a failing function again after 1 and 2 minutes', async () => {
  await create(failing);
  const answer = await send('Event');
  expect([answer.StatusCode, answer.Payload?.length ?? 0]).toEqual([202, 0]);
  await counted('AsyncEventsDropped', 1);
  expect(sleeps).toEqual([60_000, 120_000]);
  expect(metric('Errors')).toBe(3);
  expect(metric('AsyncEventsReceived')).toBe(1);
});

test('stops as soon as the function succeeds', async () => {
  await create(
    'let n = 0; export const handler = async () => { n += 1; if (n < 2) throw new Error("no"); };',
  );
  await send('Event');
  await counted('Invocations', 2);
  expect(sleeps).toEqual([60_000]);
  expect(metric('AsyncEventsDropped')).toBe(0);
});

test('keeps to the rules of the function: attempts and age', async () => {
  await create(failing);
  await rules({ MaximumRetryAttempts: 0 });
  await send('Event');
  await counted('AsyncEventsDropped', 1);
  expect([metric('Invocations'), sleeps]).toEqual([1, []]);
  await rules({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 100 });
  await send('Event');
  await counted('AsyncEventsDropped', 2);
  // The second retry would be 180 seconds after the event.
  expect(metric('Invocations')).toBe(3);
});

test('keeps a throttled event in the queue, but not longer than its age', async () => {
  await create(failing);
  await rules({ MaximumEventAgeInSeconds: 900 });
  await clients.lambda.send(
    new PutFunctionConcurrencyCommand({ FunctionName: 'f', ReservedConcurrentExecutions: 0 }),
  );
  await send('Event');
  await counted('AsyncEventsDropped', 1);
  expect(sleeps.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
  expect(Math.max(...sleeps)).toBe(300_000);
  expect(metric('Invocations')).toBe(0);
});

test('drops the event of a function that was deleted', async () => {
  await create(failing);
  clock.sleep = async () => {
    await clients.lambda.send(new DeleteFunctionCommand({ FunctionName: 'f' }));
  };
  await send('Event');
  await vi.waitFor(() => expect(sleeps).toEqual([60_000]), { timeout: 20_000 });
  expect(metric('AsyncEventsDropped')).toBe(0);
});

test('checks the right only, in a dry run', async () => {
  await create(failing);
  expect((await send('DryRun')).StatusCode).toBe(204);
  expect((await errorOf(send('DryRun', '{}', 'none'))).name).toBe('ResourceNotFoundException');
  expect(metric('Invocations')).toBe(0);
  expect(sandbox.journal.calls.at(-2)?.actions[0]?.action).toBe('lambda:InvokeFunction');
});

test('refuses an event of more than one megabyte', async () => {
  await create(failing);
  const large = JSON.stringify('x'.repeat(1_048_576));
  expect((await errorOf(send('Event', large))).name).toBe('RequestTooLargeException');
});

test('the function sees the name it was called by, the time of the world, and a trace', async () => {
  await create(
    `export const handler = async (event, context) => {
      const at = Math.round((Date.now() - ${clock.now()}) / 60000);
      return [context.invokedFunctionArn, at, /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};/.test(process.env._X_AMZN_TRACE_ID), context.getRemainingTimeInMillis() > 0];
    };`,
  );
  const { Version } = await clients.lambda.send(new PublishVersionCommand({ FunctionName: 'f' }));
  await clients.lambda.send(
    new CreateAliasCommand({ FunctionName: 'f', Name: 'live', FunctionVersion: Version }),
  );
  clock.advance(30 * 60_000);
  const answer = await clients.lambda.send(new InvokeCommand({ FunctionName: 'f:live' }));
  const arn = 'arn:aws:lambda:eu-west-1:111122223333:function:f:live';
  expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toEqual([arn, 30, true, true]);
});
