import type { Keys } from './aws/sign.ts';

/** Temporary credentials. */
export interface Credentials extends Keys {
  readonly sessionToken: string;
  readonly expiration: Date;
}

/**
 * The role in the old pool's account could not be assumed.
 * `awsError` holds nothing but the AWS error's name. `status` is the HTTP status, if there was an answer.
 */
export class AssumeRoleFailed extends Error {
  override readonly name = 'AssumeRoleFailed';
  readonly awsError: string;
  readonly status: number | undefined;
  constructor(awsError: string, status?: number) {
    super('The role could not be assumed');
    this.awsError = awsError;
    this.status = status;
  }
}

/**
 * Time before expiry when new credentials are requested, in milliseconds.
 * A sign-in must not begin with credentials that expire before it ends.
 */
const REFRESH_BEFORE_MS = 5 * 60_000;

/**
 * Minimum lifetime to use credentials without a wait for their renewal, in milliseconds.
 * STS may be slow to answer.
 */
const WAIT_BEFORE_MS = 10_000;

/** Pause after a refusal, in milliseconds. Applies while valid credentials exist. */
const PAUSE_MS = 30_000;

/** Credentials that are cached for their lifetime. */
export interface CachedCredentials {
  /** Makes one call per lifetime, shared by all waiting callers. */
  get(): Promise<Credentials>;
  /** Drops credentials that AWS refuses, whatever their lifetime says. */
  forget(): void;
}

/** Caches the credentials that `assume` returns. */
export function cachedCredentials(assume: () => Promise<Credentials>, now: () => number): CachedCredentials {
  let current: Credentials | undefined;
  let pending: Promise<Credentials> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  const left = (): number => (current ? current.expiration.getTime() - now() : 0);
  const refresh = () => {
    pending ??= assume()
      .then(
        (credentials) => {
          current = credentials;
          return credentials;
        },
        (error: unknown) => {
          failedAt = now();
          throw error;
        },
      )
      .finally(() => {
        pending = undefined;
      });
    return pending;
  };
  return {
    async get() {
      if (current && left() > REFRESH_BEFORE_MS) return current;
      if (current && left() > 0 && now() - failedAt < PAUSE_MS) return current;
      const renewed = refresh();
      renewed.catch(() => undefined); // reported to the callers that wait for it, if any
      if (current && left() > WAIT_BEFORE_MS) return current;
      try {
        return await renewed;
      } catch (error) {
        // Still valid for this sign-in. A later one tries again.
        if (current && left() > 0) return current;
        throw error;
      }
    },
    forget() {
      current = undefined;
    },
  };
}
