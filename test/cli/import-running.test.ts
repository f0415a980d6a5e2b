/** An import job that somebody starts: what init and teardown say, and that they continue later. */
import { GetCSVHeaderCommand, StopUserImportJobCommand } from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { plantPoolFields } from '../../src/sandbox/services/cognito/index.ts';
import { given } from '../support/errors.ts';
import { importRole, startImport } from '../support/import-jobs.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';

/** The jobs of this local AWS stay Pending. */
async function start(): Promise<LocalAws> {
  const aws = await startLocalAws({ delays: { importStart: 3_600_000 } });
  plantPoolFields(aws.sandbox.world, aws.newPool, { AutoVerifiedAttributes: ['email'] });
  return aws;
}

/** Starts a job in the new pool. Returns the function that stops it. */
async function startJob(
  { newPool: UserPoolId, sdk: { idp, iam } }: LocalAws,
  name = 'nightly',
): Promise<() => Promise<unknown>> {
  const { CSVHeader } = await idp.send(new GetCSVHeaderCommand({ UserPoolId }));
  const JobId = await startImport(idp, UserPoolId, await importRole(iam), given(CSVHeader).join(','), name);
  return () => idp.send(new StopUserImportJobCommand({ UserPoolId, JobId }));
}

const running = {
  ok: false,
  error: {
    code: 'IMPORT_RUNNING',
    exitCode: 4,
    message: expect.stringMatching(/An import job of the pool is running: nightly since \d{4}-/),
  },
};

test('teardown names the job, and takes everything away once it has ended', async () => {
  const aws = await start();
  expect((await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'))).code).toBe(0);
  const stop = await startJob(aws);
  expect(await endIn(aws)).toBeGreaterThan(4 * hourMs);
  const teardown = ['teardown', '--yes', ...aws.where];
  const refused = await runCli([...teardown, '--json']);
  expect([refused.code, json(refused)]).toMatchObject([4, running]);
  const pool = await aws.pool(aws.newPool);
  expect(pool.LambdaConfig?.UserMigration).toBeDefined();
  const told = await runCli(teardown);
  expect(told.stderr).toContain('Wait until the job ends, and run the same command again.');
  await stop();
  expect((await runCli(teardown)).code).toBe(0);
  expect((await aws.pool(aws.newPool)).LambdaConfig?.UserMigration).toBeUndefined();
});

const hourMs = 3_600_000;

/** Milliseconds until the job ends, by the error of teardown. */
async function endIn(aws: LocalAws): Promise<number> {
  const { error } = json(await runCli(['teardown', '--yes', ...aws.where, '--json']));
  const [, begun, end] =
    / since (\S+?Z).* (?:around|by) (\d{4}-\d\d-\d\d \d\d:\d\d) UTC/.exec(String(Object(error).message)) ??
    [];
  return Date.parse(`${end?.replace(' ', 'T')}Z`) - Date.parse(given(begun));
}

test('a job of our own says when it ends, by the number of users in its name', async () => {
  const aws = await start();
  expect((await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'))).code).toBe(0);
  await startJob(aws, `cognito-migrate ${aws.oldPool} 20261122T120000Z 0007 20000 users`);
  // 20,000 users at 30 a second, by the minute.
  expect(Math.abs((await endIn(aws)) - 11 * 60_000)).toBeLessThan(90_000);
  const { stderr } = await runCli(['teardown', '--yes', ...aws.where]);
  expect(stderr).toMatch(/It is expected to end around \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
});

test.each([
  ['UpdateUserPool', []],
  ['AddCustomAttributes', ['--add-old-sub']],
])('a job that begins right before %s of init', async (operation, more) => {
  const aws = await start();
  let stop: (() => Promise<unknown>) | undefined;
  aws.sandbox.faults.onCall('before', async (call) => {
    if (call.operation === operation && stop === undefined) stop = await startJob(aws);
  });
  const init = aws.init('--new-client-id', aws.clients.web, '--yes', ...more);
  const refused = await runCli([...init, '--json']);
  expect([refused.code, json(refused)]).toMatchObject([4, running]);
  await given(stop)();
  expect((await runCli(init)).code).toBe(0);
  expect((await aws.pool(aws.newPool)).LambdaConfig?.UserMigration).toBeDefined();
});
