/**
 * The SDK's retries, on our clock: its own strategies wait in real time, which neither Ctrl-C could end nor a test skip.
 * Which failures are worth another try is still the SDK's judgement, and the pauses are of its standard mode's size.
 */
import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from '@smithy/types';
import type { Clock } from './clock.ts';

/** Milliseconds. A Retry-After beyond the longest pause is cut to it: the next try says whether it was enough. */
const firstPause = { THROTTLING: 500, TRANSIENT: 100 } as const;
const longestPause = 20_000;

/** What gives no answer is not asked for longer than this in all. */
const longestSilence = 60_000;

interface Token extends RetryToken {
  /** When the first attempt began. */
  readonly start: number;
}

const token = (count: number, start: number): Token => ({
  getRetryCount: () => count,
  getRetryDelay: () => 0,
  start,
});

/** Whether another attempt, as long as those so far, would be over in time. */
const isInTime = (elapsed: number, count: number): boolean =>
  (elapsed / (count + 1)) * (count + 2) <= longestSilence;

function pauseFor(info: RetryErrorInfo, first: number, count: number): number {
  const backoff = Math.random() * first * 2 ** count; // full jitter, so that two runs do not stay in step
  const asked = info.retryAfterHint === undefined ? 0 : info.retryAfterHint.getTime() - Date.now();
  return Math.min(Math.max(backoff, asked), longestPause);
}

/** @param maxAttempts the first one included. */
export function clockedRetries(clock: Clock, signal: AbortSignal, maxAttempts: number): RetryStrategyV2 {
  return {
    acquireInitialRetryToken: async () => token(0, clock.now()),
    async refreshRetryTokenForRetry(last, info) {
      const { errorType, error } = info;
      const count = last.getRetryCount();
      const start = 'start' in last && typeof last.start === 'number' ? last.start : clock.now();
      const isSilent = error instanceof Error && error.name === 'TimeoutError';
      const isLate = isSilent && !isInTime(clock.now() - start, count);
      // The middleware answers this with the failure of the last attempt.
      if ((errorType !== 'THROTTLING' && errorType !== 'TRANSIENT') || count + 1 >= maxAttempts || isLate)
        throw new Error('no further attempt');
      await clock.sleep(pauseFor(info, firstPause[errorType], count), signal);
      return token(count + 1, start);
    },
    recordSuccess: () => undefined,
  };
}
