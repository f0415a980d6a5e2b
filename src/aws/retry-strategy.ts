/**
 * The SDK's retries, on our clock.
 * The SDK's own strategies wait in real time, which Ctrl-C cannot end and tests cannot skip. The SDK still
 * decides which failures to retry. The pauses are about as long as in its standard mode.
 */
import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from '@smithy/types';
import type { Clock } from './clock.ts';
import { sleep } from './retry.ts';

/**
 * Milliseconds. A Retry-After above the longest pause is cut to it.
 * The next attempt shows whether that was enough.
 */
const firstPause = { THROTTLING: 500, TRANSIENT: 100 } as const;
const longestPause = 20_000;

/** Longest total time for retries of a call without an answer, in milliseconds. */
const longestSilence = 60_000;

interface Token extends RetryToken {
  /** Start of the first attempt, in milliseconds since the epoch. */
  readonly start: number;
}

const token = (count: number, start: number): Token => ({
  getRetryCount: () => count,
  getRetryDelay: () => 0,
  start,
});

/** Whether another attempt, as long as those so far, would end in time. */
const isInTime = (elapsed: number, count: number): boolean =>
  (elapsed / (count + 1)) * (count + 2) <= longestSilence;

function pauseFor(info: RetryErrorInfo, first: number, count: number): number {
  const backoff = Math.random() * first * 2 ** count; // full jitter, so two runs don't stay in step
  const asked = info.retryAfterHint === undefined ? 0 : info.retryAfterHint.getTime() - Date.now();
  return Math.min(Math.max(backoff, asked), longestPause);
}

/** Failures that would have been retried if Ctrl-C had not ended the pause. */
const stopped = new WeakSet<object>();

/** Whether Ctrl-C ended the retries after this failure. */
export const isStoppedRetry = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && stopped.has(error);

/**
 * Retries until the attempts are used up, or until Ctrl-C.
 * @param maxAttempts Includes the first attempt.
 */
export function clockedRetries(clock: Clock, signal: AbortSignal, maxAttempts: number): RetryStrategyV2 {
  return {
    acquireInitialRetryToken: async () => token(0, clock.now()),
    async refreshRetryTokenForRetry(last, info) {
      const { errorType, error } = info;
      const count = last.getRetryCount();
      const start = 'start' in last && typeof last.start === 'number' ? last.start : clock.now();
      const isSilent = error instanceof Error && error.name === 'TimeoutError';
      const isLate = isSilent && !isInTime(clock.now() - start, count);
      // The middleware replaces this error with the failure of the last attempt.
      if ((errorType !== 'THROTTLING' && errorType !== 'TRANSIENT') || count + 1 >= maxAttempts || isLate)
        throw new Error('no further attempt');
      await sleep(pauseFor(info, firstPause[errorType], count), { clock, signal }).catch((ended: unknown) => {
        // The middleware throws the failure of the last attempt instead, so it is marked.
        if (typeof error === 'object' && error !== null) stopped.add(error);
        throw ended;
      });
      return token(count + 1, start);
    },
    recordSuccess: () => undefined,
  };
}
