/**
 * The attribute custom:old_sub, which keeps a user's old sub.
 * An application's own data may know a user only by that sub. No pool can take it over.
 * It must be immutable. A user who could change it could pass for another user.
 */
import type { SchemaAttributeType, UserPoolType } from '@aws-sdk/client-cognito-identity-provider';
import { UsageError } from '../core/errors.ts';
import type { Vars } from '../core/variables/index.ts';
import { oldSubName, type Settings } from '../lambda/settings.ts';

export { oldSubName } from '../lambda/settings.ts';

/**
 * The attribute as input of AddCustomAttributes.
 * "The length of a custom attribute name can be no more than 20 characters", without its prefix.
 * The lengths are the widest possible (API reference, SchemaAttributeType).
 */
export const oldSubAttribute = {
  Name: 'old_sub',
  AttributeDataType: 'String',
  Mutable: false,
  StringAttributeConstraints: { MinLength: '0', MaxLength: '2048' },
} as const satisfies SchemaAttributeType;

/** Characters in a sub, which is a UUID. */
const subLength = 36;

/** Why an attribute must not hold the old sub. Undefined if it may. */
export function unfitForSub(attribute: SchemaAttributeType): string | undefined {
  if (attribute.AttributeDataType !== 'String') return `its type is ${attribute.AttributeDataType}`;
  if (attribute.Mutable !== false) return 'its owner can change it';
  const { MinLength = '0', MaxLength = '2048' } = attribute.StringAttributeConstraints ?? {};
  return Number(MinLength) > subLength || Number(MaxLength) < subLength
    ? `it does not accept ${subLength} characters`
    : undefined;
}

type Wish = Pick<Vars, 'MAP'> & Partial<Pick<Vars, 'ADD_OLD_SUB'>>;

const existing = (pool: UserPoolType): SchemaAttributeType | undefined =>
  pool.SchemaAttributes?.find(({ Name }) => Name === oldSubName);

/** The pool's schema, including the attribute if the operator wants to add it. */
export function schemaWithOldSub(pool: UserPoolType, { ADD_OLD_SUB }: Wish): readonly SchemaAttributeType[] {
  const schema = pool.SchemaAttributes ?? [];
  if (ADD_OLD_SUB !== true || existing(pool) !== undefined) return schema;
  return [...schema, { ...oldSubAttribute, Name: oldSubName }];
}

/** The rules, plus one for the old sub if the operator wants it and no rule says otherwise. */
export function mapWithOldSub(pool: UserPoolType, { ADD_OLD_SUB, MAP }: Wish): Vars['MAP'] {
  const attribute = existing(pool);
  const isUnfit = attribute !== undefined && unfitForSub(attribute) !== undefined; // the doctor reports it
  return ADD_OLD_SUB !== true || isUnfit || Object.hasOwn(MAP, 'sub') ? MAP : { ...MAP, sub: oldSubName };
}

/** @throws UsageError if sign-ups are guarded, and nothing tells a user who moves from a stranger. */
export function assertGuardable({ guard, map }: Settings): void {
  if (guard === undefined || map.rename.sub === oldSubName) return;
  throw new UsageError(
    `--guard-sign-up cannot be used: the new pool does not keep the old ID in ${oldSubName}`,
    {
      code: 'GUARD_UNFIT',
      expected: oldSubName,
      found: map.rename.sub,
      hint: [
        'Cognito probably runs the Pre sign-up trigger for users who move, too. Only the old ID tells them from strangers.',
        `--add-old-sub  adds ${oldSubName} to the new pool, which cannot be undone.`,
      ],
    },
  );
}

/** @throws UsageError if there is work after a move, and nothing proves who the new user was. */
export function assertProvable({ afterMove, map }: Settings): void {
  if (afterMove === undefined || map.rename.sub === oldSubName) return;
  const { groups } = afterMove;
  const [flag, code, risk] =
    groups === undefined
      ? (['--move-once', 'MOVE_ONCE_UNFIT', 'and would end the old user of somebody else'] as const)
      : (['--groups', 'GROUPS_UNFIT', 'and would get the rights of somebody else'] as const);
  throw new UsageError(`${flag} cannot be used: the new pool does not keep the old ID in ${oldSubName}`, {
    code,
    expected: oldSubName,
    found: map.rename.sub,
    hint: [
      `A name proves nothing: a stranger could have taken it, ${risk}.`,
      `--add-old-sub  adds ${oldSubName} to the new pool, which cannot be undone. Users who moved before have none.`,
    ],
  });
}
