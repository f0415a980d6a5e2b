/**
 * The rules by which an import job takes a row of its file.
 * Developer Guide, "Importing users into user pools from a CSV file". A text that it doesn't quote is ours.
 */
import { emailFormat, phoneFormat, schemaFault } from './attributes.ts';
import { text, texts, usernameAttributes } from './pool-config.ts';
import type { Pool } from './state.ts';

export interface ImportedUser {
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly hasMfa: boolean;
}

const usernameColumn = 'cognito:username';
const mfaColumn = 'cognito:mfa_enabled';

/** In the order of the examples of the AWS CLI. */
const standardColumns = [
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'profile',
  'picture',
  'website',
  'email',
  'email_verified',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
  'phone_number',
  'phone_number_verified',
  'address',
  'updated_at',
];

/** The header of a pool: the standard attributes, its custom attributes, and two columns of Cognito's own. */
export const csvHeader = ({ schema }: Pool): readonly string[] => [
  ...standardColumns,
  ...schema.map(({ name }) => name).filter((name) => /^(dev:)?custom:/.test(name)),
  mfaColumn,
  usernameColumn,
];

/** The user in a row. A text is the reason why the row fails. */
export function importedUser(pool: Pool, row: ReadonlyMap<string, string>): ImportedUser | string {
  const name = row.get(usernameColumn) ?? '';
  if (name === '') return `The ${usernameColumn} is empty.`;
  if (/[ \t]/.test(name)) return `The ${usernameColumn} contains spaces or tabs.`;
  const attributes = new Map<string, string>();
  for (const [column, value] of row) {
    if (column === usernameColumn || column === mfaColumn || value === '') continue;
    const stored = storedValue(column, value);
    if (stored === undefined) return `The value of ${column} has an invalid format.`;
    attributes.set(column, stored);
  }
  const fault = nameFault(pool, name) ?? mfaFault(pool, row) ?? verifiedFault(pool, attributes);
  if (fault !== undefined) return fault;
  const schema = schemaFault(pool, attributes, true);
  if (schema !== undefined) return `The User Record does not conform to the schema: ${schema}`;
  return { name, attributes, hasMfa: isTrue(row.get(mfaColumn)) };
}

const isTrue = (value = ''): boolean => value.toLowerCase() === 'true';

/** The value as a pool stores it. Undefined if it has another format than its column asks for. */
function storedValue(column: string, value: string): string | undefined {
  if (column === 'birthdate') {
    const [, month, day, year] = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(value) ?? [];
    return year === undefined ? undefined : `${year}-${month}-${day}`;
  }
  if (column === 'updated_at') return /^\d+$/.test(value) ? value : undefined;
  if (column.endsWith('_verified')) return /^(true|false)$/i.test(value) ? value.toLowerCase() : undefined;
  return value;
}

/** Where addresses are the usernames, the column holds one. */
function nameFault(pool: Pool, name: string): string | undefined {
  const kinds = usernameAttributes(pool);
  if (kinds.length === 0) return undefined;
  if (kinds.length > 1 && pool.settings.importTwoAddressNames === 'failed')
    return 'The user pool has two username attributes.';
  const fits =
    (kinds.includes('email') && emailFormat.test(name)) ||
    (kinds.includes('phone_number') && phoneFormat.test(name));
  return fits ? undefined : `The ${usernameColumn} is not ${kinds.join(' or ')}.`;
}

/** "If MFA is required, TRUE for all users; if it is off, FALSE for all users." It is never empty. */
function mfaFault(pool: Pool, row: ReadonlyMap<string, string>): string | undefined {
  const value = row.get(mfaColumn) ?? '';
  if (!/^(true|false)$/i.test(value)) return `The ${mfaColumn} is neither TRUE nor FALSE.`;
  const mode = text(pool.config, 'MfaConfiguration');
  if (mode === 'ON' && !isTrue(value)) return `The ${mfaColumn} must be TRUE in this user pool.`;
  if (mode === 'OFF' && isTrue(value)) return `The ${mfaColumn} must be FALSE in this user pool.`;
  const lacksPhone = isTrue(value) && (row.get('phone_number') ?? '') === '';
  return lacksPhone && pool.settings.importMfaWithoutPhone === 'failed'
    ? 'The User Record has MFA and no phone number.'
    : undefined;
}

/** The wording of 2024 is in aws-solutions/cognito-user-profiles-export-reference-architecture#58. */
function verifiedFault(pool: Pool, attributes: ReadonlyMap<string, string>): string | undefined {
  const isVerified = (name: string): boolean => attributes.get(`${name}_verified`) === 'true';
  const auto = texts(pool.config, 'AutoVerifiedAttributes');
  if (!auto.some(isVerified))
    return 'The User Record does not set any of the auto verified attributes to true.';
  const lacking = ['email', 'phone_number'].find((name) => isVerified(name) && !attributes.get(name));
  if (lacking !== undefined) return `The ${lacking} is verified and has no value.`;
  const other = auto.find((name) => attributes.has(name) && !isVerified(name));
  return other !== undefined && pool.settings.importSecondAddress === 'failed'
    ? `The ${other} is not verified.`
    : undefined;
}
