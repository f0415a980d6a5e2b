import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/aws/clock.ts';
import { retry } from '../../src/aws/retry.ts';
import { fakeClock } from '../support/clock.ts';
import { refusalOf } from '../support/errors.ts';

const patience = { within: 10_000, first: 1000, longest: 3000 };
const signal = new AbortController().signal;
const always = () => true;

/** Fails that many times. */
const failing = (times: number) => {
  let left = times;
  return async () => {
    left -= 1;
    if (left >= 0) throw new Error(`failure ${times - left}`);
    return 'done';
  };
};

describe('retry', () => {
  test('waits longer each time, up to the longest pause, and says how long it has waited', async () => {
    const clock = fakeClock();
    const said: number[] = [];
    const onWait = (ms: number) => said.push(ms);
    expect(await retry(failing(4), always, { ...patience, clock, signal, onWait })).toBe('done');
    expect(clock.slept).toEqual([1000, 1500, 2250, 3000]);
    expect(said).toEqual([0, 1000, 2500, 4750]);
  });

  test('gives up before the time is over, with the last failure', async () => {
    const clock = fakeClock();
    const start = clock.now();
    const onWait = () => undefined;
    await expect(retry(failing(99), always, { ...patience, clock, signal, onWait })).rejects.toThrow(
      'failure 5',
    );
    expect(clock.now() - start).toBeLessThanOrEqual(patience.within);
  });

  test('does not wait for what no waiting cures', async () => {
    const clock = fakeClock();
    const onWait = () => undefined;
    const work = retry(failing(1), () => false, { ...patience, clock, signal, onWait });
    await expect(work).rejects.toThrow('failure 1');
    expect(clock.slept).toEqual([]);
  });

  test('Ctrl-C ends the wait: cancelled, and no further attempt', async () => {
    const controller = new AbortController();
    let attempts = 0;
    const attempt = async () => {
      attempts += 1;
      throw new Error('not yet');
    };
    const onWait = () => controller.abort();
    const clock = systemClock; // really interrupted, not really waited for
    const error = await refusalOf(
      retry(attempt, always, {
        within: 600_000,
        first: 60_000,
        longest: 60_000,
        clock,
        signal: controller.signal,
        onWait,
      }),
    );
    expect(error).toMatchObject({ exitCode: 130, code: 'CANCELLED' });
    expect(attempts).toBe(1);
  });
});

test('the system clock’s sleep ends when it is aborted in the middle', async () => {
  const controller = new AbortController();
  const sleeping = systemClock.sleep(60_000, controller.signal);
  controller.abort();
  expect(await sleeping).toBeUndefined();
});
