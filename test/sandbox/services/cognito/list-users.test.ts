/** ListUsers: filters, page tokens, short pages, and the delay of new users. */
import {
  AdminCreateUserCommand,
  ListUsersCommand,
  type ListUsersCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { cognitoSettings, generateUsers } from '../../../../src/sandbox/services/cognito/index.ts';
import { errorOf, type LocalCognito, newPool, startLocalCognito } from './support.ts';

type Search = Omit<ListUsersCommandInput, 'UserPoolId'>;

async function poolOf(users: number) {
  const scene = await startLocalCognito();
  const UserPoolId = await newPool(scene);
  if (users > 0) generateUsers(scene.sandbox.world, UserPoolId, users, 'Passw0rd!');
  return { scene, UserPoolId, list: listIn(scene, UserPoolId) };
}

const listIn = (scene: LocalCognito, UserPoolId: string) => async (search: Search) => {
  const { Users = [], PaginationToken } = await scene.client.send(
    new ListUsersCommand({ UserPoolId, ...search }),
  );
  return { names: Users.map(({ Username = '' }) => Username), users: Users, PaginationToken };
};

async function all(list: ReturnType<typeof listIn>, search: Search) {
  const pages: string[][] = [];
  let PaginationToken: string | undefined;
  do {
    const page = await list({ ...search, PaginationToken });
    pages.push(page.names);
    PaginationToken = page.PaginationToken;
  } while (PaginationToken !== undefined);
  return pages;
}

describe('the beginning of a sub', () => {
  test('splits a pool into parts that make up the whole, each in full pages', async () => {
    const { scene, UserPoolId, list } = await poolOf(1000);
    await scene.client.send(
      new AdminCreateUserCommand({ UserPoolId, Username: 'later', MessageAction: 'SUPPRESS' }),
    );
    const parts = await Promise.all(
      [...'0123456789abcdef'].map((digit) => all(list, { Filter: `sub ^= "${digit}"` })),
    );
    const names = parts.flat(2);
    expect(new Set(names)).toEqual(new Set((await all(list, {})).flat()));
    expect(names.length).toBe(1001);
    for (const part of parts) expect(part.map(({ length }) => length)).toEqual([60, expect.any(Number)]);
  });

  test('of two digits, of a whole sub, and of what no sub has', async () => {
    const { list } = await poolOf(5000);
    const { users } = await list({ Filter: 'sub ^= "a7"' });
    const subs = users.map(({ Attributes }) => Attributes?.find(({ Name }) => Name === 'sub')?.Value ?? '');
    expect(subs.length).toBe(20);
    expect(subs.every((sub) => sub.startsWith('a7'))).toBe(true);
    for (const length of [7, 8, 9, 14, 30, 36])
      expect((await list({ Filter: `sub ^= "${subs[3]?.slice(0, length)}"` })).users).toEqual([users[3]]);
    for (const prefix of ['g', 'a7g', 'a7-', `${subs[3]}0`])
      expect((await list({ Filter: `sub ^= "${prefix}"` })).names).toEqual([]);
  });
});

describe('filters', () => {
  test('compare the state in any case, and whether a user is enabled exactly', async () => {
    const { scene, list } = await poolOf(3);
    cognitoSettings(scene.sandbox.world).searchedCase = 'exact';
    expect((await list({ Filter: 'cognito:user_status = "confirmed"' })).names).toHaveLength(3);
    expect((await list({ Filter: 'cognito:user_status ^= "c"' })).names).toHaveLength(3);
    expect((await list({ Filter: 'status = "Enabled"' })).names).toHaveLength(3);
    expect((await list({ Filter: 'status = "enabled"' })).names).toEqual([]);
    expect((await list({ Filter: 'status = "Disabled"' })).names).toEqual([]);
  });

  test.each([
    'custom:team = "a"',
    'birthdate = "2000-01-01"',
    'email ~= "a"',
    'email = a',
    'email = "a" and name = "b"',
    'email = "a',
    'email',
    `email = "${'x'.repeat(256)}"`,
  ])('%s is refused', async (Filter) => {
    const { list } = await poolOf(1);
    expect((await errorOf(list({ Filter }))).name).toBe('InvalidParameterException');
  });

  test('find a value with quotation marks and backslashes', async () => {
    const { scene, UserPoolId, list } = await poolOf(0);
    await scene.client.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username: 'ann',
        MessageAction: 'SUPPRESS',
        UserAttributes: [{ Name: 'name', Value: 'Ann "A\\B" C' }],
      }),
    );
    expect((await list({ Filter: 'name = "Ann \\"A\\\\B\\" C"' })).names).toEqual(['ann']);
    expect((await list({ Filter: 'name ^= "ann \\"a"' })).names).toEqual(['ann']);
    expect((await list({ Filter: '' })).names).toEqual(['ann']);
  });
});

test('an empty AttributesToGet returns all attributes', async () => {
  const { list } = await poolOf(1);
  const { users } = await list({ AttributesToGet: [] });
  expect(users[0]?.Attributes?.map(({ Name }) => Name)).toEqual(
    expect.arrayContaining(['sub', 'email', 'email_verified']),
  );
});

describe('a page token', () => {
  test('lives one hour', async () => {
    const { scene, list } = await poolOf(200);
    const { PaginationToken } = await list({});
    scene.clock.advance(60 * 60_000 - 1);
    const second = await list({ PaginationToken });
    expect(second.names[0]).toBe('user-0000060');
    scene.clock.advance(1);
    const refusal = await errorOf(list({ PaginationToken }));
    expect(refusal.name).toBe('InvalidParameterException');
    expect(refusal.message).toMatch(/^Paging marker \S+ is invalid for request/);
    // The token of the second page is younger.
    expect((await list({ PaginationToken: second.PaginationToken })).names[0]).toBe('user-0000120');
  });

  test('belongs to its filter and its pool', async () => {
    const { scene, list } = await poolOf(2000);
    const { PaginationToken } = await list({ Filter: 'sub ^= "a"' });
    const other = listIn(scene, await newPool(scene));
    for (const refused of [
      list({ PaginationToken }),
      list({ Filter: 'sub ^= "b"', PaginationToken }),
      other({ Filter: 'sub ^= "a"', PaginationToken }),
      list({ PaginationToken: 'made-up' }),
    ])
      expect((await errorOf(refused)).name).toBe('InvalidParameterException');
    expect((await list({ Filter: 'sub ^= "a"', PaginationToken })).names).toHaveLength(60);
  });
});

test.each([10, 65])('in a world where a token is good for %d minutes', async (minutes) => {
  const { scene, list } = await poolOf(200);
  cognitoSettings(scene.sandbox.world).listTokenLife = minutes * 60_000;
  const { PaginationToken } = await list({});
  scene.clock.advance(minutes * 60_000 - 1);
  expect((await list({ PaginationToken })).names).toHaveLength(60);
  scene.clock.advance(1);
  expect((await errorOf(list({ PaginationToken }))).message).toMatch(/^Paging marker \S+ is invalid/);
});

test('in a world where the beginning of a sub finds nobody, or is refused', async () => {
  const { scene, list } = await poolOf(20);
  const settings = cognitoSettings(scene.sandbox.world);
  const { users } = await list({});
  const sub = users[0]?.Attributes?.find(({ Name }) => Name === 'sub')?.Value ?? '';
  settings.subPrefix = 'whole';
  expect((await list({ Filter: `sub ^= "${sub.slice(0, 8)}"` })).names).toEqual([]);
  expect((await list({ Filter: `sub ^= "${sub}"` })).names).toHaveLength(1);
  settings.subPrefix = 'refused';
  expect((await errorOf(list({ Filter: 'sub ^= "a"' }))).name).toBe('InvalidParameterException');
  expect((await list({ Filter: `sub = "${sub}"` })).names).toHaveLength(1);
});

test('in a world of short pages, some are empty, and all users come exactly once', async () => {
  const { scene, list } = await poolOf(200);
  cognitoSettings(scene.sandbox.world).userPages = 'short';
  const pages = await all(list, {});
  expect(pages.map(({ length }) => length)).toEqual([30, 0, 30, 30, 0, 30, 30, 0, 30, 20]);
  expect(new Set(pages.flat()).size).toBe(200);
});

test('in an eventually consistent world, a new user is listed after the delay', async () => {
  const { scene, UserPoolId, list } = await poolOf(0);
  cognitoSettings(scene.sandbox.world).newUserListedAfter = 2000;
  await scene.client.send(
    new AdminCreateUserCommand({ UserPoolId, Username: 'ann', MessageAction: 'SUPPRESS' }),
  );
  scene.clock.advance(1999);
  expect((await list({})).names).toEqual([]);
  expect((await list({ Filter: 'username = "ann"' })).names).toEqual([]);
  scene.clock.advance(1);
  expect((await list({})).names).toEqual(['ann']);
});
