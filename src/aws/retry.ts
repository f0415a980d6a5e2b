/** Waits for changes that take effect in AWS only after a while. */
import { CancelledError } from '../core/errors.ts';
import type { Clock } from './clock.ts';

export interface RetryOptions {
  /** Longest total time, in milliseconds. */
  readonly within: number;
  /** First pause, in milliseconds. Each further pause is 1.5 times as long, up to `longest`. */
  readonly first: number;
  readonly longest: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called before each pause with the milliseconds waited so far. */
  readonly onWait: (waitedMs: number) => void;
}

/**
 * Retries until success, until an error that isn't `worthWaiting` for, or until time is up.
 * Throws the last error. Ctrl-C ends the wait at once.
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  worthWaiting: (error: unknown) => boolean,
  options: RetryOptions,
): Promise<T> {
  const { clock, within, longest } = options;
  const start = clock.now();
  for (let pause = options.first; ; pause = Math.min(pause * 1.5, longest)) {
    try {
      return await attempt();
    } catch (error) {
      const waited = clock.now() - start;
      if (!worthWaiting(error) || waited + pause > within) throw error;
      options.onWait(waited);
      await sleep(pause, options);
    }
  }
}

/** IAM usually propagates a change within this time, in milliseconds. */
const usualIamMs = 15_000;

/**
 * A progress line: what is awaited, since when, and until when.
 * Example: "IAM … (usually 5–15 s) · 8 of 120 s". A wait that exceeds the usual time omits that part.
 */
export function waitLine(
  what: string,
  waitedMs: number,
  { within }: Pick<RetryOptions, 'within'>,
  isIam = false,
): string {
  const hope = isIam && waitedMs < usualIamMs ? ' (usually 5–15 s)' : '';
  return `${what}${hope} · ${Math.round(waitedMs / 1000)} of ${Math.round(within / 1000)} s`;
}

class NotYet extends Error {}

/**
 * Observes again until the condition holds or time is up.
 * @returns The last observation.
 */
export async function retryUntil<T>(
  observe: () => Promise<T>,
  holds: (seen: T) => boolean,
  options: RetryOptions,
): Promise<T> {
  const seen: T[] = [];
  const attempt = async (): Promise<T> => {
    const now = await observe();
    seen.splice(0, 1, now);
    if (!holds(now)) throw new NotYet();
    return now;
  };
  try {
    return await retry(attempt, (error) => error instanceof NotYet, options);
  } catch (error) {
    const [last] = seen;
    if (!(error instanceof NotYet) || last === undefined) throw error;
    return last;
  }
}

/** The clock of a wait, and the signal by which Ctrl-C ends it. */
export type Pace = Pick<RetryOptions, 'clock' | 'signal'>;

/** Waits. Throws CancelledError if Ctrl-C ends the wait. */
export async function sleep(ms: number, { clock, signal }: Pace): Promise<void> {
  await clock.sleep(ms, signal);
  if (signal.aborted) throw stoppedWaiting();
}

/** Ctrl-C ended a wait for AWS. */
export const stoppedWaiting = (): CancelledError =>
  new CancelledError('Stopped while waiting for AWS.', {
    code: 'CANCELLED',
    hint: ['Run the same command again to continue from here.'],
  });
