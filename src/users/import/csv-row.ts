/**
 * Users as rows of the file of an import job.
 * Developer Guide, "Importing users into user pools from a CSV file". One row that cannot be parsed fails the whole
 * job, and too many failed rows end it. So a user whose row could fail, or could change on the way, is left out with
 * a reason. No value is ever cleaned.
 */
import { isTrue } from '../../lambda/old-user.ts';
import type { NewUser } from '../classify.ts';

/** The settings of the new pool that decide about rows. */
export interface ImportPool {
  /** GetCSVHeader, in its order. A file must have exactly these columns. */
  readonly columns: readonly string[];
  /** `AutoVerifiedAttributes`. */
  readonly autoVerified: readonly string[];
  /** Whether `MfaConfiguration` is ON. */
  readonly requiresMfa: boolean;
}

/** Why an import job cannot take a user, in the order in which people see them. */
export const rowFaults = [
  'no-verified-contact',
  'unverified-address',
  'mfa-without-phone',
  'spaces-in-name',
  'no-column',
  'odd-value',
  'too-long',
] as const;

export type RowFault = (typeof rowFaults)[number];

/** The row, without a line break, or why there is none. */
export type ImportRow = { readonly row: string } | { readonly fault: RowFault };

const usernameColumn = 'cognito:username';
const mfaColumn = 'cognito:mfa_enabled';

/** "The maximum row length is 16,000 characters." */
const longestRow = 16_000;

/** The first line of a file. */
export const headerRow = ({ columns }: ImportPool): string => columns.join(',');

/** Writes the row of one user, or says why it cannot be written. */
export function importRow(user: NewUser, pool: ImportPool): ImportRow {
  const fault = contactFault(user, pool) ?? nameFault(user, pool);
  if (fault !== undefined) return { fault };
  const values: string[] = [];
  for (const column of pool.columns) {
    const value = written(column, cellOf(column, user, pool));
    if (value === undefined) return { fault: 'odd-value' };
    values.push(value);
  }
  const row = values.join(',');
  return row.length > longestRow ? { fault: 'too-long' } : { row };
}

/** The username in a row of a file that this program wrote. */
export function userNameIn(row: string, header: string): string | undefined {
  const at = header.split(',').indexOf(usernameColumn);
  return row.split(/(?<!\\),/)[at]?.replaceAll(String.raw`\,`, ',');
}

function cellOf(column: string, { userName, attributes }: NewUser, { requiresMfa }: ImportPool): string {
  if (column === usernameColumn) return userName;
  if (column === mfaColumn) return String(requiresMfa);
  return attributes[column] ?? '';
}

/**
 * An auto-verified attribute must be verified, and have a value.
 * AWS doesn't document what becomes of another one that is not verified, and of MFA without a phone number.
 */
function contactFault(
  { attributes }: NewUser,
  { autoVerified, requiresMfa }: ImportPool,
): RowFault | undefined {
  const has = (name: string): boolean => (attributes[name] ?? '') !== '';
  const isVerified = (name: string): boolean => has(name) && isTrue(attributes[`${name}_verified`]);
  if (!autoVerified.some(isVerified)) return 'no-verified-contact';
  if (autoVerified.some((name) => has(name) && !isVerified(name))) return 'unverified-address';
  return requiresMfa && !has('phone_number') ? 'mfa-without-phone' : undefined;
}

function nameFault({ userName, attributes }: NewUser, { columns }: ImportPool): RowFault | undefined {
  if (userName === '' || /\s/.test(userName)) return 'spaces-in-name';
  const hasAll = Object.keys(attributes).every((name) => columns.includes(name));
  return hasAll && columns.includes(usernameColumn) && columns.includes(mfaColumn) ? undefined : 'no-column';
}

/** The value in the form of its column. Undefined if a file cannot hold it, or if AWS could read another one. */
function written(column: string, value: string): string | undefined {
  if (value === '') return '';
  if (column === mfaColumn || column.endsWith('_verified')) return value.toUpperCase();
  if (column === 'birthdate') {
    const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value) ?? [];
    return year === undefined ? undefined : `${month}/${day}/${year}`;
  }
  if (column === 'updated_at' && !/^\d+$/.test(value)) return undefined;
  return isOdd(value) ? undefined : value.replaceAll(',', String.raw`\,`);
}

/**
 * Whether a value has characters with an unknown effect.
 * Values are trimmed, line breaks end a row, quotation marks are not supported, and AWS doesn't say what another
 * backslash than the one before a comma means. Half of a surrogate pair has no form in UTF-8.
 */
const isOdd = (value: string): boolean =>
  value !== value.trim() || /["\\\p{Cc}\p{Zl}\p{Zp}\p{Cs}\uFEFF]/u.test(value);
