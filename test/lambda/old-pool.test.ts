import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { defaultEndpoint } from '../../src/lambda/endpoints.ts';
import { type Environment, readEnvironment } from '../../src/lambda/environment.ts';
import { oldPool } from '../../src/lambda/old-pool.ts';
import { SettingsError } from '../../src/lambda/settings-codec.ts';
import { fakeClock, VARIABLES } from './fakes.ts';
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
  stub = await startStub();
});
afterEach(() => stub.reset());
afterAll(async () => {
  vi.unstubAllEnvs();
  await stub.close();
});

const variables = (more: Record<string, string> = {}) => ({
  ...VARIABLES,
  AWS_REGION: 'eu-west-1',
  AWS_ENDPOINT_URL: stub.url,
  ...more,
});

function connect(more?: Record<string, string>) {
  const clock = fakeClock();
  return { clock, pool: oldPool(readEnvironment(variables(more)), clock), soon: clock.now() + 2000 };
}

const ROLE = { OLD_ROLE_ARN: 'arn:aws:iam::111122223333:role/old', OLD_EXTERNAL_ID: 'external' };

describe('the old pool over the wire', () => {
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
        scope: '20231114/eu-central-1/cognito-idp',
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
    expect(await pool.getUser('ana', soon)).toMatchObject({ name: 'ConnectionLost' });
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

/** STS in three Regions: which of them was asked, told by the signature's scope. */
const askedRegions = () =>
  stub.seen.flatMap(({ action, scope }) => (action === 'AssumeRole' ? [scope.split('/')[1]] : []));

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
    ['ConnectionLost', 'reset' as const],
    ['IncompleteResponse', { body: '<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>' }],
  ])('says why the role could not be assumed: %s', async (awsErrorName, answer) => {
    stub.answers = { AssumeRole: answer };
    const { pool, soon } = connect(ROLE);
    expect(await pool.getUser('ana', soon)).toMatchObject({
      name: 'AssumeRoleFailed',
      awsError: awsErrorName,
    });
  });

  it('keeps the name and the status of a server error, of STS and of Cognito', async () => {
    const failing = awsError('ServerErrorOfTomorrowException', 'x', 500);
    stub.answers = {
      AssumeRole: {
        status: 500,
        body: '<ErrorResponse><Error><Code>Tomorrow</Code></Error></ErrorResponse>',
      },
      AdminGetUser: failing,
    };
    const across = connect(ROLE);
    expect(await across.pool.getUser('ana', across.soon)).toMatchObject({
      name: 'AssumeRoleFailed',
      awsError: 'Tomorrow',
      status: 500,
    });
    const { pool, soon } = connect();
    expect(await pool.getUser('ana', soon)).toMatchObject({
      name: 'ServerErrorOfTomorrowException',
      status: 500,
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

  // IAM User Guide, "Managing AWS STS in an AWS Region": the role's account must have enabled the Region that is asked.
  it.each([
    ['nothing is wrong with its own', [], ['me-south-1']],
    ['the role’s account has not enabled it', ['RegionDisabledException'], ['me-south-1', 'ap-east-1']],
    [
      'nor has its own account enabled the old pool’s',
      ['RegionDisabledException', 'InvalidClientTokenId'],
      ['me-south-1', 'ap-east-1', 'us-east-1'],
    ],
    ['its own role is gone', ['InvalidClientTokenId'], ['me-south-1']],
  ])(
    'asks the STS of its own Region, and another where %s, and stays with that',
    async (_why, refusals, regions) => {
      stub.answers = {
        AssumeRole: (_seen, count) => assumeRoleError(refusals[count - 1] ?? 'AccessDenied'),
      };
      const { pool, soon } = connect({
        ...ROLE,
        AWS_REGION: 'me-south-1',
        OLD_USER_POOL_REGION: 'ap-east-1',
      });
      const last = refusals.length === regions.length ? 'InvalidClientTokenId' : 'AccessDenied';
      expect(await pool.getUser('ana', soon)).toMatchObject({ awsError: last });
      expect(askedRegions()).toEqual(regions);
      await pool.getUser('ana', soon);
      expect(askedRegions().at(-1)).toBe(regions.at(-1));
    },
  );

  const elsewhere = { ...ROLE, AWS_REGION: 'me-south-1', OLD_USER_POOL_REGION: 'ap-east-1' };

  it.each([
    ['enabled since then', false, ['me-south-1']],
    ['still not enabled', true, ['me-south-1', 'ap-east-1']],
  ])(
    'asks its own Region first again when new credentials are due: %s',
    async (_why, isDisabled, regions) => {
      const { pool, clock } = connect(elsewhere);
      const hour = 3_600_000;
      const grant = (): Answer => assumeRoleBody('ASIAROLE', new Date(clock.now() + hour));
      const refuseOwn: Answer = ({ scope }) =>
        scope.includes('/me-south-1/') ? assumeRoleError('RegionDisabledException') : grant();
      stub.answers = { AssumeRole: refuseOwn, AdminGetUser: oldUserBody() };
      expect(await pool.getUser('ana', clock.now() + 2000)).toMatchObject({ kind: 'user' });
      expect(askedRegions()).toEqual(['me-south-1', 'ap-east-1']);
      clock.pass(hour - 2000);
      stub.seen.length = 0;
      if (!isDisabled) stub.answers = { ...stub.answers, AssumeRole: grant };
      expect(await pool.getUser('ana', clock.now() + 1000)).toMatchObject({ kind: 'user' });
      expect(askedRegions()).toEqual(regions);
    },
  );

  it('spares its own Region for a quarter of an hour after that one refused', async () => {
    const { pool, clock } = connect(elsewhere);
    stub.answers = {
      AssumeRole: ({ scope }) =>
        assumeRoleError(scope.includes('/me-south-1/') ? 'RegionDisabledException' : 'AccessDenied'),
    };
    for (const [passes, regions] of [
      [0, ['me-south-1', 'ap-east-1']],
      [15 * 60_000 - 1, ['ap-east-1']],
      [1, ['me-south-1', 'ap-east-1']],
      [60_000, ['ap-east-1']],
    ] as const) {
      clock.pass(passes);
      stub.seen.length = 0;
      expect(await pool.getUser('ana', clock.now() + 2000)).toMatchObject({ awsError: 'AccessDenied' });
      expect(askedRegions()).toEqual(regions);
    }
  });

  it('asks for new credentials once when AWS refuses those in the middle of a sign-in', async () => {
    const { pool, clock, soon } = connect(ROLE);
    const expired = awsError(
      'ExpiredTokenException',
      'The security token included in the request is expired',
    );
    stub.answers = {
      AssumeRole: (_, count) => assumeRoleBody(`ASIA${count}`, new Date(clock.now() + 3_600_000)),
      AdminGetUser: oldUserBody(),
      AdminInitiateAuth: ({ accessKeyId }) => (accessKeyId === 'ASIA1' ? expired : tokensBody()),
    };
    expect(await pool.getUser('ana', soon)).toMatchObject({ kind: 'user' });
    expect(await pool.signIn('ana', 'p', soon)).toMatchObject({ kind: 'signed-in' });
    expect(stub.seen.map(({ action, accessKeyId }) => `${action} ${accessKeyId}`)).toEqual([
      'AssumeRole AKIAOWN',
      'AdminGetUser ASIA1',
      'AdminInitiateAuth ASIA1',
      'AssumeRole AKIAOWN',
      'AdminInitiateAuth ASIA2',
    ]);
    stub.answers = { ...stub.answers, AdminInitiateAuth: expired };
    expect(await pool.signIn('ana', 'p', soon)).toMatchObject({ name: 'ExpiredTokenException' });
    expect(stub.seen).toHaveLength(8);
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
    expect(urlsOf(own)).toEqual(['http://localhost:3', ...Array(3).fill('http://127.0.0.1:2')]);
    expect(new Set(urlsOf(readEnvironment(variables())))).toEqual(new Set([stub.url]));
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
      const { cognito } = readEnvironment(variables({ AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: value }));
      expect(cognito.url).toBe(value);
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
    ['us-gov-west-1', 'https://cognito-idp-fips.us-gov-west-1.amazonaws.com'],
    ['us-gov-east-1', 'https://cognito-idp-fips.us-gov-east-1.amazonaws.com'],
    ['eu-central-1', 'https://cognito-idp.eu-central-1.amazonaws.com'],
    ['eusc-de-east-1', 'https://cognito-idp.eusc-de-east-1.amazonaws.eu'],
  ])('in %s lead to %s', (region, url) => {
    expect(
      readEnvironment(variables({ OLD_USER_POOL_REGION: region, AWS_ENDPOINT_URL: '' })).cognito,
    ).toEqual({
      region,
      url,
    });
  });

  it.each([
    [
      { AWS_REGION: 'me-south-1', OLD_USER_POOL_REGION: 'eu-west-1' },
      ['me-south-1', 'eu-west-1', 'us-east-1'],
    ],
    [{ AWS_REGION: 'us-east-1', OLD_USER_POOL_REGION: 'us-east-1' }, ['us-east-1']],
    [
      { AWS_REGION: 'us-gov-east-1', OLD_USER_POOL_REGION: 'us-gov-east-1' },
      ['us-gov-east-1', 'us-gov-west-1'],
    ],
  ])('ask STS in order: %j', (places, regions) => {
    const { sts } = readEnvironment(variables({ ...places, AWS_ENDPOINT_URL: '' }));
    expect(sts).toEqual(regions.map((region) => ({ region, url: `https://sts.${region}.amazonaws.com` })));
  });

  it('lead where the SDK goes, in every partition, with FIPS and without', () => {
    const region = 'us-east-1';
    const [idp, sts] = [new CognitoIdentityProviderClient({ region }), new STSClient({ region })];
    const regions = [
      ...['us-east-1', 'eu-central-1', 'ap-southeast-7', 'mx-central-1', 'il-central-1', 'ca-west-1'],
      ...['us-gov-west-1', 'us-gov-east-1', 'cn-north-1', 'eusc-de-east-1'],
      ...['us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1', 'us-isof-south-1', 'xx-new-1'],
    ];
    for (const Region of regions)
      for (const UseFIPS of [false, true]) {
        const parameters = { Region, UseFIPS, UseDualStack: false };
        const ofSdk = [
          idp.config.endpointProvider(parameters).url,
          sts.config.endpointProvider({ ...parameters, UseGlobalEndpoint: false }).url,
        ].map(({ origin }) => origin);
        expect(
          [defaultEndpoint('cognito-idp', Region, UseFIPS), defaultEndpoint('sts', Region, UseFIPS)].map(
            ({ url }) => url,
          ),
          Region,
        ).toEqual(ofSdk);
      }
  });
});

const urlsOf = ({ cognito, sts }: Environment) => [cognito, ...sts].map(({ url }) => url);

describe('searches that anyone can cause', () => {
  const filter = 'email = "ana@example.com"';
  const pages = (count: number): Answer => ({
    body: { Users: [], ...(count > 0 && { PaginationToken: `page-${count}` }) },
  });
  const limit = { kind: 'fault', name: 'LookupLimit' };
  const requests = () => stub.seen.filter(({ action }) => action === 'ListUsers').length;

  it('are five requests a second, however many pages a search has', async () => {
    stub.answers = { ListUsers: (_seen, count) => pages(count % 3) };
    const { pool, clock, soon } = connect();
    expect(await pool.findUsers(filter, 'anyone', soon)).toEqual({ kind: 'holders', users: [] });
    expect(await pool.findUsers(filter, 'anyone', soon)).toMatchObject(limit);
    expect(requests()).toBe(5);
    expect(await pool.holdersOf('ana@example.com', 'anyone', soon)).toMatchObject(limit);
    expect(requests()).toBe(5);
    clock.pass(1000);
    stub.answers = { ListUsers: pages(0) };
    expect(await pool.holdersOf('Ana@example.com', 'anyone', soon + 1000)).toMatchObject({ kind: 'holders' });
    expect(requests()).toBe(7);
  });

  it('do not count where the password is proven, or the operator tests the function', async () => {
    stub.answers = { ListUsers: pages(0) };
    const { pool, soon } = connect();
    for (let at = 0; at < 10; at += 1) {
      expect(await pool.holdersOf('ana@example.com', 'user', soon)).toMatchObject({ kind: 'holders' });
      expect(await pool.findUsers(filter, 'operator', soon)).toMatchObject({ kind: 'holders' });
    }
    expect(await pool.findUsers(filter, 'anyone', soon)).toMatchObject({ kind: 'holders' });
  });
});
