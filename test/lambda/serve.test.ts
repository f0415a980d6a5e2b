import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SignInAnswer, UserAnswer } from '../../src/lambda/decide.ts';
import { FIXED_SENTENCE, makeHandler, type Service } from '../../src/lambda/serve.ts';
import { SettingsError } from '../../src/lambda/settings-codec.ts';
import { ANA, fakeClock, fakePool, fault, found, SETTINGS, SIGNED_IN } from './fakes.ts';

const ENVIRONMENT: Service['environment'] = {
  oldUserPoolId: 'eu-central-1_old',
  oldClientId: 'client',
  settings: SETTINGS,
  cognito: { region: 'eu-central-1', url: 'http://127.0.0.1:9' },
  sts: [{ region: 'eu-central-1', url: 'http://127.0.0.1:9' }],
};

const EVENT = {
  version: '1',
  triggerSource: 'UserMigration_Authentication',
  region: 'eu-central-1',
  userPoolId: 'eu-central-1_new',
  userName: 'ana@example.com',
  callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: 'app' },
  request: { password: 'Correct-horse-1', validationData: null, clientMetadata: null },
  response: {
    userAttributes: null,
    forceAliasCreation: null,
    enableSMSMFA: null,
    finalUserStatus: null,
    messageAction: null,
    desiredDeliveryMediums: null,
  },
};

function handlerOf(
  users: UserAnswer | readonly UserAnswer[],
  signIns?: SignInAnswer | readonly SignInAnswer[],
  environment = ENVIRONMENT,
) {
  const lines: string[] = [];
  const clock = fakeClock();
  const pool = fakePool(users, signIns, () => clock.pass(7));
  const handler = makeHandler({
    start: () => ({ environment, pool }),
    clock,
    write: (line) => lines.push(line),
  });
  return { handler, lines, pool, clock };
}

const last = (lines: readonly string[]): Record<string, unknown> => JSON.parse(lines.at(-1) ?? 'null');

describe('the handler', () => {
  it('returns the whole event with its response filled in', async () => {
    const { handler } = handlerOf(found(ANA));
    const before = structuredClone(EVENT);
    expect(await handler(EVENT)).toEqual({
      ...EVENT,
      response: {
        ...EVENT.response,
        userAttributes: { email: 'ana@example.com', email_verified: 'true', given_name: 'Ana' },
        finalUserStatus: 'CONFIRMED',
        messageAction: 'SUPPRESS',
      },
    });
    expect(EVENT).toEqual(before);
  });

  it('returns the event untouched for a wrong password, so that nobody learns who exists', async () => {
    const unknown = handlerOf(fault('UserNotFoundException'));
    const wrong = handlerOf(found(ANA), fault('NotAuthorizedException', 'Incorrect username or password.'));
    expect(await unknown.handler(EVENT)).toBe(EVENT);
    expect(await wrong.handler(EVENT)).toBe(EVENT);
  });

  it('throws one sentence, and nothing with it', async () => {
    const { handler, lines } = handlerOf(
      fault('AccessDeniedException', 'arn:aws:iam::1:role/x is not authorized'),
    );
    const error: unknown = await handler(EVENT).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(error).toHaveProperty('message', FIXED_SENTENCE);
    expect(FIXED_SENTENCE).toMatch(/ moment$/); // Cognito ends it with a full stop of its own
    expect(error).not.toHaveProperty('cause');
    expect(last(lines)).toMatchObject({
      outcome: 'failed',
      reason: 'denied',
      fault: 'AccessDeniedException',
    });
  });

  it('starts with settings that cannot be used, and says so at each event', async () => {
    const lines: string[] = [];
    const handler = makeHandler({
      start: () => {
        throw new SettingsError('secret');
      },
      clock: fakeClock(),
      write: (line) => lines.push(line),
    });
    await expect(handler(EVENT)).rejects.toThrow(FIXED_SENTENCE);
    expect(last(lines)).toMatchObject({ outcome: 'failed', reason: 'bad-settings' });
    expect(await handler({ triggerSource: 'CognitoMigrate_Probe' })).toEqual({
      adminGetUser: 'SettingsError',
      adminInitiateAuth: 'SettingsError',
    });
    expect(lines.join()).not.toContain('secret');
  });

  it('hides a bug of its own', async () => {
    const lines: string[] = [];
    const pool = fakePool([]);
    const handler = makeHandler({
      start: () => ({ environment: ENVIRONMENT, pool }),
      clock: fakeClock(),
      write: (line) => lines.push(line),
    });
    await expect(handler(EVENT)).rejects.toThrow(FIXED_SENTENCE);
    expect(last(lines)).toMatchObject({ outcome: 'failed', reason: 'bug' });
  });

  it('keeps within the time that Lambda has left', async () => {
    const { handler, pool, lines } = handlerOf(found(ANA));
    await expect(handler(EVENT, { getRemainingTimeInMillis: () => 400 })).rejects.toThrow(FIXED_SENTENCE);
    expect(pool.calls).toEqual([]);
    expect(last(lines)).toMatchObject({ reason: 'out-of-time' });
  });

  it.each([
    ['no name', { ...EVENT, userName: '' }, 'no-user-name'],
    ['a name that is no text', { ...EVENT, userName: 7 }, 'no-user-name'],
    ['a name that no user can have', { ...EVENT, userName: 'a b' }, 'impossible-name'],
    ['a name that is too long', { ...EVENT, userName: 'x'.repeat(129) }, 'impossible-name'],
    ['no password', { ...EVENT, request: {} }, 'no-password'],
    ['an empty password', { ...EVENT, request: { password: '' } }, 'no-password'],
    [
      'a password that is too long',
      { ...EVENT, request: { password: 'x'.repeat(257) } },
      'impossible-password',
    ],
    ['no request', { ...EVENT, request: null }, 'no-password'],
    ['another trigger', { ...EVENT, triggerSource: 'PostConfirmation_ConfirmSignUp' }, 'unknown-trigger'],
    ['nothing', null, 'unknown-trigger'],
    ['a list', [EVENT], 'unknown-trigger'],
  ])('asks nobody about an event with %s', async (_, event, reason) => {
    const { handler, pool, lines } = handlerOf(found(ANA));
    expect(await handler(event)).toBe(event);
    expect(pool.calls).toEqual([]);
    expect(last(lines)).toMatchObject({ outcome: 'untouched', reason });
  });

  it('finds names of any script', async () => {
    const user = {
      ...ANA,
      userName: 'Ånna_名前',
      attributes: [...ANA.attributes.slice(0, 1), { name: 'email', value: 'a@b' }],
    };
    const newPool = { usernameAttributes: [], aliasAttributes: [], caseSensitive: true };
    const settings = { ...SETTINGS, newPool, oldPool: { usernameAttributes: [] } };
    const { handler, lines } = handlerOf(found(user), SIGNED_IN, { ...ENVIRONMENT, settings });
    await handler({ ...EVENT, userName: 'Ånna_名前' });
    expect(last(lines)).toMatchObject({ outcome: 'migrated' });
  });
});

describe('the log', () => {
  it('is one line of JSON with its counts in the embedded metric format', async () => {
    const { handler, lines, clock } = handlerOf(found(ANA));
    const at = clock.now();
    await handler(EVENT);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('\n');
    expect(last(lines)).toEqual({
      outcome: 'migrated',
      reason: 'password-proven',
      trigger: 'authentication',
      durationMs: 14,
      newUserPoolId: 'eu-central-1_new',
      oldUserPoolId: ENVIRONMENT.oldUserPoolId,
      Migrated: 1,
      _aws: {
        Timestamp: at,
        CloudWatchMetrics: [
          {
            Namespace: 'CognitoMigrate',
            Dimensions: [['newUserPoolId'], ['newUserPoolId', 'oldUserPoolId']],
            Metrics: [{ Name: 'Migrated', Unit: 'Count' }],
          },
        ],
      },
    });
  });

  it('counts a user without their password twice: as handed over, and as reset', async () => {
    const { handler, lines } = handlerOf(found({ ...ANA, status: 'FORCE_CHANGE_PASSWORD' }), {
      kind: 'challenge',
      name: 'NEW_PASSWORD_REQUIRED',
    });
    await handler(EVENT);
    expect(last(lines)).toMatchObject({ outcome: 'reset', Migrated: 1, Reset: 1 });
    expect(lines[0]).toContain(
      '"Metrics":[{"Name":"Migrated","Unit":"Count"},{"Name":"Reset","Unit":"Count"}]',
    );
  });

  it('counts for the new pool alone where the variables cannot be used', async () => {
    const lines: string[] = [];
    const start = () => {
      throw new SettingsError('OLD_USER_POOL_ID is not set');
    };
    const handler = makeHandler({ start, clock: fakeClock(), write: (line) => lines.push(line) });
    await handler(EVENT).catch(() => undefined);
    expect(last(lines)).toMatchObject({ reason: 'bad-settings', Failed: 1 });
    expect(lines[0]).toContain('"Dimensions":[["newUserPoolId"]]');
    expect(lines[0]).not.toContain('oldUserPoolId');
  });

  it('has five metrics, since CloudWatch bills each', async () => {
    const metrics = new Set<unknown>();
    const answers: readonly (readonly [UserAnswer, SignInAnswer?])[] = [
      [found(ANA)],
      [
        found({ ...ANA, status: 'FORCE_CHANGE_PASSWORD' }),
        { kind: 'challenge', name: 'NEW_PASSWORD_REQUIRED' },
      ],
      [found(ANA), fault('NotAuthorizedException', 'Incorrect username or password.')],
      [found(ANA), fault('NotAuthorizedException', 'Password attempts exceeded')],
      [fault('UserNotFoundException')],
      [found({ ...ANA, enabled: false })],
      [found({ ...ANA, hasMfa: true })],
      [fault('AccessDeniedException')],
    ];
    for (const [user, auth] of answers) {
      const { handler, lines } = handlerOf(user, auth);
      await handler(EVENT).catch(() => undefined);
      for (const key of Object.keys(last(lines))) if (/^[A-Z]/.test(key)) metrics.add(key);
    }
    expect([...metrics].sort()).toEqual(['Failed', 'Migrated', 'Refused', 'Reset', 'WrongCredentials']);
  });

  it('names attributes that could not be written, not their values', async () => {
    const user = { ...ANA, attributes: [...ANA.attributes, { name: 'birthdate', value: 'SECRET' }] };
    const { handler, lines } = handlerOf(found(user));
    await handler(EVENT);
    expect(last(lines)).toMatchObject({ outcome: 'migrated', badAttributes: ['birthdate:format'] });
    expect(lines[0]).not.toContain('SECRET');
  });

  it('counts neither probes nor rehearsals', async () => {
    const { handler, lines } = handlerOf(found(ANA));
    await handler({ triggerSource: 'CognitoMigrate_Probe' });
    await handler({ ...EVENT, triggerSource: 'CognitoMigrate_Rehearsal' });
    expect(lines.join()).not.toContain('_aws');
    expect(lines).toHaveLength(2);
  });
});

describe('the probe', () => {
  it('tells two names, and nothing else', async () => {
    const { handler, pool } = handlerOf(
      fault('UserNotFoundException', 'User does not exist.'),
      fault('NotAuthorizedException', 'Incorrect username or password.'),
    );
    expect(await handler({ triggerSource: 'CognitoMigrate_Probe' })).toEqual({
      adminGetUser: 'UserNotFoundException',
      adminInitiateAuth: 'NotAuthorizedException',
    });
    expect(pool.calls).toEqual(['get', 'sign-in']);
  });

  it('tells a client with a secret from a wrong password', async () => {
    const unknown = fault('UserNotFoundException');
    for (const message of [
      'Client 1a2b is configured with secret but SECRET_HASH was not received',
      'Unable to verify secret hash for client 1a2b',
    ]) {
      const { handler } = handlerOf(unknown, fault('NotAuthorizedException', message));
      expect(await handler({ triggerSource: 'CognitoMigrate_Probe' })).toEqual({
        adminGetUser: 'UserNotFoundException',
        adminInitiateAuth: 'ClientHasSecret',
      });
    }
  });

  it('names the failure of a server so that init asks again, whatever AWS calls it', async () => {
    const environment = { ...ENVIRONMENT, role: { arn: 'arn:aws:iam::1:role/x' } };
    const failing = fault('ServerErrorOfTomorrowException', '', undefined, 500);
    const ofSts = fault('AssumeRoleFailed', '', 'ServerErrorOfTomorrowException', 500);
    const probe = { triggerSource: 'CognitoMigrate_Probe' };
    expect(await handlerOf(failing, failing).handler(probe)).toEqual({
      adminGetUser: 'ServiceUnavailable',
      adminInitiateAuth: 'ServiceUnavailable',
    });
    expect(await handlerOf(ofSts, ofSts, environment).handler(probe)).toEqual({
      adminGetUser: 'ServiceUnavailable',
      adminInitiateAuth: 'ServiceUnavailable',
      assumeRole: 'ServiceUnavailable',
    });
  });

  it('tells of the role across accounts', async () => {
    const environment = { ...ENVIRONMENT, role: { arn: 'arn:aws:iam::1:role/x' } };
    const denied = fault('AssumeRoleFailed', 'x', 'AccessDenied');
    const probe = { triggerSource: 'CognitoMigrate_Probe' };
    expect(await handlerOf(denied, denied, environment).handler(probe)).toEqual({
      adminGetUser: 'AssumeRoleFailed',
      adminInitiateAuth: 'AssumeRoleFailed',
      assumeRole: 'AccessDenied',
    });
    const unknown = fault('UserNotFoundException');
    expect(await handlerOf(unknown, unknown, environment).handler(probe)).toMatchObject({ assumeRole: 'OK' });
  });
});

describe('the rehearsal', () => {
  const rehearsal = {
    triggerSource: 'CognitoMigrate_Rehearsal',
    userName: 'ana@example.com',
    request: { password: 'x' },
  };

  it('returns what would have been written', async () => {
    const { handler } = handlerOf(found(ANA));
    expect(await handler(rehearsal)).toEqual({
      outcome: 'migrated',
      reason: 'password-proven',
      finalUserStatus: 'CONFIRMED',
      userAttributes: { email: 'ana@example.com', email_verified: 'true', given_name: 'Ana' },
    });
  });

  it('returns why nothing would have been', async () => {
    expect(await handlerOf(found({ ...ANA, enabled: false })).handler(rehearsal)).toEqual({
      outcome: 'untouched',
      reason: 'disabled',
    });
    expect(await handlerOf(fault('AccessDeniedException')).handler(rehearsal)).toEqual({
      outcome: 'failed',
      reason: 'denied',
      fault: 'AccessDeniedException',
    });
  });
});

describe('any event', () => {
  const odd = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('__proto__', 'constructor', 'toString', 'ana@example.com', '\u0000', '\ud800', 'a\nb'),
    fc.constant(null),
    fc.integer(),
    fc.object(),
  );
  const source = fc.constantFrom(
    'UserMigration_Authentication',
    'UserMigration_ForgotPassword',
    'CognitoMigrate_Rehearsal',
    '__proto__',
    'other',
  );
  const shaped = fc.record(
    {
      triggerSource: fc.oneof(source, odd),
      userName: odd,
      userPoolId: odd,
      request: fc.oneof(fc.record({ password: odd, validationData: odd, ['__proto__']: odd }), odd),
      response: fc.oneof(fc.record({ userAttributes: odd, finalUserStatus: odd }), odd),
      ['__proto__']: odd,
    },
    { requiredKeys: [] },
  );
  const names = fc.constantFrom(
    'UserNotFoundException',
    'NotAuthorizedException',
    'TooManyRequestsException',
    'TimeoutError',
    '__proto__',
    'constructor',
  );
  const attribute = fc.record({
    name: fc.oneof(
      fc.constantFrom('email', 'email_verified', 'birthdate', '__proto__', 'sub', 'custom:level'),
      fc.string(),
    ),
    value: fc.string({ unit: 'binary' }),
  });
  const user: fc.Arbitrary<UserAnswer> = fc.oneof(
    names.map((name) => fault(name)),
    fc.constant(found(ANA)),
    fc
      .record({
        userName: fc.string({ minLength: 1 }),
        enabled: fc.boolean(),
        status: fc.oneof(fc.constantFrom('CONFIRMED', 'FORCE_CHANGE_PASSWORD', '__proto__'), fc.string()),
        hasMfa: fc.boolean(),
        attributes: fc.array(attribute),
      })
      .map(found),
  );
  const auth: fc.Arbitrary<SignInAnswer> = fc.oneof(
    names.map((name) => fault(name)),
    fc.constant(SIGNED_IN),
    fc.option(fc.string(), { nil: undefined }).map((sub): SignInAnswer => ({ kind: 'signed-in', sub })),
    fc
      .oneof(fc.constantFrom('SMS_MFA', 'NEW_PASSWORD_REQUIRED', '__proto__'), fc.string())
      .map((name): SignInAnswer => ({ kind: 'challenge', name })),
  );

  it('ends in the event or the fixed sentence, with one line, within its budget', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(shaped, odd),
        user,
        auth,
        fc.nat(3000),
        async (event, answer, signIn, delay) => {
          const { lines, clock } = handlerOf(answer, signIn);
          const began = clock.now();
          const slow = makeHandler({
            start: () => ({
              environment: ENVIRONMENT,
              pool: fakePool(answer, signIn, () => clock.pass(delay)),
            }),
            clock,
            write: (line) => lines.push(line),
          });
          try {
            await slow(event);
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
            expect(error).toHaveProperty('message', FIXED_SENTENCE);
          }
          expect(lines).toHaveLength(1);
          expect(() => JSON.parse(lines[0] ?? '')).not.toThrow();
          // Each answer may come late, but no question is put once the time is over.
          expect(clock.now() - began).toBeLessThan(4000 + delay);
          expect(Object.prototype).not.toHaveProperty('password');
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('never migrates anybody with a password that was not proven', async () => {
    const unproven = auth.filter((answer) => answer !== SIGNED_IN);
    await fc.assert(
      fc.asyncProperty(user, unproven, async (answer, signIn) => {
        const { handler } = handlerOf(answer, signIn);
        const result: unknown = await handler(EVENT).catch(() => undefined);
        expect(JSON.stringify(result) ?? '').not.toContain('CONFIRMED');
      }),
      { numRuns: 500 },
    );
  });
});
