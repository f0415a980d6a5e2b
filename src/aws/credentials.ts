/** The credentials of the SDK clients: the caller's own, or those of a role that the caller assumes. */
import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { type Access, type Reach, reachOf } from './access.ts';
import type { Clock } from './clock.ts';
import { causeOf } from './credential-causes.ts';
import { isNamed } from './errors.ts';

export type Credentials = ReturnType<typeof fromNodeProviderChain>;

/**
 * The caller's own credentials, looked up once. Each lookup would ask for another MFA code.
 * @param reach How to reach STS, SSO, and the like. These are AWS calls like any other.
 */
export function ownCredentials(access: Access, reach = reachOf(access)): Credentials {
  const { profile, endpoint } = access;
  const heard: string[] = [];
  const clientConfig = { ...reach, ...endpointOf(endpoint) };
  const chain = fromNodeProviderChain({
    ...(profile === undefined ? {} : { profile }),
    logger: listening(heard, access),
    clientConfig,
    // A profile with its own token file reads only this option.
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
 * Keeps the providers' messages, which the chain's last error leaves out.
 * The SDK warns if the environment has keys too. A profile from --profile is certainly the intended one, so
 * this drops the warning.
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

/**
 * The SDK refuses a custom endpoint together with FIPS or dual-stack.
 * The environment or the profile may turn these on.
 */
export const endpointOf = (endpoint: string | undefined) =>
  endpoint === undefined ? {} : { endpoint, useFipsEndpoint: false, useDualstackEndpoint: false };

/**
 * The caller's own credentials, or those of the role that the caller assumes.
 * Asks STS in `region`, which the role's account has enabled. If the caller's account hasn't enabled it, STS
 * doesn't know the caller's keys there. Then this asks a Region that every account has. Credentials from
 * there are valid in all Regions (IAM User Guide, "Managing AWS STS in an AWS Region").
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
  const last = regionOfEveryAccount(region);
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

/** The Region that every account has. */
const regionOfEveryAccount = (region: string): string =>
  region.startsWith('us-gov-') ? 'us-gov-west-1' : 'us-east-1';

/** Shares one lookup between all callers. Renews it five minutes before the credentials expire. */
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
