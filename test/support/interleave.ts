/** Chance that can be had again, and calls of several programs in an order that it decides. */
import type { Sandbox } from '../../src/sandbox/index.ts';

/** The same numbers for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Lets the waiting calls through one at a time, in an order that the seed decides.
 * @param arrived is called with each call as it comes.
 */
export function interleave({ faults }: Sandbox, seed: number, arrived: () => void = () => undefined): void {
  const next = random(seed);
  const waiting: (() => void)[] = [];
  const release = (): void => waiting.splice(Math.floor(next() * waiting.length), 1)[0]?.();
  faults.onCall('before', () => {
    arrived();
    return new Promise<void>((resolve) => {
      waiting.push(resolve);
      // Two turns of the event loop: what both programs ask at the same time is waiting by then.
      setImmediate(() => setImmediate(release));
    });
  });
}
