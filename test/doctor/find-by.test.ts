/** `--find-by` as the doctor sees it: the whole old pool is counted, and every user is in one group. */
import { describe, expect, test } from 'vitest';
import type { SampledUser } from '../../src/aws/user-sample.ts';
import { countFindable } from '../../src/doctor/addresses.ts';
import { examine, type Pair, type TestUser } from './support.ts';

const old = { UsernameConfiguration: { CaseSensitive: false } };
const named = (name: string, email?: string, verified = 'true'): TestUser => ({
  name,
  attributes: email === undefined ? {} : { email, email_verified: verified },
});
const [ana, ben] = [named('ana', 'ana@example.com'), named('ben', 'ben@example.com')];

const examined = async (pair: Pair) => {
  const { findings } = await examine({ old, inputs: { FIND_BY: 'email' }, ...pair });
  return (id: string) => findings.find((finding) => finding.id === id);
};

test('counts users who can be found, share an address, have not verified it, or have none', async () => {
  const users = [
    ...[ana, ben, named('carl', 'CARL@example.com'), named('carla', 'carl@example.com')],
    ...[named('dora', 'dora@example.com', 'false'), named('emil')],
  ];
  const finding = await examined({ users });
  expect(finding('CM117')).toMatchObject({
    severity: 'warning',
    what: '2 of 6 users can be found by a verified email address of their own; 2 share it with another user, 1 has not verified it, 1 has none.',
  });
  expect(finding('CM111')).toBeUndefined();
  expect(finding('CM108')).toBeUndefined();
});

test('CM110 and CM111 name the address that users lack, and no sign-in option of the pool', async () => {
  const one = await examined({ users: [ana, named('emil')] });
  expect(one('CM110')?.what).toBe(
    '1 of 2 users cannot move (1 without a verified email address of their own).',
  );
  expect(one('CM110')?.fix).toContain('Let users verify their email address in the old pool first');
  const none = await examined({ users: [named('emil')] });
  expect(none('CM111')?.what).toBe(
    "The only user can't move: they have no verified email address of their own.",
  );
});

test('is content where everybody can be found, and says so where nobody could be counted', async () => {
  expect((await examined({ users: [ana, ben] }))('CM117')).toMatchObject({
    severity: 'info',
    what: '2 of 2 users can be found by a verified email address of their own.',
  });
  const unread = await examined({ users: [ana], facts: (facts) => ({ ...facts, findable: undefined }) });
  expect(unread('CM117')?.what).toBe('Cannot count the users of the old pool by their email address.');
});

describe('without the rule', () => {
  test('CM111 counts the users, and names the one reason', async () => {
    const finding = await examined({ users: [ana, ben], inputs: {} });
    expect(finding('CM111')?.what).toBe(
      'None of the 2 users can move: none has a sign-in name that the new pool accepts.',
    );
  });

  test('CM111 offers it, with the number of users who would move', async () => {
    const finding = await examined({ users: [ana, ben, named('carl')], inputs: {} });
    expect(finding('CM117')).toBeUndefined();
    expect(finding('CM111')?.fix).toMatch(
      /^--find-by email lets 2 of them sign in with the address that they have verified\./,
    );
  });

  test('nothing offers it where nobody has verified an address', async () => {
    const flagged: TestUser = { name: 'ben', attributes: { email_verified: 'true' } };
    const finding = await examined({
      users: [named('ana', 'ana@example.com', 'false'), flagged],
      inputs: {},
    });
    expect(finding('CM111')?.fix).not.toContain('--find-by');
  });
});

test('CM501 counts by the quota of ListUsers', async () => {
  const finding = await examined({ users: [ana], expected: 40 });
  expect(finding('CM501')?.what).toContain('more than the 30 that can move with the quota of ListUsers');
  expect(finding('CM501')?.why).toContain('at most five times per second for each execution environment');
});

test('CM109 does not count capitals in a searched address: the search finds any letter case', async () => {
  const cased = { UsernameConfiguration: { CaseSensitive: true } };
  const users = [named('ana', 'Ana@example.com')];
  expect((await examined({ old: cased, users }))('CM109')).toMatchObject({ severity: 'info' });
});

test('addresses are compared as the new pool compares names', async () => {
  async function* users(): AsyncGenerator<SampledUser> {
    for (const [userName, email] of [
      ['a', 'x@example.com'],
      ['b', 'X@example.com'],
    ] as const)
      yield {
        userName,
        enabled: true,
        status: 'CONFIRMED',
        attributes: [
          { name: 'email', value: email },
          { name: 'email_verified', value: 'True' },
        ],
      };
  }
  const pool = { usernameAttributes: ['email'], aliasAttributes: [] } as const;
  const count = (caseSensitive: boolean) =>
    countFindable(users(), { findBy: 'email', newPool: { ...pool, caseSensitive } });
  expect(await count(true)).toMatchObject({ alone: 2, shared: 0 });
  expect(await count(false)).toMatchObject({ alone: 0, shared: 2 });
});
