import { expect, test } from 'vitest';
import { Prefetched } from '../../src/core/prefetch.ts';

/** Reads that count, on the test's own clock. */
function counting() {
  const clock = { time: 0, now: () => clock.time };
  let reads = 0;
  const read = async () => {
    reads += 1;
    return reads;
  };
  return { clock, read };
}

test('a value without a prefetch is read on demand', async () => {
  const { read } = counting();
  const state = new Prefetched(read);
  expect([await state.value(), await state.value()]).toEqual([1, 2]);
});

test('a prefetched value is read once and used once', async () => {
  const { clock, read } = counting();
  const state = new Prefetched(read);
  void state.begin(clock.now);
  void state.begin(clock.now);
  clock.time = 400;
  expect([await state.value(), await state.value()]).toEqual([1, 2]);
});

test('after half a second, the value is read again', async () => {
  const { clock, read } = counting();
  const state = new Prefetched(read);
  void state.begin(clock.now);
  await Promise.resolve();
  await Promise.resolve();
  clock.time = 501;
  expect(await state.value()).toBe(2);
});

test('if the clock is set back, the value is read again', async () => {
  const { clock, read } = counting();
  const state = new Prefetched(read);
  clock.time = 60_000;
  void state.begin(clock.now);
  await Promise.resolve();
  await Promise.resolve();
  clock.time = 0;
  expect(await state.value()).toBe(2);
});

test('a failed prefetch is read again; only a failed second read is a failure', async () => {
  let fails = 1;
  const read = async () => {
    fails -= 1;
    if (fails >= 0) throw new Error('throttled');
    return 'read';
  };
  const state = new Prefetched(read);
  void state.begin(Date.now);
  expect(await state.value()).toBe('read');
  fails = 2;
  void state.begin(Date.now);
  await expect(state.value()).rejects.toThrow('throttled');
});

test('begin ends with the read, even if it fails', async () => {
  let isRead = false;
  const state = new Prefetched(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    isRead = true;
    throw new Error('throttled');
  });
  await state.begin(Date.now);
  expect(isRead).toBe(true);
});

test('a value without a maximum age never expires', async () => {
  const { clock, read } = counting();
  const state = new Prefetched(read, { maxAgeMs: Number.POSITIVE_INFINITY });
  await state.begin(clock.now);
  clock.time = 3_600_000;
  expect([await state.value(), await state.value()]).toEqual([1, 2]);
});

test('a shorter maximum age applies', async () => {
  const { clock, read } = counting();
  const state = new Prefetched(read, { maxAgeMs: 100 });
  await state.begin(clock.now);
  clock.time = 101;
  expect(await state.value()).toBe(2);
});

test('a value that may not be kept is read again', async () => {
  const { clock, read } = counting();
  const state = new Prefetched(read, { keeps: (value) => value !== 1 });
  await state.begin(clock.now);
  expect([await state.peek(), await state.value()]).toEqual([undefined, 2]);
});

test('peek leaves the value for value(), and a read that has started is not repeated', async () => {
  const { clock, read } = counting();
  const state = new Prefetched(read);
  await state.begin(clock.now, Promise.resolve(7));
  expect([await state.peek(), await state.value(), await state.peek(), await state.value()]).toEqual([
    7,
    7,
    undefined,
    1,
  ]);
});
