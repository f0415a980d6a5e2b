import type { NamedUser, OldAttribute } from './old-user.ts';
import { type AttributeSchema, isServiceAttribute, type Settings } from './settings.ts';
import { isNamedByAddress, keepsPreferredUsername } from './vouched.ts';

/**
 * Why one attribute cannot be written as it is. `form`: a number in a form of which AWS doesn't say whether it takes it.
 * `unverified`: an address that would become a name to sign in with. `unvouched`: a preferred_username that would become
 * one, and that could be another user's name in the old pool.
 */
export type AttributeFault = 'type' | 'length' | 'range' | 'format' | 'form' | 'unverified' | 'unvouched';

/** The only attribute with this fault. */
export const UNVOUCHED_ALIAS = 'preferred_username:unvouched';

/** Left out in any case, and never a reason to refuse the user (`--on-bad-attribute refuse`). */
const ALWAYS_DROPPED: readonly AttributeFault[] = ['form', 'unverified', 'unvouched'];

/** Whether a user with this fault (`name:fault`) moves without the attribute, whatever `--on-bad-attribute` says. */
export function isAlwaysDropped(fault: string): boolean {
  return ALWAYS_DROPPED.some((one) => fault.endsWith(`:${one}`));
}

/** The new user's attributes, and what stood in the way of the others. */
export interface MappedAttributes {
  readonly attributes: Readonly<Record<string, string>>;
  /** `name:fault`, never a value. */
  readonly bad: readonly string[];
  /** Attributes that the new pool requires and the old user lacks: Cognito would refuse to create the user. */
  readonly missing: readonly string[];
}

/** Every user pool has these, whatever else its schema holds. */
const STANDARD: Readonly<Record<string, AttributeSchema>> = Object.fromEntries([
  ...[
    'name',
    'given_name',
    'family_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
  ].map((name) => [name, { type: 'String', max: 2048 } as const]),
  ...['website', 'email', 'gender', 'zoneinfo', 'locale', 'phone_number', 'address'].map((name) => [
    name,
    { type: 'String', max: 2048 } as const,
  ]),
  ['birthdate', { type: 'String', min: 10, max: 10 }],
  ['updated_at', { type: 'Number', min: 0 }],
  ['email_verified', { type: 'Boolean' }],
  ['phone_number_verified', { type: 'Boolean' }],
]);

/** No attribute of a user pool may be longer. */
const LONGEST_VALUE = 2048;

/** The flag that says whether an address was verified, and the address it speaks of. */
const FLAGS: readonly (readonly [flag: string, address: string])[] = [
  ['email_verified', 'email'],
  ['phone_number_verified', 'phone_number'],
];

/**
 * Turns the old user's attributes into the new user's: map, drop and set rules first, then only what the new pool's
 * schema has, each value checked. A verified flag goes along only with the very address it was given for.
 */
export function mapAttributes(user: NamedUser, settings: Settings): MappedAttributes {
  const schema = settings.schema ?? STANDARD;
  const { values, bad } = fitting(wanted(user, settings), schema);
  for (const [flag, address] of FLAGS)
    if (!isCopied(address, values.get(address), user.attributes, settings)) values.delete(flag);
  const alias = values.get('preferred_username');
  if (alias !== undefined && !keepsPreferredUsername(alias, user, settings)) {
    values.delete('preferred_username');
    bad.push(UNVOUCHED_ALIAS);
  }
  const missing = Object.keys(schema).filter((name) => isMissing(name, schema, values));
  return { attributes: Object.fromEntries(values), bad, missing };
}

/** What the new pool has and takes, Booleans in small letters; and what of it doesn't fit. */
function fitting(all: ReadonlyMap<string, string>, schema: Readonly<Record<string, AttributeSchema>>) {
  const values = new Map<string, string>();
  const bad: string[] = [];
  for (const [name, value] of all) {
    const rules = Object.hasOwn(schema, name) ? schema[name] : undefined;
    if (!rules) continue;
    const fault = faultOf(name, value, rules);
    if (fault) bad.push(`${name}:${fault}`);
    else values.set(name, written(value, rules));
  }
  return { values, bad };
}

/** Booleans in small letters; a required number as plainly as it can be, since nobody moves without it. */
function written(value: string, { type, required }: AttributeSchema): string {
  if (type === 'Boolean') return value.toLowerCase();
  const whole = Number(value);
  return type === 'Number' && required && Number.isSafeInteger(whole) ? String(whole) : value;
}

/** Whether an address is the very one of the old user, and no rule has touched it. */
function isCopied(
  address: string,
  value: string | undefined,
  old: readonly OldAttribute[],
  { map: { rename, drop, set } }: Settings,
): boolean {
  const isTouched = Object.hasOwn(rename, address) || drop.includes(address) || Object.hasOwn(set, address);
  return !isTouched && old.some((one) => one.name === address && one.value === value);
}

/** Without addresses that would become names of the new user, and that the old pool doesn't vouch for. */
export function withoutNames(
  { attributes, bad, missing }: MappedAttributes,
  names: readonly string[] = [],
  { schema = STANDARD }: Pick<Settings, 'schema'>,
): MappedAttributes {
  const left = Object.entries(attributes).filter(
    ([name]) => !names.some((address) => name === address || name === `${address}_verified`),
  );
  return {
    attributes: Object.fromEntries(left),
    bad: [...bad, ...names.map((name) => `${name}:unverified`)],
    missing: [...missing, ...names.filter((name) => schema[name]?.required === true)],
  };
}

/** The new name and value of everything that the rules ask for. A later rule wins: copied, renamed, set. */
function wanted(user: NamedUser, { map }: Settings): Map<string, string> {
  const copied = new Map<string, string>();
  const renamed = new Map<string, string>();
  for (const { name, value } of user.attributes) {
    if (value === '' || map.drop.includes(name)) continue;
    const target = Object.hasOwn(map.rename, name) ? map.rename[name] : undefined;
    if (target !== undefined) renamed.set(target, value);
    else if (!isServiceAttribute(name)) copied.set(name, value);
  }
  if (isNamedByAddress(user, { map })) renamed.set('email', user.userName);
  const all = new Map([...copied, ...renamed, ...Object.entries(map.set)]);
  // settings.ts refuses such rules already; this is the last line before a whole migration would fail.
  for (const name of all.keys()) if (isServiceAttribute(name)) all.delete(name);
  return all;
}

/** `sub` is listed as required in every pool's schema, and is Cognito's own affair. */
function isMissing(
  name: string,
  schema: Readonly<Record<string, AttributeSchema>>,
  values: ReadonlyMap<string, string>,
): boolean {
  return schema[name]?.required === true && !isServiceAttribute(name) && !values.has(name);
}

function faultOf(name: string, value: string, rules: AttributeSchema): AttributeFault | undefined {
  if (value.length > LONGEST_VALUE) return 'length';
  const format = FORMATS[name];
  if (format && Object.hasOwn(FORMATS, name) && !format(value)) return 'format';
  if (rules.type === 'String') return within(value.length, rules) ? undefined : 'length';
  if (!TYPES[rules.type](value)) return 'type';
  return rules.type === 'Number' ? numberFault(value, rules) : undefined;
}

/**
 * "Number" is all that the documentation says: whether Cognito takes 1.50, +1, 1e3 or 007 is open, and a value that it refuses
 * would keep the user out. Whole numbers as everybody writes them are in its own examples. A required number is sent all
 * the same: without it, AWS would refuse the user for certain.
 */
function numberFault(value: string, rules: AttributeSchema): AttributeFault | undefined {
  if (!rules.required && !/^(0|-?[1-9]\d*)$/.test(value)) return 'form';
  return within(Number(value), rules) ? undefined : 'range';
}

function within(size: number, { min, max }: AttributeSchema): boolean {
  return size >= (min ?? Number.NEGATIVE_INFINITY) && size <= (max ?? Number.POSITIVE_INFINITY);
}

const TYPES: Readonly<Record<'Number' | 'DateTime' | 'Boolean', (value: string) => boolean>> = {
  Number: (value) => /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value),
  // In any letter case, as Cognito keeps it; written in small letters.
  Boolean: (value) => /^(true|false)$/i.test(value),
  // The documentation names the type but no notation: seconds since 1970 and ISO 8601 are both let through.
  DateTime: (value) =>
    /^\d{1,13}$/.test(value) || (/^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(Date.parse(value))),
};

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html */
const FORMATS: Readonly<Record<string, (value: string) => boolean>> = {
  email: (value) => /^[^\s@]+@[^\s@]+$/.test(value),
  phone_number: (value) => /^\+[0-9]{1,15}$/.test(value),
  birthdate: isCalendarDay,
};

function isCalendarDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  // OpenID Connect allows the year 0000 for "not told"; JavaScript knows that year too.
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}
