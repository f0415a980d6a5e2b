/** `users`: counts, the file, bad input, and what happens if part of a pool cannot be read. */
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AdminDisableUserCommand,
  AdminSetUserSettingsCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test, vi } from 'vitest';
import { usersJsonSchema } from '../../src/cli/commands/users/document.ts';
import type { JournalEntry } from '../../src/sandbox/journal.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { fakeIo, json, runCli } from '../support/run-cli.ts';
import { add, addMoved, byEmail, email, install, statesOf, usersOf } from './users-support.ts';

const signUp = (aws: LocalAws, name: string) =>
  aws.sdk.idp.send(
    new SignUpCommand({
      ClientId: aws.clients.web,
      Username: name,
      Password: 'Another-password-2',
      UserAttributes: [{ Name: 'email', Value: name }],
    }),
  );

/** One user in each state, of a migration that keeps the old sub. */
async function everyState(): Promise<LocalAws> {
  const aws = await startLocalAws();
  await install(aws, '--add-old-sub', '--forgot-password', 'on');
  for (const name of ['moved', 'waiting', 'disabled', 'taken', 'squatted'])
    await byEmail(aws, `${name}@example.com`);
  await byEmail(aws, 'invited@example.com', { temporary: true });
  await add(aws, { name: 'unproven@example.com', attributes: email('unproven@example.com', 'false') });
  await aws.sdk.idp.send(
    new AdminDisableUserCommand({ UserPoolId: aws.oldPool, Username: 'disabled@example.com' }),
  );
  await addMoved(aws, 'moved@example.com');
  await byEmail(aws, 'taken@example.com', { pool: aws.newPool });
  await signUp(aws, 'squatted@example.com');
  return aws;
}

describe('the states', () => {
  test('before anything is installed: by the settings that init would choose', async () => {
    const aws = await startLocalAws();
    const document = json(await runCli(usersOf(aws, '--json')));
    expect(document).toMatchObject({
      ok: true,
      command: 'users',
      version: 1,
      installed: false,
      exact: false,
      complete: true,
      total: 1,
      missing: [],
    });
    expect(statesOf(document)).toEqual({ waiting: 1 });
    await aws.expectUntouched();
  });

  test('of a migration with the old sub are exact', async () => {
    const aws = await everyState();
    const result = await runCli(usersOf(aws, '--json'));
    expect(result.code).toBe(0);
    const document = json(result);
    expect(document).toMatchObject({ installed: true, exact: true, mfaChecked: false, total: 8 });
    // Ana, "waiting", the invited one, and the one without a verified address (which is the username).
    expect(statesOf(document)).toEqual({
      moved: 1,
      waiting: 4,
      disabled: 1,
      taken: 1,
      'taken-unconfirmed': 1,
    });
    expect(document.reasons).toEqual({ 'waiting/temporary-password': 1 });
  });

  test('without the old sub, "moved" is called a guess', async () => {
    const aws = await startLocalAws();
    await install(aws);
    await byEmail(aws, 'taken@example.com');
    await byEmail(aws, 'taken@example.com', { pool: aws.newPool });
    const { stdout } = await runCli(usersOf(aws));
    expect(stdout).toMatch(/1 {2}has probably moved: .*a guess without custom:old_sub/);
    expect(stdout).toMatch(/1 {2}moves when they sign in/);
    expect(stdout).toMatch(/Read from 2026-11-22 12:00:00 to .* UTC\. Users may have moved since\./);
  });

  test('of somebody who moved twice', async () => {
    const aws = await startLocalAws();
    await install(aws, '--add-old-sub');
    await addMoved(aws, aws.user.username);
    await addMoved(aws, aws.user.username, 'other@example.com');
    expect(statesOf(json(await runCli(usersOf(aws, '--json'))))).toEqual({ 'moved-twice': 1 });
  });

  test('with --mfa, users with MFA are refused, and the text says how long it takes', async () => {
    const aws = await startLocalAws();
    await byEmail(aws, 'careful@example.com', {
      attributes: {
        ...email('careful@example.com'),
        phone_number: '+15550100',
        phone_number_verified: 'true',
      },
    });
    const { idp } = aws.sdk;
    await idp.send(
      new AdminSetUserSettingsCommand({
        UserPoolId: aws.oldPool,
        Username: 'careful@example.com',
        MFAOptions: [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }],
      }),
    );
    expect(statesOf(json(await runCli(usersOf(aws, '--json'))))).toEqual({ waiting: 2 });
    const result = await runCli(usersOf(aws, '--mfa', '--json'));
    const document = json(result);
    expect(statesOf(document)).toEqual({ waiting: 1, cannot: 1 });
    expect(document).toMatchObject({ mfaChecked: true, reasons: { 'cannot/mfa': 1 } });
    expect(document.notes).toEqual([
      { level: 'info', message: 'Reading the MFA of up to 2 users takes about 1.0 s' },
    ]);
    expect(result.stderr).toBe('');
  });

  test('the environment variable of --mfa <policy> of init is still that, and counts before init', async () => {
    const aws = await startLocalAws();
    const env = { COGNITO_MIGRATE_MFA: 'allow' };
    const result = await runCli(usersOf(aws, '--json'), { env });
    expect(json(result)).toMatchObject({ mfaChecked: false });
  });
});

describe('the file', () => {
  test('has the chosen users, is only for its owner, and holds no formula', async () => {
    const aws = await startLocalAws();
    await byEmail(aws, '=cmd@example.com');
    await add(aws, {
      name: 'odd@example.com',
      attributes: {
        ...email('odd@example.com'),
        name: 'a "b",\nc',
        nickname: '-1',
        phone_number: '+15550100',
      },
    });
    const file = join(aws.folder, 'waiting.csv');
    const columns = 'Username,email,name,nickname,phone_number,State';
    const result = await runCli(
      usersOf(aws, '--only', 'waiting', '--out', file, '--columns', columns, '--json'),
    );
    expect(json(result).file).toEqual({
      path: file,
      format: 'csv',
      users: 3,
      columns: columns.split(','),
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const text = await readFile(file, 'utf8');
    expect(text.split('\r\n')[0]).toBe(columns);
    expect(text).toMatch(/,'=cmd@example\.com,/);
    expect(text).toMatch(/,odd@example\.com,"a ""b"",\nc",-1,\+15550100,waiting\r\n/);
    expect(await readdir(aws.folder)).toEqual(['waiting.csv']);
  });

  test('is NDJSON by its ending, with raw values', async () => {
    const aws = await startLocalAws();
    await byEmail(aws, '=cmd@example.com');
    const file = join(aws.folder, 'users.ndjson');
    const { code, stdout } = await runCli(usersOf(aws, '--out', file));
    expect(code).toBe(0);
    expect(stdout).toContain('2 users. It holds personal data');
    const rows = (await readFile(file, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(rows).toContainEqual(
      expect.objectContaining({ email: '=cmd@example.com', State: 'waiting', Reason: null, Enabled: 'true' }),
    );
  });

  test('that exists is never touched, and AWS is not asked', async () => {
    const aws = await startLocalAws();
    const file = join(aws.folder, 'mine.csv');
    await writeFile(file, 'mine');
    const result = await runCli(usersOf(aws, '--out', file, '--json'));
    expect(result.code).toBe(2);
    expect(json(result).error).toMatchObject({ code: 'FILE_EXISTS' });
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect(aws.sandbox.journal.calls).toEqual([]);
  });

  test.each(['folder', 'link', 'broken link'])('that is a %s is never touched', async (kind) => {
    const aws = await startLocalAws();
    const file = join(aws.folder, 'taken.csv');
    const target = join(aws.folder, 'target.csv');
    if (kind === 'folder') await mkdir(file);
    else await symlink(target, file);
    if (kind === 'link') await writeFile(target, 'mine');
    const before = await readdir(aws.folder);
    const result = await runCli(usersOf(aws, '--out', file, '--json'));
    expect(result.code).toBe(2);
    expect(json(result).error).toMatchObject({ code: 'FILE_EXISTS' });
    expect(await readdir(aws.folder)).toEqual(before);
    expect(aws.sandbox.journal.calls).toEqual([]);
  });

  test('has values of 2,048 characters as they are', async () => {
    const aws = await startLocalAws();
    const long = `=${'x'.repeat(2_046)}"`;
    await add(aws, {
      name: 'long@example.com',
      attributes: { ...email('long@example.com'), profile: long },
    });
    const file = join(aws.folder, 'long.csv');
    const { code } = await runCli(usersOf(aws, '--out', file, '--columns', 'email,profile'));
    expect(code).toBe(0);
    expect(await readFile(file, 'utf8')).toContain(`long@example.com,"'${long.replace('"', '""')}"\r\n`);
  });

  test.each(['nowhere/users.csv', 'folder/x/users.csv'])('%s cannot be written: exit 2', async (path) => {
    const aws = await startLocalAws();
    await mkdir(join(aws.folder, 'folder'));
    const result = await runCli(usersOf(aws, '--out', join(aws.folder, path), '--json'));
    expect(result.code).toBe(2);
    expect(json(result).error).toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect(aws.sandbox.journal.calls).toEqual([]);
  });

  test('that appears meanwhile is not overwritten', async () => {
    const aws = await startLocalAws();
    const file = join(aws.folder, 'users.csv');
    aws.sandbox.faults.onCall('before', (call) =>
      call.operation === 'ListUsers' ? writeFile(file, 'mine') : undefined,
    );
    const result = await runCli(usersOf(aws, '--out', file, '--json'));
    expect(json(result).error).toMatchObject({ code: 'FILE_EXISTS' });
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect(await readdir(aws.folder)).toEqual(['users.csv']);
  });

  test('is not left by Ctrl-C, whole or half', async () => {
    const aws = await startLocalAws();
    const fake = fakeIo();
    const file = join(aws.folder, 'users.csv');
    const left: string[][] = [];
    aws.sandbox.faults.onCall('before', async (call) => {
      if (call.operation !== 'ListUsers' || fake.exits.length > 0) return;
      left.push(await readdir(aws.folder));
      fake.io.interrupt.press();
      left.push(await readdir(aws.folder));
    });
    await runCli(usersOf(aws, '--out', file), fake);
    expect(fake.exits).toEqual([130]);
    expect(left[0]).toEqual([expect.stringMatching(/^users\.csv\.\d+\.tmp$/)]);
    expect(left[1]).toEqual([]);
  });

  test.each([
    [['--only', 'waiting'], /--only chooses what --out writes/],
    [['--out', 'x.csv', '--only', 'waiting,gone'], /--only: there is no state "gone"/],
    [['--out', 'x.csv', '--format', 'xlsx'], /--format must be csv or ndjson/],
    [['--rate', 'fast'], /--rate must be a number/],
    [['--rate', '0'], /--rate must be a number/],
    [['--out', ''], /--out must name a file/],
  ])('%j: exit 2, before any call', async (words, message) => {
    const aws = await startLocalAws();
    const { code, stderr } = await runCli(usersOf(aws, ...words));
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(aws.sandbox.journal.calls).toEqual([]);
  });

  test('--columns names attributes of the old pool only', async () => {
    const aws = await startLocalAws();
    const file = join(aws.folder, 'x.csv');
    const { code, stderr } = await runCli(usersOf(aws, '--out', file, '--columns', 'Username,custom:none'));
    expect(stderr).toContain('--columns: the old pool has no "custom:none"');
    expect(code).toBe(2);
    expect(await readdir(aws.folder)).toEqual([]);
  });
});

describe('AWS', () => {
  test('is not asked for more than it takes, and never for AttributesToGet', async () => {
    const aws = await startLocalAws();
    for (let number = 0; number < 61; number += 1) await byEmail(aws, `user${number}@example.com`);
    aws.sandbox.journal.clear();
    const document = json(await runCli(usersOf(aws, '--json')));
    expect(document.total).toBe(62);
    const calls = aws.sandbox.journal.calls.filter(({ operation }) => operation === 'ListUsers');
    expect(calls.length).toBe(3); // 1 of the new pool, 2 of the old one
    expect(calls.every(({ input }) => !Object.hasOwn(input, 'AttributesToGet'))).toBe(true);
    expect(aws.sandbox.journal.writes()).toEqual([]);
  });

  test('reads the old pool twice if a rule searches for other users, and counts both reads', async () => {
    const start = await startLocalAws();
    const aws = { ...start, oldPool: await start.addPool('by-name') };
    for (let number = 0; number < 61; number += 1)
      await add(aws, { name: `user${number}`, attributes: email(`user${number}@example.com`) });
    aws.sandbox.journal.clear();
    const fake = fakeIo({ tty: true, env: { TERM: 'xterm', COGNITO_MIGRATE_FIND_BY: 'email' } });
    const reads = 1 + 2 * 2;
    let begun = 0;
    // The last read waits until the terminal has drawn the progress of the earlier ones.
    aws.sandbox.faults.onCall('before', async ({ operation }) => {
      if (operation !== 'ListUsers') return;
      begun += 1;
      if (begun < reads) return;
      await vi.waitFor(() => expect(fake.err()).toMatch(/Reading by-name twice .* of 122/), 10_000);
    });
    await runCli([...usersOf(aws), '--no-input'], fake);
    const calls = aws.sandbox.journal.calls.filter(({ operation }) => operation === 'ListUsers');
    expect(calls.length).toBe(reads);
    expect(fake.err()).toMatch(/Reading by-name twice .* of 122/);
  });

  test.each([
    ['old', 1],
    ['new', 1],
    ['both', 2],
  ] as const)('denies ListUsers on the %s: exit 3, and every action is listed', async (which, count) => {
    const aws = await startLocalAws();
    const denied =
      which === 'both' ? [aws.oldPool, aws.newPool] : [which === 'old' ? aws.oldPool : aws.newPool];
    const Resource = denied.map((id) => `arn:aws:cognito-idp:eu-west-1:111122223333:userpool/${id}`);
    const document = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'cognito-idp:ListUsers', Resource },
      ],
    });
    aws.sandbox.world.guardrails.push({ kind: 'service control policy', document, arn: 'arn:aws:x' });
    const result = await runCli(usersOf(aws, '--json'));
    expect(result.code).toBe(3);
    const { error } = json(result);
    expect(error).toMatchObject({ code: 'ACCESS_DENIED' });
    const text = JSON.stringify(error);
    for (const id of denied) expect(text).toContain(id);
    expect(text.match(/"action":"cognito-idp:ListUsers"/g)?.length).toBeGreaterThanOrEqual(count);
  });

  test('throttles from the first call: the run waits, and reads everyone', async () => {
    const aws = await startLocalAws();
    aws.sandbox.faults.add({ kind: 'throttle', operation: 'ListUsers', times: 6 });
    const result = await runCli(usersOf(aws, '--json'));
    expect(json(result)).toMatchObject({ complete: true, total: 1 });
    expect(result.code).toBe(0);
  });

  test('throttles for ever: exit 7, and no file', async () => {
    const aws = await startLocalAws();
    aws.sandbox.faults.add({ kind: 'throttle', operation: 'ListUsers', times: 10_000 });
    const file = join(aws.folder, 'users.csv');
    const result = await runCli(usersOf(aws, '--json', '--out', file));
    expect(json(result).error).toMatchObject({ code: 'AWS_BUSY' });
    expect(result.code).toBe(7);
    expect(await readdir(aws.folder)).toEqual([]);
  });

  test('fails in the middle of the old pool: exit 8, with what is missing', async () => {
    const aws = await startLocalAws();
    for (let number = 0; number < 61; number += 1) await byEmail(aws, `user${number}@example.com`);
    aws.sandbox.faults.add({ kind: 'internal-error', operation: 'ListUsers', skip: 2, times: 10_000 });
    const result = await runCli(usersOf(aws, '--json'));
    expect(result.code).toBe(8);
    expect(json(result)).toMatchObject({
      ok: false,
      complete: false,
      total: 60,
      missing: [{ pool: 'old', what: 'the rest of the users, after 60' }],
    });
  });

  test('fails in the middle of the new pool: nobody is said to wait who may have moved', async () => {
    const aws = await startLocalAws();
    for (let number = 0; number < 61; number += 1)
      await byEmail(aws, `user${number}@example.com`, { pool: aws.newPool });
    await byEmail(aws, 'user1@example.com');
    const predicate = ({ input }: JournalEntry): boolean =>
      input.UserPoolId === aws.newPool && input.PaginationToken !== undefined;
    aws.sandbox.faults.add({
      kind: 'internal-error',
      operation: 'ListUsers',
      predicate,
      times: 10_000,
    });
    const document = json(await runCli(usersOf(aws, '--json')));
    expect(statesOf(document)).toEqual({ moved: 1, unknown: 1 });
    expect(document).toMatchObject({ missing: [{ pool: 'new', what: 'the rest of the users, after 60' }] });
    const { stdout, code } = await runCli(usersOf(aws));
    expect(code).toBe(8);
    expect(stdout).toMatch(
      /Incomplete\. These could not be read:\n +customers: the rest of the users, after 60/,
    );
  });
});

describe('scripts', () => {
  test('--json-schema is the schema of --json, and asks AWS nothing', async () => {
    const aws = await startLocalAws();
    const { stdout, code } = await runCli(usersOf(aws, '--json-schema'));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(usersJsonSchema());
    expect(aws.sandbox.journal.calls).toEqual([]);
  });

  test('no attribute value is in the output or in an error', async () => {
    const aws = await everyState();
    aws.sandbox.faults.add({ kind: 'internal-error', operation: 'ListUsers', skip: 1, times: 10_000 });
    for (const more of [[], ['--json'], ['--verbose']]) {
      const { stdout, stderr } = await runCli(usersOf(aws, ...more));
      expect(stdout + stderr).not.toContain('example.com');
    }
  });
});
