/** How a run reaches AWS: connections, limits, and retries, shared by all of its clients. */
import type { Emit } from '../core/events.ts';
import type { Clock } from './clock.ts';
import { RequestHandler } from './request-handler.ts';
import { clockedRetries } from './retry-strategy.ts';

/** The credentials of a run, and the endpoint and settings that it reaches AWS with. */
export interface Access {
  readonly profile?: string;
  readonly endpoint?: string;
  /** The role to assume with the credentials above. The run then does everything as this role. */
  readonly roleToAssume?: string;
  /** Asks for the six-digit code of an MFA device, for profiles with mfa_serial. */
  readonly mfaCode: (serial: string) => Promise<string>;
  readonly emit: Emit;
  readonly clock: Clock;
  /** Aborting it ends the pauses between two attempts. */
  readonly signal: AbortSignal;
  readonly userAgent: string;
  /** Longest wait for one answer, in milliseconds. */
  readonly requestTimeout: number;
}

const attempts = 5;

/**
 * One handler for all clients, which then share its connections.
 * A new connection costs two round trips before its first request.
 */
export const reachOf = ({
  clock,
  signal,
  requestTimeout,
}: Pick<Access, 'clock' | 'signal' | 'requestTimeout'>) => ({
  requestHandler: new RequestHandler(requestTimeout),
  maxAttempts: attempts,
  retryStrategy: clockedRetries(clock, signal, attempts),
});

export type Reach = ReturnType<typeof reachOf>;
