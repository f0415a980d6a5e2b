/** A fresh init in round trips: what the wait at the real AWS consists of, beside AWS's own. */
import { describe, expect, test } from 'vitest';
import { isWrite } from '../../src/sandbox/journal.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { runCli } from '../support/run-cli.ts';
import { lockstep } from './lockstep.ts';
import { longestChain, type Trip, watchTrips } from './round-trips.ts';

/** The longest chains of calls in which each waits for the one before. All together are 12, and one more where the app clients must be listed first. */
const most = { all: 14, writes: 8 };

interface Measured {
  readonly all: readonly string[];
  readonly writes: readonly string[];
}

const names = (trips: readonly Trip[]): string[] => trips.map(({ name }) => name);

async function measure(flags: (aws: LocalAws) => readonly string[]): Promise<Measured> {
  const time = lockstep();
  const aws = await startLocalAws({ sleep: time.sleep, delays: { latency: 1 } });
  const { trips } = watchTrips(aws.sandbox, time.now);
  const { code, stderr } = await runCli(aws.init(...flags(aws), '--yes'));
  expect(code, stderr).toBe(0);
  const writes = trips.filter(({ isWrite }) => isWrite);
  return { all: names(longestChain(trips)), writes: names(longestChain(writes)) };
}

describe('a fresh init, everything given by flags', () => {
  test.each([
    ['one app client', (aws: LocalAws) => ['--new-client-id', aws.clients.web]],
    ['all app clients', () => ['--all-new-clients']],
  ])('%s: few round trips wait for each other, reads and probe included', async (_, flags) => {
    const { all, writes } = await measure(flags);
    expect(all.length, all.join(' → ')).toBeLessThanOrEqual(most.all);
    expect(writes.length, writes.join(' → ')).toBeLessThanOrEqual(most.writes);
    // The chain is a real one: from the role to the trigger.
    expect(writes.at(-1)).toBe('cognito-idp:UpdateUserPool');
    expect(writes).toContain('lambda:AddPermission');
  });
});

test('no write waits for a connection of its own: those of the reads before it are used again', async () => {
  const time = lockstep();
  const aws = await startLocalAws({ sleep: time.sleep, delays: { latency: 1 } });
  expect((await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'))).code).toBe(0);
  const { calls } = aws.sandbox.journal;
  const first = calls.findIndex(({ operation }) => isWrite(operation));
  const opened = new Set(calls.slice(0, first).map(({ connection }) => connection));
  const writes = calls.filter(({ operation }) => isWrite(operation));
  expect(writes.length).toBeGreaterThan(8);
  expect(writes.filter(({ connection }) => !opened.has(connection))).toEqual([]);
});

describe('a row of calls', () => {
  const trip = (start: number, end: number): Trip => ({ name: `${start}–${end}`, isWrite: true, start, end });

  test('is counted by what waits for what, not by what there is', () => {
    expect(longestChain([])).toEqual([]);
    expect(longestChain([trip(0, 2), trip(0, 3), trip(1, 4)])).toHaveLength(1);
    expect(names(longestChain([trip(0, 1), trip(0, 5), trip(1, 2), trip(2, 3), trip(5, 6)]))).toEqual([
      '0–1',
      '1–2',
      '2–3',
      '5–6',
    ]);
  });
});
