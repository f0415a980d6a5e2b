/**
 * custom:old_sub, the attribute that keeps the user's old sub: the one thing that an application's own data may know a user
 * by, and that no pool can take over. It must be immutable, since whoever could change it could pass for somebody else.
 */
import type { SchemaAttributeType, UserPoolType } from '@aws-sdk/client-cognito-identity-provider';
import type { Vars } from '../core/variables/index.ts';

/** As it is called in the pool's schema. */
export const oldSubName = 'custom:old_sub';

/**
 * What AddCustomAttributes is asked for. "The length of a custom attribute name can be no more than 20 characters", its
 * prefix not counted; the lengths are the widest there are (API reference, SchemaAttributeType).
 */
export const oldSubAttribute = {
  Name: 'old_sub',
  AttributeDataType: 'String',
  Mutable: false,
  StringAttributeConstraints: { MinLength: '0', MaxLength: '2048' },
} as const satisfies SchemaAttributeType;

/** A sub is a UUID. */
const subLength = 36;

/** Why an attribute must not hold the old sub; undefined when it may. */
export function unfitForSub(attribute: SchemaAttributeType): string | undefined {
  if (attribute.AttributeDataType !== 'String') return `its type is ${attribute.AttributeDataType}`;
  if (attribute.Mutable !== false) return 'its owner can change it';
  const { MinLength = '0', MaxLength = '2048' } = attribute.StringAttributeConstraints ?? {};
  return Number(MinLength) > subLength || Number(MaxLength) < subLength
    ? `it does not take ${subLength} characters`
    : undefined;
}

type Wish = Pick<Vars, 'MAP'> & Partial<Pick<Vars, 'ADD_OLD_SUB'>>;

const existing = (pool: UserPoolType): SchemaAttributeType | undefined =>
  pool.SchemaAttributes?.find(({ Name }) => Name === oldSubName);

/** The pool's schema as it will be once the attribute was added, where that is wished. */
export function schemaWithOldSub(pool: UserPoolType, { ADD_OLD_SUB }: Wish): readonly SchemaAttributeType[] {
  const schema = pool.SchemaAttributes ?? [];
  if (ADD_OLD_SUB !== true || existing(pool) !== undefined) return schema;
  return [...schema, { ...oldSubAttribute, Name: oldSubName }];
}

/** The rules, and that the old sub goes to the attribute, where that is wished and not told otherwise. */
export function mapWithOldSub(pool: UserPoolType, { ADD_OLD_SUB, MAP }: Wish): Vars['MAP'] {
  const attribute = existing(pool);
  const isUnfit = attribute !== undefined && unfitForSub(attribute) !== undefined; // the doctor says so
  return ADD_OLD_SUB !== true || isUnfit || Object.hasOwn(MAP, 'sub') ? MAP : { ...MAP, sub: oldSubName };
}
