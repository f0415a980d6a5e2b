import {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { clientDefaults } from '../../src/lambda/aws-config.ts';
import { readEnvironment } from '../../src/lambda/environment.ts';
import { oldPool } from '../../src/lambda/old-pool.ts';
import { encodeSettings, SettingsError } from '../../src/lambda/settings.ts';
import { fakeClock, SETTINGS } from './fakes.ts';
import {
  type Answer,
  assumeRoleBody,
  assumeRoleError,
  awsError,
  oldUserBody,
  type StubAws,
  startStub,
  tokensBody,
} from './stub-aws.ts';

let stub: StubAws;
beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAOWN');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', 'session');
  vi.stubEnv('AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED', 'true');
  stub = await startStub();
});
afterEach(() => stub.reset());
afterAll(async () => {
  vi.unstubAllEnvs();
  await stub.close();
});

const variables = (more: Record<string, string> = {}) => ({
  OLD_USER_POOL_ID: 'eu-central-1_old',
  OLD_USER_POOL_REGION: 'eu-central-1',
  OLD_CLIENT_ID: 'client',
  AWS_REGION: 'eu-west-1',
  AWS_ENDPOINT_URL: stub.url,
  MIGRATION_SETTINGS: encodeSettings(SETTINGS),
  ...more,
});

function connect(more?: Record<string, string>) {
  const clock = fakeClock();
  return { clock, pool: oldPool(readEnvironment(variables(more)), clock), soon: clock.now() + 2000 };
}

const ROLE = { OLD_ROLE_ARN: 'arn:aws:iam::111122223333:role/old', OLD_EXTERNAL_ID: 'external' };

describe('the old pool over the SDK', () => {
  it('asks for the user in the old pool', async () => {
    stub.answers = {
      AdminGetUser: oldUserBody({ UserMFASettingList: [], MFAOptions: [], Futurum: { a: 1 } }),
    };
    const { pool, soon } = connect();
    expect(await pool.getUser('ana', soon)).toEqual({
      kind: 'user',
      user: {
        userName: 'ana',
        enabled: true,
        status: 'CONFIRMED',
        hasMfa: false,
        attributes: [
          { name: 'sub', value: '11111111-2222-4333-8444-555555555555' },
          { name: 'email', value: 'ana@example.com' },
          { name: 'email_verified', value: 'true' },
        ],
      },
    });
    expect(stub.seen).toEqual([
      {
        action: 'AdminGetUser',
        body: { UserPoolId: 'eu-central-1_old', Username: 'ana' },
        accessKeyId: 'AKIAOWN',
      },
    ]);
  });

  it.each([
    [{ UserMFASettingList: ['SOFTWARE_TOKEN_MFA'] }, { hasMfa: true }],
    [{ PreferredMfaSetting: 'SMS_MFA' }, { hasMfa: true }],
    [{ MFAOptions: [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }] }, { hasMfa: true }],
    [{ Enabled: false }, { enabled: false }],
    [{ Enabled: undefined }, { enabled: false }],
    [{ UserStatus: undefined }, { status: 'UNKNOWN' }],
    [{ UserAttributes: undefined }, { attributes: [] }],
    [{ UserAttributes: [{ Name: 'email' }] }, { attributes: [] }],
  ])('reads %j', async (changes, expected) => {
    stub.answers = { AdminGetUser: oldUserBody(changes) };
    const { pool, soon } = connect();
    expect(await pool.getUser('ana', soon)).toMatchObject({ kind: 'user', user: expected });
  });

  it('takes a user without a name for a fault', async () => {
    stub.answers = { AdminGetUser: oldUserBody({ Username: undefined }) };
    const { pool, soon } = connect();
    expect(await pool.getUser('ana', soon)).toMatchObject({ kind: 'fault' });
  });

  it('signs in, and says who it is to the old pool’s triggers', async () => {
    stub.answers = { AdminInitiateAuth: tokensBody() };
    const { pool, soon } = connect();
    expect(await pool.signIn('ana', 'pass', soon)).toEqual({
      kind: 'signed-in',
      sub: '11111111-2222-4333-8444-555555555555',
    });
    expect(stub.seen[0]?.body).toEqual({
      UserPoolId: 'eu-central-1_old',
      ClientId: 'client',
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'ana', PASSWORD: 'pass' },
      ClientMetadata: { source: 'cognito-migrate' },
    });
  });

  it.each([
    ['a challenge', { ChallengeName: 'SMS_MFA', Session: 's', ChallengeParameters: {} }, 'SMS_MFA'],
    ['a challenge beside tokens', { ChallengeName: 'MFA_SETUP', ...tokensBody().body }, 'MFA_SETUP'],
    ['neither', {}, 'NONE'],
    ['no access token', { AuthenticationResult: {} }, 'NONE'],
    ['an empty access token', { AuthenticationResult: { AccessToken: '' } }, 'NONE'],
    ['null', { AuthenticationResult: null }, 'NONE'],
  ])('takes %s for no proof', async (_, body, name) => {
    stub.answers = { AdminInitiateAuth: { body } };
    const { pool, soon } = connect();
    expect(await pool.signIn('ana', 'pass', soon)).toEqual({ kind: 'challenge', name });
  });

  it.each([
    ['UserNotFoundException', awsError('UserNotFoundException', 'User does not exist.')],
    ['AccessDeniedException', awsError('AccessDeniedException')],
    ['UserLambdaValidationException', awsError('com.amazonaws.cognito#UserLambdaValidationException')],
    ['AnExceptionOfTomorrowException', awsError('AnExceptionOfTomorrowException')],
    ['InternalErrorException', awsError('InternalErrorException', 'x', 500)],
    ['ServiceUnavailable', { status: 503, body: 'busy' }],
  ])('names %s', async (name, answer) => {
    stub.answers = { AdminGetUser: answer };
    const { pool, soon } = connect();
    expect(await pool.getUser('ana', soon)).toMatchObject({ kind: 'fault', name });
  });

  it('tells a closed connection from a slow answer', async () => {
    stub.answers = { AdminGetUser: 'reset', AdminInitiateAuth: 'hang' };
    const { pool, clock, soon } = connect();
    expect(await pool.getUser('ana', soon)).toMatchObject({ name: 'ConnectionError' });
    expect(await pool.signIn('ana', 'p', clock.now() + 30)).toMatchObject({ name: 'BudgetExhausted' });
    expect(stub.seen).toHaveLength(2);
  });

  it('is unreachable where nobody listens', async () => {
    const { pool, soon } = connect({ AWS_ENDPOINT_URL: 'http://127.0.0.1:9' });
    expect(await pool.getUser('ana', soon)).toMatchObject({ name: 'ConnectionError' });
  });

  it('has no credentials without an environment', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', '');
    const { pool, soon } = connect();
    expect(await pool.getUser('ana', soon)).toMatchObject({ name: 'CredentialsError' });
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAOWN');
  });
});

/** STS refuses one call after another, with these names; and where each was sent. */
function stsHosts(refusals: readonly string[]) {
  const hosts: string[] = [];
  const send = vi.spyOn(STSClient.prototype, 'send').mockImplementation(async function (this: STSClient) {
    const { config } = this;
    const { url } = config.endpointProvider({
      Region: await config.region(),
      UseFIPS: await config.useFipsEndpoint(),
      UseDualStack: await config.useDualstackEndpoint(),
      UseGlobalEndpoint: false,
    });
    throw Object.assign(new Error('no'), { name: refusals[hosts.push(url.host) - 1] });
  });
  return { hosts, restore: () => send.mockRestore() };
}

describe('across accounts', () => {
  it('assumes the role once, with the external ID, and uses it', async () => {
    const { pool, clock, soon } = connect(ROLE);
    stub.answers = {
      AssumeRole: assumeRoleBody('ASIAROLE', new Date(clock.now() + 3_600_000)),
      AdminGetUser: oldUserBody(),
      AdminInitiateAuth: tokensBody(),
    };
    await Promise.all([pool.getUser('ana', soon), pool.getUser('bob', soon)]);
    await pool.signIn('ana', 'p', soon);
    const [first, ...others] = stub.seen;
    expect(first).toMatchObject({
      action: 'AssumeRole',
      accessKeyId: 'AKIAOWN',
      body: { RoleArn: ROLE.OLD_ROLE_ARN, ExternalId: 'external', RoleSessionName: 'cognito-migrate' },
    });
    expect(others.map(({ action, accessKeyId }) => `${action} ${accessKeyId}`).sort()).toEqual([
      'AdminGetUser ASIAROLE',
      'AdminGetUser ASIAROLE',
      'AdminInitiateAuth ASIAROLE',
    ]);
  });

  it('sends no external ID that it was not given', async () => {
    stub.answers = { AssumeRole: assumeRoleError('AccessDenied') };
    const { pool, soon } = connect({ OLD_ROLE_ARN: ROLE.OLD_ROLE_ARN });
    await pool.getUser('ana', soon);
    expect(stub.seen[0]?.body).not.toHaveProperty('ExternalId');
  });

  it.each([
    ['AccessDenied', assumeRoleError('AccessDenied')],
    ['ExpiredToken', assumeRoleError('ExpiredToken')],
    ['ConnectionError', 'reset' as const],
    ['IncompleteResponse', { body: '<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>' }],
  ])('says why the role could not be assumed: %s', async (awsErrorName, answer) => {
    stub.answers = { AssumeRole: answer };
    const { pool, soon } = connect(ROLE);
    expect(await pool.getUser('ana', soon)).toMatchObject({
      name: 'AssumeRoleFailed',
      awsError: awsErrorName,
    });
  });

  it('asks again before the credentials end, and no sign-in fails while the role is briefly refused', async () => {
    const { pool, clock } = connect(ROLE);
    const answers = (assumeRole: Answer) => {
      stub.answers = { AssumeRole: assumeRole, AdminGetUser: oldUserBody(), AdminInitiateAuth: tokensBody() };
    };
    const hour = 3_600_000;
    const granted = (key: string): Answer => assumeRoleBody(key, new Date(clock.now() + hour));
    const signIn = async (): Promise<string | undefined> => {
      const soon = clock.now() + 2000;
      expect(await pool.signIn('ana', 'p', soon)).toEqual({
        kind: 'signed-in',
        sub: '11111111-2222-4333-8444-555555555555',
      });
      return stub.seen.findLast(({ action }) => action === 'AdminInitiateAuth')?.accessKeyId;
    };
    answers(granted('ASIAFIRST'));
    expect(await signIn()).toBe('ASIAFIRST');
    clock.pass(hour - 4 * 60_000);
    stub.seen.length = 0;
    answers(assumeRoleError('AccessDenied'));
    for (const _attempt of [1, 2, 3]) expect(await signIn()).toBe('ASIAFIRST');
    expect(stub.seen.filter(({ action }) => action === 'AssumeRole')).toHaveLength(1);
    answers(granted('ASIASECOND'));
    clock.pass(31_000);
    await signIn(); // asks for them beside what it does
    await vi.waitFor(async () => expect(await signIn()).toBe('ASIASECOND'));
    stub.seen.length = 0;
    expect(await signIn()).toBe('ASIASECOND');
    expect(stub.seen.map(({ action }) => action)).toEqual(['AdminInitiateAuth']);
  });

  it('does not wait for an STS that hangs while its credentials are good', async () => {
    const { pool, clock } = connect(ROLE);
    stub.answers = {
      AssumeRole: assumeRoleBody('ASIAROLE', new Date(clock.now() + 3_600_000)),
      AdminGetUser: oldUserBody(),
      AdminInitiateAuth: tokensBody(),
    };
    await pool.getUser('ana', clock.now() + 2000);
    clock.pass(3_600_000 - 4 * 60_000);
    stub.answers = { ...stub.answers, AssumeRole: 'hang' };
    const soon = clock.now() + 1000;
    expect(await pool.getUser('ana', soon)).toMatchObject({ kind: 'user' });
    expect(await pool.signIn('ana', 'p', soon)).toEqual({
      kind: 'signed-in',
      sub: '11111111-2222-4333-8444-555555555555',
    });
    expect(stub.seen.filter(({ action }) => action === 'AssumeRole')).toHaveLength(2);
  });

  it('recovers by itself from a role that was refused', async () => {
    const { pool, clock, soon } = connect(ROLE);
    stub.answers = { AssumeRole: assumeRoleError('AccessDenied'), AdminGetUser: oldUserBody() };
    expect(await pool.getUser('ana', soon)).toMatchObject({ name: 'AssumeRoleFailed' });
    stub.answers = {
      AssumeRole: assumeRoleBody('ASIAROLE', new Date(clock.now() + 3_600_000)),
      AdminGetUser: oldUserBody(),
    };
    expect(await pool.getUser('ana', soon)).toMatchObject({ kind: 'user' });
  });

  it.each([
    ['me-south-1', 'sts.me-south-1.amazonaws.com'],
    ['us-gov-west-1', 'sts.us-gov-west-1.amazonaws.com'],
  ])('asks the STS of its own Region first: %s', async (AWS_REGION, host) => {
    const OLD_USER_POOL_REGION = AWS_REGION.startsWith('us-gov') ? 'us-gov-east-1' : 'eu-west-1';
    const { hosts, restore } = stsHosts(['AccessDenied']);
    const { pool, soon } = connect({ ...ROLE, AWS_REGION, OLD_USER_POOL_REGION, AWS_ENDPOINT_URL: '' });
    expect(await pool.getUser('ana', soon)).toMatchObject({ awsError: 'AccessDenied' });
    expect(hosts).toEqual([host]);
    restore();
  });

  // IAM User Guide, "Managing AWS STS in an AWS Region": the role's account must have enabled the Region that is asked.
  it.each([
    ['the role’s account has not enabled it', ['RegionDisabledException'], ['me-south-1', 'ap-east-1']],
    [
      'nor has its own account enabled the old pool’s',
      ['RegionDisabledException', 'InvalidClientTokenId'],
      ['me-south-1', 'ap-east-1', 'us-east-1'],
    ],
    ['its own role is gone', ['InvalidClientTokenId'], ['me-south-1']],
  ])('asks another where %s, and stays with that', async (_why, refusals, regions) => {
    const { hosts, restore } = stsHosts([...refusals, 'AccessDenied', 'AccessDenied']);
    const places = { AWS_REGION: 'me-south-1', OLD_USER_POOL_REGION: 'ap-east-1', AWS_ENDPOINT_URL: '' };
    const { pool, soon } = connect({ ...ROLE, ...places });
    const last = regions.length === 1 ? 'InvalidClientTokenId' : 'AccessDenied';
    expect(await pool.getUser('ana', soon)).toMatchObject({ awsError: last });
    expect(hosts).toEqual(regions.map((region) => `sts.${region}.amazonaws.com`));
    await pool.getUser('ana', soon);
    expect(hosts.at(-1)).toBe(hosts.at(-2));
    restore();
  });

  it('does not wait for the role beyond its time', async () => {
    stub.answers = { AssumeRole: 'hang' };
    const { pool, clock } = connect(ROLE);
    expect(await pool.getUser('ana', clock.now() + 30)).toMatchObject({ name: 'BudgetExhausted' });
  });
});

describe('the function’s variables', () => {
  it('name an endpoint for each service before one for all', () => {
    const own = readEnvironment(
      variables({
        AWS_ENDPOINT_URL_STS: 'http://127.0.0.1:2',
        AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: 'http://localhost:3',
      }),
    );
    expect(own).toMatchObject({ cognitoEndpoint: 'http://localhost:3', stsEndpoint: 'http://127.0.0.1:2' });
    expect(readEnvironment(variables())).toMatchObject({ cognitoEndpoint: stub.url, stsEndpoint: stub.url });
    expect(readEnvironment(variables({ AWS_ENDPOINT_URL: '' }))).not.toHaveProperty('cognitoEndpoint');
  });

  const endpoints = [
    'AWS_ENDPOINT_URL',
    'AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER',
    'AWS_ENDPOINT_URL_STS',
  ].flatMap((name) =>
    [
      'https://passwords.example.com',
      'https://x.execute-api.eu-west-1.amazonaws.com',
      'http://127.0.0.1@passwords.example.com',
      'http://127.0.0.1.example.com',
      'http://2130706433.example.com',
      'ftp://127.0.0.1',
      'passwords',
    ].map((value) => [name, value] as const),
  );
  it.each(endpoints)('lead to no other host: %s=%s is refused', (name, value) => {
    expect(() => readEnvironment(variables({ [name]: value }))).toThrow(SettingsError);
  });

  it.each(['http://127.0.0.1:4566', 'http://localhost:4566', 'http://[::1]:4566/', 'https://127.0.0.53'])(
    'may lead to this computer: %s',
    (value) => {
      const { cognitoEndpoint } = readEnvironment(
        variables({ AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: value }),
      );
      expect(cognitoEndpoint).toBe(value);
    },
  );

  it.each(['example.com/', 'x.example.com#', 'eu-west-1@example.com'])('name a Region, not %s', (value) => {
    expect(() => readEnvironment(variables({ OLD_USER_POOL_REGION: value }))).toThrow(SettingsError);
  });

  it.each(['OLD_USER_POOL_ID', 'OLD_USER_POOL_REGION', 'OLD_CLIENT_ID'])('need %s', (name) => {
    expect(() => readEnvironment(variables({ [name]: '' }))).toThrow(SettingsError);
  });

  // https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-cog.html
  it.each([
    ['us-gov-west-1', 'cognito-idp-fips.us-gov-west-1.amazonaws.com'],
    ['us-gov-east-1', 'cognito-idp-fips.us-gov-east-1.amazonaws.com'],
    ['eu-central-1', 'cognito-idp.eu-central-1.amazonaws.com'],
    ['eusc-de-east-1', 'cognito-idp.eusc-de-east-1.amazonaws.eu'],
  ])('in %s lead to %s', async (region, host) => {
    const environment = readEnvironment(variables({ OLD_USER_POOL_REGION: region, AWS_ENDPOINT_URL: '' }));
    const hosts: string[] = [];
    const client = new CognitoIdentityProviderClient({
      ...clientDefaults(environment.cognitoEndpoint, environment.useFips),
      region,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      requestHandler: {
        handle: async (request: { hostname: string }) => {
          hosts.push(request.hostname);
          throw new Error('no network in tests');
        },
      },
    });
    await client.send(new AdminGetUserCommand({ UserPoolId: 'x', Username: 'x' })).catch(() => undefined);
    expect(hosts).toEqual([host]);
  });

  it('keep FIPS away from an endpoint that was given', () => {
    expect(clientDefaults('http://127.0.0.1:1', true).useFipsEndpoint).toBe(false);
    expect(readEnvironment(variables({ OLD_USER_POOL_REGION: 'us-gov-west-1' })).useFips).toBe(true);
  });
});
