/** logs --follow: each outcome once, none lost, through failures, until Ctrl-C. The clock passes at once. */
import { rm } from 'node:fs/promises';
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { installed } from '../commands/support.ts';
import { startLocalAws } from '../support/local-aws.ts';
import { type FakeIoOptions, fakeIo, runCli } from '../support/run-cli.ts';

const minute = 60_000;

async function startFollow(options: FakeIoOptions = {}) {
  const fake = fakeIo(options);
  const { clock } = fake.io;
  const aws = await startLocalAws({ now: clock.now });
  const { logs } = aws.sdk;
  const logGroupName = `/aws/lambda/cognito-migrate-${aws.newPool}`;
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  for (const logStreamName of ['one', 'two'])
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  aws.sandbox.journal.clear();
  /** Writes outcomes with these reasons, `ago` milliseconds before now. */
  const put = async (reasons: readonly string[], ago = 0, logStreamName = 'one'): Promise<void> => {
    const logEvents = reasons.map((reason) => ({
      timestamp: clock.now() - ago,
      message: JSON.stringify({ outcome: 'untouched', reason, trigger: 'authentication', durationMs: 12 }),
    }));
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
  };
  /** Runs until Ctrl-C in the pause after the last read. `between` gets the number of the read, from 1. */
  const follow = async (
    flags: readonly string[],
    between: (read: number) => Promise<void> | void,
    reads = 4,
  ) => {
    let read = 0;
    const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
      await clock.sleep(ms, signal);
      if (ms < 5000 || ms % 5000 !== 0) return; // a retry of the SDK
      read += 1;
      if (read === reads) fake.io.interrupt.press();
      else await between(read);
    };
    const argv = ['logs', '--new-user-pool-id', aws.newPool, ...aws.where, '--follow', ...flags];
    return runCli(argv, { ...fake, io: { ...fake.io, clock: { ...clock, sleep } } });
  };
  return { aws, put, follow, logGroupName };
}

const reasonsOf = (stdout: string): unknown[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).reason);

test('--json: the newest outcomes, then each new one as a line; Ctrl-C ends with success', async () => {
  const { put, follow } = await startFollow();
  await put(['a', 'b', 'c'], 10 * minute);
  const { code, stdout } = await follow(['--json', '--limit', '2'], (read) => put([`d${read}`]));
  expect(code).toBe(exitCodes.ok.code);
  expect(reasonsOf(stdout)).toEqual(['b', 'c', 'd1', 'd2', 'd3']);
  expect(JSON.parse(stdout.split('\n')[0] ?? '')).toEqual({
    at: '2026-11-22T11:50:00.000Z',
    ...{ outcome: 'untouched', reason: 'b', trigger: 'authentication', durationMs: 12 },
  });
});

test('lines that arrive late are listed, and equal lines of one millisecond too', async () => {
  const { put, follow } = await startFollow();
  await put(['first']);
  const { stdout } = await follow(['--json'], async (read) => {
    if (read === 1) await put(['twice', 'twice']);
    if (read === 2) await put(['late'], 4 * minute, 'two');
  });
  expect(reasonsOf(stdout)).toEqual(['first', 'twice', 'twice', 'late']);
});

test('for people: one line each', async () => {
  const { put, follow } = await startFollow();
  await put(['wrong-password']);
  const { stdout } = await follow([], () => put(['unknown-user']));
  expect(stdout).toMatch(/^ {2}2026-11-22T12:00:00\.000Z {2}not moved {2}wrong-password +12 ms\n/);
  expect(stdout.match(/unknown-user/g)).toHaveLength(3);
});

test('a log without outcomes says why, and outcomes follow', async () => {
  const { put, follow } = await startFollow();
  const { stdout, stderr } = await follow([], () => put(['wrong-password']));
  expect(stderr).toContain('No sign-ins to the new pool since');
  expect(stdout.match(/wrong-password/g)).toHaveLength(3);
});

test('without a state file, the tags of the function say which log it is', async () => {
  const aws = await installed('replaced');
  await rm(aws.state);
  const fake = fakeIo(aws.io);
  const clock = {
    ...aws.clock,
    async sleep(ms: number) {
      await aws.clock.sleep(ms);
      if (ms === 5000) fake.io.interrupt.press();
    },
  };
  const where = ['--state', aws.state, '--endpoint-url', aws.sandbox.url];
  const argv = ['logs', '--new-user-pool-id', aws.newPool, ...where, '--follow'];
  const { code, stderr } = await runCli(argv, { ...fake, io: { ...fake.io, clock } });
  expect(code, stderr).toBe(exitCodes.ok.code);
  const read = aws.sandbox.journal.calls.filter(({ operation }) => operation === 'FilterLogEvents');
  expect(read.at(-1)?.input.logGroupName).toBe(`/aws/lambda/${aws.name}`);
});

describe('failures', () => {
  test('throttled in the middle: reported once, no outcome twice, none lost', async () => {
    const { aws, put, follow } = await startFollow();
    await put(['first']);
    const { code, stdout, stderr } = await follow(
      ['--json'],
      async (read) => {
        await put([`after-${read}`]);
        if (read === 2)
          aws.sandbox.faults.inject({ kind: 'throttle', operation: 'FilterLogEvents', times: 6 });
      },
      8,
    );
    expect(code).toBe(exitCodes.ok.code);
    const all = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(all.filter(({ reason }) => reason !== undefined).map(({ reason }) => reason)).toEqual([
      'first',
      ...[1, 2, 3, 4, 5, 6, 7].map((read) => `after-${read}`),
    ]);
    expect(all.filter(({ ok }) => ok === false)).toHaveLength(1);
    expect(stderr).toBe('\n');
  });

  test('for people, the failure and its end are notes', async () => {
    const { aws, put, follow } = await startFollow();
    await put(['first']);
    const { stdout, stderr } = await follow([], (read) => {
      if (read === 1)
        aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'FilterLogEvents', times: 2 });
    });
    expect(stdout.match(/first/g)).toHaveLength(1);
    expect(stderr).toContain('logs:FilterLogEvents');
    expect(stderr.match(/Reads are repeated/g)).toHaveLength(1);
    expect(stderr).toContain('The log can be read again. No outcome was lost.');
  });

  test('a log that is gone stops nothing', async () => {
    const { aws, put, follow, logGroupName } = await startFollow();
    await put(['first']);
    const { code, stderr } = await follow([], async (read) => {
      if (read === 1) await aws.sdk.logs.send(new DeleteLogGroupCommand({ logGroupName }));
    });
    expect(code).toBe(exitCodes.ok.code);
    expect(stderr).toContain('Reads are repeated until they succeed.');
  });

  test('without a log at the start there is nothing to follow', async () => {
    const { aws, follow, logGroupName } = await startFollow();
    await aws.sdk.logs.send(new DeleteLogGroupCommand({ logGroupName }));
    const { code, stderr } = await follow([], () => undefined);
    expect(code).toBe(exitCodes.unhealthy.code);
    expect(stderr).toContain('Found no migration into');
  });
});
