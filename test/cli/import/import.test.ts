/** `import` against the local AWS: what it shows, what it asks, and what it leaves. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AdminDisableUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { cognitoSettings, deliveries, plantPoolFields } from '../../../src/sandbox/services/cognito/index.ts';
import { cognitoKind } from '../../../src/sandbox/services/cognito/state.ts';
import { region } from '../../support/local-aws.ts';
import { json, runCli } from '../../support/run-cli.ts';
import { add, byEmail, email, install } from '../users-support.ts';
import {
  agreed,
  chunkFoldersOf,
  emailsOf,
  type ImportAws,
  importRolesOf,
  jobsOf,
  startImportAws,
} from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** ana (of every local AWS), bert, and cleo can be imported. The others cannot. */
async function people(aws: ImportAws): Promise<void> {
  await byEmail(aws, 'bert@example.com');
  await byEmail(aws, 'cleo@example.com');
  await add(aws, { name: 'dora@example.com', attributes: email('dora@example.com', 'false') });
  await byEmail(aws, 'emil@example.com');
  await aws.sdk.idp.send(
    new AdminDisableUserCommand({ UserPoolId: aws.oldPool, Username: 'emil@example.com' }),
  );
  await byEmail(aws, 'fred@example.com');
  await byEmail(aws, 'fred@example.com', { pool: aws.newPool });
}

test('shows who is imported and who is not, and changes nothing', async () => {
  const aws = await startImportAws();
  await install(aws, '--add-old-sub');
  await people(aws);
  aws.sandbox.journal.clear();
  const result = await aws.import(['--dry-run']);
  expect(result.code, result.stderr).toBe(0);
  expect(result.stdout).toMatch(
    /3 users in 1 job, about 15 s\. Their old passwords stop working\. They set new ones with a code\./,
  );
  expect(result.stdout).toMatch(/! 3 users cannot be imported:/);
  expect(result.stdout).toContain('1  no verified email address or phone number');
  expect(result.stdout).toContain('1  disabled');
  expect(result.stdout).toContain('1  somebody else has their name');
  expect(result.stdout).toContain('[CM703]');
  expect(aws.sandbox.journal.writes()).toEqual([]);
  const document = json(await aws.import(['--dry-run', '--json']));
  expect(document).toMatchObject({
    ok: true,
    command: 'import',
    dryRun: true,
    importable: 3,
    moved: 0,
    leftOut: { 'no-verified-contact': 1, disabled: 1, taken: 1 },
    jobs: 0,
    imported: 0,
  });
});

test('imports them, sends nothing, and leaves nothing behind', async () => {
  const aws = await startImportAws();
  await install(aws, '--add-old-sub');
  await people(aws);
  const before = await readdir(aws.folder);
  const result = await aws.import([...agreed, '--json']);
  expect(result.code, result.stderr).toBe(0);
  expect(json(result)).toMatchObject({ ok: true, imported: 3, skipped: 0, failed: 0, jobs: 1 });
  expect(await emailsOf(aws, aws.newPool)).toEqual({
    'ana@example.com': 'RESET_REQUIRED',
    'bert@example.com': 'RESET_REQUIRED',
    'cleo@example.com': 'RESET_REQUIRED',
    'fred@example.com': 'CONFIRMED',
  });
  expect(deliveries(aws.sandbox.world, aws.newPool)).toEqual([]);
  expect(await importRolesOf(aws)).toEqual([]);
  expect(await chunkFoldersOf(aws)).toEqual([]);
  expect(await readdir(aws.folder)).toEqual(before);
  const again = await aws.import([...agreed]);
  expect(again.code).toBe(0);
  expect(again.stdout).toContain('Nobody is left who can be imported');
  expect(await jobsOf(aws)).toHaveLength(1);
});

test('several jobs, one after the other', async () => {
  const aws = await startImportAws();
  await people(aws);
  const result = await aws.import([...agreed, '--job-size', '2']);
  expect(result.code, result.stderr).toBe(0);
  expect(result.stderr).toContain('import job      2 imported');
  expect(result.stdout).toContain('3 users imported into "customers" in 2 jobs.');
  expect((await jobsOf(aws)).map(({ ImportedUsers }) => ImportedUsers)).toEqual([2, 1]);
});

describe('consent', () => {
  test.each([
    [[], ['--yes', '--import-ends-old-passwords']],
    [['--yes'], ['--import-ends-old-passwords']],
    [['--import-ends-old-passwords'], ['--yes']],
  ])('a script with %j lacks %j', async (words, expected) => {
    const aws = await startImportAws();
    await people(aws);
    const result = await aws.import([...words, '--json']);
    expect([result.code, json(result)]).toMatchObject([2, { error: { code: 'MISSING_INPUT', expected } }]);
    expect(await jobsOf(aws)).toEqual([]);
    expect(await importRolesOf(aws)).toEqual([]);
  });
});

describe('before anything starts', () => {
  test('a pool without an attribute that is verified automatically: CM701', async () => {
    const aws = await startImportAws();
    plantPoolFields(aws.sandbox.world, aws.newPool, { AutoVerifiedAttributes: [] });
    const result = await aws.import([...agreed, '--json']);
    expect([result.code, json(result)]).toMatchObject([8, { error: { code: 'CM701' } }]);
  });

  test('the Region of a replica, whatever it verifies: CM701 names the Region of the pool itself', async () => {
    const aws = await startImportAws();
    for (const { state } of aws.sandbox.world.states(cognitoKind)) {
      const pool = state.pools.get(aws.newPool);
      if (pool) state.pools.set(aws.newPool, { ...pool, arn: pool.arn.replace(region, 'eu-central-1') });
    }
    const result = await aws.import([...agreed, '--json']);
    expect([result.code, json(result)]).toMatchObject([
      8,
      { error: { code: 'CM701', message: expect.stringContaining('replica of the pool in eu-central-1') } },
    ]);
    expect(result.stderr).toContain(`Import into the pool in ${region}.`);
    expect(await importRolesOf(aws)).toEqual([]);
  });

  test('an app client that hides that a password has to be set: CM702', async () => {
    const aws = await startImportAws();
    const hiding = await aws.addClient(aws.newPool, 'shop', { PreventUserExistenceErrors: 'ENABLED' });
    await install(aws, '--new-client-id', hiding);
    const result = await aws.import(['--dry-run']);
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toMatch(/Imported users who sign in through shop see "Incorrect username/);
    expect(result.stdout).toContain('[CM702]');
  });

  test('a pool that requires MFA: CM705, and users without a phone number are left out', async () => {
    const aws = await startImportAws();
    await install(aws);
    await people(aws);
    expect((await aws.import(['--dry-run'])).stdout).not.toContain('[CM705]');
    plantPoolFields(aws.sandbox.world, aws.newPool, { MfaConfiguration: 'ON' });
    const phone = { phone_number: '+15550100', phone_number_verified: 'true' };
    await byEmail(aws, 'gina@example.com', { attributes: { ...email('gina@example.com'), ...phone } });
    const result = await aws.import(['--dry-run', '--json']);
    expect(result.code, result.stderr).toBe(0);
    expect(json(result)).toMatchObject({
      importable: 1,
      leftOut: { 'mfa-without-phone': 3 },
      findings: expect.arrayContaining([expect.objectContaining({ id: 'CM705', severity: 'warning' })]),
    });
  });
});

test('Cognito does not name its source: CM704 says so, and --accept trusts it until the end', async () => {
  const aws = await startImportAws();
  cognitoSettings(aws.sandbox.world).importSourceAccount = 'absent';
  const refused = await aws.import([...agreed, '--json']);
  expect([refused.code, json(refused)]).toMatchObject([8, { error: { code: 'CM704' } }]);
  expect(refused.stdout).toContain('--accept CM704');
  expect(await jobsOf(aws)).toEqual([]);
  expect(await importRolesOf(aws)).toEqual([]);
  expect(await chunkFoldersOf(aws)).toHaveLength(1);
  const accepted = await aws.import([...agreed, '--accept', 'CM704', '--json']);
  expect(accepted.code, accepted.stderr).toBe(0);
  expect(json(accepted)).toMatchObject({ imported: 1 });
  expect(await importRolesOf(aws)).toEqual([]);
  expect(await chunkFoldersOf(aws)).toEqual([]);
});

test('--clean deletes the files of killed runs on this machine, and needs no pool for that', async () => {
  const aws = await startImportAws();
  const run = (...words: string[]) => runCli(['import', '--clean', ...aws.where, ...words]);
  const left = join(aws.temp, 'cognito-migrate-import-abc');
  await mkdir(left);
  await writeFile(join(left, 'users.csv'), 'cognito:username');
  await mkdir(join(aws.temp, 'other'));
  aws.sandbox.journal.clear();
  expect((await run('--dry-run')).stdout).toContain(left);
  expect(await chunkFoldersOf(aws)).toEqual(['cognito-migrate-import-abc']);
  const cleaned = await run();
  expect(cleaned.stdout).toContain('1 folder of killed imports deleted');
  expect(cleaned.stderr).toContain('--new-user-pool-id ID  looks for the role of a killed import, too.');
  expect(await chunkFoldersOf(aws)).toEqual([]);
  expect(await readdir(aws.temp)).toContain('other');
  expect((await run()).stdout).toContain('No import has left a file');
  expect(aws.sandbox.journal.calls).toEqual([]);
});
