/** Whose credentials the SDK clients send: the person's own, or those of a role that they assume. */
import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { type Access, type Reach, reachOf } from './access.ts';
import type { Clock } from './clock.ts';
import { causeOf } from './credential-causes.ts';
import { isNamed } from './errors.ts';

export type Credentials = ReturnType<typeof fromNodeProviderChain>;

/**
 * The person's own credentials, looked up once: every look-up would ask for an MFA code of its own.
 * @param reach how STS, SSO and the like are reached: an AWS call like any other.
 */
export function ownCredentials(access: Access, reach = reachOf(access)): Credentials {
  const { profile, endpoint } = access;
  const heard: string[] = [];
  const clientConfig = { ...reach, ...endpointOf(endpoint) };
  const chain = fromNodeProviderChain({
    ...(profile === undefined ? {} : { profile }),
    logger: listening(heard, access),
    clientConfig,
    // A profile with a token file of its own reads these alone.
    parentClientConfig: clientConfig,
    mfaCodeProvider: access.mfaCode,
  });
  const explained: Credentials = async (options) => {
    heard.length = 0;
    try {
      return await chain(options);
    } catch (error) {
      throw await causeOf(error, { profile, heard, handler: reach.requestHandler });
    }
  };
  return shareCredentials(explained, access.clock);
}

const nothing = (): void => undefined;

/**
 * Keeps what the providers say, which the chain's last word leaves out. A profile that was named is no doubt the one that is
 * meant: the SDK warns when there are keys in the environment too.
 */
const listening = (heard: string[], { profile, emit }: Access) => ({
  debug: (text: unknown) => heard.push(String(text)),
  info: nothing,
  warn: (text: unknown) => {
    if (profile !== undefined) return;
    const isTwice = String(text).includes('Multiple credential sources');
    emit({ type: 'note', level: 'warning', message: isTwice ? twoSources : String(text) });
  },
  error: nothing,
});

const twoSources =
  'AWS_PROFILE is used. AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set too: unset one of them';

/** The SDK refuses an endpoint that was given together with FIPS or dual stack, which environment or profile may ask for. */
export const endpointOf = (endpoint: string | undefined) =>
  endpoint === undefined ? {} : { endpoint, useFipsEndpoint: false, useDualstackEndpoint: false };

/**
 * The person's own credentials, or those of the role that they assume. STS is asked in `region`, which the role's account has
 * enabled; where the person's own account has not, it knows nothing of their keys there, and a Region is asked that every
 * account has. What is issued there is valid in all of them (IAM User Guide, "Managing AWS STS in an AWS Region").
 */
export function assuming(
  { roleToAssume, endpoint, clock }: Access,
  own: Credentials,
  region: string,
  reach: Reach,
): Credentials {
  if (roleToAssume === undefined) return own;
  const assume = (place: string): Credentials =>
    fromTemporaryCredentials({
      masterCredentials: own,
      params: { RoleArn: roleToAssume, RoleSessionName: 'cognito-migrate' },
      clientConfig: { region: place, ...reach, ...endpointOf(endpoint) },
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
