/** The line of status that says why nothing reaches the function, and that it is there only then. */
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { account, type ConfiguredAws, region } from '../fault-injection/scene.ts';
import { putMetric, putSignIns } from '../support/control.ts';
import { given } from '../support/errors.ts';
import { runCli } from '../support/run-cli.ts';
import { installed, status } from './support.ts';

const minute = 60_000;

/** An installed migration, an hour after init, and sign-ins through its first app client in the last half hour. */
async function startWith(...puts: readonly object[]): Promise<ConfiguredAws & { readonly client: string }> {
  const aws = await installed();
  aws.clock.advance(60 * minute);
  const [client] = Object.values(aws.clients);
  const now = aws.clock.now();
  for (const body of puts)
    await putSignIns(aws.sandbox, account, {
      ...{ clientId: client, from: now - 30 * minute, to: now - minute },
      ...body,
    });
  aws.sandbox.journal.clear();
  return { ...aws, client: given(client) };
}

const shown = async (aws: ConfiguredAws): Promise<string> => {
  const argv = aws.status.filter((word) => word !== '--json');
  return (await runCli(argv, aws.io)).stdout;
};

const srp = { count: 214, successes: 0, flow: 'USER_SRP_AUTH' };

test('an app with SRP: the numbers, the flow, and what to do next', async () => {
  const aws = await startWith(srp);
  const { code, document } = await status(aws);
  expect(code).toBe(exitCodes.ok.code);
  expect(document.signIns).toMatchObject({ reachedFunction: 0, unread: [] });
  expect(document.signIns?.clients.find(({ id }) => id === aws.client)).toMatchObject({
    ...{ verdict: 'not-switched', attempts: 214, successes: 0 },
    flows: [{ flow: 'USER_SRP_AUTH', count: 100 }],
  });
  const looked = aws.sandbox.journal.names().filter((name) => name === 'cloudtrail:LookupEvents');
  expect(looked).toHaveLength(4); // two pages of one event, one of the others
  const text = await shown(aws);
  expect(text).toMatch(
    / {2}Apps {4}\S+: 214 attempts, 0 successful\. CloudTrail shows 100 with USER_SRP_AUTH/,
  );
  expect(text).toContain("This app hasn't switched yet.");
  expect(text).toContain('cognito-migrate sign-ins  shows');
});

test('an app that has switched, whose users are all in the new pool', async () => {
  const aws = await startWith({ count: 40, successes: 40, flow: 'USER_PASSWORD_AUTH' });
  expect(await shown(aws)).toMatch(/Apps {4}\S+: 40 attempts, 40 successful.*This app has switched\./);
});

test('few sign-ins, and none: CloudTrail is not asked', async () => {
  const few = await startWith({ ...srp, count: 19 });
  expect(await shown(few)).toMatch(/Apps {4}\S+: 19 attempts, 0 successful\. Too few to tell/);
  expect(few.sandbox.journal.names()).not.toContain('cloudtrail:LookupEvents');
  const none = await startWith();
  expect(await shown(none)).toMatch(/Apps {4}No sign-ins to the new pool since 2026-\d\d-\d\d \d\d:\d\d UTC/);
});

test('sign-ins before the trigger was set do not count', async () => {
  const aws = await installed();
  const [clientId] = Object.values(aws.clients);
  const now = aws.clock.now();
  await putSignIns(aws.sandbox, account, {
    ...srp,
    ...{ clientId, from: now - 600 * minute, to: now - 500 * minute },
  });
  expect(await shown(aws)).toContain('No sign-ins to the new pool');
});

test('without permission for CloudTrail, the metric still tells, and the text names the permission', async () => {
  const aws = await startWith(srp);
  aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'LookupEvents', times: 1000 });
  const { code, document } = await status(aws);
  expect(code).toBe(exitCodes.ok.code);
  expect(document.signIns).toMatchObject({ unread: ['ACCESS_DENIED'], covered: [] });
  expect(document.notes ?? []).toEqual([]);
  const text = await shown(aws);
  expect(text).toContain('This app probably uses SRP.');
  expect(text).toContain('cognito-migrate policy --for sign-ins');
});

test('a few wrong passwords among many sign-ins are no sign of SRP', async () => {
  const aws = await startWith({ count: 400, successes: 370, flow: 'USER_SRP_AUTH' });
  aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'LookupEvents', times: 1000 });
  expect(await shown(aws)).not.toContain('probably uses SRP');
});

test('without permission for metrics the line is left out', async () => {
  const aws = await startWith(srp);
  aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'GetMetricData', times: 1000 });
  const { document } = await status(aws);
  expect(document.signIns).toBeUndefined();
});

test('once something reaches the function, the line is gone and nothing more is read', async () => {
  const aws = await startWith(srp);
  await putMetric(aws.sandbox, account, {
    ...{ region, namespace: 'CognitoMigrate', name: 'WrongCredentials', count: 1 },
    dimensions: { newUserPoolId: aws.newPool },
    ...{ from: aws.clock.now() - 2 * minute, to: aws.clock.now() - minute },
  });
  aws.sandbox.journal.clear();
  const { document } = await status(aws);
  expect(document.signIns).toBeUndefined();
  expect(document.users.lastDay.wrongCredentials).toBe(1);
  const metrics = aws.sandbox.journal.names().filter((name) => name === 'monitoring:GetMetricData');
  expect(metrics).toHaveLength(1);
});

test('where the migration is broken, that is the reason', async () => {
  const aws = await startWith(srp);
  await aws.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName: aws.name }));
  const { code, document } = await status(aws);
  expect(code).toBe(exitCodes.unhealthy.code);
  expect(document.signIns).toBeUndefined();
});
