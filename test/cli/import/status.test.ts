/** What `status` shows of imports. */
import { afterEach, expect, test, vi } from 'vitest';
import { json, runCli } from '../../support/run-cli.ts';
import { byEmail, install } from '../users-support.ts';
import { agreed, type ImportAws, startImportAws } from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

async function scene(): Promise<ImportAws> {
  const aws = await startImportAws();
  await install(aws, '--add-old-sub');
  await byEmail(aws, 'bert@example.com');
  return aws;
}

const importedIn = async (aws: ImportAws): Promise<unknown> =>
  json(await runCli(['status', ...aws.where, '--json'])).finish;

test('the users of all imports, without those whom an undo has deleted', async () => {
  const aws = await scene();
  expect(await importedIn(aws)).toBeUndefined();
  expect((await aws.import(agreed)).code).toBe(0);
  const today = new Date(aws.clock.now()).toISOString().slice(0, 10);
  expect(await importedIn(aws)).toMatchObject({
    import: { users: 2, at: expect.stringContaining(today) },
    clients: [],
    next: 'clients',
  });
  await byEmail(aws, 'cleo@example.com');
  expect((await aws.import(agreed)).code).toBe(0);
  expect(await importedIn(aws)).toMatchObject({ import: { users: 3 } });
  expect((await runCli(['status', ...aws.where])).stdout).toContain(
    `Finish  3 imported on ${today}. It continues with: cognito-migrate finish`,
  );
  expect((await aws.import(agreed)).code).toBe(0);
  expect(await importedIn(aws)).toMatchObject({ import: { users: 3 } });
  expect((await aws.import(['--undo', '--yes'])).code).toBe(0);
  expect(await importedIn(aws)).toMatchObject({ import: { users: 0 } });
});

test('a run that stops counts until then, and the run that continues it counts no one twice', async () => {
  const aws = await scene();
  let jobs = 0;
  const go = aws.sandbox.faults.onCall('before', ({ operation }) => {
    if (operation === 'CreateUserImportJob' && ++jobs === 2)
      aws.sandbox.faults.inject({ kind: 'access-denied', operation });
  });
  const stopped = await aws.import([...agreed, '--job-size', '1']);
  expect(stopped.code, stopped.stderr).toBe(3);
  const before = await importedIn(aws);
  go();
  expect((await aws.import(agreed)).code).toBe(0);
  expect(await importedIn(aws)).toMatchObject({ import: { users: 2 } });
  expect(before).toMatchObject({ import: { users: 1 } });
});
