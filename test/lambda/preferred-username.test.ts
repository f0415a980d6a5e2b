/** A preferred_username that becomes a name to sign in with is nobody else's, and leaving one out is no secret. */
import { describe, expect, it } from 'vitest';
import type { NewPool, OldPool, Settings } from '../../src/lambda/settings.ts';
import { asking } from './asking.ts';
import { SETTINGS, text } from './fakes.ts';

const ask = asking();
const aliases = (caseSensitive: boolean, ...aliasAttributes: NewPool['aliasAttributes']): NewPool => ({
  usernameAttributes: [],
  aliasAttributes,
  caseSensitive,
});
const schema = { ...SETTINGS.schema, email: text(), preferred_username: text(), nickname: text() };
const unvouched = ['preferred_username:unvouched'];

/** The new user's preferred_username, and the log's line. */
async function moved(
  preferred_username: string,
  newPool: NewPool,
  oldPool: OldPool,
  more: Partial<Settings> = {},
) {
  const { response, line } = await ask('mallory', {
    username: 'mallory',
    user: { email: 'm@example.com', email_verified: 'true', preferred_username, nickname: 'alice' },
    settings: { schema, newPool, oldPool, ...more },
  });
  expect(response).toMatchObject({ finalUserStatus: 'CONFIRMED' });
  return { alias: Object(response.userAttributes).preferred_username, bad: line.badAttributes };
}

describe('preferred_username, an alias of both pools', () => {
  const old: OldPool = { usernameAttributes: [], aliasAttributes: ['preferred_username'] };

  it.each([
    ['ALICE', 'case-sensitive', { ...old, caseSensitive: true }],
    ['alice', 'case-sensitive', { ...old, caseSensitive: true }],
    ['ALICE', 'of unknown letter case', old],
  ])('%s stays behind if the old pool is %s and the new one is not', async (name, _, oldPool) => {
    const { alias, bad } = await moved(name, aliases(false, 'preferred_username'), oldPool);
    expect(alias).toBeUndefined();
    expect(bad).toEqual(unvouched);
  });

  it.each([
    ['neither pool is case-sensitive', false, false],
    ['both pools are case-sensitive', true, true],
    ['only the new pool is case-sensitive', true, false],
  ])('moves if %s', async (_, fresh, caseSensitive) => {
    const { alias, bad } = await moved('ALICE', aliases(fresh, 'preferred_username'), {
      ...old,
      caseSensitive,
    });
    expect(alias).toBe('ALICE');
    expect(bad).toBeUndefined();
  });

  it("moves as the user's own old username, whatever the pools' letter case", async () => {
    const { alias } = await moved('mallory', aliases(false, 'preferred_username'), {
      ...old,
      caseSensitive: true,
    });
    expect(alias).toBe('mallory');
  });

  it.each([
    ['ceo@corp.example', 'email', old],
    ['+4930123456', 'phone_number', old],
    ['ceo@corp.example', 'email', { ...old, aliasAttributes: ['preferred_username', 'phone_number'] }],
  ] as const)('%s stays behind where %s is an alias of the new pool only', async (name, added, oldPool) => {
    const newPool = aliases(true, 'preferred_username', added);
    const { alias, bad } = await moved(name, newPool, { ...oldPool, caseSensitive: true });
    expect(alias).toBeUndefined();
    expect(bad).toEqual(unvouched);
  });
});

describe('a preferred_username that stays behind', () => {
  const named: OldPool = { usernameAttributes: [], aliasAttributes: [], caseSensitive: false };
  const newPool = aliases(false, 'preferred_username');

  it('is in the log, and no reason to refuse the user', async () => {
    expect(await moved('alice', newPool, named, { onBadAttribute: 'refuse' })).toEqual({
      alias: undefined,
      bad: unvouched,
    });
  });

  it.each([
    ['copied from another attribute', { rename: { nickname: 'preferred_username' }, drop: [], set: {} }],
    ['set for everybody', { rename: {}, drop: [], set: { preferred_username: 'alice' } }],
  ])('is in the log if it is %s', async (_, map) => {
    expect(await moved('mallory', newPool, named, { map })).toEqual({ alias: undefined, bad: unvouched });
  });
});
