/**
 * The names that people sign in with: of an old user in the old pool, and of a user in the new pool.
 * Names are compared as the new pool compares them.
 */
import { hasVerified } from '../lambda/find-by.ts';
import { foldName } from '../lambda/names.ts';
import { isTrue, type NamedUser, oldValue } from '../lambda/old-user.ts';
import type { NewPool, Settings, SignInAttribute } from '../lambda/settings.ts';

/**
 * The names by which AdminGetUser finds an old user, as sign-in does.
 * An email address that isn't an alias finds nobody, unless the function searches for it (`--find-by`).
 */
export function oldNames(user: NamedUser, { oldPool, findBy }: Pick<Settings, 'oldPool' | 'findBy'>) {
  const value = (name: string): string | undefined => oldValue(user, name);
  const present = (names: readonly SignInAttribute[]) => names.flatMap((name) => value(name) ?? []);
  const searched = findBy !== undefined && hasVerified(user, { findBy }) ? present([findBy]) : [];
  // If addresses are the usernames, the pool generated the username, and nobody types it.
  if (oldPool.usernameAttributes?.length)
    return [...new Set([...present(oldPool.usernameAttributes), ...searched])];
  const active = (oldPool.aliasAttributes ?? []).filter((name) => isActiveAlias(name, value));
  return [...new Set([user.userName, ...present(active), ...searched])];
}

/** An alias works once the pool has verified it. A preferred_username needs no verification. */
const isActiveAlias = (name: SignInAttribute, value: (name: string) => string | undefined): boolean =>
  name === 'preferred_username' || isTrue(value(`${name}_verified`));

/** A name of a user in the new pool, and its kind. */
export interface NewName {
  readonly kind: 'username' | SignInAttribute;
  readonly name: string;
}

/**
 * The names of a user in the new pool.
 * As a username attribute, an address counts even if it's unverified. As an alias, it must be verified.
 * @param userName undefined if the pool generates it, and nobody types it.
 */
export function newNames(
  userName: string | undefined,
  value: (attribute: string) => string | undefined,
  { usernameAttributes, aliasAttributes }: Pick<NewPool, 'usernameAttributes' | 'aliasAttributes'>,
): NewName[] {
  const kinds =
    usernameAttributes.length > 0
      ? usernameAttributes
      : aliasAttributes.filter((name) => isActiveAlias(name, value));
  const addresses = kinds.flatMap((kind) => {
    const name = value(kind);
    return name === undefined || name === '' ? [] : [{ kind, name }];
  });
  return [...(userName === undefined ? [] : [{ kind: 'username', name: userName } as const]), ...addresses];
}

/** All kinds of names by which the new pool looks a typed name up. */
export const nameKinds: readonly NewName['kind'][] = [
  'username',
  'email',
  'phone_number',
  'preferred_username',
];

/** The form in which the index keeps a name. */
export const nameKey = ({ kind, name }: NewName, { caseSensitive }: Pick<NewPool, 'caseSensitive'>): string =>
  `${kind} ${foldName(name, caseSensitive)}`;
