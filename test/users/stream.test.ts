/** All users of a pool exactly once, whatever the pages, the tokens, and the pool do meanwhile. */
import { AdminCreateUserCommand, AdminDeleteUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { SAFEST_SETTINGS } from '../../src/lambda/settings.ts';
import type { JournalEntry } from '../../src/sandbox/journal.ts';
import { Budgets, enforcedLimit, type LivePool } from '../../src/users/limits.ts';
import { prefixesFor } from '../../src/users/stream.ts';
import { fakeClock, paceOf } from '../support/clock.ts';
import { answering, poolOf, type ReadPool, readAll } from './support.ts';

const listed = ({ sandbox }: ReadPool): readonly JournalEntry[] =>
  sandbox.journal.calls.filter(({ operation }) => operation === 'ListUsers');

const unique = (names: readonly string[]): number => new Set(names).size;

describe('a small pool', () => {
  test('is one chain of full pages', async () => {
    const pool = await poolOf(301);
    const { result, seen } = readAll(pool, { estimate: 301 });
    expect(await result).toEqual({ users: 301, missing: [] });
    expect(unique(seen)).toBe(301);
    expect(listed(pool).length).toBe(6);
    expect(listed(pool).every(({ input }) => input.Filter === undefined)).toBe(true);
  });

  test('starts again if its token has expired, and passes nobody on twice', async () => {
    const pool = await poolOf(301);
    let tokens = 0;
    answering(pool.idp, ({ PaginationToken }) => {
      if (PaginationToken === undefined) return undefined;
      tokens += 1;
      return tokens === 4 ? 'InvalidParameterException' : undefined;
    });
    const { result, seen } = readAll(pool);
    expect(await result).toEqual({ users: 301, missing: [] });
    expect(seen.length).toBe(301);
    expect(unique(seen)).toBe(301);
  });

  test('is incomplete if every token is refused', async () => {
    const pool = await poolOf(301);
    answering(pool.idp, ({ PaginationToken }) =>
      PaginationToken === undefined ? undefined : 'InvalidParameterException',
    );
    const { result, seen } = readAll(pool);
    expect(await result).toEqual({ users: 60, missing: ['the rest of the users, after 60'] });
    expect(seen.length).toBe(60);
  });

  test('starts again while its token is still good, if it takes longer than 50 minutes', async () => {
    const pool = await poolOf(301);
    const { result, seen, clock } = readAll(pool, {});
    pool.sandbox.faults.onCall('after', () => {
      if (listed(pool).length === 3) clock.advance(51 * 60_000);
    });
    expect(await result).toEqual({ users: 301, missing: [] });
    expect(unique(seen)).toBe(301);
    expect(listed(pool).filter(({ input }) => input.PaginationToken === undefined).length).toBe(2);
  });

  test('that shrinks and is empty in the end is no error', async () => {
    const pool = await poolOf(120);
    const { result, seen } = readAll(pool, {
      each: async (users) => {
        for (const { userName } of users)
          await pool.idp.send(
            new AdminDeleteUserCommand({ UserPoolId: pool.userPoolId, Username: userName }),
          );
        seen.push(...users.map(({ userName }) => userName));
      },
    });
    expect(await result).toEqual({ users: 120, missing: [] });
    expect(unique(seen)).toBe(120);
  });

  test('that grows during the read has every earlier user exactly once', async () => {
    const pool = await poolOf(120);
    const before = new Set<string>();
    let created = 0;
    const { result, seen } = readAll(pool, {
      each: async (users) => {
        for (let more = 0; more < 5 && created < 20; more += 1) {
          created += 1;
          await pool.idp.send(
            new AdminCreateUserCommand({
              UserPoolId: pool.userPoolId,
              Username: `late-${created}`,
              MessageAction: 'SUPPRESS',
            }),
          );
        }
        for (const { userName } of users) if (!userName.startsWith('late-')) before.add(userName);
        seen.push(...users.map(({ userName }) => userName));
      },
    });
    const { users, missing } = await result;
    expect(missing).toEqual([]);
    expect(users).toBe(seen.length);
    expect(unique(seen)).toBe(seen.length);
    expect(before.size).toBe(120);
  });

  test('that denies access is an error, whatever was read before', async () => {
    const pool = await poolOf(120);
    pool.sandbox.faults.add({ kind: 'access-denied', operation: 'ListUsers', skip: 1 });
    await expect(readAll(pool).result).rejects.toThrow(/not authorized to perform: cognito-idp:ListUsers/);
  });
});

describe('a large pool', () => {
  const users = 21_000;

  test('is read in 16 parts, with hardly more requests', async () => {
    const pool = await poolOf(users);
    const { result, seen, clock } = readAll(pool, { estimate: users });
    const begun = clock.now();
    expect(await result).toEqual({ users, missing: [] });
    expect(unique(seen)).toBe(users);
    const least = Math.ceil(users / 60);
    expect(listed(pool).length).toBeLessThanOrEqual(Math.ceil(least * 1.03) + 6);
    // 12 a second at first, and 18 at most.
    const seconds = (clock.now() - begun) / 1000;
    expect(listed(pool).length / seconds).toBeLessThanOrEqual(18.1);
    expect(listed(pool).length / seconds).toBeGreaterThan(12);
  });

  test('is read in one go if the filter is refused', async () => {
    const pool = await poolOf(users);
    answering(pool.idp, ({ Filter }) => (Filter === undefined ? undefined : 'InvalidParameterException'));
    const { result, seen } = readAll(pool, { estimate: users });
    expect(await result).toEqual({ users, missing: [] });
    expect(unique(seen)).toBe(users);
  });

  test('is incomplete if one part fails after retries, and has the others', async () => {
    const pool = await poolOf(users);
    pool.sandbox.faults.add({
      kind: 'internal-error',
      operation: 'ListUsers',
      predicate: ({ input }) => input.Filter === 'sub ^= "3"',
      times: 10_000,
    });
    const { result, seen } = readAll(pool, { estimate: users });
    const { users: count, missing } = await result;
    expect(missing).toEqual(['all users whose sub begins with 3']);
    expect(count).toBe(unique(seen));
    expect(count).toBeGreaterThan(users * 0.9);
  });

  test('is incomplete if the parts together have too few users', async () => {
    const pool = await poolOf(users);
    const { result } = readAll(pool, { estimate: 2 * users });
    const { missing } = await result;
    expect(missing).toEqual([`about ${users} users that Cognito's estimate has and no part of the list`]);
    const shrunk = readAll(pool, { estimate: 2 * users, estimateAgain: () => Promise.resolve(users) });
    expect((await shrunk.result).missing).toEqual([]);
  });

  test('has more parts from a million users on, so that none outlives its token', () => {
    expect(prefixesFor(20_000)).toEqual([undefined]);
    expect(prefixesFor(20_001).length).toBe(16);
    expect(unique(prefixesFor(1_000_001).map(String))).toBe(256);
  });
});

test('the limit is what AWS documents if it cannot be read', async () => {
  const { idp, sandbox } = await poolOf(0);
  sandbox.faults.add({ kind: 'access-denied', operation: 'GetProvisionedLimit', times: 2 });
  expect(await enforcedLimit({ idp }, 'UserList')).toBe(30);
  expect(await enforcedLimit({ idp }, 'UserRead')).toBe(120);
});

describe('the pace', () => {
  const arnIn = (account: string): string =>
    `arn:aws:cognito-idp:eu-west-1:${account}:userpool/eu-west-1_Old`;
  const [own, other] = [arnIn('111122223333'), arnIn('444455556666')];

  /** Seconds until a hundred requests about this pool have begun. */
  async function secondsFor(poolArn: string, live?: LivePool): Promise<number> {
    const { idp } = await poolOf(0);
    const clock = fakeClock();
    const start = clock.now();
    const pacer = await new Budgets(undefined, paceOf(clock), live).pacerOf({ idp }, poolArn, 'UserList');
    for (let request = 0; request <= 100; request += 1) await pacer.run(() => Promise.resolve());
    return (clock.now() - start) / 1000;
  }

  test('leaves sign-ins by another name five requests per second, in the account of the old pool only', async () => {
    const live: LivePool = { arn: own, settings: { ...SAFEST_SETTINGS, findBy: 'email' } };
    const alone = await secondsFor(own);
    expect(alone).toBeCloseTo(100 / 12, 1);
    expect(await secondsFor(own, live)).toBeCloseTo(100 / 10, 1);
    expect(await secondsFor(other, live)).toBeCloseTo(alone, 1);
    expect(await secondsFor(own, { ...live, settings: SAFEST_SETTINGS })).toBeCloseTo(alone, 1);
  });
});
