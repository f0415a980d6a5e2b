/**
 * Time that passes only while all of its users wait. Sleepers wake one after another, each at its time.
 * The program and the local AWS share it, so that rates count.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/aws/clock.ts';

export interface VirtualClock extends Clock {
  /** Whether a request is under way. Time stands still meanwhile. */
  isBusy: () => boolean;
}

/** Turns of the event loop without anything to do that let time pass. */
const quietTurns = 4;

export function virtualClock(start = Date.parse('2026-11-22T12:00:00Z')): VirtualClock {
  let time = start;
  let isRunning = false;
  const sleepers: { readonly at: number; wake(): void }[] = [];
  const run = async (): Promise<void> => {
    isRunning = true;
    while (sleepers.length > 0) {
      for (let quiet = 0; quiet < quietTurns; quiet += 1) {
        await turn();
        if (clock.isBusy()) quiet = 0;
      }
      const next = sleepers.reduce((first, one) => (one.at < first.at ? one : first), {
        at: Number.POSITIVE_INFINITY,
        wake: () => undefined,
      });
      sleepers.splice(sleepers.indexOf(next), 1);
      time = Math.max(time, next.at);
      next.wake();
    }
    isRunning = false;
  };
  const clock: VirtualClock = {
    isBusy: () => false,
    now: () => Math.floor(time),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          signal.removeEventListener('abort', wake);
          resolve();
        };
        signal.addEventListener('abort', wake, { once: true });
        sleepers.push({ at: time + ms, wake });
        if (!isRunning) void run();
      }),
  };
  return clock;
}
