import {
  AdminInitiateAuthCommand,
  ConfirmForgotPasswordCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ListUsersCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { cognitoSettings, deliveries, lastSecret } from '../../../../src/sandbox/services/cognito/index.ts';
import {
  account,
  answers,
  describePool,
  errorOf,
  functionArn,
  type LocalCognito,
  newClient,
  newPool,
  region,
  startLocalCognito,
  throws,
} from './support.ts';
import { attributesOf, getUser, newUser, password, signIn } from './users-support.ts';

const arn = functionArn('migrate');
const migrated = {
  userAttributes: { email: 'bob@example.com', email_verified: 'true' },
  finalUserStatus: 'CONFIRMED',
  messageAction: 'SUPPRESS',
};

async function stage(
  pool: Parameters<typeof newPool>[1] = {},
  client: Parameters<typeof newClient>[2] = {},
): Promise<{ scene: LocalCognito; poolId: string; clientId: string }> {
  const scene = await startLocalCognito();
  const poolId = await newPool(scene, {
    LambdaConfig: { UserMigration: arn },
    UsernameAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
    ...pool,
  });
  const clientId = await newClient(scene, poolId, client);
  return { scene, poolId, clientId };
}

async function userCount(scene: LocalCognito, poolId: string): Promise<number> {
  const { Users } = await scene.client.send(new ListUsersCommand({ UserPoolId: poolId }));
  return Users?.length ?? 0;
}

describe('a sign-in with a password for an unknown name', () => {
  test('asks the trigger with the documented event, and signs the migrated user in', async () => {
    const { scene, poolId, clientId } = await stage();
    scene.play(arn, answers(migrated));
    const result = await signIn(scene, clientId, 'Bob@example.com', 'old', {
      ClientMetadata: { from: 'web' },
    });
    expect(result.AuthenticationResult?.AccessToken).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const pool = await describePool(scene, poolId);
    expect(scene.invocations).toEqual([
      {
        arn,
        timeoutMs: 5000,
        source: { service: 'cognito-idp.amazonaws.com', sourceArn: pool.Arn, sourceAccount: account },
        event: {
          version: '1',
          region,
          userPoolId: poolId,
          userName: 'Bob@example.com',
          callerContext: { awsSdkVersion: expect.any(String), clientId },
          triggerSource: 'UserMigration_Authentication',
          request: { password: 'old', validationData: { from: 'web' } },
          response: {
            userAttributes: null,
            finalUserStatus: null,
            messageAction: null,
            desiredDeliveryMediums: null,
            forceAliasCreation: null,
            enableSMSMFA: null,
          },
        },
      },
    ]);
    const user = await getUser(scene, poolId, 'bob@example.com');
    expect(user.UserStatus).toBe('CONFIRMED');
    expect(deliveries(scene.sandbox.world, poolId)).toEqual([]);
    await signIn(scene, clientId, 'bob@example.com', 'old');
    expect(scene.invocations).toHaveLength(1);
  });

  test('AdminInitiateAuth asks too, under both names of the flow; validationData is null without metadata', async () => {
    const { scene, poolId, clientId } = await stage();
    scene.play(arn, answers(migrated));
    for (const AuthFlow of ['ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'] as const) {
      const result = await scene.client.send(
        new AdminInitiateAuthCommand({
          UserPoolId: poolId,
          ClientId: clientId,
          AuthFlow,
          AuthParameters: { USERNAME: 'bob@example.com', PASSWORD: 'old' },
        }),
      );
      expect(result.AuthenticationResult).toBeDefined();
    }
    expect(scene.invocations.map(({ event }) => event.request)).toEqual([
      { password: 'old', validationData: null },
    ]);
  });

  test.each([
    ['RESET_REQUIRED', { ...migrated, finalUserStatus: 'RESET_REQUIRED' }],
    ['no status', { userAttributes: migrated.userAttributes, messageAction: 'SUPPRESS' }],
  ])('%s makes a user without a password, who must reset it', async (_, response) => {
    const { scene, poolId, clientId } = await stage();
    scene.play(arn, answers(response));
    const error = await errorOf(signIn(scene, clientId, 'bob@example.com', 'old'));
    expect(error).toEqual({
      name: 'PasswordResetRequiredException',
      message: 'Password reset required for the user',
    });
    expect((await getUser(scene, poolId, 'bob@example.com')).UserStatus).toBe('RESET_REQUIRED');
  });

  test('the password policy of the new pool is not asked', async () => {
    const { scene, clientId } = await stage({ Policies: { PasswordPolicy: { MinimumLength: 20 } } });
    scene.play(arn, answers(migrated));
    expect((await signIn(scene, clientId, 'bob@example.com', 'x')).AuthenticationResult).toBeDefined();
  });

  test('the welcome message goes by SMS unless the response says otherwise', async () => {
    const { scene, poolId, clientId } = await stage();
    const both = { ...migrated.userAttributes, phone_number: '+4912345678' };
    scene.play(arn, answers({ ...migrated, userAttributes: both, messageAction: null }));
    await signIn(scene, clientId, 'bob@example.com', 'old');
    expect(deliveries(scene.sandbox.world, poolId)).toMatchObject([
      { purpose: 'invitation', medium: 'SMS', destination: '+4912345678' },
    ]);
  });
});

describe('what comes to nothing', () => {
  const plain = {
    name: 'UserNotFoundException',
    message: expect.stringMatching(/^Exception migrating user in app client /),
  };
  const hidden = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' };
  const faulty = (text: string) => ({
    name: 'UserNotFoundException',
    message: expect.stringContaining(text),
  });

  test.each([
    ['an empty response', {}, plain],
    ['no attributes', { userAttributes: {} }, plain],
    ['an unknown status', { ...migrated, finalUserStatus: 'ARCHIVED' }, faulty('invalid finalUserStatus')],
    ['an unknown action', { ...migrated, messageAction: 'NO' }, faulty('invalid messageAction')],
    [
      'an unknown medium',
      { ...migrated, desiredDeliveryMediums: ['FAX'] },
      faulty('invalid desiredDeliveryMediums'),
    ],
    [
      'an attribute that the pool does not have',
      { ...migrated, userAttributes: { ...migrated.userAttributes, 'custom:x': '1' } },
      faulty('attributes do not conform to the schema: custom:x: Attribute does not exist in schema'),
    ],
    [
      'a cognito: attribute',
      { ...migrated, userAttributes: { ...migrated.userAttributes, 'cognito:user_status': 'CONFIRMED' } },
      faulty('cognito:user_status: Attribute does not exist in schema'),
    ],
    ['a sub', { ...migrated, userAttributes: { ...migrated.userAttributes, sub: '1' } }, hidden],
    ['SMS MFA without a phone number', { ...migrated, enableSMSMFA: true }, faulty('enableSMSMFA')],
    [
      'a username where e-mail addresses are',
      { ...migrated, userAttributes: { username: 'bob' } },
      faulty('username'),
    ],
    [
      'a value that is no string',
      { ...migrated, userAttributes: { email_verified: true } },
      { name: 'InvalidLambdaResponseException', message: 'Unrecognizable lambda output' },
    ],
    [
      'a list of attributes',
      { ...migrated, userAttributes: [{ Name: 'email', Value: 'a@b.c' }] },
      { name: 'InvalidLambdaResponseException', message: 'Unrecognizable lambda output' },
    ],
  ])('%s', async (_, response, expected) => {
    const { scene, poolId, clientId } = await stage();
    scene.play(arn, answers(response));
    expect(await errorOf(signIn(scene, clientId, 'bob@example.com', 'old'))).toEqual(expected);
    expect(await userCount(scene, poolId)).toBe(0);
  });

  test('in other words, where those are not the ones that people quote', async () => {
    const { scene, clientId } = await stage();
    cognitoSettings(scene.sandbox.world).migrationTexts = 'other';
    scene.play(arn, answers({ ...migrated, finalUserStatus: 'ARCHIVED' }));
    expect(await errorOf(signIn(scene, clientId, 'bob@example.com', 'old'))).toEqual({
      name: 'UserNotFoundException',
      message: 'Exception during user migration',
    });
  });

  test('an error of the function is told, and not tried again', async () => {
    const { scene, clientId } = await stage();
    scene.play(arn, throws('Please try again later'));
    expect(await errorOf(signIn(scene, clientId, 'bob@example.com'))).toEqual({
      name: 'UserLambdaValidationException',
      message: 'UserMigration failed with error Please try again later.',
    });
    expect(scene.invocations).toHaveLength(1);
  });

  test('a function that takes too long gets three attempts', async () => {
    const { scene, clientId } = await stage();
    scene.play(arn, () => ({ kind: 'timeout' }));
    const error = await errorOf(signIn(scene, clientId, 'bob@example.com'));
    expect(error.name).toBe('UnexpectedLambdaException');
    expect(scene.invocations).toHaveLength(3);
  });

  test('a function that answers at the third attempt is in time', async () => {
    const { scene, clientId } = await stage();
    let calls = 0;
    scene.play(arn, (event) => {
      calls += 1;
      return calls < 3 ? { kind: 'timeout' } : answers(migrated)(event);
    });
    expect((await signIn(scene, clientId, 'bob@example.com')).AuthenticationResult).toBeDefined();
  });

  test.each(['null', '"x"', '{"response":null}', 'not JSON'])(
    'output %s is not an event',
    async (payload) => {
      const { scene, clientId } = await stage();
      scene.play(arn, () => ({ kind: 'ok', payload }));
      expect((await errorOf(signIn(scene, clientId, 'bob@example.com'))).name).toBe(
        'InvalidLambdaResponseException',
      );
    },
  );

  test('a function that does not let Cognito in', async () => {
    const { scene, clientId } = await stage();
    expect(await errorOf(signIn(scene, clientId, 'bob@example.com'))).toEqual({
      name: 'UserNotFoundException',
      message: `Exception migrating user in app client ${clientId}`,
    });
  });

  test('no trigger: a user who is not there', async () => {
    const { scene, clientId } = await stage({ LambdaConfig: {} });
    expect(await errorOf(signIn(scene, clientId, 'bob@example.com'))).toEqual({
      name: 'UserNotFoundException',
      message: 'User does not exist.',
    });
  });

  test.each([
    ['an empty response', answers({})],
    ['an invalid status', answers({ ...migrated, finalUserStatus: 'X' })],
  ])('with existence errors prevented, %s looks like a wrong password', async (_, player) => {
    const { scene, clientId } = await stage({}, { PreventUserExistenceErrors: 'ENABLED' });
    scene.play(arn, player);
    expect(await errorOf(signIn(scene, clientId, 'bob@example.com'))).toEqual(hidden);
    expect(scene.invocations).toHaveLength(1);
    cognitoSettings(scene.sandbox.world).hiddenEmptyResponse = 'exception';
    expect((await errorOf(signIn(scene, clientId, 'bob@example.com'))).name).toBe('UserNotFoundException');
    cognitoSettings(scene.sandbox.world).migratesWhenExistenceHidden = false;
    expect(await errorOf(signIn(scene, clientId, 'bob@example.com'))).toEqual(hidden);
    expect(scene.invocations).toHaveLength(2);
  });
});

describe('the trigger is not asked', () => {
  test('for a user who is there, by username or alias, whatever the password', async () => {
    const { scene, poolId, clientId } = await stage();
    scene.play(arn, answers(migrated));
    await newUser(scene, poolId, 'bob@example.com');
    expect((await errorOf(signIn(scene, clientId, 'BOB@example.com', 'wrong'))).name).toBe(
      'NotAuthorizedException',
    );
    expect(scene.invocations).toEqual([]);
  });

  test('by SRP, choice-based sign-in or sign-up', async () => {
    const { scene, clientId } = await stage(
      {},
      { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
    );
    scene.play(arn, answers(migrated));
    const srp = new InitiateAuthCommand({
      ClientId: clientId,
      AuthFlow: 'USER_SRP_AUTH',
      AuthParameters: { USERNAME: 'bob@example.com', SRP_A: 'abc' },
    });
    expect((await errorOf(scene.client.send(srp))).name).toBe('UserNotFoundException');
    const choice = new InitiateAuthCommand({
      ClientId: clientId,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME: 'bob@example.com', PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: 'old' },
    });
    expect((await errorOf(scene.client.send(choice))).name).toBe('UserNotFoundException');
    expect(scene.invocations).toEqual([]);
    cognitoSettings(scene.sandbox.world).userAuthPasswordMigrates = true;
    expect((await scene.client.send(choice)).AuthenticationResult).toBeDefined();
    expect(scene.invocations).toHaveLength(1);
    await scene.client.send(
      new SignUpCommand({ ClientId: clientId, Username: 'new@example.com', Password: password }),
    );
    expect(scene.invocations).toHaveLength(1);
  });

  test('where the client has no password flow', async () => {
    const { scene, clientId } = await stage({}, { ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'] });
    expect(await errorOf(signIn(scene, clientId, 'bob@example.com'))).toEqual({
      name: 'InvalidParameterException',
      message: 'USER_PASSWORD_AUTH flow not enabled for this client',
    });
  });
});

describe('names and aliases', () => {
  const aliasPool = { UsernameAttributes: undefined, AliasAttributes: ['email' as const] };

  test('an alias pool needs a username for a typed e-mail address', async () => {
    const { scene, poolId, clientId } = await stage(aliasPool);
    scene.play(arn, answers(migrated));
    const error = await errorOf(signIn(scene, clientId, 'bob@example.com'));
    expect(error.message).toContain(
      'Username cannot be of email format, since user pool is configured for email alias.',
    );
    const named = { ...migrated, userAttributes: { ...migrated.userAttributes, username: 'bob' } };
    scene.play(arn, answers(named));
    await signIn(scene, clientId, 'bob@example.com');
    expect((await getUser(scene, poolId, 'bob@example.com')).Username).toBe('bob');
    expect(await attributesOf(scene, poolId, 'bob')).not.toHaveProperty('username');
  });

  test('a username is taken only when an alias was typed', async () => {
    const { scene, clientId } = await stage(aliasPool);
    scene.play(
      arn,
      answers({ ...migrated, userAttributes: { ...migrated.userAttributes, username: 'bob' } }),
    );
    expect((await errorOf(signIn(scene, clientId, 'robert'))).message).toContain('invalid username');
  });

  test("somebody else's alias is not taken, unless forceAliasCreation says so", async () => {
    const { scene, poolId, clientId } = await stage(aliasPool);
    await newUser(scene, poolId, 'alice', { email: 'bob@example.com', email_verified: 'true' });
    scene.play(arn, answers(migrated));
    const error = await errorOf(signIn(scene, clientId, 'robert'));
    expect(error.name).toBe('UserNotFoundException');
    expect(await userCount(scene, poolId)).toBe(1);
    scene.play(arn, answers({ ...migrated, forceAliasCreation: true }));
    await signIn(scene, clientId, 'robert');
    expect((await getUser(scene, poolId, 'bob@example.com')).Username).toBe('robert');
    expect((await attributesOf(scene, poolId, 'alice')).email_verified).toBe('false');
  });

  test('where e-mail addresses are usernames, the username is a sub, and the address is kept', async () => {
    const { scene, poolId, clientId } = await stage();
    scene.play(arn, answers({ ...migrated, userAttributes: { name: 'Bob' } }));
    await signIn(scene, clientId, 'bob@example.com');
    const attributes = await attributesOf(scene, poolId, 'bob@example.com');
    expect(attributes.email).toBe('bob@example.com');
    expect((await getUser(scene, poolId, 'bob@example.com')).Username).toBe(attributes.sub);
  });
});

test('required attributes must come over; the typed name is one of them', async () => {
  const { scene, clientId } = await stage({
    Schema: [
      { Name: 'email', Required: true },
      { Name: 'name', Required: true },
    ],
  });
  scene.play(arn, answers({ ...migrated, userAttributes: { email_verified: 'true' } }));
  expect((await errorOf(signIn(scene, clientId, 'bob@example.com'))).message).toContain(
    'name: The attribute is required',
  );
  scene.play(arn, answers({ ...migrated, userAttributes: { name: 'Bob' } }));
  expect((await signIn(scene, clientId, 'bob@example.com')).AuthenticationResult).toBeDefined();
});

describe('ForgotPassword', () => {
  test('asks the trigger without a password, with clientMetadata, and sends a code', async () => {
    const { scene, poolId, clientId } = await stage();
    scene.play(arn, answers({ ...migrated, finalUserStatus: 'RESET_REQUIRED' }));
    const { CodeDeliveryDetails } = await scene.client.send(
      new ForgotPasswordCommand({
        ClientId: clientId,
        Username: 'bob@example.com',
        ClientMetadata: { a: 'b' },
      }),
    );
    expect(CodeDeliveryDetails).toEqual({
      AttributeName: 'email',
      DeliveryMedium: 'EMAIL',
      Destination: 'b***@e***',
    });
    expect(scene.invocations[0]?.event).toMatchObject({ triggerSource: 'UserMigration_ForgotPassword' });
    expect(scene.invocations[0]?.event.request).toEqual({ validationData: null, clientMetadata: { a: 'b' } });
    const code = lastSecret(scene.sandbox.world, poolId, 'bob@example.com', 'forgot-password');
    await scene.client.send(
      new ConfirmForgotPasswordCommand({
        ClientId: clientId,
        Username: 'bob@example.com',
        ConfirmationCode: code,
        Password: password,
      }),
    );
    expect((await signIn(scene, clientId, 'bob@example.com')).AuthenticationResult).toBeDefined();
  });

  test('a migrated user without a verified contact gets no code', async () => {
    const { scene, clientId } = await stage();
    scene.play(arn, answers({ ...migrated, userAttributes: { email_verified: 'false' } }));
    const command = new ForgotPasswordCommand({ ClientId: clientId, Username: 'bob@example.com' });
    expect(await errorOf(scene.client.send(command))).toEqual({
      name: 'InvalidParameterException',
      message: 'Cannot reset password for the user as there is no registered/verified email or phone_number',
    });
  });

  test('CONFIRMED without a password: a user with none, or refused, by setting', async () => {
    const { scene, poolId, clientId } = await stage();
    scene.play(arn, answers(migrated));
    const command = new ForgotPasswordCommand({ ClientId: clientId, Username: 'bob@example.com' });
    cognitoSettings(scene.sandbox.world).forgotPasswordConfirmed = 'refused';
    expect((await errorOf(scene.client.send(command))).name).toBe('UserNotFoundException');
    cognitoSettings(scene.sandbox.world).forgotPasswordConfirmed = 'no-password';
    await scene.client.send(command);
    expect((await getUser(scene, poolId, 'bob@example.com')).UserStatus).toBe('CONFIRMED');
    expect((await errorOf(signIn(scene, clientId, 'bob@example.com', 'old'))).name).toBe(
      'NotAuthorizedException',
    );
  });

  test('with existence errors prevented, an empty response is a code sent to nobody', async () => {
    const { scene, poolId, clientId } = await stage({}, { PreventUserExistenceErrors: 'ENABLED' });
    scene.play(arn, answers({}));
    const { CodeDeliveryDetails } = await scene.client.send(
      new ForgotPasswordCommand({ ClientId: clientId, Username: 'bob@example.com' }),
    );
    expect(CodeDeliveryDetails?.DeliveryMedium).toBe('EMAIL');
    expect(deliveries(scene.sandbox.world, poolId)).toEqual([]);
  });
});

describe('settings', () => {
  test('a null messageAction can be refused, and another status accepted as a reset', async () => {
    const { scene, clientId } = await stage();
    const settings = cognitoSettings(scene.sandbox.world);
    settings.nullMessageAction = 'refused';
    scene.play(arn, answers({ ...migrated, messageAction: null }));
    expect((await errorOf(signIn(scene, clientId, 'bob@example.com'))).message).toContain(
      'invalid messageAction',
    );
    settings.otherFinalStatus = 'reset-required';
    scene.play(arn, answers({ ...migrated, finalUserStatus: 'ARCHIVED' }));
    expect((await errorOf(signIn(scene, clientId, 'bob@example.com'))).name).toBe(
      'PasswordResetRequiredException',
    );
  });

  test('a migration fires pre authentication, and by setting pre sign-up and post confirmation', async () => {
    const [signUp, confirmation, authentication] = [functionArn('a'), functionArn('b'), functionArn('c')];
    const { scene, clientId } = await stage({
      LambdaConfig: {
        UserMigration: arn,
        PreSignUp: signUp,
        PostConfirmation: confirmation,
        PreAuthentication: authentication,
      },
    });
    for (const other of [signUp, confirmation, authentication]) scene.play(other, answers({}));
    scene.play(arn, answers(migrated));
    await signIn(scene, clientId, 'bob@example.com');
    expect(scene.invocations.map((one) => one.arn)).toEqual([arn, authentication]);
    cognitoSettings(scene.sandbox.world).migrationAlsoFires = ['PreSignUp_SignUp', 'PostConfirmation'];
    scene.invocations.length = 0;
    scene.play(arn, answers({ ...migrated, userAttributes: { email: 'eve@example.com' } }));
    await signIn(scene, clientId, 'eve@example.com');
    expect(scene.invocations.map((one) => one.arn)).toEqual([arn, signUp, confirmation, authentication]);
  });

  test.each(['PreSignUp_SignUp', 'PreSignUp_AdminCreateUser'] as const)(
    'a refusal of pre sign-up, fired as %s, ends the migration: the user is not created',
    async (source) => {
      const guard = functionArn('guard');
      const { scene, clientId, poolId } = await stage({
        LambdaConfig: { UserMigration: arn, PreSignUp: guard },
      });
      cognitoSettings(scene.sandbox.world).migrationAlsoFires = [source];
      scene.play(arn, answers(migrated));
      scene.play(guard, throws('No.'));
      const error = await errorOf(signIn(scene, clientId, 'bob@example.com'));
      expect(error.name).toBe('UserLambdaValidationException');
      expect(error.message).toBe('PreSignUp failed with error No..');
      expect(scene.invocations.at(-1)?.event).toMatchObject({
        triggerSource: source,
        userName: 'bob@example.com',
        request: { userAttributes: { email: 'bob@example.com' } },
      });
      expect(await userCount(scene, poolId)).toBe(0);
    },
  );
});
