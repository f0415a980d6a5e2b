import type { Endpoint } from './aws/sign.ts';
import { SettingsError } from './settings-codec.ts';

type Service = 'cognito-idp' | 'lambda' | 'sts';

/** Suffixes of host names, by the beginning of the Region. All other Regions are in `aws` or `aws-us-gov`. */
const SUFFIXES: Readonly<Record<string, string>> = {
  'cn-': 'amazonaws.com.cn',
  'eusc-': 'amazonaws.eu',
  'us-iso-': 'c2s.ic.gov',
  'us-isob-': 'sc2s.sgov.gov',
  'eu-isoe-': 'cloud.adc-e.uk',
  'us-isof-': 'csp.hci.ic.gov',
};

/** The domain of AWS in the partition of a Region. */
export const suffixOf = (region: string): string =>
  Object.entries(SUFFIXES).find(([start]) => region.startsWith(start))?.[1] ?? 'amazonaws.com';

/** The endpoint of a service that AWS's SDKs use in this Region. */
export function defaultEndpoint(service: Service, region: string, useFips: boolean): Endpoint {
  // In GovCloud, the only endpoints of STS conform to FIPS.
  const isFips = useFips && !(service === 'sts' && region.startsWith('us-gov-'));
  return { region, url: `https://${service}${isFips ? '-fips' : ''}.${region}.${suffixOf(region)}` };
}

/** The endpoints that init resolved: Cognito in the old pool's Region, and STS in the order to ask. */
export interface Endpoints {
  readonly cognito: Endpoint;
  readonly sts: readonly Endpoint[];
}

/** The text of the variable OLD_POOL_ENDPOINTS. Refuses endpoints that decodeEndpoints refuses. */
export function encodeEndpoints({ cognito, sts }: Endpoints): string {
  const text = [cognito, ...sts].map(({ url }) => url).join(' ');
  decodeEndpoints(text, cognito.region);
  return text;
}

/**
 * Reads OLD_POOL_ENDPOINTS.
 * Passwords go to the first of them. So each must be the service's own host in a Region, over HTTPS, whatever
 * someone writes into the variable.
 * @throws SettingsError
 */
export function decodeEndpoints(text: string, oldRegion: string): Endpoints {
  const [first = '', ...others] = text.split(' ');
  const cognito = accepted('cognito-idp', first);
  if (cognito.region !== oldRegion) throw new SettingsError('OLD_POOL_ENDPOINTS is of another Region');
  return { cognito, sts: others.map((url) => accepted('sts', url)) };
}

function accepted(service: Service, url: string): Endpoint {
  const [, region = ''] = url.split('.');
  const isKnown = [false, true].some((useFips) => defaultEndpoint(service, region, useFips).url === url);
  if (!isKnown || !/^[a-z0-9-]+$/.test(region))
    throw new SettingsError('OLD_POOL_ENDPOINTS holds an address that is not accepted');
  return { region, url };
}
