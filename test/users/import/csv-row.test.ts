/** Rows of the file of an import job, read again by the local AWS, whose parser knows nothing of them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCsv } from '../../../src/sandbox/services/cognito/import-csv.ts';
import { csvHeader, importedUser } from '../../../src/sandbox/services/cognito/import-rows.ts';
import { poolById } from '../../../src/sandbox/services/cognito/index.ts';
import type { Pool } from '../../../src/sandbox/services/cognito/state.ts';
import type { NewUser } from '../../../src/users/classify.ts';
import { headerRow, type ImportPool, importRow, type RowFault } from '../../../src/users/import/csv-row.ts';
import { startLocalAws } from '../../support/local-aws.ts';

interface Kind {
  readonly autoVerified?: readonly ('email' | 'phone_number')[];
  readonly requiresMfa?: boolean;
}

async function poolOf({ autoVerified = ['email'], requiresMfa = false }: Kind = {}) {
  const aws = await startLocalAws();
  const id = await aws.addPool('import', {
    AutoVerifiedAttributes: [...autoVerified],
    Schema: [{ Name: 'old_sub', AttributeDataType: 'String' }],
    SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::111122223333:role/sms' },
    MfaConfiguration: requiresMfa ? 'ON' : 'OFF',
  });
  const pool = poolById(aws.sandbox.world, id);
  const columns = csvHeader(pool);
  return { pool, rules: { columns, autoVerified, requiresMfa } };
}

/** The users in a file as the local AWS reads it. A text is the reason why it reads none. */
function readBack(
  pool: Pool,
  rules: ImportPool,
  rows: readonly string[],
  backslash: 'kept' | 'dropped' | 'fails',
) {
  const text = `${[headerRow(rules), ...rows].join('\n')}\n`;
  const file = readCsv(Buffer.from(text), csvHeader(pool), { backslash, brokenRow: 'fails-job' });
  if (typeof file === 'string') return file;
  return file.map(({ values }) => (typeof values === 'string' ? values : importedUser(pool, values)));
}

const ann: NewUser = {
  userName: 'ann',
  attributes: {
    email: 'ann@example.com',
    email_verified: 'true',
    'custom:old_sub': 'a1b2',
    birthdate: '1990-02-28',
    updated_at: '1471453471',
  },
};

const withValue = (name: string, value: string): NewUser => ({
  ...ann,
  attributes: { ...ann.attributes, [name]: value },
});

const expected = ({ userName, attributes }: NewUser, hasMfa = false) => ({
  name: userName,
  attributes: new Map(Object.entries(attributes)),
  hasMfa,
});

const rowOf = (user: NewUser, rules: ImportPool): string => {
  const made = importRow(user, rules);
  if ('fault' in made) throw new Error(made.fault);
  return made.row;
};

test('the local AWS reads the same user, in each of its worlds', async () => {
  const { pool, rules } = await poolOf();
  const users = [ann, withValue('name', 'Ann, the first, and only'), withValue('name', '=1+1 Ånn 日本 🙂')];
  const rows = users.map((user) => rowOf(user, rules));
  for (const backslash of ['kept', 'dropped', 'fails'] as const)
    expect(readBack(pool, rules, rows, backslash)).toEqual(users.map((user) => expected(user)));
});

test('any values: the same user in every world, or none', async () => {
  const { pool, rules } = await poolOf();
  const unit = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom(
        ',',
        '\\',
        '"',
        '\n',
        '\r',
        ' ',
        '\t',
        'a',
        '\u0000',
        '\u2028',
        '\uFEFF',
        '\uD800',
      ),
    }),
    fc.string(),
  );
  let written = 0;
  fc.assert(
    fc.property(unit, unit, unit, (userName, name, address) => {
      const filled = Object.entries({ name, address }).filter(([, value]) => value !== '');
      const user = { userName, attributes: { ...ann.attributes, ...Object.fromEntries(filled) } };
      const made = importRow(user, rules);
      if ('fault' in made) return;
      written += 1;
      for (const backslash of ['kept', 'dropped', 'fails'] as const)
        expect(readBack(pool, rules, [made.row, rowOf(ann, rules)], backslash)).toEqual([
          expected(user),
          expected(ann),
        ]);
    }),
    { numRuns: 2000 },
  );
  expect(written).toBeGreaterThan(100);
});

const broken: [what: string, user: NewUser, fault: RowFault, kind?: Kind][] = [
  ['no verified address', withValue('email_verified', 'false'), 'no-verified-contact'],
  ['no verified flag', withValue('email_verified', ''), 'no-verified-contact'],
  ['a verified flag without an address', withValue('email', ''), 'no-verified-contact'],
  [
    'a second address that is not verified',
    withValue('phone_number', '+15550100'),
    'unverified-address',
    { autoVerified: ['email', 'phone_number'] },
  ],
  ['MFA without a phone number', ann, 'mfa-without-phone', { requiresMfa: true }],
  ['a username with a space', { ...ann, userName: 'ann b' }, 'spaces-in-name'],
  ['a username with a tab', { ...ann, userName: 'ann\tb' }, 'spaces-in-name'],
  ['a username with a no-break space', { ...ann, userName: 'ann\u00A0b' }, 'spaces-in-name'],
  ['no username', { ...ann, userName: '' }, 'spaces-in-name'],
  ['an attribute without a column', withValue('dev:custom:x', '1'), 'no-column'],
  ['a line break', withValue('name', 'a\nb'), 'odd-value'],
  ['a carriage return', withValue('name', 'a\rb'), 'odd-value'],
  ['a line separator', withValue('name', 'a\u2028b'), 'odd-value'],
  ['a vertical tab', withValue('name', 'a\vb'), 'odd-value'],
  ['a tab', withValue('name', 'a\tb'), 'odd-value'],
  ['a NUL', withValue('name', 'a\0b'), 'odd-value'],
  ['a backslash', withValue('name', String.raw`a\b`), 'odd-value'],
  ['a backslash at the end', withValue('name', 'a\\'), 'odd-value'],
  ['a quotation mark', withValue('name', '"a"'), 'odd-value'],
  ['a space at the beginning', withValue('name', ' a'), 'odd-value'],
  ['a space at the end', withValue('name', 'a '), 'odd-value'],
  ['only a space', withValue('name', ' '), 'odd-value'],
  ['half of a surrogate pair', withValue('name', '\uD83D'), 'odd-value'],
  ['a byte order mark', withValue('name', 'a\uFEFFb'), 'odd-value'],
  ['a backslash in the username', { ...ann, userName: String.raw`corp\ann` }, 'odd-value'],
  ['a birthdate in another form', withValue('birthdate', '28.02.1990'), 'odd-value'],
  ['updated_at with a fraction', withValue('updated_at', '1.5'), 'odd-value'],
  [
    'a row of more than 16,000 characters',
    {
      ...ann,
      attributes: {
        ...ann.attributes,
        ...Object.fromEntries(
          [
            'name',
            'given_name',
            'family_name',
            'middle_name',
            'nickname',
            'profile',
            'picture',
            'website',
          ].map((name) => [name, 'x'.repeat(2048)]),
        ),
      },
    },
    'too-long',
  ],
];

describe('one broken value among 10,000 users', () => {
  test.each(broken)('%s: only that user is left out', async (_, user, fault, kind) => {
    const { pool, rules } = await poolOf(kind);
    const others = Array.from({ length: 9_999 }, (_other, index) => ({
      userName: `u${index}`,
      attributes: {
        ...ann.attributes,
        email: `u${index}@example.com`,
        ...(kind === undefined ? {} : { phone_number: `+1555${index}`, phone_number_verified: 'true' }),
      },
    }));
    const made = [...others.slice(0, 5_000), user, ...others.slice(5_000)].map((one) =>
      importRow(one, rules),
    );
    expect(made.flatMap((one) => ('fault' in one ? [one.fault] : []))).toEqual([fault]);
    const rows = made.flatMap((one) => ('row' in one ? [one.row] : []));
    const read = readBack(pool, rules, rows, 'fails');
    expect(typeof read).not.toBe('string');
    expect([...read].filter((one) => typeof one === 'string')).toEqual([]);
    expect(read).toHaveLength(9_999);
  });
});

test('MFA is TRUE for everyone where the pool requires it', async () => {
  const { pool, rules } = await poolOf({ requiresMfa: true });
  const user = withValue('phone_number', '+15550100');
  expect(readBack(pool, rules, [rowOf(user, rules)], 'fails')).toEqual([expected(user, true)]);
});
