/** Temporary credentials as the SDK takes them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** The role in the old pool's account could not be assumed. `cause` holds nothing but the AWS error's name. */
export class AssumeRoleFailed extends Error {
  override readonly name = 'AssumeRoleFailed';
  readonly awsError: string;
  constructor(awsError: string) {
    super('The role could not be assumed');
    this.awsError = awsError;
  }
}

/** So long before their end, new credentials are asked for: a sign-in must not begin with ones that run out under way. */
const REFRESH_BEFORE_MS = 5 * 60_000;

/** Until then a sign-in goes on with those that it has, and does not wait for the new ones: STS may be slow to answer. */
const WAIT_BEFORE_MS = 10_000;

/** So long after a refusal nobody asks again, while there are credentials that are good. */
const PAUSE_MS = 30_000;

/** Keeps credentials for as long as they live: one call per lifetime, shared by whoever waits for it. */
export function cachedCredentials(
  assume: () => Promise<Credentials>,
  now: () => number,
): () => Promise<Credentials> {
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
  return async () => {
    if (current && left() > REFRESH_BEFORE_MS) return current;
    if (current && left() > 0 && now() - failedAt < PAUSE_MS) return current;
    const renewed = refresh();
    renewed.catch(() => undefined); // told to whoever waits for it, if anybody does
    if (current && left() > WAIT_BEFORE_MS) return current;
    try {
      return await renewed;
    } catch (error) {
      // Still good for this sign-in; a later one tries again.
      if (current && left() > 0) return current;
      throw error;
    }
  };
}
