/** Time that passes only when somebody sleeps. */
import type { Clock } from '../../src/aws/clock.ts';
import type { Pace } from '../../src/aws/retry.ts';

export interface FakeClock extends Clock {
  /** Every sleep, in milliseconds. */
  readonly slept: number[];
  advance(ms: number): void;
  sleep(ms: number): Promise<void>;
}

export function fakeClock(start = Date.parse('2026-11-22T12:00:00Z')): FakeClock {
  let time = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => Math.floor(time), // as Date.now: whole milliseconds, whatever a pause was
    advance: (ms) => {
      time += ms;
    },
    sleep: async (ms) => {
      slept.push(ms);
      time += ms;
    },
  };
}

/** A wait that takes no time and that nobody ends. */
export const paceOf = (clock: Clock = fakeClock()): Pace => ({ clock, signal: new AbortController().signal });
