import { expect, test } from 'vitest';
import { Prefetched } from '../../src/core/prefetch.ts';

/** Readings that count, at a time of the test's own. */
function counting() {
  const clock = { time: 0, now: () => clock.time };
  let reads = 0;
  const read = async () => {
    reads += 1;
    return reads;
  };
  return { clock, read };
}

test('without a beginning it is a reading of now', async () => {
  const { read } = counting();
  const sight = new Prefetched(read);
  expect([await sight.value(), await sight.value()]).toEqual([1, 2]);
});

test('what was begun is not read twice, and is good for one time', async () => {
  const { clock, read } = counting();
  const sight = new Prefetched(read);
  sight.begin(clock.now);
  sight.begin(clock.now);
  clock.time = 400;
  expect([await sight.value(), await sight.value()]).toEqual([1, 2]);
});

test('after half a second it is read anew', async () => {
  const { clock, read } = counting();
  const sight = new Prefetched(read);
  sight.begin(clock.now);
  await Promise.resolve();
  await Promise.resolve();
  clock.time = 501;
  expect(await sight.value()).toBe(2);
});

test('nor is it good on a clock that was set back', async () => {
  const { clock, read } = counting();
  const sight = new Prefetched(read);
  clock.time = 60_000;
  sight.begin(clock.now);
  await Promise.resolve();
  await Promise.resolve();
  clock.time = 0;
  expect(await sight.value()).toBe(2);
});

test('a beginning that failed is no failure; the reading of now may be', async () => {
  let fails = 1;
  const read = async () => {
    fails -= 1;
    if (fails >= 0) throw new Error('throttled');
    return 'read';
  };
  const sight = new Prefetched(read);
  sight.begin(Date.now);
  expect(await sight.value()).toBe('read');
  fails = 2;
  sight.begin(Date.now);
  await expect(sight.value()).rejects.toThrow('throttled');
});
