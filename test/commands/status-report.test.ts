/** status --report: the page has the numbers of the document, and its file is a new one or none. */
import { mkdir, open, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { number } from '../../src/core/format-number.ts';
import { driftOfRole } from '../fault-injection/drift.ts';
import { account, type ConfiguredAws, region } from '../fault-injection/scene.ts';
import { parsed } from '../report/parsed.ts';
import { putMetric, putSignIns } from '../support/control.ts';
import { given } from '../support/errors.ts';
import { fakeIo, json, runCli } from '../support/run-cli.ts';
import { installed, scene, status } from './support.ts';

const dayMs = 86_400_000;

afterEach(() => {
  vi.restoreAllMocks();
});

/** Sign-ins of the last days in the function's metrics. */
async function putDays({ sandbox, clock, oldPool, newPool }: ConfiguredAws): Promise<void> {
  for (const [name, count] of [
    ['Migrated', 700],
    ['Reset', 100],
    ['WrongCredentials', 200],
    ['Refused', 61],
    ['Failed', 43],
  ] as const)
    for (const dimensions of [{ newUserPoolId: newPool }, { newUserPoolId: newPool, oldUserPoolId: oldPool }])
      await putMetric(sandbox, account, {
        ...{ region, namespace: 'CognitoMigrate', name, dimensions, count },
        ...{ from: clock.now() - 20 * dayMs, to: clock.now() },
      });
}

/** Lines of the function's log, as `outcome/reason`. */
async function putLines({ sdk: { logs }, name, clock }: ConfiguredAws, ago: number, ...lines: string[]) {
  const stream = { logGroupName: `/aws/lambda/${name}`, logStreamName: `ago-${ago}` };
  await logs.send(new CreateLogStreamCommand(stream));
  const logEvents = lines.map((line) => {
    const [outcome, reason] = line.split('/');
    const message = JSON.stringify({ outcome, reason, trigger: 'authentication', durationMs: 12 });
    return { timestamp: Math.round(clock.now() - ago), message };
  });
  await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
}

const fileOf = ({ folder }: ConfiguredAws): string => join(folder, 'report.html');

describe('the page', () => {
  test('has each number of the document, and the document names the page', async () => {
    const aws = await installed();
    await putDays(aws);
    const file = fileOf(aws);
    const { code, document } = await status(aws, '--report', file);
    expect(code).toBe(exitCodes.ok.code);
    expect(document.report).toMatchObject({ path: file, reasons: {}, complete: true });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readdir(aws.folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const { text, named } = parsed(await readFile(file, 'utf8'));
    const words = new Set(text.split(/[\s()]+/).map((word) => word.replace(/[.,%]$/, '')));
    const { users, oldUserPool, newUserPool, steps } = document;
    const counts = [
      ...[users.total, users.lastDay].flatMap((sums) => Object.values(sums)),
      ...given(users.days).map(({ handedOver }) => handedOver),
      ...[oldUserPool.users, newUserPool.users],
    ].filter((count) => typeof count === 'number');
    expect(counts.length).toBeGreaterThan(30);
    expect(counts.filter((count) => !words.has(number(count)))).toEqual([]);
    expect(text).toContain(
      `Healthy. Users move when they sign in. All ${steps.length} resources are in place.`,
    );
    expect(named('path').length).toBeGreaterThan(1);
    expect(aws.sandbox.journal.writes()).toEqual([]);
  });

  test('has the reasons of the last 30 days of the log with their meaning, and so has the document', async () => {
    const aws = await installed();
    await putLines(aws, 10 * dayMs, 'migrated/password-proven', 'migrated/password-proven');
    await putLines(aws, dayMs / 24, ...Array.from({ length: 3 }, () => 'untouched/unknown-user'));
    const { document } = await status(aws, '--report', fileOf(aws));
    const report = given(document.report);
    expect(report).toMatchObject({
      reasons: { 'untouched/unknown-user': 3, 'migrated/password-proven': 2 },
      complete: true,
    });
    expect(aws.clock.now() - Date.parse(report.since)).toBeGreaterThanOrEqual(30 * dayMs);
    const { text } = parsed(await readFile(fileOf(aws), 'utf8'));
    expect(text).toMatch(/3 unknown-user did not move The old pool has no such user\./);
    expect(text).toMatch(/2 password-proven moved with the password The old pool accepted the password/);
    expect(text).toContain('5 sign-ins. The report reads at most the last 30 days of the log');
  });

  test('has its name in the text for people, and the log is read for it alone', async () => {
    const aws = await installed();
    await putDays(aws);
    const words = aws.status.filter((word) => word !== '--json');
    const plain = await runCli(words, aws.io);
    expect(aws.sandbox.journal.names()).not.toContain('logs:FilterLogEvents');
    const { code, stdout } = await runCli([...words, '--report', fileOf(aws)], aws.io);
    expect(code).toBe(exitCodes.ok.code);
    expect(stdout).toBe(`${plain.stdout.trimEnd()}\n  Report  ${fileOf(aws)}\n`);
    expect(aws.sandbox.journal.names()).toContain('logs:FilterLogEvents');
  });

  test('leaves account numbers out, and --with-account leaves them in', async () => {
    const aws = await installed('accounts');
    await driftOfRole(aws);
    await status(aws, '--report', fileOf(aws));
    const masked = await readFile(fileOf(aws), 'utf8');
    expect(masked).not.toMatch(/(?<!\d)\d{12}(?!\d)/);
    expect(masked).toContain('&lt;account&gt;');
    const other = join(aws.folder, 'whole.html');
    await status(aws, '--report', other, '--with-account');
    expect(await readFile(other, 'utf8')).toContain(account);
  });

  test('says what is wrong, and the exit code does too', async () => {
    const aws = await installed();
    await driftOfRole(aws);
    const { code, document } = await status(aws, '--report', fileOf(aws));
    expect(code).toBe(exitCodes.unhealthy.code);
    expect(document.report?.path).toBe(fileOf(aws));
    const { text } = parsed(await readFile(fileOf(aws), 'utf8'));
    expect(text).toMatch(
      /✖ 3 of \d+ resources are missing, changed, or not ours\. Repair: cognito-migrate init/,
    );
    expect(text).toContain('✖ differs from what init created');
  });

  test('before init: nothing is installed', async () => {
    const aws = await scene();
    const { code } = await status(aws, '--report', fileOf(aws));
    expect(code).toBe(exitCodes.unhealthy.code);
    const { text } = parsed(await readFile(fileOf(aws), 'utf8'));
    expect(text).toContain('✖ Nothing is installed.');
    expect(text).not.toContain('Settings');
  });

  test('shows how apps sign in if nothing reaches the function', async () => {
    const aws = await installed();
    aws.clock.advance(dayMs / 24);
    const [clientId] = Object.values(aws.clients);
    const now = aws.clock.now();
    await putSignIns(aws.sandbox, account, {
      ...{ clientId, count: 214, successes: 0, flow: 'USER_SRP_AUTH' },
      ...{ from: now - dayMs / 48, to: now - 60_000 },
    });
    await status(aws, '--report', fileOf(aws));
    expect(parsed(await readFile(fileOf(aws), 'utf8')).text).toMatch(
      /214 0 This app hasn't switched yet\. .* 100 with USER_SRP_AUTH/,
    );
  });

  test('without permission for the log: the page says so, and the command goes on', async () => {
    const aws = await installed();
    await putDays(aws);
    aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'FilterLogEvents', times: 1000 });
    const { code, document } = await status(aws, '--report', fileOf(aws));
    expect(code).toBe(exitCodes.ok.code);
    expect(document.report).toMatchObject({ reasons: {}, complete: false, unread: 'ACCESS_DENIED' });
    const { text } = parsed(await readFile(fileOf(aws), 'utf8'));
    expect(text).toContain('The log could not be read: Not allowed: logs:FilterLogEvents');
  });

  test('is written by its variables too', async () => {
    const aws = await installed();
    const env = {
      COGNITO_MIGRATE_STATUS_REPORT: fileOf(aws),
      COGNITO_MIGRATE_STATUS_WITH_ACCOUNT: 'yes',
    };
    const result = await runCli(aws.status, { ...aws.io, env });
    expect(json(result)).toMatchObject({ report: { path: fileOf(aws) } });
    expect(parsed(await readFile(fileOf(aws), 'utf8')).text).not.toContain('Account numbers are left out');
  });
});

describe('the file', () => {
  test('that exists is never touched, and AWS is not asked', async () => {
    const aws = await scene();
    await writeFile(fileOf(aws), 'mine');
    const result = await runCli([...aws.status, '--report', fileOf(aws)], aws.io);
    expect(result.code).toBe(exitCodes.usage.code);
    expect(json(result).error).toMatchObject({
      code: 'FILE_EXISTS',
      message: `--report ${fileOf(aws)}: the file already exists`,
    });
    expect(await readFile(fileOf(aws), 'utf8')).toBe('mine');
    expect(aws.sandbox.journal.calls).toEqual([]);
  });

  test.each(['folder', 'broken link'])('that is a %s is never touched', async (kind) => {
    const aws = await scene();
    if (kind === 'folder') await mkdir(fileOf(aws));
    else await symlink(join(aws.folder, 'nowhere'), fileOf(aws));
    const before = await readdir(aws.folder);
    const result = await runCli([...aws.status, '--report', fileOf(aws)], aws.io);
    expect(json(result).error).toMatchObject({ code: 'FILE_EXISTS' });
    expect(await readdir(aws.folder)).toEqual(before);
  });

  test('in a folder that is not there: exit 2, before any call', async () => {
    const aws = await scene();
    const result = await runCli([...aws.status, '--report', join(aws.folder, 'no', 'r.html')], aws.io);
    expect(result.code).toBe(exitCodes.usage.code);
    expect(json(result).error).toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect(aws.sandbox.journal.calls).toEqual([]);
  });

  test('on a full disk: exit 2, and no part of it is left', async () => {
    const aws = await installed();
    const handle = await open(aws.state);
    await handle.close();
    vi.spyOn(Object.getPrototypeOf(handle), 'writeFile').mockRejectedValue(
      Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }),
    );
    const before = await readdir(aws.folder);
    const result = await runCli([...aws.status, '--report', fileOf(aws)], aws.io);
    expect(result.code).toBe(exitCodes.usage.code);
    expect(json(result).error).toMatchObject({
      code: 'FILE_UNWRITABLE',
      message: expect.stringContaining('no space left on device'),
    });
    expect(await readdir(aws.folder)).toEqual(before);
  });

  test('is not left by Ctrl-C, whole or half', async () => {
    const aws = await installed();
    const fake = fakeIo(aws.io);
    const before = await readdir(aws.folder);
    const left: string[][] = [];
    let isPressed = false;
    aws.sandbox.faults.onCall('before', async ({ operation }) => {
      if (operation !== 'FilterLogEvents' || isPressed) return;
      isPressed = true; // two reads of the log run at the same time
      left.push((await readdir(aws.folder)).filter((name) => name.startsWith('report')));
      fake.io.interrupt.press();
      left.push(await readdir(aws.folder));
    });
    await runCli([...aws.status, '--report', fileOf(aws)], fake);
    expect(fake.exits).toEqual([exitCodes.cancelled.code]);
    expect(left[0]).toEqual([expect.stringMatching(/^report\.html\.\d+\.tmp$/)]);
    expect(left[1]).toEqual(before);
  });
});

test.each([
  [['--report', ''], '--report must name a file'],
  [['--with-account'], '--with-account is about the page of --report'],
  [['--watch', '--report', 'x.html'], '--watch and --report: not together'],
])('%j: exit 2, before any call', async (words, message) => {
  const aws = await scene();
  const { code, stderr } = await runCli([...aws.status, ...words], aws.io);
  expect(stderr).toContain(message);
  expect(code).toBe(exitCodes.usage.code);
  expect(aws.sandbox.journal.calls).toEqual([]);
});
