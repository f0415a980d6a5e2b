/** A pool's attribute schema: the standard attributes and the custom ones. */
import type { JsonObject } from '../../operation.ts';
import { invalidParameter } from './errors.ts';
import { optObj, optStr, str } from './input.ts';
import { schemaAttribute } from './pool-fields.ts';
import { conform, type OnUnknown } from './shapes.ts';
import type { Pool, SchemaAttribute } from './state.ts';

type Kind = SchemaAttribute['type'];

function standard(name: string, type: Kind = 'String', min?: string, max?: string): SchemaAttribute {
  const bounds = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  return { name, type, developerOnly: false, mutable: true, required: false, ...bounds };
}

/**
 * Developer Guide, "User pool attributes".
 * Bounds are those that DescribeUserPool shows for a new pool.
 */
const standardAttributes: readonly SchemaAttribute[] = [
  { ...standard('sub', 'String', '1', '2048'), mutable: false, required: true },
  ...[
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
    'gender',
    'zoneinfo',
    'locale',
    'phone_number',
    'address',
  ].map((name) => standard(name, 'String', '0', '2048')),
  standard('birthdate', 'String', '10', '10'),
  standard('email_verified', 'Boolean'),
  standard('phone_number_verified', 'Boolean'),
  standard('updated_at', 'Number', '0'),
  standard('identities'),
];

function customAttribute(input: JsonObject): SchemaAttribute {
  const name = str(input, 'Name');
  if (name.length < 1 || name.length > 20) {
    throw invalidParameter(`Attribute name ${name} must have 1 to 20 characters.`);
  }
  if (input.Required === true)
    throw invalidParameter('Required custom attributes are not supported currently.');
  const type = kind(optStr(input, 'AttributeDataType'));
  const developerOnly = input.DeveloperOnlyAttribute === true;
  return {
    // "dev:" in the Developer Guide, "dev:custom:" in recorded responses (examples of the AWS CLI and the
    // SDKs).
    name: `${developerOnly ? 'dev:' : ''}custom:${name}`,
    type,
    developerOnly,
    mutable: input.Mutable !== false,
    required: false,
    ...bounds(input, type),
  };
}

function kind(value: string | undefined): Kind {
  return value === 'Number' || value === 'Boolean' || value === 'DateTime' ? value : 'String';
}

function bounds(input: JsonObject, type: Kind): { min?: string; max?: string } {
  const source =
    type === 'Number'
      ? optObj(input, 'NumberAttributeConstraints')
      : optObj(input, 'StringAttributeConstraints');
  if (source === undefined) return {};
  const min = optStr(source, type === 'Number' ? 'MinValue' : 'MinLength');
  const max = optStr(source, type === 'Number' ? 'MaxValue' : 'MaxLength');
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

/**
 * The schema of a new pool.
 * It has the standard attributes, changed by those named in `sent`, and the custom attributes of `sent`.
 */
export function newSchema(sent: readonly JsonObject[]): SchemaAttribute[] {
  const schema = new Map(standardAttributes.map((attribute) => [attribute.name, attribute]));
  for (const input of sent) {
    const name = str(input, 'Name');
    const known = schema.get(name);
    if (known === undefined) {
      addTo(schema, customAttribute(input));
      continue;
    }
    schema.set(name, {
      ...known,
      mutable: typeof input.Mutable === 'boolean' ? input.Mutable : known.mutable,
      required: typeof input.Required === 'boolean' ? input.Required : known.required,
      ...bounds(input, known.type),
    });
  }
  return [...schema.values()];
}

function addTo(schema: Map<string, SchemaAttribute>, attribute: SchemaAttribute): void {
  if (schema.has(attribute.name)) {
    throw invalidParameter(`${attribute.name}: Existing attribute already has name ${attribute.name}.`);
  }
  schema.set(attribute.name, attribute);
}

/**
 * AddCustomAttributes: 1 to 25 per call, 50 per pool (Developer Guide, quotas).
 * No operation removes one.
 */
export function addCustomAttributes(pool: Pool, sent: readonly JsonObject[], on: OnUnknown): void {
  if (sent.length < 1 || sent.length > 25) {
    throw invalidParameter('1 to 25 custom attributes can be added in one call.');
  }
  const schema = new Map(pool.schema.map((attribute) => [attribute.name, attribute]));
  for (const input of sent) {
    conform(input, schemaAttribute, 'customAttributes', on);
    addTo(schema, customAttribute(input));
  }
  const added = [...schema.values()].slice(pool.schema.length);
  if (pool.schema.length + added.length > standardAttributes.length + 50) {
    throw invalidParameter('A user pool can have at most 50 custom attributes.');
  }
  pool.schema.push(...added);
}

/** An attribute as DescribeUserPool returns it. */
export function describeAttribute(attribute: SchemaAttribute): JsonObject {
  const { min, max } = attribute;
  const result: JsonObject = {
    Name: attribute.name,
    AttributeDataType: attribute.type,
    DeveloperOnlyAttribute: attribute.developerOnly,
    Mutable: attribute.mutable,
    Required: attribute.required,
  };
  const number = attribute.type === 'Number';
  if (number || attribute.type === 'String') {
    const limits: JsonObject = {};
    if (min !== undefined) limits[number ? 'MinValue' : 'MinLength'] = min;
    if (max !== undefined) limits[number ? 'MaxValue' : 'MaxLength'] = max;
    result[number ? 'NumberAttributeConstraints' : 'StringAttributeConstraints'] = limits;
  }
  return result;
}
