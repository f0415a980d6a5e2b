/** `logs`: sums, list, range and completeness. */
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, test } from 'vitest';
import { parseSince } from '../../src/cli/inputs/since.ts';
import { refusal } from '../support/errors.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { fakeIo, json, runCli } from '../support/run-cli.ts';

/** The clock of fakeIo. */
const now = Date.parse('2026-11-22T12:00:00Z');
const minute = 60_000;

interface LogLine {
  readonly ago: number;
  readonly outcome: string;
  readonly reason: string;
  readonly trigger?: string;
  readonly fault?: string;
}

/** A log as the function writes it, with Lambda's own lines in between. */
async function startLog(lines: readonly LogLine[]): Promise<LocalAws> {
  const aws = await startLocalAws({ now: () => now });
  const { logs } = aws.sdk;
  const logGroupName = `/aws/lambda/cognito-migrate-${aws.newPool}`;
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'one' }));
  const logEvents = lines
    .flatMap(({ ago, outcome, reason, trigger = 'authentication', fault }) => [
      { timestamp: now - ago, message: 'START RequestId: 1' },
      { timestamp: now - ago, message: JSON.stringify({ outcome, reason, trigger, durationMs: 12, fault }) },
    ])
    .sort((a, b) => a.timestamp - b.timestamp);
  if (logEvents.length > 0) {
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 'one', logEvents }));
  }
  return aws;
}

const some: readonly LogLine[] = [
  { ago: 90 * minute, outcome: 'migrated', reason: 'password-proven' },
  { ago: 30 * minute, outcome: 'migrated', reason: 'password-proven' },
  { ago: 20 * minute, outcome: 'untouched', reason: 'wrong-password' },
  { ago: 15 * minute, outcome: 'failed', reason: 'denied', fault: 'AccessDeniedException' },
  { ago: 10 * minute, outcome: 'reset', reason: 'forgot-password', trigger: 'forgot-password' },
  { ago: 5 * minute, outcome: 'migrated', reason: 'password-proven' },
  { ago: minute, outcome: 'untouched', reason: 'probe', trigger: 'probe' },
  { ago: minute, outcome: 'migrated', reason: 'password-proven', trigger: 'rehearsal' },
];

const logsOf = (aws: LocalAws, ...more: readonly string[]) =>
  runCli(['logs', '--new-user-pool-id', aws.newPool, ...aws.where, ...more]);

describe('logs', () => {
  test('the last hour, summed and listed; probes and rehearsals are no sign-ins', async () => {
    const aws = await startLog(some);
    const result = await logsOf(aws, '--json');
    expect(result.code).toBe(0);
    expect(json(result)).toEqual({
      ok: true,
      command: 'logs',
      logGroup: `/aws/lambda/cognito-migrate-${aws.newPool}`,
      since: '2026-11-22T11:00:00.000Z',
      read: 5,
      complete: true,
      sums: [
        { outcome: 'migrated', reason: 'password-proven', count: 2, means: expect.any(String) },
        { outcome: 'failed', reason: 'denied', count: 1, means: expect.any(String) },
        { outcome: 'reset', reason: 'forgot-password', count: 1, means: expect.any(String) },
        { outcome: 'untouched', reason: 'wrong-password', count: 1, means: expect.any(String) },
      ],
      outcomes: [
        ['2026-11-22T11:30:00.000Z', 'migrated', 'password-proven'],
        ['2026-11-22T11:40:00.000Z', 'untouched', 'wrong-password'],
        ['2026-11-22T11:45:00.000Z', 'failed', 'denied', 'AccessDeniedException'],
        ['2026-11-22T11:50:00.000Z', 'reset', 'forgot-password'],
        ['2026-11-22T11:55:00.000Z', 'migrated', 'password-proven'],
      ].map(([at, outcome, reason, fault]) => ({
        at,
        outcome,
        reason,
        trigger: reason === 'forgot-password' ? 'forgot-password' : 'authentication',
        durationMs: 12,
        ...(fault === undefined ? {} : { fault }),
      })),
    });
    expect(aws.sandbox.journal.writes().map(({ operation }) => operation)).toEqual([
      'CreateLogGroup',
      'CreateLogStream',
      'PutLogEvents',
    ]);
  });

  test('for people: what each reason means, times, and that it is all', async () => {
    const result = await logsOf(await startLog(some), '--since', '2h');
    expect(result.stdout).toMatch(/✔ 3 +moved +password-proven +the old pool accepted the password/);
    expect(result.stdout).toMatch(/✖ 1 +failed +denied +the function is not allowed to ask the old pool/);
    expect(result.stdout).toMatch(/11:45:00\.000Z +failed +denied +12 ms +AccessDeniedException/);
    expect(result.stdout).toContain('6 sign-ins since 2026-11-22T10:00:00.000Z; that is all of them.');
  });

  test('lists the newest only, and sums all', async () => {
    const aws = await startLog(some);
    const result = await logsOf(aws, '--since', '2h', '--limit', '1', '--json');
    expect(json(result)).toMatchObject({ read: 6, outcomes: [{ at: '2026-11-22T11:55:00.000Z' }] });
    expect((await logsOf(aws, '--limit', '2')).stdout).toContain('The newest 2');
    expect(json(await logsOf(aws, '--limit', '0', '--json'))).toMatchObject({ read: 5, outcomes: [] });
  });

  test('a long log keeps the newest', async () => {
    const many = Array.from({ length: 300 }, (_, index) => ({
      ago: (index + 1) * 1000,
      outcome: 'migrated',
      reason: 'password-proven',
    }));
    const result = await logsOf(await startLog(many), '--limit', '3', '--json');
    expect(json(result)).toMatchObject({
      read: 300,
      outcomes: [3, 2, 1].map((ago) => ({ at: new Date(now - ago * 1000).toISOString() })),
    });
  });

  test('an empty log, and none', async () => {
    const empty = await logsOf(await startLog([]));
    expect(empty.code).toBe(0);
    expect(empty.stdout).toContain('No sign-in has reached the function since then.');
    expect(empty.stdout).toMatch(/Where else to look:\s+1\. Does your app use SRP/);
    const none = await logsOf(await startLocalAws());
    expect(none.code).toBe(5);
    expect(none.stderr).toContain('Found no migration into');
  });

  test('neither the old pool nor its account is asked for', async () => {
    const aws = await startLog(some);
    aws.sandbox.journal.clear();
    await logsOf(aws);
    expect(aws.sandbox.journal.names()).toEqual(['logs:FilterLogEvents']);
  });

  test('what is given must make sense', async () => {
    const aws = await startLocalAws();
    for (const words of [
      ['--since', 'yesterday'],
      ['--limit', 'all'],
      ['--since', ''],
    ]) {
      expect((await logsOf(aws, ...words)).code).toBe(2);
    }
    const result = await runCli(['logs', ...aws.where], fakeIo());
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('--new-user-pool-id');
  });
});

describe('moments', () => {
  test.each([
    ['30m', now - 30 * minute],
    ['1h', now - 60 * minute],
    ['2d', now - 2 * 24 * 60 * minute],
    ['1w', now - 7 * 24 * 60 * minute],
    ['2026-11-20', Date.parse('2026-11-20')],
    ['2026-11-20T10:00:00Z', Date.parse('2026-11-20T10:00:00Z')],
    ['999999w', 0],
  ])('%s', (text, moment) => {
    expect(parseSince(text, now)).toBe(moment);
  });

  test.each(['', 'h', '1y', '-1h', '1.5h', '2026-13-45'])('%s is none', async (text) => {
    expect((await refusal(() => parseSince(text, now))).exitCode).toBe(2);
  });
});
