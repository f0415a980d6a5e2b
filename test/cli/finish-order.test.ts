/** The order of finish: import, password sign-in, teardown. Which flag consents to what, and where it continues. */
import {
  AdminGetUserCommand,
  CreateGroupCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadState } from '../../src/core/state.ts';
import { plantPoolFields } from '../../src/sandbox/services/cognito/index.ts';
import { cognitoSettings } from '../../src/sandbox/services/cognito/settings.ts';
import { json, runCli } from '../support/run-cli.ts';
import { emailsOf, type ImportAws, importRolesOf, startImportAws } from './import/support.ts';
import { byEmail, email } from './users-support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const everything = [
  ...['--yes', '--import-ends-old-passwords', '--end-password-sign-in'],
  ...['--end-migration', '--no-report'],
];

/** Two users who haven't moved, and password sign-in for web and ios. */
async function scene(...choices: readonly string[]) {
  const aws = await startImportAws();
  plantPoolFields(aws.sandbox.world, aws.newPool, {
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
  });
  await aws.sdk.idp.send(new CreateGroupCommand({ UserPoolId: aws.oldPool, GroupName: 'staff' }));
  await byEmail(aws, 'bert@example.com');
  const { web, ios } = aws.clients;
  const made = await runCli(aws.init('--new-client-id', web, '--new-client-id', ios, '--yes', ...choices), {
    clock: aws.clock,
  });
  expect(made.code, made.stderr).toBe(0);
  aws.clock.advance(8 * 86_400_000);
  aws.sandbox.journal.clear();
  const pools = ['--old-user-pool-id', aws.oldPool, '--new-user-pool-id', aws.newPool, ...aws.where];
  const run = (command: string, ...more: readonly string[]) =>
    runCli([command, ...pools, ...more], { clock: aws.clock });
  return { aws, run, finish: (...more: readonly string[]) => run('finish', ...more) };
}

const writesOf = ({ sandbox }: ImportAws): string[] =>
  sandbox.journal.writes().map(({ operation }) => operation);

async function hasPasswordFlow(aws: ImportAws): Promise<boolean> {
  const { ExplicitAuthFlows = [] } = await aws.client(aws.newPool, aws.clients.web);
  return ExplicitAuthFlows.includes('ALLOW_USER_PASSWORD_AUTH');
}

describe('with the consent to everything', () => {
  test('imports the rest, turns password sign-in off, and removes the migration, in this order', async () => {
    const { aws, finish, run } = await scene();
    const result = await finish(...everything, '--json');
    expect(result.code, result.stderr).toBe(0);
    expect(await emailsOf(aws, aws.newPool)).toMatchObject({ 'bert@example.com': 'RESET_REQUIRED' });
    expect(json(result)).toMatchObject({
      parts: { import: 'imported', clients: 'off', teardown: 'removed' },
      import: { importable: 2, imported: 2, skipped: 0, failed: 0 },
      users: { notMoved: 0 },
      teardown: { command: 'teardown' },
    });
    expect(json(result).undo).toBeUndefined();
    const writes = writesOf(aws);
    const order = ['StartUserImportJob', 'UpdateUserPoolClient', 'UpdateUserPool', 'DeleteFunction'];
    const places = order.map((operation) => writes.indexOf(operation));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(places).not.toContain(-1);
    expect(await importRolesOf(aws)).toEqual([]);
    expect(await loadState(aws.file)).toBeUndefined();
    expect((await run('status')).code).toBe(5);
  });

  test('says for people what became of each part, and ends with the checklist', async () => {
    const { finish } = await scene();
    const { stdout, stderr } = await finish(...everything);
    expect(stderr).toContain('2 users imported into "customers" in 1 job.');
    expect(stdout).toMatch(
      /Done: password sign-in is off for ios, web\.|Done: password sign-in is off for web, ios\./,
    );
    expect(stdout).toContain('Nothing of this migration is left.');
    expect(stdout).toContain('Before you delete legacy-users');
    expect(stdout).not.toContain('To turn it on again');
  });
});

describe('the consent of a script', () => {
  test('--yes alone leaves the users and the migration', async () => {
    const { aws, finish, run } = await scene();
    const result = await finish('--yes', '--json');
    expect(result.code, result.stderr).toBe(0);
    expect(json(result)).toMatchObject({ parts: { import: 'left', clients: 'off', teardown: 'left' } });
    expect(new Set(writesOf(aws))).toEqual(new Set(['UpdateUserPoolClient', 'UntagResource']));
    const status = json(await run('status', '--json'));
    expect(status.finish).toMatchObject({ import: null, next: 'teardown' });
    expect(Object(status.finish).clients).toHaveLength(2);
  });

  test.each([
    [['--only', 'import', '--yes'], /Missing: --import-ends-old-passwords/],
    [['--only', 'import', '--import-ends-old-passwords'], /Missing: --yes/],
    [['--end-migration'], /Missing: --yes/],
    [
      ['--only', 'clients', '--yes', '--end-migration'],
      /--end-migration: password sign-in of the apps would stay/,
    ],
    [['--only', 'none'], /--only must be import, clients, or all \(got "none"\)/],
  ])('finish %j changes nothing', async (words, text) => {
    const { aws, finish } = await scene();
    const { code, stderr } = await finish(...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(text);
    expect(writesOf(aws)).toEqual([]);
  });

  test('a migration with password sign-in elsewhere is not removed', async () => {
    const { aws, finish } = await scene();
    const { code, stderr } = await finish('--client-id', aws.clients.web, '--yes', '--end-migration');
    expect(code).toBe(2);
    expect(stderr).toContain('--end-migration: password sign-in of ios would stay on');
    expect(writesOf(aws)).toEqual([]);
  });
});

test('--only import imports and changes no app client, and status says where finish stands', async () => {
  const { aws, finish, run } = await scene();
  const result = await finish('--only', 'import', '--yes', '--import-ends-old-passwords');
  expect(result.code, result.stderr).toBe(0);
  expect(result.stdout).toContain('Next: cognito-migrate finish.');
  expect(await hasPasswordFlow(aws)).toBe(true);
  expect(writesOf(aws)).not.toContain('UpdateUserPoolClient');
  expect(json(await run('status', '--json')).finish).toMatchObject({
    import: { users: 2 },
    clients: [],
    next: 'clients',
  });
  const { stdout } = await run('status');
  expect(stdout).toMatch(
    /Finish {2}2 imported on 2026-\d\d-\d\d\. It continues with: cognito-migrate finish/,
  );
  // The next run has nobody left to import.
  expect(json(await finish('--yes', '--json')).parts).toEqual({
    ...{ import: 'nobody-left', clients: 'off', teardown: 'left' },
  });
});

test('users whom the job cannot import stop it before the apps change', async () => {
  const { aws, finish } = await scene();
  const phone = { phone_number: '+15550100', phone_number_verified: 'false' };
  await byEmail(aws, 'cleo@example.com', { attributes: { ...email('cleo@example.com'), ...phone } });
  cognitoSettings(aws.sandbox.world).importSecondAddress = 'failed';
  // Somebody changes the pool while the file is on its way.
  const stop = aws.sandbox.faults.onCall('before', async ({ operation }) => {
    if (operation !== 'StartUserImportJob') return;
    stop();
    plantPoolFields(aws.sandbox.world, aws.newPool, { AutoVerifiedAttributes: ['email', 'phone_number'] });
  });
  const result = await finish(...everything, '--json');
  expect(result.code, result.stderr).toBe(8);
  expect(json(result)).toMatchObject({
    ok: false,
    parts: { import: 'failed', clients: 'on', teardown: 'left' },
    import: { imported: 2, failed: 1 },
  });
  expect(await hasPasswordFlow(aws)).toBe(true);
  expect(await importRolesOf(aws)).toEqual([]);
});

test('an app that signs in with passwords while the import runs keeps them', async () => {
  const { aws, finish } = await scene();
  const words = everything.filter((word) => word !== '--end-password-sign-in');
  const stop = aws.sandbox.faults.onCall('after', async ({ operation }) => {
    if (operation !== 'StartUserImportJob') return;
    stop();
    await aws.sdk.idp
      .send(
        new InitiateAuthCommand({
          ClientId: aws.clients.web,
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: aws.user.username, PASSWORD: 'a-wrong-Password-1' },
        }),
      )
      .catch(() => undefined);
    // CloudTrail is some minutes behind.
    aws.clock.advance(20 * 60_000);
  });
  const result = await finish(...words, '--json');
  expect([result.code, json(result)]).toMatchObject([
    2,
    { error: { code: 'MISSING_INPUT', expected: ['--end-password-sign-in'] } },
  ]);
  expect(await emailsOf(aws, aws.newPool)).toMatchObject({ 'bert@example.com': 'RESET_REQUIRED' });
  expect(await hasPasswordFlow(aws)).toBe(true);
});

describe('where groups are copied', () => {
  test('the teardown waits until imported users have theirs', async () => {
    const { aws, finish, run } = await scene('--add-old-sub', '--groups', 'staff');
    const refused = await finish(...everything);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('imported users get their groups by cognito-migrate sync, after');
    expect(writesOf(aws)).toEqual([]);
    const words = everything.filter((word) => word !== '--end-migration');
    const imported = await finish(...words);
    expect(imported.code, imported.stderr).toBe(0);
    expect(imported.stderr).toContain('Run cognito-migrate sync, and then finish again.');
    // Only the function's settings name the groups. So a run after a kill waits too, and teardown says what is lost.
    const ending = ['--yes', '--end-migration', '--no-report', '--json'];
    const early = await finish(...ending);
    expect(early.code, early.stdout).toBe(2);
    expect(early.stderr).toContain('imported users get their groups by cognito-migrate sync');
    expect((await run('teardown', '--dry-run')).stderr).toContain('Imported users lack their groups');
    const copied = await run('sync', '--yes');
    expect(copied.code, copied.stderr).toBe(0);
    expect((await run('teardown', '--dry-run')).stderr).not.toContain('Imported users lack their groups');
    const ended = await finish(...ending);
    expect(ended.code, ended.stderr).toBe(0);
    expect(json(ended).parts).toMatchObject({ import: 'nobody-left', teardown: 'removed' });
  });
});

describe('a run that ends early', () => {
  test.each([
    ['in the import', 'StartUserImportJob'],
    ['in an app client', 'UpdateUserPoolClient'],
    ['at the tag of an app client', 'UntagResource'],
    ['at the trigger', 'UpdateUserPool'],
    ['in the teardown', 'DeleteFunction'],
  ])('%s: the same command ends in the same place', async (_where, operation) => {
    const { aws, finish } = await scene();
    aws.sandbox.faults.inject({ kind: 'access-denied', operation, times: 1 });
    expect((await finish(...everything)).code).toBe(3);
    const next = await finish(...everything);
    expect(next.code, next.stderr).toBe(0);
    expect(next.stdout).toContain('Nothing of this migration is left.');
    expect(await hasPasswordFlow(aws)).toBe(false);
    expect(await emailsOf(aws, aws.newPool)).toMatchObject({ 'bert@example.com': 'RESET_REQUIRED' });
    expect(await importRolesOf(aws)).toEqual([]);
    const { sdk, newPool: UserPoolId } = aws;
    const user = await sdk.idp.send(new AdminGetUserCommand({ UserPoolId, Username: aws.user.username }));
    expect(user.UserStatus).toBe('RESET_REQUIRED');
  });
});
