/**
 * Latency without waiting for it: calls that are under way at the same time are answered together, as soon as no further
 * one arrives and this process waits for nothing else, and time goes on by one. A round trip then takes exactly 1, on a busy
 * machine too.
 */
import { setImmediate as turn } from 'node:timers/promises';

export interface Lockstep {
  /** Rounds so far. */
  now(): number;
  /** The latency of one call: ends with its round. */
  readonly sleep: () => Promise<void>;
}

/** Milliseconds without a new call that end a round. */
const quiet = 25;

/** Whether files are being read or written, or a connection is being made: a slow disk must not part what belongs together. */
const isBusy = (): boolean =>
  process.getActiveResourcesInfo().some((name) => /^(FSReq|TCPConnect|GetAddrInfo)/.test(name));

export function lockstep(): Lockstep {
  let round = 0;
  let waiting: (() => void)[] = [];
  let arrivals = 0;
  let timer: NodeJS.Timeout | undefined;

  const release = async (): Promise<void> => {
    const before = arrivals;
    // After a long computation a timer is due before the sockets were looked at.
    for (let turns = 0; turns < 5; turns += 1) {
      await turn();
      if (arrivals !== before) return; // which set a timer of its own
      if (isBusy()) {
        clearTimeout(timer);
        timer = setTimeout(release, 5);
        return;
      }
    }
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
