/** Which values may become a name in the new pool: those that nobody but their owner can have in the old one. */
import { isVerified, type NamedUser, oldValue } from './old-user.ts';
import type { AttributeMap, OldPool, Settings, SignInAttribute } from './settings.ts';

/**
 * Whether the old pool vouches that an address is this user's own, so that it may become their sign-in name.
 *
 * Anyone can write another person's address into their own profile, or choose it as their username. If it became the name,
 * the owner of the address would be shut out. So the old pool must have verified the address, or sign people in by it:
 * as a username attribute, an address belongs to one user there, verified or not. An alias works only once it is verified,
 * so an alias needs the flag as well.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 *
 * The owner of the pools can vouch instead, for usernames that the old app has checked (`--map username=email`).
 * @param wasTyped the old pool was asked for this user by this very value.
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

/** `--map username=email`: the owner of the pools vouches that usernames are the addresses of their users. */
export function vouchesForUsernames({ rename }: Pick<AttributeMap, 'rename'>): boolean {
  return Object.hasOwn(rename, 'username') && rename.username === 'email';
}

/**
 * Whether that rule makes this user's name their email address. Of other names it says nothing. Control characters are in no
 * address, and the name becomes part of a filter.
 */
export function isNamedByAddress(user: Pick<NamedUser, 'userName'>, { map }: Pick<Settings, 'map'>): boolean {
  return vouchesForUsernames(map) && /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(user.userName);
}

/**
 * Whether the old pool signs this user in by that attribute as a username attribute. Of an email address and a phone number
 * "users can choose one" there: unverified, only the one that the pool has found the user by is theirs.
 */
function signsInBy(
  attribute: SignInAttribute,
  user: NamedUser,
  { usernameAttributes = [] }: OldPool,
  wasTyped: boolean,
): boolean {
  if (!wasTyped) return false;
  // Of a pool whose settings nobody could read, the answer itself is the evidence.
  return usernameAttributes.length > 0 ? usernameAttributes.includes(attribute) : hasMadeUpName(user);
}

/**
 * Where addresses are the usernames, Cognito makes the username itself: it is the `sub`. Nowhere else can they be equal, so
 * this tells the kind of an old pool whose settings nobody could read; those of 1.0.0 said "none" of such a pool.
 */
export function hasMadeUpName(user: NamedUser): boolean {
  return user.userName === oldValue(user, 'sub');
}

/**
 * Whether a user keeps this `preferred_username`. As an alias it is a name to sign in with, and users write it themselves:
 * unless the old pool kept it as unique as the new one does, somebody could take another user's name on the way. The user's
 * own old username is no other's.
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
  // `ALICE` and `alice` may be two users there, and are one name here.
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
