import { describe, expect, it } from 'vitest';
import type { SignInAnswer, UserAnswer } from '../../src/lambda/decide.ts';
import type { TriggerEvent } from '../../src/lambda/event.ts';
import { migrate } from '../../src/lambda/migrate.ts';
import type { OldUser } from '../../src/lambda/old-user.ts';
import type { Settings } from '../../src/lambda/settings.ts';
import {
  ANA,
  FORGOT,
  fakeClock,
  fakePool,
  fault,
  found,
  SETTINGS,
  SIGN_IN,
  SIGNED_IN,
  UNVERIFIED,
} from './fakes.ts';

// Where each row comes from.
const GUIDE = 'https://docs.aws.amazon.com/cognito/latest/developerguide/';
const API = 'https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/';
const AUTH = `${API}API_AdminInitiateAuth.html`;
const USER = `${API}API_AdminGetUser.html`;
const TRIGGER = `${GUIDE}user-pool-lambda-migrate-user.html`;
const RESET_PAGE = `${GUIDE}cognito-user-pools-using-import-tool-password-reset.html`;
const MESSAGES = 'amazon-archives/amazon-cognito-identity-js#479, #506, #373';
const STATES = `${API}API_UserType.html`;

interface Row {
  readonly when: string;
  readonly event?: TriggerEvent;
  readonly user?: UserAnswer | readonly UserAnswer[];
  readonly auth?: SignInAnswer | readonly SignInAnswer[];
  readonly settings?: Partial<Settings>;
  readonly result: string;
  readonly calls: string;
  readonly source: string;
}

const user = (changes: Partial<OldUser>) => found({ ...ANA, ...changes });
const challenge = (name: string): SignInAnswer => ({ kind: 'challenge', name });
const notAuthorized = (message: string) => fault('NotAuthorizedException', message);
const BOTH = 'get sign-in';

const rows: Row[] = [
  // The password
  { when: 'password right', result: 'migrated password-proven CONFIRMED', calls: BOTH, source: TRIGGER },
  {
    when: 'password wrong',
    auth: notAuthorized('Incorrect username or password.'),
    result: 'untouched wrong-password',
    calls: BOTH,
    source: MESSAGES,
  },
  {
    when: 'locked out after too many attempts',
    auth: notAuthorized('Password attempts exceeded'),
    result: 'untouched locked-out',
    calls: BOTH,
    source: MESSAGES,
  },
  {
    when: 'disabled between the two calls',
    auth: notAuthorized('User is disabled.'),
    result: 'untouched disabled',
    calls: BOTH,
    source: MESSAGES,
  },
  {
    when: 'temporary password out of date',
    user: user({ status: 'FORCE_CHANGE_PASSWORD' }),
    auth: notAuthorized('Temporary password has expired and must be reset by an administrator.'),
    result: 'untouched temporary-password-expired',
    calls: BOTH,
    source: AUTH,
  },
  {
    when: 'not authorized for a reason nobody knows',
    auth: notAuthorized('?'),
    result: 'untouched not-authorized',
    calls: BOTH,
    source: AUTH,
  },
  {
    when: 'client with a secret',
    auth: notAuthorized('Unable to verify secret hash for client 1'),
    result: 'failed misconfigured',
    calls: BOTH,
    source: AUTH,
  },
  {
    when: 'password wrong, as cognito-local says it',
    auth: fault('InvalidPasswordException'),
    result: 'untouched wrong-password',
    calls: BOTH,
    source: 'https://github.com/jagregory/cognito-local',
  },
  // The user
  {
    when: 'unknown user',
    user: fault('UserNotFoundException'),
    result: 'untouched unknown-user',
    calls: 'get',
    source: USER,
  },
  {
    when: 'user deleted between the two calls',
    auth: fault('UserNotFoundException'),
    result: 'untouched unknown-user',
    calls: BOTH,
    source: AUTH,
  },
  {
    when: 'disabled',
    user: user({ enabled: false }),
    result: 'untouched disabled',
    calls: 'get',
    source: USER,
  },
  ...(
    [
      ['UNCONFIRMED', 'unconfirmed'],
      ['RESET_REQUIRED', 'reset-required'],
      ['EXTERNAL_PROVIDER', 'federated'],
      ['ARCHIVED', 'archived'],
      ['COMPROMISED', 'compromised'],
      ['UNKNOWN', 'unknown-status'],
      ['A_STATUS_OF_TOMORROW', 'unknown-status'],
      ['constructor', 'unknown-status'],
    ] as const
  ).map(([status, reason]) => ({
    when: `status ${status}`,
    user: user({ status }),
    result: `untouched ${reason}`,
    calls: 'get',
    source: status === 'RESET_REQUIRED' ? RESET_PAGE : STATES,
  })),
  {
    when: 'temporary password right',
    user: user({ status: 'FORCE_CHANGE_PASSWORD' }),
    auth: challenge('NEW_PASSWORD_REQUIRED'),
    result: 'reset temporary-password RESET_REQUIRED',
    calls: BOTH,
    source: AUTH,
  },
  {
    when: 'temporary password right, but nowhere to send a code',
    user: found({ ...UNVERIFIED, status: 'FORCE_CHANGE_PASSWORD' }),
    auth: challenge('NEW_PASSWORD_REQUIRED'),
    result: 'untouched no-verified-contact',
    calls: BOTH,
    source: `${GUIDE}managing-users-passwords.html`,
  },
  {
    when: 'the sign-in says that a reset is required',
    auth: fault('PasswordResetRequiredException'),
    result: 'untouched reset-required',
    calls: BOTH,
    source: RESET_PAGE,
  },
  {
    when: 'the sign-in says that the user is not confirmed',
    auth: fault('UserNotConfirmedException'),
    result: 'untouched unconfirmed',
    calls: BOTH,
    source: 'aws/aws-sdk-js#4608',
  },
  // Multi-factor authentication
  { when: 'MFA, block', user: user({ hasMfa: true }), result: 'untouched mfa', calls: 'get', source: AUTH },
  {
    when: 'old pool requires MFA, block',
    settings: { oldPoolMfa: 'ON' },
    result: 'untouched mfa',
    calls: 'get',
    source: AUTH,
  },
  ...['SMS_MFA', 'EMAIL_OTP', 'SOFTWARE_TOKEN_MFA', 'SELECT_MFA_TYPE', 'MFA_SETUP'].flatMap((name) => [
    {
      when: `challenge ${name}, block`,
      auth: challenge(name),
      result: 'untouched mfa',
      calls: BOTH,
      source: AUTH,
    },
    {
      when: `challenge ${name}, reset`,
      user: user({ hasMfa: true }),
      auth: challenge(name),
      settings: { mfa: 'reset' } as const,
      result: 'reset mfa RESET_REQUIRED',
      calls: BOTH,
      source: AUTH,
    },
    {
      when: `challenge ${name}, allow`,
      user: user({ hasMfa: true }),
      auth: challenge(name),
      settings: { mfa: 'allow', oldPoolMfa: 'ON' } as const,
      result: 'migrated mfa-dropped CONFIRMED',
      calls: BOTH,
      source: AUTH,
    },
  ]),
  ...[
    'MFAMethodNotFoundException',
    'InvalidSmsRoleAccessPolicyException',
    'InvalidSmsRoleTrustRelationshipException',
    'InvalidEmailRoleAccessPolicyException',
  ].flatMap((name) => [
    { when: `${name}, block`, auth: fault(name), result: 'untouched mfa', calls: BOTH, source: AUTH },
    {
      when: `${name}, allow: nothing was proven to the end`,
      auth: fault(name),
      settings: { mfa: 'allow' } as const,
      result: 'reset mfa RESET_REQUIRED',
      calls: BOTH,
      source: AUTH,
    },
  ]),
  ...[
    'DEVICE_SRP_AUTH',
    'CUSTOM_CHALLENGE',
    'PASSWORD_VERIFIER',
    'SELECT_CHALLENGE',
    'PASSWORD',
    'NONE',
    'toString',
  ].map((name) => ({
    when: `unexpected challenge ${name}, even with allow`,
    auth: challenge(name),
    settings: { mfa: 'allow' } as const,
    result: 'untouched unexpected-challenge',
    calls: BOTH,
    source: AUTH,
  })),
  // The old pool's own triggers
  ...['UserLambdaValidationException', 'UnexpectedLambdaException', 'InvalidLambdaResponseException'].map(
    (name) => ({
      when: name,
      auth: fault(name, 'PreAuthentication failed with error no.'),
      result: 'untouched old-pool-trigger',
      calls: BOTH,
      source: AUTH,
    }),
  ),
  // AWS, and our own set-up
  ...['TooManyRequestsException', 'LimitExceededException', 'ThrottlingException'].map((name) => ({
    when: `${name} twice`,
    auth: fault(name),
    result: 'failed throttled',
    calls: 'get sign-in sign-in',
    source: AUTH,
  })),
  {
    when: 'throttled once, at each call',
    user: [fault('TooManyRequestsException'), found(ANA)],
    auth: [fault('TooManyRequestsException'), SIGNED_IN],
    result: 'migrated password-proven CONFIRMED',
    calls: 'get get sign-in sign-in',
    source: AUTH,
  },
  ...['InternalErrorException', 'ServiceUnavailable'].map((name) => ({
    when: `${name} once`,
    user: [fault(name), found(ANA)],
    result: 'migrated password-proven CONFIRMED',
    calls: 'get get sign-in',
    source: USER,
  })),
  ...[500, 503].map((status) => ({
    when: `a failure of the server, ${status}, by a name that nobody knows yet`,
    user: [fault('ServerErrorOfTomorrowException', '', undefined, status), found(ANA)],
    result: 'migrated password-proven CONFIRMED',
    calls: 'get get sign-in',
    source: USER,
  })),
  {
    when: 'a failure of the server by the name of a refusal',
    user: fault('UserNotFoundException', '', undefined, 500),
    result: 'failed aws-error',
    calls: 'get get',
    source: USER,
  },
  {
    when: 'too many requests, by a name that nobody knows yet',
    auth: [fault('TooFastException', '', undefined, 429), SIGNED_IN],
    result: 'migrated password-proven CONFIRMED',
    calls: 'get sign-in sign-in',
    source: AUTH,
  },
  ...[
    fault('InternalErrorException'),
    fault('ServiceUnavailable', '', undefined, 503),
    fault('ServerErrorOfTomorrowException', '', undefined, 500),
    fault('NotAuthorizedException', 'Incorrect username or password.', undefined, 500),
  ].map((failure) => ({
    when: `${failure.name} after the password: the attempt may have counted, and is not repeated`,
    auth: [failure, SIGNED_IN],
    result: 'failed aws-error',
    calls: BOTH,
    source: `${GUIDE}amazon-cognito-user-pools-authentication-flow.html`,
  })),
  {
    when: 'a request that was throttled by a failing server is repeated: AWS did nothing with the password',
    auth: [fault('ThrottlingException', '', undefined, 503), SIGNED_IN],
    result: 'migrated password-proven CONFIRMED',
    calls: 'get sign-in sign-in',
    source: AUTH,
  },
  {
    when: 'STS fails by a name that nobody knows yet',
    user: [fault('AssumeRoleFailed', '', 'ServerErrorOfTomorrowException', 500), found(ANA)],
    result: 'migrated password-proven CONFIRMED',
    calls: 'get get sign-in',
    source: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html',
  },
  {
    when: 'no connection was made, so the password was not sent',
    auth: [fault('ConnectionError'), SIGNED_IN],
    result: 'migrated password-proven CONFIRMED',
    calls: 'get sign-in sign-in',
    source: `${GUIDE}amazon-cognito-user-pools-authentication-flow.html`,
  },
  {
    when: 'AWS closed the kept connection while the function was frozen: the first call is repeated',
    user: [fault('ConnectionLost'), found(ANA)],
    result: 'migrated password-proven CONFIRMED',
    calls: 'get get sign-in',
    source: 'aws/aws-sdk-js-v3#1196',
  },
  {
    when: 'a connection is lost after the request: a search is repeated',
    user: [fault('ConnectionLost'), found(ANA)],
    result: 'migrated password-proven CONFIRMED',
    calls: 'get get sign-in',
    source: USER,
  },
  {
    when: 'a connection is lost after the password: the attempt may have counted, and is not repeated',
    auth: [fault('ConnectionLost'), SIGNED_IN],
    result: 'failed unreachable',
    calls: BOTH,
    source: `${GUIDE}amazon-cognito-user-pools-authentication-flow.html`,
  },
  {
    when: 'no answer in time: the attempt may have counted, and is not repeated',
    auth: fault('TimeoutError'),
    result: 'failed time-out',
    calls: BOTH,
    source: `${GUIDE}amazon-cognito-user-pools-authentication-flow.html`,
  },
  ...(
    [
      ['AccessDeniedException', 'denied'],
      ['ResourceNotFoundException', 'misconfigured'],
      ['InvalidParameterException', 'misconfigured'],
      ['InvalidUserPoolConfigurationException', 'misconfigured'],
      ['FeatureUnavailableInTierException', 'misconfigured'],
      ['OperationNotEnabledException', 'misconfigured'],
      ['UnsupportedOperationException', 'misconfigured'],
      ['UnrecognizedClientException', 'credentials'],
      ['ExpiredTokenException', 'credentials'],
      ['InvalidSignatureException', 'credentials'],
      ['CredentialsError', 'credentials'],
      ['AnErrorOfTomorrow', 'unexpected'],
      ['hasOwnProperty', 'unexpected'],
    ] as const
  ).flatMap(([name, reason]) => [
    {
      when: `${name} at the first call`,
      user: fault(name),
      result: `failed ${reason}`,
      calls: 'get',
      source: USER,
    },
    {
      when: `${name} at the second`,
      auth: fault(name),
      result: `failed ${reason}`,
      calls: BOTH,
      source: AUTH,
    },
  ]),
  {
    when: 'not authorized to look users up',
    user: notAuthorized('Access'),
    result: 'failed denied',
    calls: 'get',
    source: USER,
  },
  {
    when: 'the role is refused',
    user: fault('AssumeRoleFailed', '', 'AccessDenied'),
    result: 'failed assume-role',
    calls: 'get',
    source: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html',
  },
  {
    when: 'the role could not be asked for at first',
    user: [fault('AssumeRoleFailed', '', 'TimeoutError'), found(ANA)],
    result: 'migrated password-proven CONFIRMED',
    calls: 'get get sign-in',
    source: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html',
  },
  // A forgotten password
  {
    when: 'forgotten password',
    event: FORGOT,
    result: 'reset forgot-password RESET_REQUIRED',
    calls: 'get',
    source: TRIGGER,
  },
  {
    when: 'forgotten password, off',
    event: FORGOT,
    settings: { forgotPassword: 'off' },
    result: 'untouched forgot-password-off',
    calls: '',
    source: TRIGGER,
  },
  {
    when: 'forgotten password, reset already required in the old pool',
    event: FORGOT,
    user: user({ status: 'RESET_REQUIRED' }),
    result: 'reset forgot-password RESET_REQUIRED',
    calls: 'get',
    source: RESET_PAGE,
  },
  {
    when: 'forgotten password, no verified address',
    event: FORGOT,
    user: found(UNVERIFIED),
    result: 'untouched no-verified-contact',
    calls: 'get',
    source: `${API}API_ForgotPassword.html`,
  },
  {
    when: 'forgotten password, and the pool sends codes by SMS only',
    event: FORGOT,
    settings: { newPool: { ...SETTINGS.newPool, recovery: ['verified_phone_number'] } },
    result: 'untouched no-verified-contact',
    calls: 'get',
    source: `${GUIDE}managing-users-passwords.html`,
  },
  {
    when: 'forgotten password, and only an administrator may help',
    event: FORGOT,
    settings: { newPool: { ...SETTINGS.newPool, recovery: ['admin_only'] } },
    result: 'untouched no-verified-contact',
    calls: 'get',
    source: `${GUIDE}managing-users-passwords.html`,
  },
  ...(
    [
      ['disabled', { enabled: false }, 'disabled'],
      ['unconfirmed', { status: 'UNCONFIRMED' }, 'unconfirmed'],
      ['federated', { status: 'EXTERNAL_PROVIDER' }, 'federated'],
      ['invited', { status: 'FORCE_CHANGE_PASSWORD' }, 'temporary-password'],
      ['with MFA', { hasMfa: true }, 'mfa'],
      ['archived', { status: 'ARCHIVED' }, 'archived'],
      ['compromised', { status: 'COMPROMISED' }, 'compromised'],
    ] as const
  ).map(([who, changes, reason]) => ({
    when: `forgotten password, ${who}`,
    event: FORGOT,
    user: user(changes),
    result: `untouched ${reason}`,
    calls: 'get',
    source: `${API}API_ForgotPassword.html`,
  })),
  // The new pool's password policy
  {
    when: 'weak password, allow',
    event: { ...SIGN_IN, password: 'short' },
    settings: { passwordPolicy: { minimumLength: 8 } },
    result: 'migrated password-proven CONFIRMED',
    calls: BOTH,
    source: `${GUIDE}cognito-user-pools-import-using-lambda.html`,
  },
  {
    when: 'weak password, reset',
    event: { ...SIGN_IN, password: 'short' },
    settings: { weakPassword: 'reset', passwordPolicy: { minimumLength: 8 } },
    result: 'reset weak-password RESET_REQUIRED',
    calls: BOTH,
    source: `${GUIDE}cognito-user-pools-import-using-lambda.html`,
  },
  {
    when: 'strong password, reset',
    settings: { weakPassword: 'reset', passwordPolicy: { minimumLength: 8, requireSymbols: true } },
    result: 'migrated password-proven CONFIRMED',
    calls: BOTH,
    source: `${GUIDE}managing-users-passwords.html`,
  },
  // Attributes and names stop a user before the password is tried
  {
    when: 'bad attribute, refuse',
    user: user({ attributes: [...ANA.attributes, { name: 'birthdate', value: '1.1.1970' }] }),
    settings: { onBadAttribute: 'refuse' },
    result: 'untouched bad-attribute',
    calls: 'get',
    source: `${GUIDE}user-pool-settings-attributes.html`,
  },
  {
    when: 'bad attribute, drop',
    user: user({ attributes: [...ANA.attributes, { name: 'birthdate', value: '1.1.1970' }] }),
    result: 'migrated password-proven CONFIRMED',
    calls: BOTH,
    source: `${GUIDE}user-pool-settings-attributes.html`,
  },
  {
    when: 'a required attribute is missing',
    settings: { schema: { ...SETTINGS.schema, 'custom:team': { type: 'String', required: true } } },
    result: 'untouched required-attribute',
    calls: 'get',
    source: `${API}API_SchemaAttributeType.html`,
  },
  {
    when: 'nothing is left to copy',
    event: { ...SIGN_IN, userName: 'ana' },
    user: user({ userName: 'ana', attributes: ANA.attributes.filter(({ name }) => name === 'sub') }),
    settings: {
      schema: { email: { type: 'String' } },
      newPool: { usernameAttributes: [], aliasAttributes: [], caseSensitive: true },
      oldPool: { usernameAttributes: [] },
    },
    result: 'untouched no-attributes',
    calls: 'get',
    source: `${GUIDE}user-pool-lambda-migrate-user.html`,
  },
  {
    when: 'the sub was typed',
    event: { ...SIGN_IN, userName: ANA.userName },
    result: 'untouched other-name',
    calls: 'get',
    source: USER,
  },
];

describe('every outcome', () => {
  it.each(rows)('$when → $result', async ({ event, user: answer, auth, settings, result, calls }) => {
    const pool = fakePool(answer ?? found(ANA), auth);
    const clock = fakeClock();
    const outcome = await migrate(
      event ?? SIGN_IN,
      { ...SETTINGS, ...settings },
      pool,
      clock,
      clock.now() + 4000,
    );
    const said = [outcome.outcome, outcome.reason, outcome.response?.finalUserStatus]
      .filter(Boolean)
      .join(' ');
    expect(said).toBe(result);
    expect(pool.calls.join(' ')).toBe(calls);
    if (outcome.outcome === 'failed' || outcome.outcome === 'untouched')
      expect(outcome.response).toBeUndefined();
    else expect(outcome.response?.messageAction).toBe('SUPPRESS');
  });

  it('has a source for each row', () => {
    for (const row of rows)
      expect(row.source).toMatch(/^https:\/\/(docs\.aws\.amazon|github)\.com\/|^[\w-]+\/[\w.-]+#\d+/);
  });
});

describe('the time budget', () => {
  it('begins no request when the time is nearly over', async () => {
    const clock = fakeClock();
    const pool = fakePool(found(ANA), SIGNED_IN, () => clock.pass(3800));
    const outcome = await migrate(SIGN_IN, SETTINGS, pool, clock, clock.now() + 4000);
    expect(outcome).toMatchObject({ outcome: 'failed', reason: 'out-of-time' });
    expect(pool.calls).toEqual(['get']);
  });

  it('waits before a throttled request is repeated, and only then', async () => {
    const clock = fakeClock();
    await migrate(
      SIGN_IN,
      SETTINGS,
      fakePool([fault('TooManyRequestsException'), found(ANA)], [fault('ConnectionError'), SIGNED_IN]),
      clock,
      clock.now() + 4000,
    );
    expect(clock.slept).toEqual([300]);
  });

  it('signs in under the name that the old pool gave, not the typed one', async () => {
    const names: string[] = [];
    const pool = fakePool(found(ANA));
    const clock = fakeClock();
    await migrate(
      { ...SIGN_IN, userName: 'ANA@example.com' },
      SETTINGS,
      {
        ...pool,
        signIn: async (name) => {
          names.push(name);
          return SIGNED_IN;
        },
      },
      clock,
      clock.now() + 4000,
    );
    expect(names).toEqual([ANA.userName]);
  });
});
