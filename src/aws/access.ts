/** How AWS is reached, the same for every client of a run: connections, limits, and what is tried again. */
import type { Emit } from '../core/events.ts';
import type { Clock } from './clock.ts';
import { RequestHandler } from './request-handler.ts';
import { clockedRetries } from './retry-strategy.ts';

/** Whose credentials a run uses, and through what. */
export interface Access {
  readonly profile?: string;
  readonly endpoint?: string;
  /** Assumed with the credentials above; everything is done as this role then. */
  readonly roleToAssume?: string;
  /** Asks for the six digits of an MFA device (profiles with mfa_serial). */
  readonly mfaCode: (serial: string) => Promise<string>;
  readonly emit: Emit;
  readonly clock: Clock;
  /** Ends the pauses between two attempts. */
  readonly signal: AbortSignal;
  readonly userAgent: string;
  /** Longest wait for one answer, in milliseconds. Absent: half a minute, six times what a function may take. */
  readonly requestTimeout?: number;
}

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
