/** Waiting on a live AWS, where what was made a moment ago is not seen everywhere at once. */
import type { Clock } from '../clock.ts';
import { isNamed } from '../errors.ts';
import { type Patience, patiently, sleep } from '../retry.ts';
import { isPassing } from './judgement.ts';

export interface Waiting {
  readonly clock: Clock;
  /** Ctrl-C ends the wait. */
  readonly signal: AbortSignal;
}

/** @param within milliseconds in all. */
export const patienceOf = ({ clock, signal }: Waiting, within: number): Patience => ({
  within,
  first: 1_000,
  longest: 5_000,
  clock,
  signal,
  waiting: () => undefined,
});

/** Waits for up to a minute while AWS is busy. */
export const onceNotBusy = <T>(call: () => Promise<T>, waiting: Waiting): Promise<T> =>
  patiently(call, isPassing, patienceOf(waiting, 60_000));

/** Looks again until it is so, or the time is up. @returns what was seen last */
export async function eventually<T>(
  look: () => Promise<T>,
  isSo: (seen: T) => boolean,
  waiting: Waiting,
  within = 30_000,
): Promise<T> {
  const start = waiting.clock.now();
  for (let pause = 1_000; ; pause = Math.min(pause * 1.5, 5_000)) {
    const seen = await look();
    if (isSo(seen) || waiting.clock.now() - start + pause > within) return seen;
    await sleep(pause, waiting);
  }
}

/** Makes calls on what has just been made, and waits for up to half a minute until all of AWS knows of it. */
export type Soon = <T>(call: () => Promise<T>, ...alsoTooEarly: readonly string[]) => Promise<T>;

/** A policy that goes by the tag denies what is done to a pool whose tag it does not see yet. */
const denied = 'AccessDeniedException';

export function soonOn(waiting: Waiting): Soon {
  /** What was not allowed after half a minute is not on its way: the next denial is told at once. */
  let isToWait = true;
  return async (call, ...alsoTooEarly) => {
    const tooEarly = ['ResourceNotFoundException', ...alsoTooEarly];
    const isTooEarly = (error: unknown): boolean =>
      isNamed(error, ...tooEarly) || isPassing(error) || (isToWait && isNamed(error, denied));
    try {
      return await patiently(call, isTooEarly, patienceOf(waiting, 30_000));
    } catch (error) {
      if (isNamed(error, denied)) isToWait = false;
      throw error;
    }
  };
}
