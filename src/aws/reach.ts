/** How AWS is reached, the same for every client of a run: connections, limits, and what is tried again. */
import type { Access } from './clients.ts';
import { RequestHandler } from './request-handler.ts';
import { clockedRetries } from './sdk-retries.ts';

const attempts = 5;

/**
 * One handler for all, and so its connections: each new one costs two round trips before its first request. Two attempts of
 * this length end within a minute.
 */
export const reachOf = ({
  clock,
  signal,
  requestTimeout = 28_000,
}: Pick<Access, 'clock' | 'signal' | 'requestTimeout'>) => ({
  requestHandler: new RequestHandler(requestTimeout),
  maxAttempts: attempts,
  retryStrategy: clockedRetries(clock, signal, attempts),
});

export type Reach = ReturnType<typeof reachOf>;
