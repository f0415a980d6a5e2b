/** Waiting for what AWS makes true only after a while. */
import { CancelledError } from '../core/errors.ts';
import type { Clock } from './clock.ts';

export interface RetryOptions {
  /** Longest time in all, in milliseconds. */
  readonly within: number;
  /** First pause, in milliseconds; each further one is half as long again, up to `longest`. */
  readonly first: number;
  readonly longest: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called before each pause with the milliseconds waited so far. */
  readonly onWait: (waitedMs: number) => void;
}

/**
 * Tries until it works, fails in a way that is not `worthWaiting` for, or the time is up (then with the last error).
 * Ctrl-C ends the wait at once.
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  worthWaiting: (error: unknown) => boolean,
  patience: RetryOptions,
): Promise<T> {
  const { clock, within, longest } = patience;
  const start = clock.now();
  for (let pause = patience.first; ; pause = Math.min(pause * 1.5, longest)) {
    try {
      return await attempt();
    } catch (error) {
      const waited = clock.now() - start;
      if (!worthWaiting(error) || waited + pause > within) throw error;
      patience.onWait(waited);
      await sleep(pause, patience);
    }
  }
}

/** IAM spreads a change within that time as a rule. */
const usual = 15_000;

/**
 * What is waited for, since when, and until when: "IAM … (usually 5–15 s) · 8 of 120 s". A wait that takes longer than usual no
 * longer says what is usual.
 */
export function waitLine(
  what: string,
  waitedMs: number,
  { within }: Pick<RetryOptions, 'within'>,
  isIam = false,
): string {
  const hope = isIam && waitedMs < usual ? ' (usually 5–15 s)' : '';
  return `${what}${hope} · ${Math.round(waitedMs / 1000)} of ${Math.round(within / 1000)} s`;
}

/** Waits; throws CancelledError when Ctrl-C ends it. */
export async function sleep(
  ms: number,
  { clock, signal }: Pick<RetryOptions, 'clock' | 'signal'>,
): Promise<void> {
  await clock.sleep(ms, signal);
  if (!signal.aborted) return;
  throw new CancelledError('Stopped while waiting for AWS.', {
    code: 'CANCELLED',
    hint: ['Running the same command again goes on from here.'],
  });
}
