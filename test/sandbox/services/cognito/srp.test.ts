import { createHmac, getDiffieHellman } from 'node:crypto';
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminInitiateAuthCommand,
  DescribeUserPoolClientCommand,
  InitiateAuthCommand,
  type InitiateAuthCommandInput,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { srpAttempt, timestampOf } from '../../../../src/sandbox/services/cognito/srp-client.ts';
import { canonicalTimestamp, readTimestamp } from '../../../../src/sandbox/services/cognito/srp-sign-in.ts';
import { given } from '../../../support/errors.ts';
import {
  answers,
  errorOf,
  functionArn,
  type LocalCognito,
  newClient,
  newPool,
  startLocalCognito,
} from './support.ts';
import { getUser, newUser, password } from './users-support.ts';

const wrong = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' };
const noSuchUser = { name: 'UserNotFoundException', message: 'User does not exist.' };
const flows = ['ALLOW_USER_SRP_AUTH', 'ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] as const;

interface Stage {
  readonly scene: LocalCognito;
  readonly poolId: string;
  readonly clientId: string;
}

async function stage(
  pool: Parameters<typeof newPool>[1] = {},
  client: Parameters<typeof newClient>[2] = {},
): Promise<Stage> {
  const scene = await startLocalCognito();
  const poolId = await newPool(scene, pool);
  const clientId = await newClient(scene, poolId, { ExplicitAuthFlows: [...flows], ...client });
  return { scene, poolId, clientId };
}

const initiate = (
  { scene, clientId }: Stage,
  parameters: Record<string, string>,
  AuthFlow: InitiateAuthCommandInput['AuthFlow'] = 'USER_SRP_AUTH',
) => scene.client.send(new InitiateAuthCommand({ ClientId: clientId, AuthFlow, AuthParameters: parameters }));

const respond = ({ scene, clientId }: Stage, ChallengeResponses: Record<string, string>, Session?: string) =>
  scene.client.send(
    new RespondToAuthChallengeCommand({
      ClientId: clientId,
      ChallengeName: 'PASSWORD_VERIFIER',
      ChallengeResponses,
      ...(Session === undefined ? {} : { Session }),
    }),
  );

/** Asks for the challenge, and computes the answer with this password. */
async function prove(on: Stage, name: string, secret = password, extra: Record<string, string> = {}) {
  const attempt = srpAttempt(on.poolId);
  const asked = await initiate(on, { USERNAME: name, SRP_A: attempt.clientPublic, ...extra });
  const timestamp = timestampOf(on.scene.clock.now());
  return { asked, responses: attempt.answer(asked.ChallengeParameters, secret, timestamp) };
}

async function signIn(on: Stage, name: string, secret?: string) {
  return respond(on, (await prove(on, name, secret)).responses);
}

describe('USER_SRP_AUTH', () => {
  test('proves a password by username or alias, in any case, without a Session', async () => {
    const on = await stage({ AliasAttributes: ['email'], UsernameConfiguration: { CaseSensitive: false } });
    await newUser(on.scene, on.poolId, 'Bob', { email: 'bob@example.com', email_verified: 'true' });
    for (const name of ['Bob', 'bob', 'BOB@example.com']) {
      const { asked, responses } = await prove(on, name);
      const username = (await getUser(on.scene, on.poolId, 'Bob')).Username;
      expect(asked).toMatchObject({
        ChallengeName: 'PASSWORD_VERIFIER',
        ChallengeParameters: { USERNAME: username, USER_ID_FOR_SRP: username },
      });
      expect(asked.Session).toBeUndefined();
      expect((await respond(on, responses)).AuthenticationResult?.RefreshToken).toBeDefined();
    }
  });

  test('refuses a wrong password, and takes one answer for each secret block', async () => {
    const on = await stage();
    await newUser(on.scene, on.poolId, 'bob');
    expect(await errorOf(signIn(on, 'bob', 'Wrong-password-1'))).toEqual(wrong);
    const { responses } = await prove(on, 'bob');
    expect(await errorOf(respond(on, { ...responses, PASSWORD_CLAIM_SIGNATURE: 'AAAA' }))).toEqual(wrong);
    expect(await errorOf(respond(on, responses))).toEqual(wrong);
    const { responses: right } = await prove(on, 'bob');
    expect((await respond(on, right)).AuthenticationResult).toBeDefined();
    expect(await errorOf(respond(on, right))).toEqual(wrong);
    const other = { ...on, clientId: await newClient(on.scene, on.poolId) };
    expect(await errorOf(respond(other, (await prove(on, 'bob')).responses))).toEqual(wrong);
  });

  test('counts failures as the password flow does', async () => {
    const on = await stage();
    await newUser(on.scene, on.poolId, 'bob');
    for (let failure = 1; failure <= 5; failure += 1) {
      const { responses } = await prove(on, 'bob');
      expect(await errorOf(respond(on, { ...responses, PASSWORD_CLAIM_SIGNATURE: 'AAAA' }))).toEqual(wrong);
    }
    expect(await errorOf(prove(on, 'bob'))).toEqual({
      name: 'NotAuthorizedException',
      message: 'Password attempts exceeded',
    });
  });

  test('refuses a client number that would make the key known without the password', async () => {
    const on = await stage();
    await newUser(on.scene, on.poolId, 'bob');
    const modulus = BigInt(`0x${getDiffieHellman('modp15').getPrime('hex')}`);
    for (const SRP_A of [
      '0',
      modulus.toString(16),
      (2n * modulus).toString(16),
      'no number',
      'f'.repeat(2000),
    ]) {
      expect((await errorOf(initiate(on, { USERNAME: 'bob', SRP_A }))).name).toBe(
        'InvalidParameterException',
      );
    }
  });

  test('takes a time within five minutes, and an answer within one', async () => {
    const on = await stage();
    await newUser(on.scene, on.poolId, 'bob');
    const attemptAt = async (shift: number) => {
      const attempt = srpAttempt(on.poolId);
      const { ChallengeParameters } = await initiate(on, { USERNAME: 'bob', SRP_A: attempt.clientPublic });
      return attempt.answer(ChallengeParameters, password, timestampOf(on.scene.clock.now() + shift));
    };
    expect(await errorOf(respond(on, await attemptAt(6 * 60_000)))).toEqual(wrong);
    expect(await errorOf(respond(on, await attemptAt(-6 * 60_000)))).toEqual(wrong);
    expect((await respond(on, await attemptAt(4 * 60_000))).AuthenticationResult).toBeDefined();
    const late = await attemptAt(0);
    on.scene.clock.advance(60_000);
    expect((await errorOf(respond(on, late))).name).toBe('NotAuthorizedException');
    expect(
      await errorOf(respond(on, { ...(await attemptAt(0)), TIMESTAMP: '2026-11-22T12:00:00Z' })),
    ).toEqual({
      name: 'InvalidParameterException',
      message: 'TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.',
    });
  });

  test('knows nobody by the sub, and pretends to know anybody where existence is hidden', async () => {
    const on = await stage();
    const bob = await newUser(on.scene, on.poolId, 'bob');
    const { UserAttributes } = await getUser(on.scene, on.poolId, bob);
    const sub = given(UserAttributes?.find(({ Name }) => Name === 'sub')?.Value);
    for (const name of [sub, 'eve']) expect(await errorOf(prove(on, name))).toEqual(noSuchUser);
    const hidden = {
      ...on,
      clientId: await newClient(on.scene, on.poolId, {
        ExplicitAuthFlows: [...flows],
        PreventUserExistenceErrors: 'ENABLED',
      }),
    };
    const [first, second] = [await prove(hidden, 'eve'), await prove(hidden, 'eve')];
    const { SALT, USER_ID_FOR_SRP } = given(first.asked.ChallengeParameters);
    expect(second.asked.ChallengeParameters).toMatchObject({ SALT, USER_ID_FOR_SRP });
    expect(USER_ID_FOR_SRP).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(second.asked.ChallengeParameters?.SRP_B).not.toBe(first.asked.ChallengeParameters?.SRP_B);
    expect(await errorOf(respond(hidden, first.responses))).toEqual(wrong);
    expect(
      (await respond(hidden, (await prove(hidden, 'bob')).responses)).AuthenticationResult,
    ).toBeDefined();
  });

  test('of a client with a secret needs the hash in both requests', async () => {
    const on = await stage({}, { GenerateSecret: true });
    await newUser(on.scene, on.poolId, 'bob');
    const { UserPoolClient } = await on.scene.client.send(
      new DescribeUserPoolClientCommand({ UserPoolId: on.poolId, ClientId: on.clientId }),
    );
    const SECRET_HASH = createHmac('sha256', given(UserPoolClient?.ClientSecret))
      .update(`bob${on.clientId}`)
      .digest('base64');
    expect((await errorOf(prove(on, 'bob'))).message).toContain('SECRET_HASH was not received');
    const { responses } = await prove(on, 'bob', password, { SECRET_HASH });
    expect((await errorOf(respond(on, responses))).message).toContain('SECRET_HASH was not received');
    expect((await respond(on, { ...responses, SECRET_HASH })).AuthenticationResult).toBeDefined();
  });

  test('ends at a new password for a temporary one, and at nothing for a disabled user', async () => {
    const on = await stage();
    const who = { UserPoolId: on.poolId, Username: 'bob' };
    await on.scene.client.send(
      new AdminCreateUserCommand({ ...who, MessageAction: 'SUPPRESS', TemporaryPassword: password }),
    );
    expect(await signIn(on, 'bob')).toMatchObject({ ChallengeName: 'NEW_PASSWORD_REQUIRED' });
    const { responses } = await prove(on, 'bob');
    await on.scene.client.send(new AdminDisableUserCommand(who));
    const disabled = { name: 'NotAuthorizedException', message: 'User is disabled.' };
    expect(await errorOf(respond(on, responses))).toEqual(disabled);
    expect(await errorOf(prove(on, 'bob'))).toEqual(disabled);
  });

  test('fires Pre authentication when it starts and Post authentication when it ends, and moves nobody', async () => {
    const arns = ['UserMigration', 'PreAuthentication', 'PostAuthentication'] as const;
    const on = await stage({
      LambdaConfig: Object.fromEntries(arns.map((name) => [name, functionArn(name)])),
    });
    for (const name of arns) on.scene.play(functionArn(name), answers({}));
    await newUser(on.scene, on.poolId, 'bob');
    const { responses } = await prove(on, 'bob');
    const fired = () => on.scene.invocations.map(({ event }) => event.triggerSource);
    expect(fired()).toEqual(['PreAuthentication_Authentication']);
    await respond(on, responses);
    expect(fired()).toEqual(['PreAuthentication_Authentication', 'PostAuthentication_Authentication']);
    expect(await errorOf(prove(on, 'eve'))).toEqual(noSuchUser);
    expect(fired()).toHaveLength(2);
  });

  test('begins with AdminInitiateAuth too', async () => {
    const on = await stage();
    await newUser(on.scene, on.poolId, 'bob');
    const attempt = srpAttempt(on.poolId);
    const asked = await on.scene.client.send(
      new AdminInitiateAuthCommand({
        UserPoolId: on.poolId,
        ClientId: on.clientId,
        AuthFlow: 'USER_SRP_AUTH',
        AuthParameters: { USERNAME: 'bob', SRP_A: attempt.clientPublic },
      }),
    );
    const time = timestampOf(on.scene.clock.now());
    const responses = attempt.answer(asked.ChallengeParameters, password, time);
    expect((await respond(on, responses)).AuthenticationResult).toBeDefined();
  });
});

describe('PASSWORD_SRP of USER_AUTH', () => {
  test('is asked for at once where it is preferred, or chosen from the list', async () => {
    const on = await stage({ Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] } } });
    await newUser(on.scene, on.poolId, 'bob');
    const attempt = srpAttempt(on.poolId);
    const SRP_A = attempt.clientPublic;
    const preferred = await initiate(
      on,
      { USERNAME: 'bob', PREFERRED_CHALLENGE: 'PASSWORD_SRP', SRP_A },
      'USER_AUTH',
    );
    const open = await initiate(on, { USERNAME: 'bob' }, 'USER_AUTH');
    expect(open).toMatchObject({
      ChallengeName: 'SELECT_CHALLENGE',
      AvailableChallenges: ['PASSWORD', 'PASSWORD_SRP'],
    });
    const chosen = await on.scene.client.send(
      new RespondToAuthChallengeCommand({
        ClientId: on.clientId,
        ChallengeName: 'SELECT_CHALLENGE',
        Session: open.Session,
        ChallengeResponses: { USERNAME: 'bob', ANSWER: 'PASSWORD_SRP', SRP_A },
      }),
    );
    for (const asked of [preferred, chosen]) {
      expect(asked.ChallengeName).toBe('PASSWORD_VERIFIER');
      const time = timestampOf(on.scene.clock.now());
      const responses = attempt.answer(asked.ChallengeParameters, password, time);
      expect((await respond(on, responses, given(asked.Session))).AuthenticationResult).toBeDefined();
    }
  });
});

describe('TIMESTAMP', () => {
  test('is read as leniently as Java reads it, and written in one way only', () => {
    const time = Date.UTC(2026, 8, 5, 7, 4, 9);
    expect(canonicalTimestamp(time)).toBe('Sat Sep 5 07:04:09 UTC 2026');
    for (const text of [
      'Sat Sep 5 07:04:09 UTC 2026',
      'Sat Sep 05 7:4:9 UTC 2026',
      'Mon Sep 5 07:04:09 GMT 2026',
    ]) {
      expect(readTimestamp(text)).toBe(time);
    }
    for (const text of ['', 'Sat Foo 5 07:04:09 UTC 2026', 'Sat Sep 5 07:04:09 +0200 2026']) {
      expect(() => readTimestamp(text)).toThrow('TIMESTAMP format should be');
    }
  });
});
