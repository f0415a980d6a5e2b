/** Checks user attributes against a pool's schema and writes them as lists on the wire. */
import type { Json } from '../../operation.ts';
import { invalidParameter } from './errors.ts';
import type { Pool, SchemaAttribute, User } from './state.ts';

/** Maximum length of any attribute value. Developer Guide, quotas. */
const maxLength = 2048;

export const emailFormat = /^[^\s@]+@[^\s@]+\.[^\s@]+$/u;
export const phoneFormat = /^\+[1-9]\d{1,14}$/;

function stringFault(attribute: SchemaAttribute, value: string): string | undefined {
  const length = [...value].length;
  if (length > Math.min(Number(attribute.max ?? maxLength), maxLength))
    return 'String is longer than allowed.';
  if (length < Number(attribute.min ?? 0)) return 'String is shorter than allowed.';
  if (value === '') return undefined;
  if (attribute.name === 'email' && !emailFormat.test(value)) return 'Invalid email address format.';
  if (attribute.name === 'phone_number' && !phoneFormat.test(value)) return 'Invalid phone number format.';
  if (attribute.name === 'birthdate' && !/^\d{4}-\d{2}-\d{2}$/.test(value))
    return 'Invalid birthdate format.';
  return undefined;
}

/** Whole numbers in the usual form, or any number: see the settings. */
const numbers = { whole: /^(0|-?[1-9]\d*)$/, any: /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i } as const;

function valueFault(attribute: SchemaAttribute, value: string, { settings }: Pool): string | undefined {
  if (attribute.type === 'String') return stringFault(attribute, value);
  if (attribute.type === 'Boolean') {
    return /^(true|false)$/i.test(value) ? undefined : 'Attribute is not a boolean.';
  }
  if (attribute.type === 'Number') {
    if (!numbers[settings.numberForms].test(value)) return 'Attribute is not a number.';
    if (attribute.min !== undefined && Number(value) < Number(attribute.min)) return 'Number is too small.';
    if (attribute.max !== undefined && Number(value) > Number(attribute.max)) return 'Number is too large.';
  }
  // AWS doesn't document the format of DateTime values, so it is not checked.
  return undefined;
}

/** The first schema violation, as `name: reason`. `complete` also checks required attributes. */
export function schemaFault(
  pool: Pool,
  attributes: Map<string, string>,
  complete: boolean,
): string | undefined {
  const schema = new Map(pool.schema.map((attribute) => [attribute.name, attribute]));
  for (const [name, value] of attributes) {
    const attribute = schema.get(name);
    if (attribute === undefined) return `${name}: Attribute does not exist in schema.`;
    if (name === 'sub' || name === 'identities') return `${name}: Attribute cannot be set.`;
    const fault = valueFault(attribute, value, pool);
    if (fault !== undefined) return `${name}: ${fault}`;
  }
  if (!complete) return undefined;
  const missing = pool.schema.find(
    (attribute) => attribute.required && attribute.name !== 'sub' && !attributes.get(attribute.name),
  );
  return missing === undefined ? undefined : `${missing.name}: The attribute is required`;
}

export function checkAttributes(pool: Pool, attributes: Map<string, string>, complete: boolean): void {
  const fault = schemaFault(pool, attributes, complete);
  if (fault !== undefined) throw invalidParameter(`Attributes did not conform to the schema: ${fault}`);
}

/** Refuses to change attributes that can be set only at creation. */
export function checkMutable(pool: Pool, names: Iterable<string>): void {
  for (const name of names) {
    const attribute = pool.schema.find((candidate) => candidate.name === name);
    if (attribute !== undefined && !attribute.mutable) {
      throw invalidParameter(`user.${name}: Attribute cannot be updated.`);
    }
  }
}

/** A user's attributes as Name/Value pairs, `sub` first. */
export function attributeList(user: User, only?: readonly string[]): Json[] {
  return [['sub', user.sub], ...user.attributes]
    .filter(([name]) => only === undefined || only.includes(name ?? ''))
    .map(([name, value]) => ({ Name: name ?? '', Value: value ?? '' }));
}

export function isVerified(
  { settings }: Pool,
  user: Pick<User, 'attributes'>,
  name: 'email' | 'phone_number',
): boolean {
  const flag = user.attributes.get(`${name}_verified`);
  const isTrue = settings.trueInOtherCase === 'verified' ? flag?.toLowerCase() === 'true' : flag === 'true';
  return isTrue && Boolean(user.attributes.get(name));
}
