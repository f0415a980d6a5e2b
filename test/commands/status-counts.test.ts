/** Counts of status: the same calls for a thousand sign-ins and a million, and the counts of each source. */
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { keysOf } from '../../src/sandbox/index.ts';
import { account, type ConfiguredAws, region } from '../fault-injection/scene.ts';
import { runCli } from '../support/run-cli.ts';
import { installed, status } from './support.ts';

const day = 86_400_000;

interface Put {
  readonly count: number;
  /** Days ago. */
  readonly from?: number;
  readonly to?: number;
  /** As the function of version 1.0.0 counted: for the new pool alone. */
  readonly isOld?: boolean;
}

async function put(
  { sandbox, clock, newPool, oldPool }: ConfiguredAws,
  name: string,
  args: Put,
): Promise<void> {
  const { count, from = 1 / 24, to = 0, isOld = false } = args;
  const sets = [{ newUserPoolId: newPool }, { newUserPoolId: newPool, oldUserPoolId: oldPool }];
  for (const dimensions of isOld ? sets.slice(0, 1) : sets) {
    const answer = await fetch(`${sandbox.url}/_sandbox/metrics`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keysOf(account).accessKeyId}` },
      body: JSON.stringify({
        ...{ account, region, namespace: 'CognitoMigrate', name, dimensions, count },
        from: Math.round(clock.now() - from * day),
        to: Math.round(clock.now() - to * day),
      }),
    });
    expect(answer.status).toBe(201);
  }
}

const text = async (aws: ConfiguredAws, ...more: readonly string[]): Promise<string> => {
  const argv = [...aws.status.filter((word) => word !== '--json'), ...more];
  const { stdout, stderr } = await runCli(argv, aws.io);
  return `${stdout}${stderr}`;
};

test('counts the sign-ups that the guard refused apart from sign-ins', async () => {
  const aws = await installed();
  expect((await status(aws)).document.users.total).not.toHaveProperty('squattingRefused');
  await put(aws, 'Migrated', { count: 5, from: 3 });
  await put(aws, 'SquattingRefused', { count: 12, from: 10, to: 5 });
  const { users } = (await status(aws)).document;
  expect(users.total).toMatchObject({ handedOver: 5, refused: 0, squattingRefused: 12 });
  expect(users.lastDay).not.toHaveProperty('squattingRefused');
});

test('after a thousand and after a million sign-ins: the same calls, and the right numbers', async () => {
  const measure = async (factor: number) => {
    const aws = await installed();
    await put(aws, 'Migrated', { count: 700 * factor, from: 60 });
    await put(aws, 'Reset', { count: 100 * factor, from: 60 });
    await put(aws, 'WrongCredentials', { count: 200 * factor, from: 60 });
    await put(aws, 'Refused', { count: 60 * factor, from: 60 });
    await put(aws, 'Failed', { count: 40 * factor, from: 60 });
    aws.sandbox.journal.clear();
    const { code, document } = await status(aws);
    expect(code).toBe(exitCodes.ok.code);
    return { calls: aws.sandbox.journal.names().toSorted(), users: document.users };
  };
  const [thousand, million] = [await measure(1), await measure(1000)];
  expect(million.calls).toEqual(thousand.calls);
  expect(million.calls.filter((name) => name === 'monitoring:GetMetricData')).toHaveLength(1);
  expect(million.calls).not.toContain('logs:FilterLogEvents');
  expect(thousand.users.total).toEqual({
    handedOver: 700,
    migrated: 600,
    reset: 100,
    wrongCredentials: 200,
    refused: 60,
    failed: 40,
  });
  expect(million.users.total).toEqual({
    handedOver: 700_000,
    migrated: 600_000,
    reset: 100_000,
    wrongCredentials: 200_000,
    refused: 60_000,
    failed: 40_000,
  });
  expect(million.users).toMatchObject({ source: 'metrics', complete: true });
  expect(million.users.days).toHaveLength(61);
  expect(million.users.days?.reduce((sum, { handedOver }) => sum + handedOver, 0)).toBe(700_000);
});

test('data of version 1.0.0: resets are unknown, but hand-overs are known', async () => {
  const aws = await installed();
  await put(aws, 'Migrated', { count: 500, from: 30, to: 20, isOld: true });
  await put(aws, 'Migrated', { count: 5 });
  await put(aws, 'Reset', { count: 2 });
  const { document } = await status(aws);
  expect(document.users.total).toMatchObject({ handedOver: 505, migrated: null, reset: null });
  expect(document.users.lastDay).toMatchObject({ handedOver: 5, migrated: 3, reset: 2 });
  expect(document.users.since).toMatch(/^2026-10-2/);
  expect(await text(aws)).toContain('about 505 handed over');
});

test('without permission to read metrics, status counts from the log and says so', async () => {
  const aws = await installed();
  await put(aws, 'Migrated', { count: 500 });
  aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'GetMetricData', times: 1000 });
  const { code, document } = await status(aws);
  expect(code).toBe(exitCodes.ok.code);
  expect(document.users).toMatchObject({ source: 'log', since: null, total: { handedOver: 0, reset: 0 } });
  const note = document.notes?.find(({ message }) => message.includes('The counts come from the log'));
  expect(note).toMatchObject({ level: 'info', message: expect.stringContaining('cloudwatch:GetMetricData') });
  const shown = await text(aws);
  expect(shown).toContain('no users handed over');
  expect(shown).toContain('The counts come from the log');
});

test('neither metrics nor log: the numbers are unknown', async () => {
  const aws = await installed();
  aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'GetMetricData', times: 1000 });
  aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'FilterLogEvents', times: 1000 });
  expect((await status(aws)).document.users).toMatchObject({ unread: 'ACCESS_DENIED', complete: false });
  expect(await text(aws)).toContain('unknown how many have moved: logs:FilterLogEvents is not allowed');
});

test('counts start with the first data of the last 15 months', async () => {
  const aws = await installed();
  await put(aws, 'Migrated', { count: 480, from: 480, to: 460 });
  await put(aws, 'Migrated', { count: 40, from: 40, to: 38 });
  const { document } = await status(aws);
  expect(document.users.total.handedOver).toBe(40);
  expect(document.users.days).toHaveLength(41);
});

test('a week of counts adds a line of blocks and a forecast with its basis', async () => {
  const aws = await installed();
  await put(aws, 'Migrated', { count: 10, from: 5 });
  expect(await text(aws)).not.toMatch(/forecast|last \d+ days/);
  await put(aws, 'Migrated', { count: 10, from: 20, to: 5 });
  expect(await text(aws)).toMatch(/last 14 days [▁-█]{14}\n/);
});

test('a day that ends while status reads changes no date of the others', async () => {
  const aws = await installed();
  await put(aws, 'Migrated', { count: 10, from: 3, to: 2 });
  const { document } = await status(aws);
  aws.sandbox.journal.clear();
  // The next day begins once the counts are there.
  const isCounted = () => aws.sandbox.journal.names().includes('monitoring:GetMetricData');
  const now = () => aws.clock.now() + (isCounted() ? day : 0);
  const io = { ...aws.io, clock: { ...aws.clock, now } };
  const later = await status({ ...aws, io });
  expect(later.document.users.days).toEqual(document.users.days);
});

test('more users handed over than created, the last two days aside, are a finding', async () => {
  const aws = await installed();
  await put(aws, 'Migrated', { count: 500 });
  expect((await status(aws)).document.notes ?? []).not.toContainEqual(
    expect.objectContaining({ id: 'CM210' }),
  );
  await put(aws, 'Migrated', { count: 30, from: 20, to: 10 });
  const { code, document } = await status(aws);
  expect(code).toBe(exitCodes.ok.code);
  expect(document.notes).toContainEqual({
    level: 'warning',
    id: 'CM210',
    message: expect.stringMatching(
      /^The function has handed over 30 users, but .*\n.*Cognito may refuse to create some/,
    ),
  });
  expect(await text(aws)).toContain('CM210');
});
