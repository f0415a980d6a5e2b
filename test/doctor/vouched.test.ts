/** `--map username=email` as the doctor sees it: the whole old pool is compared, and one shared address blocks. */
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import type { SampledUser } from '../../src/aws/user-sample.ts';
import { AddressTable } from '../../src/doctor/address-table.ts';
import { compareNames, compareNamesOf } from '../../src/doctor/addresses.ts';
import { attributeTable, quick } from '../../src/doctor/index.ts';
import { keysOf } from '../../src/sandbox/index.ts';
import { fakeClock } from '../support/clock.ts';
import { given } from '../support/errors.ts';
import { account, region } from '../support/local-aws.ts';
import { examine, type Pair, type TestUser } from './support.ts';

const rule = { MAP: { username: 'email' } };
const old = { UsernameConfiguration: { CaseSensitive: false } };
const named = (name: string, email?: string, verified = 'true'): TestUser => ({
  name,
  attributes: email === undefined ? {} : { email, email_verified: verified },
});
const ana = named('ana@example.com', 'ana@example.com', 'false');
const ben = named('ben@example.com');

const examined = async (pair: Pair) => {
  const result = await examine({ old, inputs: rule, ...pair });
  return { ...result, vouched: result.findings.filter(({ id }) => id === 'CM116') };
};

describe('nothing is in the way', () => {
  test('of usernames that are addresses, verified or not; the rule is no mistake', async () => {
    const { findings, doctorCase } = await examined({ users: [ana, ben] });
    const ids = findings.map(({ id }) => id);
    for (const id of ['CM110', 'CM111', 'CM115', 'CM116', 'CM125']) expect(ids).not.toContain(id);
    expect(attributeTable(doctorCase)).toContainEqual({
      old: 'username',
      new: 'email',
      users: 2,
      action: 'renamed',
    });
  });

  test.each([
    ['unverified', named('carl', 'ana@example.com', 'false')],
    ['their own', named('ANA@example.com', 'ana@example.com')],
  ])('of an address that is %s', async (_what, user) => {
    const { vouched } = await examined({ users: [user, ben] });
    expect(vouched).toEqual([]);
  });

  test('where the new pool requires email and the old one is dropped', async () => {
    const { findings } = await examined({
      users: [ana],
      new: { Schema: [{ Name: 'email', Required: true }] },
      inputs: { ...rule, DROP: ['email'] },
    });
    expect(findings.map(({ id }) => id)).not.toContain('CM101');
  });

  test('without the rule, and the pool is not read to its end for it', async () => {
    const { vouched, doctorCase } = await examined({
      users: [ana, named('carl', 'ana@example.com')],
      inputs: {},
    });
    expect(vouched).toEqual([]);
    expect(doctorCase.facts.names).toBeUndefined();
  });

  test('of an old pool that signs in with addresses: there the rule does nothing, which CM125 says', async () => {
    const { findings, vouched } = await examined({
      old: { UsernameAttributes: ['email'] },
      users: [{ name: 'ana@example.com', attributes: { email: 'ana@example.com', email_verified: 'true' } }],
    });
    expect(vouched).toEqual([]);
    expect(findings.map(({ id }) => id)).toContain('CM125');
  });
});

describe('it blocks, and nobody can accept it', () => {
  test.each([
    ['the very address', 'ana@example.com'],
    ['in another letter case', 'Ana@EXAMPLE.com'],
  ])('one username is the verified address of another user: %s', async (_what, email) => {
    const { vouched } = await examined({
      users: [ana, named('carl', email)],
      inputs: { ...rule, ACCEPT: ['CM116'] },
    });
    expect(vouched).toEqual([
      expect.objectContaining({
        severity: 'blocking',
        accepted: false,
        final: true,
        what: '1 username is the verified address of another user, of 2 users.',
      }),
    ]);
    expect(JSON.stringify(vouched)).not.toMatch(/ana|carl/i);
  });

  test('far behind the users that are looked at otherwise', async () => {
    const many = Array.from({ length: 130 }, (_, at) => named(`user-${at}`));
    const { vouched, doctorCase } = await examined({
      users: [ana, ...many, named('zoe', 'ana@example.com')],
    });
    expect(doctorCase.facts.sample?.isAll).toBe(false);
    expect(vouched.map(({ what }) => what)).toEqual([
      '1 username is the verified address of another user, of 132 users.',
    ]);
  });

  test('anybody can sign up in the old pool', async () => {
    const open = { AdminCreateUserConfig: { AllowAdminCreateUserOnly: false } };
    const { vouched } = await examined({
      old: { ...old, ...open },
      users: [ana],
      inputs: { ...rule, ACCEPT: ['CM116'] },
    });
    expect(vouched).toEqual([
      expect.objectContaining({
        severity: 'blocking',
        accepted: false,
        what: expect.stringContaining('sign up'),
      }),
    ]);
  });
});

describe('the comparison of a large pool', () => {
  const signal = new AbortController().signal;
  const sampled = (userName: string): SampledUser => ({
    userName,
    enabled: true,
    status: 'CONFIRMED',
    attributes: [],
  });
  const many = (count: number): TestUser[] =>
    Array.from({ length: count }, (_, at) => named(`user-${at}@x.de`));

  test('leaves two thirds of the quota of ListUsers to sign-ins, and ends with Ctrl-C', async () => {
    const { doctorCase, sandbox } = await examined({
      users: many(185),
      depth: { ...quick, names: () => Promise.resolve(false) },
    });
    const clock = fakeClock();
    const asked: number[] = [];
    const idp = new CognitoIdentityProviderClient({
      endpoint: sandbox.url,
      region,
      credentials: keysOf(account),
    });
    idp.middlewareStack.add(
      (next) => (args) => {
        asked.push(clock.now());
        return next(args);
      },
      { step: 'initialize' },
    );
    const id = given(doctorCase.facts.oldPool?.pool.Id);
    expect(await compareNamesOf({ idp }, id, { clock, signal })).toEqual({ users: 185, shared: 0 });
    expect(asked).toHaveLength(4);
    const gaps = asked.slice(1).map((at, index) => at - (asked[index] ?? at));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000 / 10);
    await expect(compareNamesOf({ idp }, id, { clock, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  test('says how far it is', async () => {
    const told: number[] = [];
    async function* users(): AsyncGenerator<SampledUser> {
      for (let at = 0; at < 2500; at += 1) yield sampled(`user-${at}`);
    }
    await compareNames(users(), (count) => told.push(count));
    expect(told).toEqual([1000, 2000]);
  });

  test('finds every address again, however many there are', () => {
    const table = new AddressTable();
    const addresses = Array.from({ length: 20_000 }, (_, at) => `user-${at}@example.com`);
    for (const [at, address] of addresses.entries()) table.set(address, 1 + (at % 3));
    for (const address of addresses.slice(0, 9_000)) table.set(address, 4);
    expect(addresses.map((address) => table.get(address))).toEqual(
      addresses.map((_, at) => (at < 9_000 ? 4 : 1 + (at % 3))),
    );
    expect(table.count(4)).toBe(9_000);
    expect(table.get('nobody@example.com')).toBe(0);
  });
});

describe('CM501 with the rule', () => {
  const cm501 = async (expected: number, inputs: typeof rule | Record<never, never>) =>
    (await examined({ users: [ana], expected, inputs })).findings.find(({ id }) => id === 'CM501');

  test('counts ListUsers: 30 a second', async () => {
    expect(await cm501(31, rule)).toMatchObject({
      severity: 'warning',
      what: '31 sign-ins per second are more than the 30 that can move with the quota of ListUsers.',
    });
    expect(await cm501(30, rule)).toMatchObject({ severity: 'info' });
    expect(await cm501(31, {})).toMatchObject({ severity: 'info' });
  });
});

test('it blocks where the old pool cannot be read; the owner of the pools can accept that', async () => {
  const unread: Pair['facts'] = (facts) => ({
    ...facts,
    oldPool: undefined,
    sample: undefined,
    names: undefined,
  });
  const { vouched } = await examined({ users: [ana], facts: unread });
  expect(vouched).toEqual([expect.objectContaining({ severity: 'blocking', accepted: false })]);
  const { vouched: accepted } = await examined({
    users: [ana],
    facts: unread,
    inputs: { ...rule, ACCEPT: ['CM116'] },
  });
  expect(accepted).toEqual([expect.objectContaining({ accepted: true })]);
});

describe('the rule is a remedy', () => {
  const fixes = async (pair: Pair): Promise<string> =>
    (await examine({ old, ...pair })).findings
      .filter(({ id }) => ['CM110', 'CM111', 'CM115'].includes(id))
      .map(({ fix }) => fix)
      .join(' ');

  test('where usernames are addresses, with or without an email attribute', async () => {
    expect(await fixes({ users: [ana] })).toContain('--map username=email');
    expect(await fixes({ users: [ben] })).toContain('--map username=email');
  });

  test('not where they are none, or are no names of the new pool', async () => {
    expect(await fixes({ users: [named('carl', 'carl@example.com')] })).not.toContain('username=email');
    const UsernameAttributes = ['phone_number' as const];
    expect(await fixes({ users: [ben], new: { UsernameAttributes } })).not.toContain('username=email');
  });
});

describe('users with an unverified address', () => {
  const carl = named('carl', 'carl@example.com');

  test('are counted in CM115 alone, the others in CM110', async () => {
    const { findings } = await examined({
      users: [ana, carl, named('dora@example.com', 'dora@example.com')],
      inputs: {},
    });
    const what = (id: string) => findings.filter((one) => one.id === id).map((one) => one.what);
    expect(what('CM110')).toEqual([
      '1 of 3 users cannot move (1 without a sign-in name that the new pool accepts).',
    ]);
    expect(what('CM115')).toEqual([expect.stringMatching(/^1 of 3 users doesn't move/)]);
  });

  test('are no reason for CM110 by themselves', async () => {
    const { findings } = await examined({
      users: [ana, named('dora@example.com', 'dora@example.com')],
      inputs: {},
    });
    expect(findings.map(({ id }) => id)).not.toContain('CM110');
    expect(findings.find(({ id }) => id === 'CM115')?.fix).toContain('--map username=email');
  });
});

test.each([
  ['two names that differ in letter case', [['a@x'], ['A@x']], 0],
  [
    'an address of two users',
    [
      ['b', 'a@x'],
      ['c', 'a@x'],
    ],
    0,
  ],
  ["a user's own", [['a@x', 'A@x']], 0],
  ["a user's own, and another name", [['a@x', 'a@x'], ['A@x']], 1],
  [
    "a user's own, and another address",
    [
      ['a@x', 'a@x'],
      ['b', 'a@x'],
    ],
    1,
  ],
  [
    'the same of two users',
    [
      ['a@x', 'a@x'],
      ['A@x', 'a@x'],
    ],
    1,
  ],
  ['an address before its name', [['b', 'a@x'], ['a@x']], 1],
  ['one address of many', [['a@x'], ['b', 'a@x'], ['c', 'a@x'], ['A@x']], 1],
  ['two', [['a@x'], ['b', 'a@x'], ['c@x'], ['d', 'C@X']], 2],
] as const)('%s: %j', async (_what, pool, shared) => {
  async function* users(): AsyncGenerator<SampledUser> {
    for (const [userName, email] of pool) {
      const flag = { name: 'email_verified', value: 'True' };
      const attributes = email === undefined ? [] : [{ name: 'email', value: email }, flag];
      yield { userName, enabled: true, status: 'CONFIRMED', attributes };
    }
  }
  expect(await compareNames(users())).toEqual({ users: pool.length, shared });
});
