/**
 * The values that may become a name in the new pool: only their owner can have them in the old pool.
 */
import { isVerified, type NamedUser, oldValue } from './old-user.ts';
import type { AttributeMap, OldPool, Settings, SignInAttribute } from './settings.ts';

/**
 * Whether the old pool vouches that an address is this user's own. Then it may become a sign-in name.
 *
 * Anyone can write another person's address into their own profile, or choose it as their username. If it
 * became the name, the owner of the address would be shut out. So the old pool must have verified the
 * address, or use it for sign-in. As a username attribute, an address belongs to one user there, verified or
 * not. An alias works only after verification, so an alias needs the flag too.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 *
 * The owner of the pools can vouch instead (`--map username=email`), for usernames that the old app has
 * checked.
 * @param wasTyped Whether the old pool was asked for this user by this very value.
 */
export function isVouched(
  attribute: SignInAttribute,
  value: string,
  user: NamedUser,
  { oldPool, map }: Pick<Settings, 'oldPool' | 'map'>,
  wasTyped: boolean,
): boolean {
  if (isVerified(user, attribute, value)) return true;
  if (attribute === 'email' && value === user.userName && isNamedByAddress(user, { map })) return true;
  return value === oldValue(user, attribute) && signsInBy(attribute, user, oldPool, wasTyped);
}

/** `--map username=email`: the owner of the pools vouches that usernames are their users' addresses. */
export function vouchesForUsernames({ rename }: Pick<AttributeMap, 'rename'>): boolean {
  return Object.hasOwn(rename, 'username') && rename.username === 'email';
}

/**
 * Whether that rule makes this user's name their email address.
 * It says nothing about other names. No address holds control characters, and the name becomes part of a
 * filter.
 */
export function isNamedByAddress(user: Pick<NamedUser, 'userName'>, { map }: Pick<Settings, 'map'>): boolean {
  return vouchesForUsernames(map) && /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(user.userName);
}

/**
 * Whether the old pool signs this user in by that attribute as a username attribute.
 * Of an email address and a phone number, "users can choose one" there. If unverified, only the one that the
 * pool found the user by is theirs.
 */
function signsInBy(
  attribute: SignInAttribute,
  user: NamedUser,
  { usernameAttributes = [] }: OldPool,
  wasTyped: boolean,
): boolean {
  if (!wasTyped) return false;
  // If nobody could read the pool's settings, the answer itself is the evidence.
  return usernameAttributes.length > 0 ? usernameAttributes.includes(attribute) : hasMadeUpName(user);
}

/**
 * Whether Cognito generated the username, which then is the `sub`.
 * Cognito does this if addresses are the usernames. Nowhere else can the two be equal. So this shows the kind
 * of an old pool whose settings nobody could read. Settings of 1.0.0 said "none" for such a pool.
 */
export function hasMadeUpName(user: NamedUser): boolean {
  return user.userName === oldValue(user, 'sub');
}

/**
 * Whether a user keeps this `preferred_username`.
 * As an alias, it's a sign-in name, and users write it themselves. It must have been as unique in the old
 * pool as it is in the new one. Otherwise someone could take another user's name during the move. The user's
 * own old username belongs to nobody else.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 */
export function keepsPreferredUsername(
  value: string,
  user: NamedUser,
  pools: Pick<Settings, 'newPool' | 'oldPool'>,
): boolean {
  if (!pools.newPool.aliasAttributes.includes('preferred_username')) return true;
  if (value === user.userName) return true;
  return value === oldValue(user, 'preferred_username') && wasAsUnique(value, pools);
}

function wasAsUnique(value: string, { newPool, oldPool }: Pick<Settings, 'newPool' | 'oldPool'>): boolean {
  const { aliasAttributes = [], caseSensitive = true } = oldPool;
  if (!aliasAttributes.includes('preferred_username')) return false;
  // `ALICE` and `alice` may be two users in the old pool, but they are one name in the new pool.
  if (caseSensitive && !newPool.caseSensitive) return false;
  const added = newPool.aliasAttributes.filter((name) => !aliasAttributes.includes(name));
  return !looksLikeAlias(value, added);
}

/** Whether a name has the form of an email address or a phone number that is one of these aliases. */
export function looksLikeAlias(name: string, aliases: readonly SignInAttribute[]): boolean {
  return (
    (aliases.includes('email') && /^[^\s@]+@[^\s@]+$/.test(name)) ||
    (aliases.includes('phone_number') && /^\+[0-9]+$/.test(name))
  );
}
