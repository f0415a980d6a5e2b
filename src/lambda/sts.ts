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

/** So long before their end, credentials are replaced: a sign-in must not begin with ones that run out under way. */
const REFRESH_BEFORE_MS = 5 * 60_000;

/** Keeps credentials for as long as they live: one call per lifetime, shared by whoever waits for it. */
export function cachedCredentials(
  assume: () => Promise<Credentials>,
  now: () => number,
): () => Promise<Credentials> {
  let current: Credentials | undefined;
  let pending: Promise<Credentials> | undefined;
  const refresh = () => {
    pending ??= assume()
      .then((credentials) => {
        current = credentials;
        return credentials;
      })
      .finally(() => {
        pending = undefined;
      });
    return pending;
  };
  return async () => {
    const left = current ? current.expiration.getTime() - now() : 0;
    if (current && left > REFRESH_BEFORE_MS) return current;
    try {
      return await refresh();
    } catch (error) {
      // Still good for this sign-in; the next one tries again.
      if (current && current.expiration.getTime() > now()) return current;
      throw error;
    }
  };
}
