import { isTrue, type NamedUser, type OldAttribute } from './old-user.ts';
import { type AttributeSchema, isServiceAttribute, type NewPool, type Settings } from './settings.ts';
import { isNamedByAddress, keepsPreferredUsername } from './vouched.ts';

/**
 * Why an attribute cannot be written unchanged.
 * `form`: a number in a form that AWS doesn't document as accepted.
 * `unverified`: an address that would become a sign-in name.
 * `unvouched`: a preferred_username that would become a sign-in name, and that could be another user's name
 * in the old pool.
 */
export type AttributeFault = 'type' | 'length' | 'range' | 'format' | 'form' | 'unverified' | 'unvouched';

/** The only attribute that can have this fault. */
export const UNVOUCHED_ALIAS = 'preferred_username:unvouched';

/** Always left out, and never a reason to refuse the user (`--on-bad-attribute refuse`). */
const ALWAYS_DROPPED: readonly AttributeFault[] = ['form', 'unverified', 'unvouched'];

/**
 * Whether a user with this fault (`name:fault`) moves without the attribute.
 * Such a user moves regardless of `--on-bad-attribute`.
 */
export function isAlwaysDropped(fault: string): boolean {
  return ALWAYS_DROPPED.some((one) => fault.endsWith(`:${one}`));
}

/** The new user's attributes, and the reasons why others cannot be written. */
export interface MappedAttributes {
  readonly attributes: Readonly<Record<string, string>>;
  /** `name:fault`, never a value. */
  readonly bad: readonly string[];
  /**
   * Attributes that the new pool requires and the old user lacks.
   * Cognito would refuse to create the user.
   */
  readonly missing: readonly string[];
}

/** Attributes that every user pool has, whatever else is in its schema. */
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

/** The flag that says whether an address is verified, and that address. */
const FLAGS: readonly (readonly [flag: string, address: string])[] = [
  ['email_verified', 'email'],
  ['phone_number_verified', 'phone_number'],
];

/**
 * Turns the old user's attributes into the new user's.
 * The map, drop, and set rules come first. Only attributes of the new pool's schema remain, and each value is
 * checked. A verified flag is copied only with the very address that it was given for.
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

/**
 * The values that the new pool has and accepts, and the faults of the others.
 * Writes Booleans in lowercase.
 */
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

/**
 * Writes Booleans in lowercase, and a required number as plainly as possible.
 * Nobody moves without a required attribute.
 */
function written(value: string, { type, required }: AttributeSchema): string {
  if (type === 'Boolean') return value.toLowerCase();
  const whole = Number(value);
  return type === 'Number' && required && Number.isSafeInteger(whole) ? String(whole) : value;
}

/** Whether an address is the old user's own and no rule has changed it. */
function isCopied(
  address: string,
  value: string | undefined,
  old: readonly OldAttribute[],
  { map: { rename, drop, set } }: Settings,
): boolean {
  const isTouched = Object.hasOwn(rename, address) || drop.includes(address) || Object.hasOwn(set, address);
  return !isTouched && old.some((one) => one.name === address && one.value === value);
}

/** Removes addresses that would become names of the new user without the old pool vouching for them. */
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

/**
 * The new name and value of each attribute that the rules produce.
 * Later rules win: copied, renamed, set.
 */
function wanted(user: NamedUser, { map }: Settings): Map<string, string> {
  const copied = new Map<string, string>();
  const renamed = new Map<string, string>();
  for (const { name, value } of user.attributes) {
    if (value === '' || map.drop.includes(name)) continue;
    const target = Object.hasOwn(map.rename, name) ? map.rename[name] : undefined;
    if (target !== undefined) renamed.set(target, value);
    else if (!isServiceAttribute(name)) copied.set(name, value);
  }
  copied.delete(oldSubTarget(map) ?? '');
  if (isNamedByAddress(user, { map })) renamed.set('email', user.userName);
  const all = new Map([...copied, ...renamed, ...Object.entries(map.set)]);
  // settings.ts already refuses such rules. This is the last check before a whole migration would fail.
  for (const name of all.keys()) if (isServiceAttribute(name)) all.delete(name);
  return all;
}

/**
 * The attribute that keeps the old sub, if any. The old sub decides about rights, so an attribute of the old
 * pool with the same name proves nothing.
 */
const oldSubTarget = ({ rename }: Settings['map']): string | undefined =>
  Object.hasOwn(rename, 'sub') ? rename.sub : undefined;

/** Every pool's schema lists `sub` as required, but Cognito itself manages it. */
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
 * The fault of a number, if any.
 * "Number" is all that AWS documents. Whether Cognito accepts 1.50, +1, 1e3, or 007 is unknown, and a refused
 * value would keep the user out. AWS's own examples have whole numbers in their usual form. A required number
 * is sent anyway, because AWS would certainly refuse the user without it.
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
  // Any letter case, as Cognito keeps it. Written in lowercase.
  Boolean: (value) => /^(true|false)$/i.test(value),
  // AWS documents the type but no notation. Both seconds since 1970 and ISO 8601 pass.
  DateTime: (value) =>
    /^\d{1,13}$/.test(value) || (/^\d{4}-\d{2}-\d{2}/.test(value) && !Number.isNaN(Date.parse(value))),
};

/**
 * Formats of the standard attributes.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 */
const FORMATS: Readonly<Record<string, (value: string) => boolean>> = {
  email: (value) => /^[^\s@]+@[^\s@]+$/.test(value),
  phone_number: (value) => /^\+[0-9]{1,15}$/.test(value),
  birthdate: isCalendarDay,
};

function isCalendarDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  // OpenID Connect allows the year 0000 for "omitted". JavaScript knows that year too.
  const time = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

/**
 * Whether the new user could choose a new password.
 * That requires a verified contact that the pool may write to. Without one, a user in RESET_REQUIRED could
 * never sign in, and the old password would no longer help.
 */
export function canResetPassword(attributes: Readonly<Record<string, string>>, pool: NewPool): boolean {
  const ways = pool.recovery ?? ['verified_email', 'verified_phone_number'];
  const has = (address: string) =>
    attributes[address] !== undefined && isTrue(attributes[`${address}_verified`]);
  return (
    (ways.includes('verified_email') && has('email')) ||
    (ways.includes('verified_phone_number') && has('phone_number'))
  );
}
