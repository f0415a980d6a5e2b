/** Nobody takes another person's name on the way, and nobody's own name is lost for how a flag is written. */
import { describe, expect, it } from 'vitest';
import type { NewPool, OldPool, Settings } from '../../src/lambda/settings.ts';
import { encodeSettings } from '../../src/lambda/settings-codec.ts';
import { asking, SUB } from './asking.ts';
import { SETTINGS, text } from './fakes.ts';

const ask = asking();
const byEmail: NewPool = { usernameAttributes: ['email'], aliasAttributes: [], caseSensitive: false };
const byBoth: NewPool = { ...byEmail, usernameAttributes: ['phone_number', 'email'] };
const plain: NewPool = { usernameAttributes: [], aliasAttributes: [], caseSensitive: false };
const byAlias = (...aliasAttributes: NewPool['aliasAttributes']): NewPool => ({ ...plain, aliasAttributes });
const named: OldPool = { usernameAttributes: [], aliasAttributes: [] };
const schema = {
  ...SETTINGS.schema,
  email: text(),
  preferred_username: text(),
  'custom:flag': { type: 'Boolean' },
  'custom:number': { type: 'Number' },
} as const;
const pools = (newPool: NewPool, oldPool: OldPool, more: Partial<Settings> = {}) => ({
  settings: { schema, newPool, oldPool, ...more },
});
const ceo = 'ceo@corp.example';

describe('an address becomes the name in the new pool', () => {
  it('not if it is an unverified one that somebody has chosen for a username', async () => {
    const { response, line } = await ask(ceo, {
      username: ceo,
      user: { email: ceo, email_verified: 'false' },
      ...pools(byEmail, named),
    });
    expect(response).toEqual({});
    expect(line).toMatchObject({ outcome: 'untouched', reason: 'unverified-address', Refused: 1 });
  });

  it('not if no flag speaks of it, or a rule has written it', async () => {
    const user = { email: ceo, 'custom:mail': ceo };
    const without = await ask(ceo, { username: ceo, user, ...pools(byEmail, named) });
    const map = { rename: { 'custom:mail': 'email' }, drop: [], set: {} };
    const verified = { ...user, email: 'mallory@example.com', email_verified: 'true' };
    const ruled = await ask(ceo, { username: ceo, user: verified, ...pools(byEmail, named, { map }) });
    for (const { line } of [without, ruled]) expect(line).toMatchObject({ reason: 'unverified-address' });
  });

  it.each([
    ['the old pool has verified it', { email: ceo, email_verified: 'true' }, ceo, named],
    [
      'it was the username attribute',
      { email: ceo, email_verified: 'false' },
      SUB,
      { usernameAttributes: ['email'] },
    ],
    ['it was a username attribute, of unknown settings', { email: ceo, email_verified: 'false' }, SUB, {}],
  ] as const)('if %s', async (_, user, username, oldPool) => {
    const { response } = await ask(ceo, { username, user, ...pools(byEmail, oldPool) });
    expect(response).toMatchObject({ finalUserStatus: 'CONFIRMED', userAttributes: { email: ceo } });
  });

  it('also where it is not the typed one: it is left out, and the log says so', async () => {
    const user = {
      email: ceo,
      email_verified: 'false',
      phone_number: '+4930123456',
      phone_number_verified: 'true',
    };
    const { response, line } = await ask('+4930123456', {
      username: '+4930123456',
      user,
      ...pools(byBoth, named, { onBadAttribute: 'refuse' }),
    });
    expect(response.userAttributes).toEqual({ phone_number: '+4930123456', phone_number_verified: 'true' });
    expect(line).toMatchObject({ outcome: 'migrated', badAttributes: ['email:unverified'] });
  });

  it('also where the old pool signs people in with either address', async () => {
    const user = { email: ceo, email_verified: 'true', phone_number: '+4930123456' };
    const oldPool: OldPool = { usernameAttributes: ['email', 'phone_number'] };
    for (const flag of [{}, { phone_number_verified: 'false' }]) {
      const { response, line } = await ask(ceo, { user: { ...user, ...flag }, ...pools(byBoth, oldPool) });
      expect(response.userAttributes).toEqual({ email: ceo, email_verified: 'true' });
      expect(line).toMatchObject({ outcome: 'migrated', badAttributes: ['phone_number:unverified'] });
    }
  });

  it('and a pool that requires the unverified one takes no such user', async () => {
    const required = { ...schema, email: text({ required: true }) };
    const user = {
      email: ceo,
      email_verified: 'false',
      phone_number: '+4930123456',
      phone_number_verified: 'true',
    };
    const settings = { schema: required, newPool: byBoth, oldPool: named };
    const { line } = await ask('+4930123456', { username: '+4930123456', user, settings });
    expect(line).toMatchObject({ reason: 'required-attribute', missingAttributes: ['email'] });
  });
});

describe('preferred_username, an alias in the new pool', () => {
  const mallory = { email: 'm@example.com', email_verified: 'true', preferred_username: 'alice' };
  const aliased: OldPool = {
    usernameAttributes: [],
    aliasAttributes: ['preferred_username'],
    caseSensitive: false,
  };

  it.each([
    ['an old pool where it was none', named],
    ['an old pool of which nothing is known', {}],
  ] as const)("doesn't take another user's name: from %s", async (_, oldPool) => {
    const { response } = await ask('mallory', {
      username: 'mallory',
      user: mallory,
      ...pools(byAlias('preferred_username'), oldPool),
    });
    expect(response).toMatchObject({ finalUserStatus: 'CONFIRMED' });
    expect(response.userAttributes).not.toHaveProperty('preferred_username');
  });

  it("doesn't come by a rule either", async () => {
    for (const map of [
      { rename: { 'custom:nick': 'preferred_username' }, drop: [], set: {} },
      { rename: {}, drop: [], set: { preferred_username: 'alice' } },
    ]) {
      const { response } = await ask('mallory', {
        username: 'mallory',
        user: { ...mallory, preferred_username: 'mallory', 'custom:nick': 'alice' },
        ...pools(byAlias('preferred_username'), aliased, { map }),
      });
      expect(response.userAttributes).not.toHaveProperty('preferred_username');
    }
  });

  it.each([
    ['an alias in the old pool too', mallory, aliased, 'alice'],
    ["the user's own old username", { ...mallory, preferred_username: 'mallory' }, named, 'mallory'],
    [
      'the old username in another letter case',
      { ...mallory, preferred_username: 'Mallory' },
      named,
      undefined,
    ],
  ] as const)('moves if it was %s, exactly', async (_, user, oldPool, expected) => {
    const { response } = await ask('mallory', {
      username: 'mallory',
      user,
      ...pools(byAlias('preferred_username'), oldPool),
    });
    expect(Object(response.userAttributes).preferred_username).toBe(expected);
  });

  it('moves as it is where it is no alias', async () => {
    const { response } = await ask('mallory', {
      username: 'mallory',
      user: mallory,
      ...pools(byAlias('email'), named),
    });
    expect(response.userAttributes).toMatchObject({ preferred_username: 'alice' });
  });
});

describe('"True", as SDKs and CloudFormation store it', () => {
  it.each(['True', 'TRUE', 'tRuE'])('is true for a name, an alias, and a new password: %s', async (flag) => {
    const user = {
      email: ceo,
      email_verified: flag,
      phone_number: '+4930123456',
      phone_number_verified: flag,
    };
    const written = { email: ceo, email_verified: 'true', phone_number_verified: 'true' };
    const name = await ask(ceo, { username: ceo, user, ...pools(byEmail, named) });
    const alias = await ask(ceo, { username: 'ceo', user, ...pools(byAlias('email'), named) });
    const forgot = await ask('ceo', {
      source: 'UserMigration_ForgotPassword',
      username: 'ceo',
      user,
      ...pools(plain, named),
    });
    expect(name.response).toMatchObject({ finalUserStatus: 'CONFIRMED', userAttributes: written });
    expect(alias.response).toMatchObject({
      finalUserStatus: 'CONFIRMED',
      userAttributes: { ...written, username: 'ceo' },
    });
    expect(forgot.response).toMatchObject({ finalUserStatus: 'RESET_REQUIRED', userAttributes: written });
    for (const { line } of [name, alias, forgot]) expect(line).not.toHaveProperty('badAttributes');
  });

  it('is written as true or false in every Boolean attribute, and in no other', async () => {
    const user = { email: ceo, email_verified: 'FALSE', 'custom:flag': 'False', given_name: 'True' };
    const { response } = await ask('ceo', { username: 'ceo', user, ...pools(plain, named) });
    expect(response.userAttributes).toEqual({
      email: ceo,
      email_verified: 'false',
      'custom:flag': 'false',
      given_name: 'True',
    });
  });
});

describe('an old pool whose sign-in options are unknown', () => {
  const user = { email: 'ana@example.com', email_verified: 'true' };
  // As 1.0.0 wrote them after a handoff: "none" stood for "unknown".
  const old = encodeSettings({ ...SETTINGS, schema, newPool: plain, oldPool: named });

  it.each([
    ['unknown', { schema, newPool: plain, oldPool: {} }],
    ['of a function of 1.0.0', old],
  ])('lets people in with their email, and nobody with a made-up username: %s', async (_, settings) => {
    const email = await ask('ana@example.com', { user, settings });
    const sub = await ask(SUB, { user, settings });
    expect(email.response).toMatchObject({ finalUserStatus: 'CONFIRMED' });
    expect(sub.response).toEqual({});
    expect(sub.line).toMatchObject({ reason: 'other-name' });
  });

  it('refuses the sub whatever the pools are', async () => {
    for (const newPool of [plain, byEmail, byBoth, byAlias('email')])
      for (const oldPool of [{}, named, { usernameAttributes: ['email'] } as const]) {
        const { line } = await ask(SUB, { user, ...pools(newPool, oldPool) });
        expect(line).toMatchObject({ reason: 'other-name' });
      }
  });

  it('still lets plain usernames in', async () => {
    const { response } = await ask('ana', {
      username: 'ana',
      user,
      settings: { schema, newPool: plain, oldPool: {} },
    });
    expect(response).toMatchObject({ finalUserStatus: 'CONFIRMED' });
  });

  const phone = '+4930123456';
  const phoned = { phone_number: phone, phone_number_verified: 'true' };
  const unproven = { ...phoned, email: 'ana@example.com' };

  it.each([
    ['a pool of email addresses and phone numbers', byBoth],
    ['a pool of phone numbers', { ...byEmail, usernameAttributes: ['phone_number'] }],
    ['a pool of usernames', plain],
  ] as const)(
    'lets people in with the phone number that it has found them by: into %s',
    async (_, newPool) => {
      for (const oldPool of [{}, named]) {
        const { response } = await ask(phone, { user: unproven, ...pools(newPool, oldPool) });
        expect(response).toMatchObject({ finalUserStatus: 'CONFIRMED' });
        expect(Object(response.userAttributes).phone_number).toBe(phone);
      }
    },
  );

  it('gives a user with two addresses one user only', async () => {
    const address = 'ana@example.com';
    for (const [both, name] of [
      [{ ...user, ...phoned }, address],
      [{ ...user, phone_number: phone }, address],
      [unproven, phone],
      [{ email: address, phone_number: phone }, address],
    ] as const) {
      const moved: string[] = [];
      for (const typed of [address, phone]) {
        const { response } = await ask(typed, { user: both, ...pools(plain, {}) });
        if ('finalUserStatus' in response) moved.push(typed);
      }
      expect(moved).toEqual([name]);
    }
  });
});

describe('a number in a form that AWS may refuse', () => {
  it.each(['1.50', '+1', '1e3', '007'])('is left out, and its user moves: %s', async (value) => {
    for (const onBadAttribute of ['drop', 'refuse'] as const) {
      const { response, line } = await ask('ceo', {
        username: 'ceo',
        user: { email: ceo, 'custom:number': value },
        ...pools(plain, named, { onBadAttribute }),
      });
      expect(response).toMatchObject({ finalUserStatus: 'CONFIRMED', userAttributes: { email: ceo } });
      expect(response.userAttributes).not.toHaveProperty('custom:number');
      expect(line).toMatchObject({ badAttributes: ['custom:number:form'] });
    }
  });

  it.each([
    ['1.6e9', '1600000000'],
    ['+1600000000', '1600000000'],
    ['1600000000.5', '1600000000.5'],
  ])('is no reason to refuse the user where the new pool requires it: %s', async (value, expected) => {
    const required = { ...schema, updated_at: { type: 'Number', min: 0, required: true } } as const;
    const { response } = await ask('ceo', {
      username: 'ceo',
      user: { email: ceo, updated_at: value },
      settings: { schema: required, newPool: plain, oldPool: named, onBadAttribute: 'refuse' },
    });
    expect(response).toMatchObject({
      finalUserStatus: 'CONFIRMED',
      userAttributes: { email: ceo, updated_at: expected },
    });
  });
});
