import { describe, expect, it } from 'vitest';
import { decodeEndpoints, encodeEndpoints } from '../../src/lambda/endpoints.ts';
import { readEnvironment } from '../../src/lambda/environment.ts';
import { SettingsError } from '../../src/lambda/settings-codec.ts';
import { endpointsFor } from '../../src/steps/handler-settings.ts';
import { VARIABLES } from './fakes.ts';

const COGNITO = 'https://cognito-idp.eu-central-1.amazonaws.com';
const STS = 'https://sts.eu-central-1.amazonaws.com';

const variables = (more: Readonly<Record<string, string>> = {}) => ({
  ...VARIABLES,
  AWS_REGION: 'eu-west-1',
  ...more,
});
const urlsOf = (more: Readonly<Record<string, string>>): string[] => {
  const { cognito, sts } = readEnvironment(variables(more));
  return [cognito, ...sts].map(({ url }) => url);
};

describe('the endpoints that init resolves', () => {
  const arnOf = (partition: string, region: string) =>
    `arn:${partition}:cognito-idp:${region}:111122223333:userpool/${region}_new`;

  // By the SDK's own rules; STS in the new pool's Region, the old pool's, and the one that everybody has.
  it.each([
    [
      'aws',
      'eu-west-1',
      'ap-east-1',
      false,
      ['', ''],
      ['eu-west-1', 'ap-east-1', 'us-east-1'],
      'amazonaws.com',
    ],
    ['aws', 'us-east-1', 'us-east-1', false, ['', ''], ['us-east-1'], 'amazonaws.com'],
    ['aws', 'us-east-1', 'us-west-2', true, ['-fips', '-fips'], ['us-east-1', 'us-west-2'], 'amazonaws.com'],
    [
      'aws-us-gov',
      'us-gov-east-1',
      'us-gov-east-1',
      false,
      ['-fips', ''],
      ['us-gov-east-1', 'us-gov-west-1'],
      'amazonaws.com',
    ],
    ['aws-eusc', 'eusc-de-east-1', 'eusc-de-east-1', false, ['', ''], ['eusc-de-east-1'], 'amazonaws.eu'],
  ] as const)('%s: from %s to %s, FIPS %s', (partition, own, old, useFips, [idp, sts], regions, suffix) => {
    const vars = { OLD_USER_POOL_REGION: old, NEW_USER_POOL_ARN: arnOf(partition, own) };
    const cognito = `https://cognito-idp${idp}.${old}.${suffix}`;
    expect(endpointsFor(vars, useFips)).toBe(cognito);
    const across = endpointsFor({ ...vars, OLD_ROLE_ARN: 'arn:aws:iam::1:role/x' }, useFips);
    expect(across.split(' ')).toEqual([
      cognito,
      ...regions.map((region) => `https://sts${sts}.${region}.${suffix}`),
    ]);
    expect(encodeEndpoints(decodeEndpoints(across, old))).toBe(across);
  });
});

describe('the function', () => {
  it('takes the endpoints that init resolved, in their order', () => {
    const OLD_POOL_ENDPOINTS = `${COGNITO} https://sts.ap-east-1.amazonaws.com ${STS}`;
    expect(readEnvironment(variables({ OLD_POOL_ENDPOINTS }))).toMatchObject({
      cognito: { region: 'eu-central-1', url: COGNITO },
      sts: [
        { region: 'ap-east-1', url: 'https://sts.ap-east-1.amazonaws.com' },
        { region: 'eu-central-1', url: STS },
      ],
    });
  });

  it('computes them in the environment of version 1.0.0, which has none', () => {
    const ofInit = endpointsFor(
      {
        OLD_USER_POOL_REGION: 'eu-central-1',
        NEW_USER_POOL_ARN: 'arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_new',
        OLD_ROLE_ARN: 'arn:aws:iam::111122223333:role/old',
      },
      false,
    );
    expect(urlsOf({})).toEqual(ofInit.split(' '));
    expect(urlsOf({ OLD_POOL_ENDPOINTS: '' })).toEqual(ofInit.split(' '));
  });

  it('goes to this computer instead where the local AWS is', () => {
    const local = { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };
    expect(urlsOf({ ...local, OLD_POOL_ENDPOINTS: `${COGNITO} ${STS}` })).toEqual([
      local.AWS_ENDPOINT_URL,
      local.AWS_ENDPOINT_URL,
    ]);
  });

  it.each([
    ['not HTTPS', COGNITO.replace('https', 'http')],
    ['this computer', 'https://127.0.0.1'],
    ['another host', 'https://passwords.example.com'],
    ['a host that begins like it', `${COGNITO}.example.com`],
    ['a host of another service', COGNITO.replace('cognito-idp', 'execute-api')],
    ['somebody’s own host at AWS', 'https://x.execute-api.eu-central-1.amazonaws.com'],
    ['STS instead', STS],
    ['another Region', COGNITO.replace('central', 'west')],
    ['another partition', `${COGNITO}.cn`],
    ['a user', COGNITO.replace('//', '//eu-central-1@')],
    ['a port', `${COGNITO}:8443`],
    ['a path', `${COGNITO}/x`],
    ['capitals', COGNITO.toUpperCase()],
    ['two spaces', ` ${COGNITO}`],
    ['Cognito for STS', `${COGNITO} ${COGNITO}`],
    ['another host for STS', `${COGNITO} ${STS} https://sts.example.com`],
    ['STS without HTTPS', `${COGNITO} ${STS.replace('https', 'http')}`],
    ['a Region that is none', `${COGNITO} https://sts.evil/x.amazonaws.com`],
  ])('refuses %s', (_, OLD_POOL_ENDPOINTS) => {
    expect(() => readEnvironment(variables({ OLD_POOL_ENDPOINTS }))).toThrow(SettingsError);
    expect(() => readEnvironment(variables({ OLD_POOL_ENDPOINTS }))).not.toThrow(/example/);
  });
});
