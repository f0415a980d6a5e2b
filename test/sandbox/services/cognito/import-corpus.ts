/**
 * Files of import jobs, written by hand from the Developer Guide, "Importing users into user pools from a CSV file",
 * each with the result that follows from it.
 */
import type { CognitoSettings } from '../../../../src/sandbox/services/cognito/index.ts';

/** The header of a pool with one custom attribute, in the order of the AWS CLI's example. */
export const header =
  'name,given_name,family_name,middle_name,nickname,preferred_username,profile,picture,website,email,email_verified,gender,birthdate,zoneinfo,locale,phone_number,phone_number_verified,address,updated_at,custom:old_sub,cognito:mfa_enabled,cognito:username';

/** A row of `ann`, whose verified address is in its place. The other columns are empty. */
const ann = ',,,,,,,,,ann@example.com,TRUE,,,,,,,,,,FALSE,ann';

/** The row of a user, with the value of one more column. */
const withValue = (column: string, value: string): string =>
  ann
    .split(',')
    .map((usual, index) => (header.split(',')[index] === column ? value : usual))
    .join(',');

/** A row of so many characters. No value is longer than a pool takes. */
function ofLength(length: number): string {
  const columns = [
    'name',
    'given_name',
    'family_name',
    'middle_name',
    'nickname',
    'profile',
    'picture',
    'website',
  ];
  const values = ann.split(',');
  let missing = length - ann.length;
  for (const column of columns) {
    const taken = Math.min(missing, 2048);
    values[header.split(',').indexOf(column)] = 'x'.repeat(taken);
    missing -= taken;
  }
  return values.join(',');
}

export type CorpusPool =
  | 'username'
  | 'email'
  | 'email-or-phone'
  | 'both-verified'
  | 'mfa-required'
  | 'mfa-optional'
  | 'name-required';

export interface CorpusFile {
  readonly what: string;
  readonly pool?: CorpusPool;
  readonly settings?: Partial<CognitoSettings>;
  readonly file: string | Uint8Array;
  /** Status, and the users that were imported, skipped, and failed. */
  readonly result: readonly [string, number, number, number];
  /** Values that the pool has afterward, by username. */
  readonly stored?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const one = ['Succeeded', 1, 0, 0] as const;
/** One row that fails is more than half of one. */
const refused = ['Failed', 0, 0, 1] as const;
const unreadable = ['Failed', 0, 0, 0] as const;

const file = (...rows: readonly string[]): string => `${[header, ...rows].join('\n')}\n`;

export const corpus: readonly CorpusFile[] = [
  {
    what: 'one user',
    file: file(ann),
    result: one,
    stored: { ann: { email: 'ann@example.com', email_verified: 'true' } },
  },
  { what: 'no line break at the end', file: `${header}\n${ann}`, result: one },
  { what: 'lines that end with CR LF', file: `${header}\r\n${ann}\r\n`, result: one },
  {
    what: 'the columns in another order',
    file: `${header.split(',').toReversed().join(',')}\n${ann.split(',').toReversed().join(',')}\n`,
    result: one,
    stored: { ann: { email: 'ann@example.com' } },
  },
  {
    what: 'spaces around values',
    file: file(',,,,,,,,, ann@example.com , TRUE ,,,,,,,,,, FALSE , ann '),
    result: one,
    stored: { ann: { email: 'ann@example.com' } },
  },
  {
    what: 'Booleans in small letters',
    file: file(',,,,,,,,,ann@example.com,true,,,,,,,,,,false,ann'),
    result: one,
  },
  { what: 'a header alone', file: file(), result: ['Succeeded', 0, 0, 0] },
  { what: 'an empty file', file: '', result: unreadable },
  { what: 'a byte order mark', file: `\uFEFF${file(ann)}`, result: unreadable },
  {
    what: 'a text that is not UTF-8',
    file: Buffer.concat([Buffer.from(`${header}\n`), Buffer.from([0xe9]), Buffer.from(ann)]),
    result: unreadable,
  },
  {
    what: 'a missing column',
    file: file(ann).replace('locale,', '').replace(',,,,,,,,,,FALSE', ',,,,,,,,,FALSE'),
    result: unreadable,
  },
  { what: 'an unknown column', file: `${header},custom:color\n${ann},red\n`, result: unreadable },
  { what: 'a column twice', file: file(ann).replace('nickname', 'name'), result: unreadable },
  { what: 'a column in other letters', file: file(ann).replace('nickname', 'Nickname'), result: unreadable },
  {
    what: 'a comma in a value',
    file: file(withValue('name', String.raw`Ann\, the first`)),
    result: one,
    stored: { ann: { name: 'Ann, the first' } },
  },
  {
    what: 'quotes, which are ordinary characters',
    file: file(withValue('name', '"Ann"')),
    result: one,
    stored: { ann: { name: '"Ann"' } },
  },
  { what: 'a comma in quotes', file: file(withValue('name', '"Ann, the first"')), result: unreadable },
  {
    what: 'a comma in quotes, where rows fail alone',
    file: file(withValue('name', '"Ann, the first"')),
    settings: { importBrokenRow: 'fails-row' },
    result: refused,
  },
  { what: 'a line break in a value', file: file(withValue('address', 'Street 1\nTown')), result: unreadable },
  { what: 'an empty line between rows', file: `${header}\n\n${ann}\n`, result: unreadable },
  { what: 'a row with too many values', file: file(`${ann},`), result: unreadable },
  {
    what: 'a backslash, kept',
    file: file(withValue('name', String.raw`A\B`)),
    result: one,
    stored: { ann: { name: String.raw`A\B` } },
  },
  {
    what: 'a backslash, dropped',
    file: file(withValue('name', String.raw`A\B`)),
    settings: { importBackslash: 'dropped' },
    result: one,
    stored: { ann: { name: 'AB' } },
  },
  {
    what: 'a backslash that fails its row',
    file: file(withValue('name', String.raw`A\B`)),
    settings: { importBackslash: 'fails' },
    result: refused,
  },
  {
    what: 'a backslash at the end of a value',
    file: file(withValue('name', 'Ann\\')),
    result: unreadable,
  },
  {
    what: 'letters outside ASCII',
    file: file(withValue('name', 'Ånn 日本 🙂')),
    result: one,
    stored: { ann: { name: 'Ånn 日本 🙂' } },
  },
  { what: 'a row of 16,000 characters', file: file(ofLength(16_000)), result: one },
  { what: 'a row of more than 16,000 characters', file: file(ofLength(16_001)), result: refused },
  {
    what: 'a value longer than 2,048 characters',
    file: file(withValue('name', 'x'.repeat(2_049))),
    result: refused,
  },
  {
    what: 'a birthdate',
    file: file(withValue('birthdate', '02/28/1990')),
    result: one,
    stored: { ann: { birthdate: '1990-02-28' } },
  },
  {
    what: 'a birthdate as the pool stores it',
    file: file(withValue('birthdate', '1990-02-28')),
    result: refused,
  },
  {
    what: 'updated_at in seconds',
    file: file(withValue('updated_at', '1471453471')),
    result: one,
    stored: { ann: { updated_at: '1471453471' } },
  },
  { what: 'updated_at as a date', file: file(withValue('updated_at', '2016-08-17')), result: refused },
  {
    what: 'a custom attribute',
    file: file(withValue('custom:old_sub', 'a1b2')),
    result: one,
    stored: { ann: { 'custom:old_sub': 'a1b2' } },
  },
  { what: 'no username', file: file(withValue('cognito:username', '')), result: refused },
  { what: 'a username with a space', file: file(withValue('cognito:username', 'ann b')), result: refused },
  { what: 'a username with a tab', file: file(withValue('cognito:username', 'ann\tb')), result: refused },
  { what: 'no cognito:mfa_enabled', file: file(withValue('cognito:mfa_enabled', '')), result: refused },
  { what: 'MFA where it is off', file: file(withValue('cognito:mfa_enabled', 'TRUE')), result: refused },
  { what: 'no MFA where it is required', pool: 'mfa-required', file: file(ann), result: refused },
  {
    what: 'MFA where it is required, without a phone number',
    pool: 'mfa-required',
    file: file(withValue('cognito:mfa_enabled', 'TRUE')),
    result: one,
  },
  {
    what: 'MFA without a phone number, refused',
    pool: 'mfa-optional',
    settings: { importMfaWithoutPhone: 'failed' },
    file: file(withValue('cognito:mfa_enabled', 'TRUE')),
    result: refused,
  },
  {
    what: 'an address that is not verified',
    file: file(withValue('email_verified', 'FALSE')),
    result: refused,
  },
  { what: 'an empty verified flag', file: file(withValue('email_verified', '')), result: refused },
  { what: 'a verified flag without an address', file: file(withValue('email', '')), result: refused },
  {
    what: 'a verified flag that is no Boolean',
    file: file(withValue('email_verified', 'yes')),
    result: refused,
  },
  {
    what: 'one of two verified',
    pool: 'both-verified',
    file: file(withValue('phone_number', '+15550100')),
    result: one,
  },
  {
    what: 'one of two verified, refused',
    pool: 'both-verified',
    settings: { importSecondAddress: 'failed' },
    file: file(withValue('phone_number', '+15550100')),
    result: refused,
  },
  {
    what: 'a phone number with spaces',
    file: file(withValue('phone_number', '+1 555 0100')),
    result: refused,
  },
  { what: 'a required attribute', pool: 'name-required', file: file(withValue('name', 'Ann')), result: one },
  { what: 'a required attribute that is empty', pool: 'name-required', file: file(ann), result: refused },
  {
    what: 'an address as username',
    pool: 'email',
    file: file(withValue('cognito:username', 'ann@example.com')),
    result: one,
  },
  { what: 'a name where addresses are usernames', pool: 'email', file: file(ann), result: refused },
  {
    what: 'a phone number where either is a username',
    pool: 'email-or-phone',
    file: file(withValue('cognito:username', '+15550100')),
    result: one,
  },
  {
    what: 'two username attributes, refused',
    pool: 'email-or-phone',
    settings: { importTwoAddressNames: 'failed' },
    file: file(withValue('cognito:username', 'ann@example.com')),
    result: refused,
  },
  { what: 'a user twice: the second is skipped', file: file(ann, ann), result: ['Succeeded', 1, 1, 0] },
  {
    what: 'half of the rows failed',
    file: file(ann, withValue('cognito:username', '')),
    result: ['Succeeded', 1, 0, 1],
  },
  {
    what: 'more than half failed: the rest is not imported',
    file: file(
      ann,
      ...[1, 2, 3].map(() => withValue('cognito:username', '')),
      withValue('cognito:username', 'bob'),
    ),
    result: ['Failed', 1, 0, 3],
  },
  {
    what: 'more than a tenth failed: the rest is not imported',
    settings: { importThreshold: 'tenth' },
    file: file(ann, withValue('cognito:username', ''), withValue('cognito:username', 'bob')),
    result: ['Failed', 1, 0, 1],
  },
  {
    what: 'every row failed, and the world knows no threshold',
    settings: { importThreshold: 'never' },
    file: file(withValue('cognito:username', '')),
    result: ['Succeeded', 0, 0, 1],
  },
];
