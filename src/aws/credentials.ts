/** Whose credentials the SDK clients send: the person's own, or those of a role that they assume. */
import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { PermissionError } from '../core/errors.ts';
import type { Access } from './clients.ts';
import type { Clock } from './clock.ts';
import { isNamed } from './errors.ts';
import { profileNames } from './profiles.ts';

export type Credentials = ReturnType<typeof fromNodeProviderChain>;

/** A profile that was named is no doubt the one that is meant: the SDK warns when there are keys in the environment too. */
const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** The person's own credentials, looked up once: every look-up would ask for an MFA code of its own. */
export function ownCredentials(access: Access): Credentials {
  const chain = fromNodeProviderChain({
    ...(access.profile === undefined ? {} : { profile: access.profile, logger: silent }),
    // STS, for profiles that assume a role, is an AWS call like any other.
    ...(access.endpoint === undefined ? {} : { clientConfig: endpointOf(access.endpoint) }),
    mfaCodeProvider: access.mfaCode,
  });
  return shareCredentials(namingProfile(chain, access.profile), access.clock);
}

/** The SDK refuses an endpoint that was given together with FIPS or dual stack, which environment or profile may ask for. */
export const endpointOf = (endpoint: string | undefined) =>
  endpoint === undefined ? {} : { endpoint, useFipsEndpoint: false, useDualstackEndpoint: false };

/** When no provider has anything to say, the SDK does not say for which profile; a misspelt one is then hard to see. */
function namingProfile(provider: Credentials, profile: string | undefined): Credentials {
  if (profile === undefined) return provider;
  return async (options) => {
    try {
      return await provider(options);
    } catch (error) {
      const isLastWord = error instanceof Error && /any providers/.test(error.message);
      if (!isLastWord) throw error;
      const known = await profileNames();
      throw new PermissionError(`The profile ${profile} gives no credentials`, {
        code: 'NO_CREDENTIALS',
        expected: known,
        found: profile,
        hint: [
          known.length === 0
            ? 'There is no profile in the AWS configuration files.'
            : `The AWS configuration files have: ${known.join(', ')}`,
        ],
        cause: error,
      });
    }
  };
}

/**
 * The person's own credentials, or those of the role that they assume. STS is asked in `region`, which the role's account has
 * enabled; where the person's own account has not, it knows nothing of their keys there, and a Region is asked that every
 * account has. What is issued there is valid in all of them (IAM User Guide, "Managing AWS STS in an AWS Region").
 */
export function assuming(
  { roleToAssume, endpoint, clock }: Access,
  own: Credentials,
  region: string,
): Credentials {
  if (roleToAssume === undefined) return own;
  const assume = (place: string): Credentials =>
    fromTemporaryCredentials({
      masterCredentials: own,
      params: { RoleArn: roleToAssume, RoleSessionName: 'cognito-migrate' },
      clientConfig: { region: place, ...endpointOf(endpoint) },
    });
  const last = everywhere(region);
  let current = assume(region);
  return shareCredentials(async (options) => {
    try {
      return await current(options);
    } catch (error) {
      const isOfRegion = isNamed(error, 'InvalidClientTokenId', 'RegionDisabledException');
      if (!isOfRegion || region === last) throw error;
      current = assume(last);
      return current(options);
    }
  }, clock);
}

/** The Region that no account can do without. */
const everywhere = (region: string): string => (region.startsWith('us-gov-') ? 'us-gov-west-1' : 'us-east-1');

/** One look-up for all who ask, renewed five minutes before the end. */
function shareCredentials(provider: Credentials, clock: Clock): Credentials {
  let found: ReturnType<Credentials> | undefined;
  let expires = Number.POSITIVE_INFINITY;
  return (options) => {
    if (found === undefined || clock.now() > expires - 300_000) {
      found = provider(options).then((credentials) => {
        expires = credentials.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
        return credentials;
      });
      found.catch(() => {
        found = undefined;
      });
    }
    return found;
  };
}
