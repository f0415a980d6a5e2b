/** status --watch: every reading, failed ones too, until Ctrl-C. The clock of the tests passes at once. */
import { rm } from 'node:fs/promises';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { StatusDocument } from '../../src/core/status-document.ts';
import { account, type ConfiguredAws } from '../fault-injection/scene.ts';
import { putSignIns } from '../support/control.ts';
import { type FakeIoOptions, fakeIo, runCli } from '../support/run-cli.ts';
import { installed } from './support.ts';

interface Watched {
  /** Called in the pause after each reading, with its number from 1. */
  readonly between?: (reading: number) => Promise<void> | void;
  readonly readings?: number;
  readonly seconds?: number;
}

/** Runs status --watch and presses Ctrl-C in the pause after the last reading. */
async function watch(
  aws: ConfiguredAws,
  flags: readonly string[],
  { between, readings = 3, seconds = 30 }: Watched = {},
  more: FakeIoOptions = {},
) {
  const fake = fakeIo({ ...aws.io, ...more });
  let reading = 0;
  const clock = {
    ...aws.clock,
    async sleep(ms: number) {
      await aws.clock.sleep(ms);
      if (ms !== seconds * 1000) return;
      reading += 1;
      await between?.(reading);
      if (reading === readings) fake.io.interrupt.press();
    },
  };
  const argv = [...aws.status.filter((word) => word !== '--json'), ...flags];
  const result = await runCli(argv, { ...fake, io: { ...fake.io, clock } });
  return { ...result, raw: fake.rawOut(), reading: () => reading };
}

const lines = (text: string): Record<string, unknown>[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('--json: one line for each reading, and Ctrl-C ends with success', async () => {
  const aws = await installed();
  const { code, stdout } = await watch(aws, ['--watch', '--json'], {
    async between(reading) {
      if (reading === 1) await aws.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName: aws.name }));
    },
  });
  expect(code).toBe(exitCodes.ok.code);
  const documents = lines(stdout).map((line) => StatusDocument.parse(line));
  expect(documents.map(({ healthy }) => healthy)).toEqual([true, false, false]);
  const times = documents.map(({ at = '' }) => Date.parse(at));
  expect(times[1]).toBeGreaterThanOrEqual((times[0] ?? 0) + 30_000);
  expect(documents[1]?.verdict).toContain('calls a function that no longer exists');
});

test('without a state file, each reading finds the migration of another name', async () => {
  const aws = await installed('replaced');
  await rm(aws.state);
  const where = ['--state', aws.state, '--endpoint-url', aws.sandbox.url];
  const status = ['status', '--new-user-pool-id', aws.newPool, ...where];
  const { code, stdout } = await watch({ ...aws, status }, ['--watch', '--json']);
  expect(code).toBe(exitCodes.ok.code);
  expect(lines(stdout).map(({ healthy }) => healthy)).toEqual([true, true, true]);
});

test('a failed reading is reported, and the next one follows', async () => {
  const aws = await installed();
  const between = (reading: number): void => {
    if (reading === 1) aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'DescribeUserPool' });
  };
  const { code, stdout } = await watch(aws, ['--watch', '--json'], { between });
  expect(code).toBe(exitCodes.ok.code);
  const [first, second, third] = lines(stdout);
  expect(first).toMatchObject({ ok: true, healthy: true });
  expect(second).toMatchObject({ ok: false, command: 'status', error: { code: 'ACCESS_DENIED' } });
  expect(second?.at).toMatch(/^2026-/);
  expect(third).toMatchObject({ ok: true, healthy: true });
});

test('the first reading must succeed', async () => {
  const aws = await installed();
  aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'DescribeUserPool' });
  const { code, stdout } = await watch(aws, ['--watch', '--json']);
  expect(code).toBe(exitCodes.permission.code);
  expect(JSON.parse(stdout)).toMatchObject({ ok: false });
});

test('without a terminal, one block for each reading', async () => {
  const aws = await installed();
  const { code, stdout, raw } = await watch(aws, ['--watch', '60'], { seconds: 60 });
  expect(code).toBe(exitCodes.ok.code);
  expect(stdout.match(/^ {2}Users /gm)).toHaveLength(3);
  expect(stdout.match(/Next reading in 60 s\. Ctrl-C ends\./g)).toHaveLength(3);
  expect(raw).toBe(stdout);
});

test('the sign-ins of apps are read again after five minutes at the earliest', async () => {
  const aws = await installed();
  aws.clock.advance(3_600_000);
  const [clientId] = Object.values(aws.clients);
  const now = aws.clock.now();
  await putSignIns(aws.sandbox, account, {
    ...{ clientId, count: 40, successes: 0, flow: 'USER_SRP_AUTH' },
    ...{ from: now - 60_000, to: now },
  });
  aws.sandbox.journal.clear();
  const { stdout } = await watch(aws, ['--watch', '--json'], { readings: 4 });
  expect(lines(stdout).every(({ signIns }) => signIns !== undefined)).toBe(true);
  const looked = aws.sandbox.journal.names().filter((name) => name === 'cloudtrail:LookupEvents');
  expect(looked).toHaveLength(3);
});

test.each([
  [['--watch', '4'], '--watch must be a number of seconds from 5 to 86400'],
  [['--watch', 'often'], 'got "often"'],
  [['--watch', '100000'], 'got "100000"'],
  [['--watch', '--probe'], '--watch and --probe: not together'],
])('%s is refused before any call', async (flags, reason) => {
  const aws = await installed();
  aws.sandbox.journal.clear();
  const { code, stderr } = await watch(aws, flags);
  expect(code).toBe(exitCodes.usage.code);
  expect(stderr).toContain(reason);
  expect(aws.sandbox.journal.calls).toEqual([]);
});
