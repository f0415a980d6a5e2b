import { describe, expect, it } from 'vitest';
import { FIXED_SENTENCE } from '../../src/lambda/serve.ts';
import type { NewPool } from '../../src/lambda/settings.ts';
import { asking, SUB } from './asking.ts';
import { accessToken, awsError, tokensBody } from './stub-aws.ts';

const ask = asking();
const OTHER = '99999999-2222-4333-8444-555555555555';
const encoded = (text: string) => Buffer.from(text).toString('base64url');

describe('a proven password', () => {
  it('is one whose access token carries the sub of the user that AdminGetUser has found', async () => {
    const { response } = await ask('ana@example.com', {
      answers: { AdminInitiateAuth: tokensBody(accessToken(SUB)) },
    });
    expect(response).toMatchObject({ finalUserStatus: 'CONFIRMED' });
  });

  it.each([
    ['of another user', accessToken(OTHER)],
    ['in another letter case', accessToken(SUB.toUpperCase().replaceAll('1', 'A'))],
    ['without a sub', `${encoded('{}')}.${encoded('{"username":"x"}')}.c2ln`],
    ['whose sub is no text', accessToken([SUB])],
    ['whose sub is null', accessToken(null)],
    ['whose payload is no JSON', `${encoded('{}')}.%%%.c2ln`],
    ['whose payload is a list', `${encoded('{}')}.${encoded(`["${SUB}"]`)}.c2ln`],
    ['of two parts', accessToken(SUB).split('.').slice(0, 2).join('.')],
    ['of four parts', `${accessToken(SUB)}.x`],
    ['that is no token', SUB],
  ])('is not one with a token %s: the event goes back as it came, and counts as Failed', async (_, token) => {
    const { result, thrown, response, line } = await ask('ana@example.com', {
      answers: { AdminInitiateAuth: tokensBody(token) },
    });
    expect(thrown).toBeUndefined();
    expect(response).toEqual({});
    expect(result).toMatchObject({ userName: 'ana@example.com' });
    expect(line).toMatchObject({ outcome: 'failed', reason: 'not-this-user', Failed: 1 });
  });

  it('is not one of a user without a sub', async () => {
    const UserAttributes = [
      { Name: 'email', Value: 'ana@example.com' },
      { Name: 'email_verified', Value: 'true' },
    ];
    const AdminGetUser = {
      body: { Username: 'ana', Enabled: true, UserStatus: 'CONFIRMED', UserAttributes },
    };
    for (const token of [accessToken(SUB), accessToken('')]) {
      const { response } = await ask('ana@example.com', {
        answers: { AdminGetUser, AdminInitiateAuth: tokensBody(token) },
      });
      expect(response).toEqual({});
    }
  });

  it.each(['MFA_SETUP', 'NEW_PASSWORD_REQUIRED', 'A_CHALLENGE_OF_TOMORROW', ''])(
    'is not one with the challenge "%s" beside the tokens',
    async (ChallengeName) => {
      const AdminInitiateAuth = { body: { ...tokensBody(accessToken(SUB)).body, ChallengeName } };
      const { response } = await ask('ana@example.com', { answers: { AdminInitiateAuth } });
      expect(response.finalUserStatus).not.toBe('CONFIRMED');
    },
  );
});

describe('a failure that lasts, once the old pool has the user', () => {
  it.each([
    ['AccessDeniedException', 'denied'],
    ['InvalidParameterException', 'misconfigured'],
    ['ResourceNotFoundException', 'misconfigured'],
    ['UnrecognizedClientException', 'credentials'],
    ['AnErrorOfTomorrowException', 'unexpected'],
  ])('does not tell that they are there: %s', async (name, reason) => {
    const unknown = await ask('nobody@example.com', {
      answers: { AdminGetUser: awsError('UserNotFoundException') },
    });
    const known = await ask('ana@example.com', { answers: { AdminInitiateAuth: awsError(name) } });
    expect([known.thrown, known.response]).toEqual([unknown.thrown, unknown.response]);
    expect(known.line).toMatchObject({ outcome: 'failed', reason, Failed: 1 });
  });

  it.each([
    ['TooManyRequestsException', 'throttled'],
    ['InternalErrorException', 'aws-error'],
    ['AnErrorOfTomorrowException', 'aws-error', 500],
  ] as const)(
    'is thrown where it passes, since it can meet everyone: %s',
    async (name, reason, status?: number) => {
      const answers = { AdminInitiateAuth: awsError(name, name, status) };
      const { thrown, line } = await ask('ana@example.com', { answers });
      expect(thrown).toHaveProperty('message', FIXED_SENTENCE);
      expect(line).toMatchObject({ outcome: 'failed', reason, fault: name, Failed: 1 });
    },
  );
});

describe('two names', () => {
  const newPool: NewPool = { usernameAttributes: [], aliasAttributes: [], caseSensitive: false };
  const named = { newPool, oldPool: { usernameAttributes: [] } };

  it.each([
    ['KELVIN SIGN', '\u212Aate', 'kate'],
    ['KELVIN SIGN, the other way round', 'kate', '\u212Aate'],
    ['LATIN CAPITAL LETTER E WITH ACUTE', '\u00C9va', '\u00E9va'],
    ['GREEK CAPITAL LETTER SIGMA', '\u03A3', '\u03C3'],
  ])('never become one by other letters than A to Z: %s', async (_, typed, username) => {
    const { response, line } = await ask(typed, {
      username,
      user: { name: 'Kate' },
      settings: { ...named, schema: { name: { type: 'String' } } },
    });
    expect(response).toEqual({});
    expect(line).toMatchObject({ outcome: 'untouched', reason: 'other-name' });
  });

  it('are one in another case of A to Z, where the new pool tells no letter case apart', async () => {
    const { response } = await ask('KATE', {
      username: 'kate',
      user: { name: 'Kate' },
      settings: { ...named, schema: { name: { type: 'String' } } },
    });
    expect(response).toMatchObject({ finalUserStatus: 'CONFIRMED' });
  });
});
