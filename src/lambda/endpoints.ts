/** Suffixes of host names, by the beginning of the Region. All other Regions are in `aws` or `aws-us-gov`. */
const SUFFIXES: Readonly<Record<string, string>> = {
  'cn-': 'amazonaws.com.cn',
  'eusc-': 'amazonaws.eu',
  'us-iso-': 'c2s.ic.gov',
  'us-isob-': 'sc2s.sgov.gov',
  'eu-isoe-': 'cloud.adc-e.uk',
  'us-isof-': 'csp.hci.ic.gov',
};

/** The endpoint of a service that AWS's SDKs use in this Region. */
export function defaultEndpoint(service: 'cognito-idp' | 'sts', region: string, useFips: boolean): string {
  const suffix = Object.entries(SUFFIXES).find(([start]) => region.startsWith(start))?.[1] ?? 'amazonaws.com';
  // In GovCloud, the only endpoints of STS conform to FIPS.
  const isFips = useFips && !(service === 'sts' && region.startsWith('us-gov-'));
  return `https://${service}${isFips ? '-fips' : ''}.${region}.${suffix}`;
}
