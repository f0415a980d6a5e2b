/** The pace of a long run, on a clock that only sleeping moves. */
import { expect, test } from 'vitest';
import { Pacer, type PacerOptions } from '../../src/core/pacer.ts';
import { fakeClock } from '../support/clock.ts';

const tooMany = new Error('too many');

function paced(more: Partial<PacerOptions> = {}) {
  const clock = fakeClock(0);
  const pacer = new Pacer({
    perSecond: 10,
    now: clock.now,
    sleep: (ms) => clock.sleep(ms),
    isThrottled: (error) => error === tooMany,
    ...more,
  });
  return { clock, pacer };
}

test('requests begin at most so often, whoever sends them, and the first at once', async () => {
  const { clock, pacer } = paced();
  const starts: number[] = [];
  for (let count = 0; count < 4; count += 1) await pacer.run(async () => void starts.push(clock.now()));
  expect(starts).toEqual([0, 100, 200, 300]);
  clock.advance(5_000);
  // A pause earns nothing: there is no burst after it.
  for (let count = 0; count < 2; count += 1) await pacer.run(async () => void starts.push(clock.now()));
  expect(starts.slice(4)).toEqual([5_300, 5_400]);
});

test('a clock that is set back delays a request by a second at most', async () => {
  const { clock, pacer } = paced();
  await pacer.run(async () => undefined);
  clock.advance(-3_600_000);
  const before = clock.now();
  await pacer.run(async () => undefined);
  expect(clock.now() - before).toBe(1_000);
  await pacer.run(async () => undefined);
  expect(clock.now() - before).toBe(1_100);
});

test('workers that share it take turns', async () => {
  const waits: number[] = [];
  const { pacer } = paced({ now: () => 0, sleep: async (ms) => void waits.push(ms) });
  await Promise.all([1, 2, 3].map(() => pacer.run(async () => undefined)));
  expect(waits).toEqual([100, 200]);
});

test('a refusal pauses everybody and halves the pace, which comes back step by step', async () => {
  const { clock, pacer } = paced();
  const starts: number[] = [];
  const answer = await pacer.run(async () => {
    starts.push(clock.now());
    if (starts.length === 1) throw tooMany;
    return 'done';
  });
  expect(answer).toBe('done');
  expect(starts).toEqual([0, 1_000]);
  /** Milliseconds between two requests now. */
  const gap = async (): Promise<number> => {
    await pacer.run(async () => undefined);
    const first = clock.now();
    await pacer.run(async () => undefined);
    return clock.now() - first;
  };
  expect(await gap()).toBe(200); // 5 per second
  clock.advance(30_000);
  expect(await gap()).toBe(125); // 8 per second
  clock.advance(600_000);
  expect(await gap()).toBe(100); // never more than at first
});

test('the refusal counts after eight attempts; another error, and Ctrl-C, at once', async () => {
  const { pacer } = paced();
  let attempts = 0;
  const fail = (error: Error) => () => {
    attempts += 1;
    return Promise.reject(error);
  };
  await expect(pacer.run(fail(tooMany))).rejects.toBe(tooMany);
  expect(attempts).toBe(8);
  attempts = 0;
  await expect(pacer.run(fail(new Error('other')))).rejects.toThrow('other');
  expect(attempts).toBe(1);
  const stopped = paced({ sleep: () => Promise.reject(new Error('stopped')) });
  await stopped.pacer.run(async () => undefined);
  await expect(stopped.pacer.run(fail(tooMany))).rejects.toThrow('stopped');
  expect(attempts).toBe(1);
});

test('a pace that may rise does so by one request per second every ten seconds, up to the most', async () => {
  const { clock, pacer } = paced({ perSecond: 10, mostPerSecond: 12 });
  const gap = async (): Promise<number> => {
    await pacer.run(async () => undefined);
    const first = clock.now();
    await pacer.run(async () => undefined);
    return clock.now() - first;
  };
  expect(await gap()).toBe(100);
  clock.advance(10_000);
  expect(await gap()).toBeCloseTo(1000 / 11, -1);
  clock.advance(600_000);
  expect(await gap()).toBeCloseTo(1000 / 12, -1);
});
