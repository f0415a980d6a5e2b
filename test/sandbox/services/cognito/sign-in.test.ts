import { createHmac } from 'node:crypto';
import {
  AdminAddUserToGroupCommand,
  AdminConfirmSignUpCommand,
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminResetUserPasswordCommand,
  AdminRespondToAuthChallengeCommand,
  AdminSetUserMFAPreferenceCommand,
  AdminSetUserPasswordCommand,
  AdminSetUserSettingsCommand,
  AdminUserGlobalSignOutCommand,
  AssociateSoftwareTokenCommand,
  ChangePasswordCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  ForgotPasswordCommand,
  GetUserCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SetUserPoolMfaConfigCommand,
  SignUpCommand,
  UpdateUserPoolClientCommand,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import {
  addFederatedUser,
  cognitoSettings,
  lastSecret,
  totpCode,
} from '../../../../src/sandbox/services/cognito/index.ts';
import {
  account,
  answers,
  errorOf,
  functionArn,
  type LocalCognito,
  newClient,
  newPool,
  startLocalCognito,
  throws,
} from './support.ts';
import { adminSignIn, getUser, newUser, password, signIn } from './users-support.ts';

const wrong = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' };

async function stage(
  pool: Parameters<typeof newPool>[1] = {},
  client: Parameters<typeof newClient>[2] = {},
): Promise<{ scene: LocalCognito; poolId: string; clientId: string }> {
  const scene = await startLocalCognito();
  const poolId = await newPool(scene, pool);
  const clientId = await newClient(scene, poolId, client);
  return { scene, poolId, clientId };
}

function claims(token: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString('utf8'));
}

describe('a password', () => {
  test('that is right brings tokens with the validity of the client', async () => {
    const { scene, poolId, clientId } = await stage(
      {},
      { AccessTokenValidity: 5, TokenValidityUnits: { AccessToken: 'minutes' } },
    );
    await newUser(scene, poolId, 'bob', { email: 'bob@example.com', email_verified: 'true' });
    for (const result of [
      await signIn(scene, clientId, 'bob'),
      await adminSignIn(scene, poolId, clientId, 'bob'),
    ]) {
      const tokens = result.AuthenticationResult;
      expect(tokens).toMatchObject({ ExpiresIn: 300, TokenType: 'Bearer', RefreshToken: expect.any(String) });
      expect(claims(tokens?.AccessToken)).toMatchObject({
        username: 'bob',
        client_id: clientId,
        token_use: 'access',
      });
      expect(claims(tokens?.IdToken)).toMatchObject({
        aud: clientId,
        email: 'bob@example.com',
        email_verified: true,
      });
    }
  });

  test('that is wrong, and a user who is not there', async () => {
    const { scene, poolId, clientId } = await stage();
    await newUser(scene, poolId, 'bob');
    expect(await errorOf(signIn(scene, clientId, 'bob', 'x'))).toEqual(wrong);
    expect(await errorOf(adminSignIn(scene, poolId, clientId, 'bob', 'x'))).toEqual(wrong);
    expect(await errorOf(signIn(scene, clientId, 'eve', 'x'))).toEqual({
      name: 'UserNotFoundException',
      message: 'User does not exist.',
    });
    const hidden = await newClient(scene, poolId, { PreventUserExistenceErrors: 'ENABLED' });
    expect(await errorOf(signIn(scene, hidden, 'eve', 'x'))).toEqual(wrong);
  });

  test('fails five times and locks out, for 1 s, then twice as long each time, at most 15 minutes', async () => {
    const { scene, poolId, clientId } = await stage();
    await newUser(scene, poolId, 'bob');
    const locked = { name: 'NotAuthorizedException', message: 'Password attempts exceeded' };
    for (let failure = 1; failure <= 5; failure += 1) {
      expect(await errorOf(signIn(scene, clientId, 'bob', 'x'))).toEqual(wrong);
    }
    for (const seconds of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
      expect(await errorOf(signIn(scene, clientId, 'bob'))).toEqual(locked);
      scene.clock.advance(seconds * 1000 - 1);
      expect(await errorOf(signIn(scene, clientId, 'bob'))).toEqual(locked);
      scene.clock.advance(1);
      expect(await errorOf(signIn(scene, clientId, 'bob', 'x'))).toEqual(wrong);
    }
    scene.clock.advance(900_000);
    expect((await signIn(scene, clientId, 'bob')).AuthenticationResult).toBeDefined();
    expect(await errorOf(signIn(scene, clientId, 'bob', 'x'))).toEqual(wrong);
    expect((await signIn(scene, clientId, 'bob')).AuthenticationResult).toBeDefined();
  });
});

describe('states that come before the password', () => {
  test('disabled', async () => {
    const { scene, poolId, clientId } = await stage();
    await newUser(scene, poolId, 'bob');
    await scene.client.send(new AdminDisableUserCommand({ UserPoolId: poolId, Username: 'bob' }));
    for (const secret of [password, 'x']) {
      expect(await errorOf(signIn(scene, clientId, 'bob', secret))).toEqual({
        name: 'NotAuthorizedException',
        message: 'User is disabled.',
      });
    }
    expect((await getUser(scene, poolId, 'bob')).Enabled).toBe(false);
    await scene.client.send(new AdminEnableUserCommand({ UserPoolId: poolId, Username: 'bob' }));
    expect((await signIn(scene, clientId, 'bob')).AuthenticationResult).toBeDefined();
  });

  test('not confirmed, whatever the password', async () => {
    const { scene, poolId, clientId } = await stage({ AutoVerifiedAttributes: ['email'] });
    await scene.client.send(
      new SignUpCommand({
        ClientId: clientId,
        Username: 'bob',
        Password: password,
        UserAttributes: [{ Name: 'email', Value: 'bob@example.com' }],
      }),
    );
    for (const secret of [password, 'x']) {
      expect(await errorOf(signIn(scene, clientId, 'bob', secret))).toEqual({
        name: 'UserNotConfirmedException',
        message: 'User is not confirmed.',
      });
    }
    const bad = new ConfirmSignUpCommand({ ClientId: clientId, Username: 'bob', ConfirmationCode: 'x' });
    expect((await errorOf(scene.client.send(bad))).name).toBe('CodeMismatchException');
    const code = lastSecret(scene.sandbox.world, poolId, 'bob', 'sign-up');
    await scene.client.send(
      new ConfirmSignUpCommand({ ClientId: clientId, Username: 'bob', ConfirmationCode: code }),
    );
    expect((await signIn(scene, clientId, 'bob')).AuthenticationResult).toBeDefined();
  });

  test('reset required, with any password; hidden where existence is', async () => {
    const { scene, poolId, clientId } = await stage();
    await newUser(scene, poolId, 'bob', { email: 'bob@example.com', email_verified: 'true' });
    await scene.client.send(new AdminResetUserPasswordCommand({ UserPoolId: poolId, Username: 'bob' }));
    for (const secret of [password, 'x']) {
      expect(await errorOf(signIn(scene, clientId, 'bob', secret))).toEqual({
        name: 'PasswordResetRequiredException',
        message: 'Password reset required for the user',
      });
    }
    const hidden = await newClient(scene, poolId, { PreventUserExistenceErrors: 'ENABLED' });
    expect(await errorOf(signIn(scene, hidden, 'bob'))).toEqual(wrong);
  });

  test('no code is sent, and nothing changes, when the mails of the day are used up', async () => {
    const { scene, poolId, clientId } = await stage();
    await newUser(scene, poolId, 'bob', { email: 'bob@example.com', email_verified: 'true' });
    cognitoSettings(scene.sandbox.world).dailyMails = 'used-up';
    const usedUp = {
      name: 'LimitExceededException',
      message: expect.stringContaining('Exceeded daily email limit for the operation or the account.'),
    };
    const reset = new AdminResetUserPasswordCommand({ UserPoolId: poolId, Username: 'bob' });
    expect(await errorOf(scene.client.send(reset))).toEqual(usedUp);
    const forgot = new ForgotPasswordCommand({ ClientId: clientId, Username: 'bob' });
    expect(await errorOf(scene.client.send(forgot))).toEqual(usedUp);
    expect((await signIn(scene, clientId, 'bob')).AuthenticationResult).toBeDefined();
  });

  test('of an identity provider: no password is right', async () => {
    const { scene, poolId, clientId } = await stage();
    addFederatedUser(scene.sandbox.world, poolId, 'Google', '123', { email: 'bob@example.com' });
    expect((await getUser(scene, poolId, 'Google_123')).UserStatus).toBe('EXTERNAL_PROVIDER');
    expect(await errorOf(signIn(scene, clientId, 'Google_123', 'x'))).toEqual(wrong);
  });
});

describe('a temporary password', () => {
  async function invited(scene: LocalCognito, poolId: string) {
    await scene.client.send(
      new AdminCreateUserCommand({
        UserPoolId: poolId,
        Username: 'bob',
        TemporaryPassword: password,
        MessageAction: 'SUPPRESS',
      }),
    );
  }

  test('must be replaced, and is void after its days', async () => {
    const { scene, poolId, clientId } = await stage();
    await invited(scene, poolId);
    expect(await errorOf(signIn(scene, clientId, 'bob', 'x'))).toEqual(wrong);
    const asked = await signIn(scene, clientId, 'bob');
    expect(asked).toMatchObject({
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      ChallengeParameters: { USER_ID_FOR_SRP: 'bob', requiredAttributes: '[]' },
    });
    expect(asked.AuthenticationResult).toBeUndefined();
    const answer = { USERNAME: 'bob', NEW_PASSWORD: 'Other-horse-2' };
    const done = await scene.client.send(
      new RespondToAuthChallengeCommand({
        ClientId: clientId,
        ChallengeName: 'NEW_PASSWORD_REQUIRED',
        Session: asked.Session,
        ChallengeResponses: answer,
      }),
    );
    expect(done.AuthenticationResult).toBeDefined();
    expect((await getUser(scene, poolId, 'bob')).UserStatus).toBe('CONFIRMED');
    const again = new AdminRespondToAuthChallengeCommand({
      UserPoolId: poolId,
      ClientId: clientId,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session: asked.Session,
      ChallengeResponses: answer,
    });
    expect((await errorOf(scene.client.send(again))).name).toBe('NotAuthorizedException');
  });

  test('is void after its days, and a session after its minutes', async () => {
    const { scene, poolId, clientId } = await stage();
    await invited(scene, poolId);
    const asked = await signIn(scene, clientId, 'bob');
    scene.clock.advance(3 * 60_000);
    const late = new RespondToAuthChallengeCommand({
      ClientId: clientId,
      ChallengeName: 'NEW_PASSWORD_REQUIRED',
      Session: asked.Session,
      ChallengeResponses: { USERNAME: 'bob', NEW_PASSWORD: 'Other-horse-2' },
    });
    expect((await errorOf(scene.client.send(late))).message).toContain('session is expired');
    scene.clock.advance(7 * 86_400_000);
    expect(await errorOf(signIn(scene, clientId, 'bob'))).toEqual({
      name: 'NotAuthorizedException',
      message: 'Temporary password has expired and must be reset by an administrator.',
    });
    cognitoSettings(scene.sandbox.world).expiredPasswordText = 'account';
    expect(await errorOf(signIn(scene, clientId, 'bob'))).toEqual({
      name: 'NotAuthorizedException',
      message: 'User account has expired, it must be reset by an administrator.',
    });
  });
});

describe('flows', () => {
  test.each([
    [undefined, 'USER_PASSWORD_AUTH flow not enabled for this client'],
    [
      ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH'],
      'USER_PASSWORD_AUTH flow not enabled for this client',
    ],
    [['ADMIN_NO_SRP_AUTH'], 'USER_PASSWORD_AUTH flow not enabled for this client'],
    [['USER_PASSWORD_AUTH'], undefined],
  ] as const)('%j', async (flows, message) => {
    const { scene, poolId, clientId } = await stage(
      {},
      { ExplicitAuthFlows: flows === undefined ? undefined : [...flows] },
    );
    await newUser(scene, poolId, 'bob');
    if (message === undefined) {
      expect((await signIn(scene, clientId, 'bob')).AuthenticationResult).toBeDefined();
    } else {
      expect(await errorOf(signIn(scene, clientId, 'bob'))).toEqual({
        name: 'InvalidParameterException',
        message,
      });
    }
  });

  test('an empty list means SRP', async () => {
    const { scene, poolId, clientId } = await stage({}, { ExplicitAuthFlows: undefined });
    await newUser(scene, poolId, 'bob');
    const asked = await scene.client.send(
      new InitiateAuthCommand({
        ClientId: clientId,
        AuthFlow: 'USER_SRP_AUTH',
        AuthParameters: { USERNAME: 'bob', SRP_A: 'a' },
      }),
    );
    expect(asked.ChallengeName).toBe('PASSWORD_VERIFIER');
  });

  test('each operation takes its own password flow', async () => {
    const { scene, clientId } = await stage();
    const admin = new InitiateAuthCommand({
      ClientId: clientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'bob', PASSWORD: 'x' },
    });
    expect(await errorOf(scene.client.send(admin))).toEqual({
      name: 'InvalidParameterException',
      message: 'Initiate Auth method not supported.',
    });
  });

  test('refresh tokens work until they are revoked or a day too old', async () => {
    const { scene, poolId, clientId } = await stage({}, { RefreshTokenValidity: 1 });
    await newUser(scene, poolId, 'bob');
    const first = (await signIn(scene, clientId, 'bob')).AuthenticationResult;
    const refresh = new InitiateAuthCommand({
      ClientId: clientId,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: first?.RefreshToken ?? '' },
    });
    const second = (await scene.client.send(refresh)).AuthenticationResult;
    expect(second?.AccessToken).toBeDefined();
    expect(second?.RefreshToken).toBeUndefined();
    scene.clock.advance(86_400_000);
    expect((await errorOf(scene.client.send(refresh))).message).toBe('Refresh Token has expired');
    await scene.client.send(new AdminUserGlobalSignOutCommand({ UserPoolId: poolId, Username: 'bob' }));
    expect((await errorOf(scene.client.send(refresh))).message).toBe('Invalid Refresh Token');
  });

  test('a client with a secret needs its hash of the name as it was typed', async () => {
    const { scene, poolId } = await stage();
    await newUser(scene, poolId, 'bob');
    const { UserPoolClient } = await scene.client.send(
      new CreateUserPoolClientCommand({
        UserPoolId: poolId,
        ClientName: 'secret',
        GenerateSecret: true,
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      }),
    );
    const clientId = UserPoolClient?.ClientId ?? '';
    const send = (hash?: string) =>
      signIn(scene, clientId, 'bob', password, {
        AuthParameters: {
          USERNAME: 'bob',
          PASSWORD: password,
          ...(hash === undefined ? {} : { SECRET_HASH: hash }),
        },
      });
    expect((await errorOf(send())).message).toBe(
      `Client ${clientId} is configured with secret but SECRET_HASH was not received`,
    );
    expect((await errorOf(send('x'))).message).toBe(`SecretHash does not match for the client: ${clientId}`);
    const right = createHmac('sha256', UserPoolClient?.ClientSecret ?? '')
      .update(`bob${clientId}`)
      .digest('base64');
    expect((await send(right)).AuthenticationResult).toBeDefined();
  });

  test('AdminInitiateAuth needs a signature, and a client of that pool', async () => {
    const { scene, poolId } = await stage();
    const other = await newClient(scene, await newPool(scene));
    expect((await errorOf(adminSignIn(scene, poolId, other, 'bob'))).name).toBe('ResourceNotFoundException');
    const response = await fetch(scene.sandbox.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.AdminInitiateAuth' },
      body: JSON.stringify({ UserPoolId: poolId, ClientId: other, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH' }),
    });
    expect(await response.text()).toContain('MissingAuthenticationToken');
  });

  test('InitiateAuth finds the pool by the client alone, also unsigned and from another Region', async () => {
    const { scene, poolId, clientId } = await stage();
    await newUser(scene, poolId, 'bob');
    const response = await fetch(scene.sandbox.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth' },
      body: JSON.stringify({
        ClientId: clientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'bob', PASSWORD: password },
      }),
    });
    expect(await response.text()).toContain('AccessToken');
  });
});

describe('MFA', () => {
  const sms = { SmsConfiguration: { SnsCallerArn: `arn:aws:iam::${account}:role/sms` } };
  const totpOn = (poolId: string, mode: 'ON' | 'OPTIONAL') =>
    new SetUserPoolMfaConfigCommand({
      UserPoolId: poolId,
      MfaConfiguration: mode,
      SoftwareTokenMfaConfiguration: { Enabled: true },
    });

  test('by SMS where the user wants it: a code is sent, and only it signs in', async () => {
    const { scene, poolId, clientId } = await stage({ ...sms, MfaConfiguration: 'OPTIONAL' });
    await newUser(scene, poolId, 'bob', { phone_number: '+4912345678' });
    expect((await signIn(scene, clientId, 'bob')).AuthenticationResult).toBeDefined();
    await scene.client.send(
      new AdminSetUserMFAPreferenceCommand({
        UserPoolId: poolId,
        Username: 'bob',
        SMSMfaSettings: { Enabled: true, PreferredMfa: true },
      }),
    );
    const user = await getUser(scene, poolId, 'bob');
    expect(user.UserMFASettingList).toEqual(['SMS_MFA']);
    expect(user.PreferredMfaSetting).toBe('SMS_MFA');
    const asked = await signIn(scene, clientId, 'bob');
    expect(asked).toMatchObject({
      ChallengeName: 'SMS_MFA',
      ChallengeParameters: {
        CODE_DELIVERY_DELIVERY_MEDIUM: 'SMS',
        CODE_DELIVERY_DESTINATION: '+*******5678',
      },
    });
    const respond = (code: string) =>
      scene.client.send(
        new RespondToAuthChallengeCommand({
          ClientId: clientId,
          ChallengeName: 'SMS_MFA',
          Session: asked.Session,
          ChallengeResponses: { USERNAME: 'bob', SMS_MFA_CODE: code },
        }),
      );
    expect((await errorOf(respond('nope'))).name).toBe('CodeMismatchException');
    const code = lastSecret(scene.sandbox.world, poolId, 'bob', 'mfa') ?? '';
    expect((await respond(code)).AuthenticationResult).toBeDefined();
  });

  test('by the deprecated MFAOptions too', async () => {
    const { scene, poolId, clientId } = await stage({ ...sms, MfaConfiguration: 'OPTIONAL' });
    await newUser(scene, poolId, 'bob', { phone_number: '+4912345678' });
    const options = [{ DeliveryMedium: 'SMS' as const, AttributeName: 'phone_number' }];
    await scene.client.send(
      new AdminSetUserSettingsCommand({ UserPoolId: poolId, Username: 'bob', MFAOptions: options }),
    );
    expect((await getUser(scene, poolId, 'bob')).MFAOptions).toEqual(options);
    expect((await signIn(scene, clientId, 'bob')).ChallengeName).toBe('SMS_MFA');
    const byEmail = new AdminSetUserSettingsCommand({
      UserPoolId: poolId,
      Username: 'bob',
      MFAOptions: [{ DeliveryMedium: 'EMAIL', AttributeName: 'email' }],
    });
    expect((await errorOf(scene.client.send(byEmail))).name).toBe('InvalidParameterException');
  });

  test('where it is ON: a phone number is enough, without one it must be set up', async () => {
    const { scene, poolId, clientId } = await stage({ ...sms, MfaConfiguration: 'ON' });
    await newUser(scene, poolId, 'bob', { phone_number: '+4912345678' });
    await newUser(scene, poolId, 'eve');
    expect((await signIn(scene, clientId, 'bob')).ChallengeName).toBe('SMS_MFA');
    expect((await signIn(scene, clientId, 'eve')).ChallengeName).toBe('MFA_SETUP');
  });

  test('by TOTP, set up in the middle of a sign-in', async () => {
    const { scene, poolId, clientId } = await stage();
    await scene.client.send(totpOn(poolId, 'ON'));
    await newUser(scene, poolId, 'bob');
    const asked = await signIn(scene, clientId, 'bob');
    expect(asked).toMatchObject({
      ChallengeName: 'MFA_SETUP',
      ChallengeParameters: { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]' },
    });
    const { SecretCode, Session } = await scene.client.send(
      new AssociateSoftwareTokenCommand({ Session: asked.Session }),
    );
    const code = () => totpCode(SecretCode ?? '', scene.clock.now());
    const verified = await scene.client.send(new VerifySoftwareTokenCommand({ Session, UserCode: code() }));
    expect(verified.Status).toBe('SUCCESS');
    const done = await scene.client.send(
      new RespondToAuthChallengeCommand({
        ClientId: clientId,
        ChallengeName: 'MFA_SETUP',
        Session: verified.Session,
        ChallengeResponses: { USERNAME: 'bob' },
      }),
    );
    expect(done.AuthenticationResult).toBeDefined();
    const next = await signIn(scene, clientId, 'bob');
    expect(next.ChallengeName).toBe('SOFTWARE_TOKEN_MFA');
    const end = await scene.client.send(
      new RespondToAuthChallengeCommand({
        ClientId: clientId,
        ChallengeName: 'SOFTWARE_TOKEN_MFA',
        Session: next.Session,
        ChallengeResponses: { USERNAME: 'bob', SOFTWARE_TOKEN_MFA_CODE: code() },
      }),
    );
    expect(end.AuthenticationResult).toBeDefined();
  });

  test('by TOTP, turned on by a signed-in user; two factors without a preference are a choice', async () => {
    const { scene, poolId, clientId } = await stage({ ...sms, MfaConfiguration: 'OPTIONAL' });
    await scene.client.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId: poolId,
        MfaConfiguration: 'OPTIONAL',
        SmsMfaConfiguration: sms,
        SoftwareTokenMfaConfiguration: { Enabled: true },
      }),
    );
    await newUser(scene, poolId, 'bob', { phone_number: '+4912345678' });
    const AccessToken = (await signIn(scene, clientId, 'bob')).AuthenticationResult?.AccessToken;
    const { SecretCode } = await scene.client.send(new AssociateSoftwareTokenCommand({ AccessToken }));
    const UserCode = totpCode(SecretCode ?? '', scene.clock.now());
    await scene.client.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode }));
    expect((await signIn(scene, clientId, 'bob')).AuthenticationResult).toBeDefined();
    await scene.client.send(
      new AdminSetUserMFAPreferenceCommand({
        UserPoolId: poolId,
        Username: 'bob',
        SMSMfaSettings: { Enabled: true },
        SoftwareTokenMfaSettings: { Enabled: true },
      }),
    );
    const asked = await signIn(scene, clientId, 'bob');
    expect(asked.ChallengeName).toBe('SELECT_MFA_TYPE');
    const chosen = await scene.client.send(
      new RespondToAuthChallengeCommand({
        ClientId: clientId,
        ChallengeName: 'SELECT_MFA_TYPE',
        Session: asked.Session,
        ChallengeResponses: { USERNAME: 'bob', ANSWER: 'SOFTWARE_TOKEN_MFA' },
      }),
    );
    expect(chosen.ChallengeName).toBe('SOFTWARE_TOKEN_MFA');
  });
});

describe('triggers of the pool', () => {
  test('run around a sign-in, and can refuse it', async () => {
    const [before, after, tokens] = [functionArn('before'), functionArn('after'), functionArn('tokens')];
    const { scene, poolId, clientId } = await stage({
      LambdaConfig: { PreAuthentication: before, PostAuthentication: after, PreTokenGeneration: tokens },
    });
    scene.play(before, answers({}));
    scene.play(after, answers({}));
    scene.play(
      tokens,
      answers({
        claimsOverrideDetails: { claimsToAddOrOverride: { old_sub: '1' }, claimsToSuppress: ['email'] },
      }),
    );
    await newUser(scene, poolId, 'bob', { email: 'a@example.com' });
    const result = await signIn(scene, clientId, 'bob', password, { ClientMetadata: { source: 'x' } });
    expect(claims(result.AuthenticationResult?.IdToken)).toMatchObject({ old_sub: '1' });
    expect(claims(result.AuthenticationResult?.IdToken).email).toBeUndefined();
    expect(scene.invocations.map(({ event }) => event.triggerSource)).toEqual([
      'PreAuthentication_Authentication',
      'PostAuthentication_Authentication',
      'TokenGeneration_Authentication',
    ]);
    expect(scene.invocations[0]?.event.request).toMatchObject({ validationData: { source: 'x' } });
    expect(scene.invocations[1]?.event.request).not.toHaveProperty('clientMetadata');
    scene.play(before, throws('Not today'));
    expect(await errorOf(signIn(scene, clientId, 'bob'))).toEqual({
      name: 'UserLambdaValidationException',
      message: 'PreAuthentication failed with error Not today.',
    });
    scene.play(before, () => ({ kind: 'denied' }));
    expect(await errorOf(signIn(scene, clientId, 'bob'))).toEqual({
      name: 'UnexpectedLambdaException',
      message: 'PreAuthentication invocation failed due to error AccessDeniedException.',
    });
  });
});

describe('the trigger before tokens', () => {
  const lambda = functionArn('tokens');
  const withVersion = (LambdaVersion: 'V1_0' | 'V2_0' | 'V3_0') => ({
    LambdaConfig: { PreTokenGenerationConfig: { LambdaVersion, LambdaArn: lambda } },
  });

  async function tokensOf(version: 'V1_0' | 'V2_0' | 'V3_0', response: Readonly<Record<string, unknown>>) {
    const { scene, poolId, clientId } = await stage(withVersion(version));
    scene.play(lambda, answers(response));
    await newUser(scene, poolId, 'bob', { email: 'a@example.com' });
    await scene.client.send(new CreateGroupCommand({ UserPoolId: poolId, GroupName: 'staff' }));
    await scene.client.send(
      new AdminAddUserToGroupCommand({ UserPoolId: poolId, GroupName: 'staff', Username: 'bob' }),
    );
    const { AuthenticationResult } = await signIn(scene, clientId, 'bob');
    return {
      id: claims(AuthenticationResult?.IdToken),
      access: claims(AuthenticationResult?.AccessToken),
      event: scene.invocations.at(-1)?.event,
    };
  }

  test.each([
    ['V2_0', '2'],
    ['V3_0', '3'],
  ] as const)('%s changes both tokens', async (version, number) => {
    const { id, access, event } = await tokensOf(version, {
      claimsAndScopeOverrideDetails: {
        idTokenGeneration: { claimsToAddOrOverride: { old_sub: '1' }, claimsToSuppress: ['email'] },
        accessTokenGeneration: {
          claimsToAddOrOverride: { tenant: 'a', sub: 'somebody else' },
          scopesToAdd: ['orders/read'],
          scopesToSuppress: ['aws.cognito.signin.user.admin'],
        },
        groupOverrideDetails: { groupsToOverride: ['staff', 'admins'] },
      },
    });
    expect(event).toMatchObject({
      version: number,
      request: { scopes: ['aws.cognito.signin.user.admin'] },
      response: { claimsAndScopeOverrideDetails: null },
    });
    expect(id).toMatchObject({ old_sub: '1', 'cognito:groups': ['staff', 'admins'] });
    expect(id).not.toHaveProperty('email');
    expect(access).toMatchObject({
      tenant: 'a',
      scope: 'orders/read',
      'cognito:groups': ['staff', 'admins'],
    });
    // A function cannot make the token somebody else's.
    expect(access.sub).toBe(id.sub);
  });

  test('V1_0 changes the ID token, and the groups of both', async () => {
    const { id, access } = await tokensOf('V1_0', {
      claimsOverrideDetails: {
        claimsToAddOrOverride: { old_sub: '1', 'cognito:username': 'eve' },
        claimsToSuppress: ['sub'],
        groupOverrideDetails: { groupsToOverride: ['admins'] },
      },
    });
    expect(id).toMatchObject({ old_sub: '1', 'cognito:username': 'bob', 'cognito:groups': ['admins'] });
    expect(id.sub).toBe(access.sub);
    expect(access).not.toHaveProperty('old_sub');
    expect(access['cognito:groups']).toEqual(['admins']);
  });

  test.each([
    ['an empty object', {}],
    ['null', null],
  ])('%s as groups suppresses them, and none leaves them', async (_, groupOverrideDetails) => {
    const { id, access } = await tokensOf('V1_0', { claimsOverrideDetails: { groupOverrideDetails } });
    expect(id).not.toHaveProperty('cognito:groups');
    expect(access).not.toHaveProperty('cognito:groups');
    const untouched = await tokensOf('V1_0', { claimsOverrideDetails: null });
    expect(untouched.id['cognito:groups']).toEqual(['staff']);
  });
});

describe('password reset', () => {
  test('by a code that expires; the old password works until then', async () => {
    const { scene, poolId, clientId } = await stage();
    await newUser(scene, poolId, 'bob', { email: 'bob@example.com', email_verified: 'true' });
    await scene.client.send(new ForgotPasswordCommand({ ClientId: clientId, Username: 'bob' }));
    expect((await signIn(scene, clientId, 'bob')).AuthenticationResult).toBeDefined();
    const confirm = (code: string) =>
      scene.client.send(
        new ConfirmForgotPasswordCommand({
          ClientId: clientId,
          Username: 'bob',
          ConfirmationCode: code,
          Password: 'Other-horse-2',
        }),
      );
    expect((await errorOf(confirm('x'))).name).toBe('CodeMismatchException');
    const code = lastSecret(scene.sandbox.world, poolId, 'bob', 'forgot-password') ?? '';
    scene.clock.advance(60 * 60_000);
    expect((await errorOf(confirm(code))).name).toBe('ExpiredCodeException');
    await scene.client.send(new ForgotPasswordCommand({ ClientId: clientId, Username: 'bob' }));
    await confirm(lastSecret(scene.sandbox.world, poolId, 'bob', 'forgot-password') ?? '');
    expect(await errorOf(signIn(scene, clientId, 'bob'))).toEqual(wrong);
    expect((await signIn(scene, clientId, 'bob', 'Other-horse-2')).AuthenticationResult).toBeDefined();
  });

  test('not for unknown, disabled or federated users, nor without a verified contact', async () => {
    const { scene, poolId, clientId } = await stage();
    const forgot = (name: string) =>
      errorOf(scene.client.send(new ForgotPasswordCommand({ ClientId: clientId, Username: name })));
    await newUser(scene, poolId, 'bob', { email: 'bob@example.com' });
    addFederatedUser(scene.sandbox.world, poolId, 'Google', '1');
    expect((await forgot('eve')).name).toBe('UserNotFoundException');
    expect((await forgot('bob')).message).toContain('no registered/verified email or phone_number');
    expect((await forgot('Google_1')).message).toBe('User password cannot be reset in the current state.');
    await scene.client.send(new AdminDisableUserCommand({ UserPoolId: poolId, Username: 'bob' }));
    expect((await forgot('bob')).message).toBe('User is disabled.');
  });
});

describe('a signed-in user', () => {
  test('reads the profile and changes the password; a sign-out ends that', async () => {
    const { scene, poolId, clientId } = await stage({
      Policies: { PasswordPolicy: { PasswordHistorySize: 2 } },
    });
    await newUser(scene, poolId, 'bob');
    const AccessToken = (await signIn(scene, clientId, 'bob')).AuthenticationResult?.AccessToken;
    expect((await scene.client.send(new GetUserCommand({ AccessToken }))).Username).toBe('bob');
    const change = (PreviousPassword: string, ProposedPassword: string) =>
      scene.client.send(new ChangePasswordCommand({ AccessToken, PreviousPassword, ProposedPassword }));
    expect(await errorOf(change('x', 'Other-horse-2'))).toEqual(wrong);
    expect((await errorOf(change(password, password))).name).toBe('PasswordHistoryPolicyViolationException');
    await change(password, 'Other-horse-2');
    await scene.client.send(new AdminUserGlobalSignOutCommand({ UserPoolId: poolId, Username: 'bob' }));
    expect((await errorOf(scene.client.send(new GetUserCommand({ AccessToken })))).name).toBe(
      'NotAuthorizedException',
    );
    const next = (await signIn(scene, clientId, 'bob', 'Other-horse-2')).AuthenticationResult?.AccessToken;
    expect((await scene.client.send(new GetUserCommand({ AccessToken: next }))).Username).toBe('bob');
    const forged = `${AccessToken?.split('.').slice(0, 2).join('.')}.AAAA`;
    expect((await errorOf(scene.client.send(new GetUserCommand({ AccessToken: forged })))).message).toBe(
      'Invalid Access Token',
    );
  });
});

test('the policy decides which passwords can be set', async () => {
  const { scene, poolId } = await stage();
  await newUser(scene, poolId, 'bob');
  const set = (Password: string) =>
    errorOf(
      scene.client.send(
        new AdminSetUserPasswordCommand({ UserPoolId: poolId, Username: 'bob', Password, Permanent: true }),
      ),
    );
  for (const [candidate, fault] of [
    ['Ab1!', 'Password not long enough'],
    ['abcdefg1!', 'Password must have uppercase characters'],
    ['ABCDEFG1!', 'Password must have lowercase characters'],
    ['Abcdefgh!', 'Password must have numeric characters'],
    ['Abcdefgh1', 'Password must have symbol characters'],
  ] as const) {
    expect(await set(candidate)).toEqual({
      name: 'InvalidPasswordException',
      message: `Password did not conform with policy: ${fault}`,
    });
  }
});

test('an administrator confirms a sign-up, and a client can lose its flow', async () => {
  const { scene, poolId, clientId } = await stage();
  await scene.client.send(new SignUpCommand({ ClientId: clientId, Username: 'bob', Password: password }));
  await scene.client.send(new AdminConfirmSignUpCommand({ UserPoolId: poolId, Username: 'bob' }));
  expect((await signIn(scene, clientId, 'bob')).AuthenticationResult).toBeDefined();
  await scene.client.send(new UpdateUserPoolClientCommand({ UserPoolId: poolId, ClientId: clientId }));
  expect((await errorOf(signIn(scene, clientId, 'bob'))).name).toBe('InvalidParameterException');
});
