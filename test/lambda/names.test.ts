import { describe, expect, it } from 'vitest';
import { judgeName } from '../../src/lambda/names.ts';
import type { NamedUser } from '../../src/lambda/old-user.ts';
import type { NewPool, OldPool, SignInAttribute } from '../../src/lambda/settings.ts';
import { SETTINGS } from './fakes.ts';

const SUB = '11111111-2222-4333-8444-555555555555';
const ana: NamedUser = {
  userName: 'ana',
  attributes: [
    { name: 'sub', value: SUB },
    { name: 'email', value: 'Ana@example.com' },
    { name: 'email_verified', value: 'true' },
    { name: 'phone_number', value: '+4930123456' },
    { name: 'phone_number_verified', value: 'false' },
    { name: 'preferred_username', value: 'annie' },
  ],
};
const madeUp: NamedUser = { ...ana, userName: SUB };
const phoneVerified: NamedUser = {
  ...ana,
  attributes: ana.attributes.map((one) =>
    one.name === 'phone_number_verified' ? { ...one, value: 'true' } : one,
  ),
};

const byAttribute = (usernameAttributes: SignInAttribute[], caseSensitive = false): NewPool => ({
  usernameAttributes,
  aliasAttributes: [],
  caseSensitive,
});
const byAlias = (aliasAttributes: SignInAttribute[], caseSensitive = false): NewPool => ({
  usernameAttributes: [],
  aliasAttributes,
  caseSensitive,
});
const plain = (caseSensitive = false): NewPool => ({
  usernameAttributes: [],
  aliasAttributes: [],
  caseSensitive,
});
const named: OldPool = { usernameAttributes: [] };
const addressed: OldPool = { usernameAttributes: ['email', 'phone_number'] };

const aliased: OldPool = { usernameAttributes: [], aliasAttributes: ['phone_number', 'email'] };
const byPhone: OldPool = { usernameAttributes: [], aliasAttributes: ['phone_number'] };
const BOTH = byAttribute(['phone_number', 'email']);
const mailUnverified: NamedUser = {
  ...phoneVerified,
  attributes: phoneVerified.attributes.map((one) =>
    one.name === 'email_verified' ? { ...one, value: 'false' } : one,
  ),
};

const mailPreferred: NamedUser = {
  ...mailUnverified,
  attributes: mailUnverified.attributes.map((one) =>
    one.name === 'preferred_username' ? { ...one, value: 'Ana@example.com' } : one,
  ),
};

/** [new pool, old pool, user, typed, verdict]; the verdict is the new user's username, '=' for the typed one. */
type Row = readonly [what: string, NewPool, OldPool, NamedUser, string, string];
const rows: readonly Row[] = [
  ['UsernameAttributes: own e-mail', byAttribute(['email']), named, ana, 'Ana@example.com', '='],
  ['UsernameAttributes: other letter case', byAttribute(['email']), named, ana, 'ana@EXAMPLE.com', '='],
  [
    'UsernameAttributes: other case, case-sensitive',
    byAttribute(['email'], true),
    named,
    ana,
    'ana@example.com',
    'other-name',
  ],
  [
    'UsernameAttributes: exact, case-sensitive',
    byAttribute(['email'], true),
    named,
    ana,
    'Ana@example.com',
    '=',
  ],
  ['UsernameAttributes: old username', byAttribute(['email']), named, ana, 'ana', 'other-name'],
  ['UsernameAttributes: sub', byAttribute(['email']), addressed, madeUp, SUB, 'other-name'],
  ['UsernameAttributes: preferred_username', byAttribute(['email']), named, ana, 'annie', 'other-name'],
  [
    'UsernameAttributes: phone not listed',
    byAttribute(['email']),
    named,
    phoneVerified,
    '+4930123456',
    'other-name',
  ],
  ['UsernameAttributes: phone', byAttribute(['phone_number']), named, phoneVerified, '+4930123456', '='],
  [
    'UsernameAttributes: unverified phone',
    byAttribute(['phone_number']),
    named,
    ana,
    '+4930123456',
    'unverified-address',
  ],
  ['both listed, old pool alike: e-mail', BOTH, addressed, madeUp, 'ana@example.com', '='],
  ['both listed, old pool alike: phone', BOTH, addressed, madeUp, '+4930123456', '='],
  ['both listed, old pool with aliases: e-mail', BOTH, aliased, phoneVerified, 'ana@example.com', '='],
  ['both listed, old pool with aliases: phone', BOTH, aliased, phoneVerified, '+4930123456', 'other-name'],
  ['both listed, phone is the only alias: phone', BOTH, byPhone, phoneVerified, '+4930123456', '='],
  [
    'both listed, phone is the only alias: e-mail',
    BOTH,
    byPhone,
    phoneVerified,
    'ana@example.com',
    'other-name',
  ],
  ['both listed, phone not verified: e-mail', BOTH, aliased, ana, 'ana@example.com', '='],
  ['both listed, e-mail not verified: phone', BOTH, aliased, mailUnverified, '+4930123456', '='],
  [
    'both listed, e-mail not verified: e-mail',
    BOTH,
    aliased,
    mailUnverified,
    'Ana@example.com',
    'unverified-address',
  ],
  [
    'both listed, the username is the phone',
    BOTH,
    { usernameAttributes: [], aliasAttributes: [] },
    { ...phoneVerified, userName: '+4930123456' },
    '+4930123456',
    '=',
  ],
  [
    'both listed, the username is the phone, which is not verified',
    BOTH,
    { usernameAttributes: [], aliasAttributes: [] },
    { ...ana, userName: '+4930123456' },
    '+4930123456',
    'unverified-address',
  ],
  [
    'both listed, the username is the e-mail',
    BOTH,
    { usernameAttributes: [], aliasAttributes: [] },
    { ...ana, userName: 'Ana@example.com' },
    'ana@example.com',
    '=',
  ],
  ['both listed, old pool’s aliases unknown: phone', BOTH, named, phoneVerified, '+4930123456', 'other-name'],
  ['AliasAttributes: old username', byAlias(['email']), named, ana, 'ana', '='],
  ['AliasAttributes: old username, other case', byAlias(['email']), named, ana, 'ANA', '='],
  ['AliasAttributes: other case, case-sensitive', byAlias(['email'], true), named, ana, 'ANA', 'other-name'],
  ['AliasAttributes: verified e-mail', byAlias(['email']), named, ana, 'ana@example.com', 'ana'],
  [
    'AliasAttributes: verified e-mail, other case, case-sensitive',
    byAlias(['email'], true),
    named,
    ana,
    'ana@example.com',
    'other-name',
  ],
  [
    'AliasAttributes: verified e-mail of a user whose name the old pool made up',
    byAlias(['email']),
    addressed,
    madeUp,
    'ana@example.com',
    SUB,
  ],
  [
    'AliasAttributes: unverified phone',
    byAlias(['email', 'phone_number']),
    named,
    ana,
    '+4930123456',
    'unverified-alias',
  ],
  [
    'AliasAttributes: verified phone',
    byAlias(['email', 'phone_number']),
    named,
    phoneVerified,
    '+4930123456',
    'ana',
  ],
  ['AliasAttributes: preferred_username', byAlias(['preferred_username']), named, ana, 'annie', 'ana'],
  [
    'AliasAttributes: e-mail not listed',
    byAlias(['preferred_username']),
    named,
    ana,
    'ana@example.com',
    'other-name',
  ],
  ...(
    [
      ['preferred_username', 'email'],
      ['email', 'preferred_username'],
    ] as const
  ).map(
    (order): Row => [
      `AliasAttributes: preferred_username that is the unverified e-mail too, listed as ${order}`,
      byAlias([...order]),
      named,
      mailPreferred,
      'ana@example.com',
      'ana',
    ],
  ),
  ['AliasAttributes: sub that is not the username', byAlias(['email']), named, ana, SUB, 'other-name'],
  [
    'AliasAttributes: old username looks like an e-mail',
    byAlias(['email']),
    named,
    { ...ana, userName: 'a@b' },
    'a@b',
    'alias-format',
  ],
  [
    'AliasAttributes: old username looks like a phone number',
    byAlias(['phone_number']),
    named,
    { ...ana, userName: '+49' },
    '+49',
    'alias-format',
  ],
  [
    'AliasAttributes: old username looks like an alias that is none here',
    byAlias(['phone_number']),
    named,
    { ...ana, userName: 'a@b' },
    'a@b',
    '=',
  ],
  ['plain: old username', plain(), named, ana, 'ana', '='],
  ['plain: other letter case', plain(), named, ana, 'Ana', '='],
  ['plain: other case, case-sensitive', plain(true), named, ana, 'Ana', 'other-name'],
  ['plain: e-mail', plain(), named, ana, 'ana@example.com', 'other-name'],
  ['plain: preferred_username', plain(), named, ana, 'annie', 'other-name'],
  ['plain: sub', plain(), named, ana, SUB, 'other-name'],
  [
    'plain: e-mail where the old pool made the username up',
    plain(),
    addressed,
    madeUp,
    'ana@example.com',
    '=',
  ],
  ['plain: phone of a user with an e-mail', plain(), addressed, madeUp, '+4930123456', 'other-name'],
  ['plain: the made-up username', plain(), addressed, madeUp, SUB, 'other-name'],
];

function judge(typed: string, user: NamedUser, newPool: NewPool, oldPool: OldPool): string {
  const attributes = Object.fromEntries(
    user.attributes.filter(({ name }) => name !== 'sub').map(({ name, value }) => [name, value]),
  );
  const verdict = judgeName(typed, user, attributes, { ...SETTINGS, newPool, oldPool });
  return verdict.ok ? (verdict.username ?? '=') : verdict.reason;
}

/** An old pool that makes usernames up: in row 1 each of the user's own addresses is a name, as in the old pool. */
const usersFor = ({ usernameAttributes }: NewPool): readonly NamedUser[] =>
  [ana, madeUp, phoneVerified, mailUnverified].filter(
    ({ userName }) => usernameAttributes.length === 0 || userName !== SUB,
  );

describe('one old user becomes at most one new user', () => {
  it.each(rows)('%s', (_, newPool, oldPool, user, typed, expected) => {
    expect(judge(typed, user, newPool, oldPool)).toBe(expected);
  });

  it('every accepted name of a user leads to the same new user', () => {
    const names = ['ana', 'ANA', SUB, 'Ana@example.com', 'ana@example.com', '+4930123456', 'annie', 'Annie'];
    const pools = [true, false].flatMap((sensitive) => [
      plain(sensitive),
      ...(['email', 'phone_number', 'preferred_username'] as const).map((name) => byAlias([name], sensitive)),
      byAlias(['email', 'phone_number', 'preferred_username'], sensitive),
      byAttribute(['email', 'phone_number'], sensitive),
    ]);
    for (const newPool of pools)
      for (const oldPool of [
        named,
        aliased,
        byPhone,
        ...(newPool.usernameAttributes.length > 0 ? [] : [addressed]),
      ])
        for (const user of usersFor(newPool)) {
          const created = names
            .map((typed) => [typed, judge(typed, user, newPool, oldPool)] as const)
            .filter(([, verdict]) => verdict === '=' || verdict === user.userName)
            .map(([typed, verdict]) => (verdict === '=' ? typed : verdict))
            .map((name) => (newPool.caseSensitive ? name : name.toLowerCase()));
          expect(new Set(created).size).toBeLessThanOrEqual(1);
        }
  });

  it('knows no user by an attribute that the map takes away', () => {
    const settings = { ...SETTINGS, newPool: byAttribute(['email']), oldPool: named };
    expect(judgeName('ana@example.com', ana, {}, settings)).toEqual({ ok: false, reason: 'other-name' });
  });
});
