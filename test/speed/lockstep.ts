/**
 * Latency without waiting for it: calls that are under way at the same time are answered together, as soon as no further
 * one arrives, and time goes on by one. A round trip then takes exactly 1, on a busy machine too; a machine so busy that it
 * sends two calls far apart that belong together makes a run look longer, never shorter.
 */
import { setImmediate as turn } from 'node:timers/promises';

export interface Lockstep {
  /** Rounds so far. */
  now(): number;
  /** The latency of one call: ends with its round. */
  readonly sleep: () => Promise<void>;
}

/** Milliseconds without a new call that end a round: time enough to write a state file. */
const quiet = 25;

export function lockstep(): Lockstep {
  let round = 0;
  let waiting: (() => void)[] = [];
  let arrivals = 0;
  let timer: NodeJS.Timeout | undefined;

  const release = async (): Promise<void> => {
    const before = arrivals;
    // After a long computation a timer is due before the sockets were looked at.
    for (let turns = 0; turns < 5; turns += 1) await turn();
    if (arrivals !== before) return;
    round += 1;
    const all = waiting;
    waiting = [];
    for (const go of all) go();
  };
  return {
    now: () => round,
    sleep: () =>
      new Promise((resolve) => {
        arrivals += 1;
        waiting.push(resolve);
        clearTimeout(timer);
        timer = setTimeout(release, quiet);
      }),
  };
}
