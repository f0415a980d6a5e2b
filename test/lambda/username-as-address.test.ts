/** `--map username=email`: the owner of the pools vouches for usernames, and nobody else's address moves with them. */
import { describe, expect, it } from 'vitest';
import { emailFilters, isAddressOfAnother } from '../../src/lambda/address-holders.ts';
import type { NewPool, OldPool, Settings } from '../../src/lambda/settings.ts';
import { isNamedByAddress } from '../../src/lambda/vouched.ts';
import { asking, SUB } from './asking.ts';
import { SETTINGS, text } from './fakes.ts';
import { type Answer, awsError } from './stub-aws.ts';

const ask = asking();
/** Requests of ListUsers. */
const seen: { action: string; body: Record<string, unknown> }[] = [];
const address = 'ana@example.com';
const byEmail: NewPool = { usernameAttributes: ['email'], aliasAttributes: [], caseSensitive: false };
const byAlias: NewPool = { usernameAttributes: [], aliasAttributes: ['email'], caseSensitive: false };
const plain: NewPool = { usernameAttributes: [], aliasAttributes: [], caseSensitive: false };
const named: OldPool = { usernameAttributes: [], aliasAttributes: [] };
const schema = { ...SETTINGS.schema, email: text(), nickname: text() };
const map = { rename: { username: 'email' }, drop: [], set: {} };
const rule = (more: Partial<Settings> = {}): Partial<Settings> => ({
  schema,
  newPool: byEmail,
  oldPool: named,
  map,
  ...more,
});

/** ListUsers with these users; every request is kept. */
const listed =
  (...users: readonly { name: string; email?: string; verified?: string }[]): Answer =>
  ({ action, body }) => {
    seen.push({ action, body });
    return {
      body: {
        Users: users.map(({ name, email, verified }) => ({
          Username: name,
          Attributes: [
            ...(email === undefined ? [] : [{ Name: 'email', Value: email }]),
            ...(verified === undefined ? [] : [{ Name: 'email_verified', Value: verified }]),
          ],
        })),
      },
    };
  };
const nobody = { ListUsers: listed() };
const mallory = { username: address, user: { nickname: 'x' } };

describe('the username becomes the address', () => {
  it('of a user without one: it is the name, and it is not verified', async () => {
    const { response, line } = await ask(address, { ...mallory, answers: nobody, settings: rule() });
    expect(response).toEqual({
      userAttributes: { email: address, nickname: 'x' },
      finalUserStatus: 'CONFIRMED',
      messageAction: 'SUPPRESS',
    });
    expect(line).toMatchObject({ outcome: 'migrated', reason: 'password-proven' });
  });

  it.each([
    ['an unverified address', { email: address, email_verified: 'false' }],
    ['another verified address', { email: 'other@example.com', email_verified: 'true' }],
    ['its own address in another letter case', { email: 'Ana@example.com', email_verified: 'true' }],
  ])('of a user with %s: not verified', async (_what, user) => {
    const { response } = await ask(address, {
      username: address,
      user,
      answers: nobody,
      settings: rule(),
    });
    expect(response.userAttributes).toEqual({
      email: address,
      ...(user.email === address && { email_verified: 'false' }),
    });
  });

  it('of a user whose very address it is: the old pool has verified it', async () => {
    const user = { email: address, email_verified: 'true' };
    const { response } = await ask(address, { username: address, user, answers: nobody, settings: rule() });
    expect(response.userAttributes).toEqual({ email: address, email_verified: 'true' });
  });

  it('in a pool of usernames, where it names nobody', async () => {
    const settings = rule({ newPool: plain });
    const { response } = await ask(address, { ...mallory, answers: nobody, settings });
    expect(response.userAttributes).toEqual({ email: address, nickname: 'x' });
  });
});

describe('and nobody moves', () => {
  const refusal = async (asked: Parameters<typeof ask>[1], typed = address) => {
    const { response, line, thrown } = await ask(typed, { ...mallory, answers: nobody, ...asked });
    expect(response).toEqual({});
    expect(thrown).toBeUndefined();
    return line;
  };

  it('by another name than the username', async () => {
    const user = { email: 'other@example.com', email_verified: 'true' };
    const line = await refusal({ user, settings: rule() }, 'other@example.com');
    expect(line).toMatchObject({ outcome: 'untouched', reason: 'other-name' });
  });

  it('whose username is no address, for the reasons that there were', async () => {
    const settings = rule();
    const user = { email: address, email_verified: 'false' };
    expect(await refusal({ username: 'ana', user, settings })).toMatchObject({
      reason: 'unverified-address',
    });
    expect(await refusal({ username: 'ana', user, settings }, 'ana')).toMatchObject({ reason: 'other-name' });
  });

  it('where email is an alias: an unverified address would be none', async () => {
    const line = await refusal({ settings: rule({ newPool: byAlias }) });
    expect(line).toMatchObject({ reason: 'alias-format' });
  });

  it('without the rule, or with another rule for the username', async () => {
    for (const rename of [{}, { username: 'nickname' }]) {
      const user = { email: address, email_verified: 'false' };
      const line = await refusal({ user, settings: rule({ map: { ...map, rename } }) });
      expect(line).toMatchObject({ reason: 'unverified-address' });
    }
  });

  it.each([
    ['the very address', { name: 'carl', email: address, verified: 'true' }],
    ['in another letter case', { name: 'carl', email: 'ANA@Example.com', verified: 'True' }],
    [
      'of a user whose name differs in letter case',
      { name: 'Ana@example.com', email: address, verified: 'true' },
    ],
  ])('whose username another user has verified: %s', async (_what, carl) => {
    const itself = { name: address, email: address, verified: 'true' };
    const user = { email: address, email_verified: 'true' };
    const answers = { ListUsers: listed(itself, carl) };
    const line = await refusal({ user, answers, settings: rule() });
    expect(line).toMatchObject({ outcome: 'untouched', reason: 'address-of-another', Refused: 1 });
  });

  it('without a password either', async () => {
    const answers = { ListUsers: listed({ name: 'carl', email: address, verified: 'true' }) };
    const user = { email: address, email_verified: 'true' };
    const source = 'UserMigration_ForgotPassword';
    expect(await refusal({ user, answers, settings: rule(), source })).toMatchObject({
      reason: 'address-of-another',
    });
  });

  it.each([
    ['AccessDeniedException', 'denied'],
    ['ResourceNotFoundException', 'misconfigured'],
  ])('while nobody can tell: %s is counted, and looks like an unknown user', async (name, reason) => {
    const line = await refusal({ answers: { ListUsers: awsError(name) }, settings: rule() });
    expect(line).toMatchObject({ outcome: 'failed', reason, fault: name, Failed: 1 });
  });

  it('where the list has no end', async () => {
    const ListUsers: Answer = { body: { Users: [], PaginationToken: 'more' } };
    const line = await refusal({ answers: { ListUsers }, settings: rule() });
    expect(line).toMatchObject({ outcome: 'failed', reason: 'unexpected', fault: 'TooManyMatches' });
  });
});

describe('the question about others', () => {
  it('is asked for the username, after the password, and of nobody else', async () => {
    seen.length = 0;
    await ask(address, { ...mallory, answers: nobody, settings: rule() });
    expect(seen).toEqual([
      { action: 'ListUsers', body: { UserPoolId: expect.any(String), Filter: `email = "${address}"` } },
    ]);
    seen.length = 0;
    const wrong = awsError('NotAuthorizedException', 'Incorrect username or password.');
    await ask(address, { ...mallory, answers: { ...nobody, AdminInitiateAuth: wrong }, settings: rule() });
    await ask(address, {
      user: { email: address, email_verified: 'true' },
      answers: nobody,
      settings: rule(),
    });
    expect(seen).toEqual([]);
  });

  it('counts unverified addresses for nothing: anybody can write one', async () => {
    const others = [
      { name: 'carl', email: address, verified: 'false' },
      { name: 'dora', email: address },
      { name: 'emil', email: `x${address}`, verified: 'true' },
    ];
    const answers = { ListUsers: listed(...others) };
    const { line } = await ask(address, { ...mallory, answers, settings: rule() });
    expect(line).toMatchObject({ outcome: 'migrated' });
  });
});

it('only addresses are names of this kind', () => {
  const is = (userName: string): boolean => isNamedByAddress({ userName }, { map });
  expect(['ana@example.com', 'a"b\\c@example.com'].filter(is)).toHaveLength(2);
  for (const name of ['ana', '@x', 'x@', 'a b@x', 'a@b@c', 'a\u0000@x', 'a@x\u009b', SUB])
    expect(is(name)).toBe(false);
  expect(isNamedByAddress({ userName: address }, { map: { ...map, rename: {} } })).toBe(false);
});

it('a filter takes the name for nothing but a value', () => {
  expect(emailFilters('a"b\\c@example.com')).toEqual(['email = "a\\"b\\\\c@example.com"']);
});

it('a name is searched for as it is written, and in lower case', () => {
  expect(emailFilters('Ana@Example.com')).toEqual(['email = "Ana@Example.com"', 'email = "ana@example.com"']);
});

it('a user is not another one', () => {
  const attributes = [
    { name: 'email', value: address },
    { name: 'email_verified', value: 'true' },
  ];
  expect(isAddressOfAnother(address, [{ userName: address, attributes }])).toBe(false);
  expect(isAddressOfAnother(address, [{ userName: 'x', attributes }])).toBe(true);
});
