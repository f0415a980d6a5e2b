/**
 * Sign-in by an address that isn't a name in the old pool (`--find-by`).
 * ListUsers finds the username. AdminGetUser by that username decides as for everyone else.
 */
import { addressFilter } from './address-holders.ts';
import { foldName } from './names.ts';
import { isTrue, type NamedUser, oldValue } from './old-user.ts';
import type { FindBy, Settings } from './settings.ts';

type Rule = Pick<Settings, 'findBy' | 'newPool'>;

/**
 * Requests of ListUsers per second and execution environment, for names that anyone can send.
 * AWS allows 30 per second for all pools of an account and Region, and doesn't raise this quota (Developer
 * Guide, quotas, UserList). A flood must not use it up. A search can take several requests, and each counts.
 */
export const mostLookups = 5;

/**
 * ListUsers takes filters of at most 256 characters (API Reference, "ListUsers", Filter).
 * Escapes count too.
 */
const LONGEST_FILTER = 256;

/**
 * The filter that finds the users with the typed address.
 * Undefined if the rule is off, or if the name can't be such an address. Then AdminGetUser is asked as always,
 * and a flood of other names uses none of the quota of ListUsers.
 */
export function filterFor(typed: string, findBy: FindBy | undefined): string | undefined {
  if (findBy === undefined || !hasShapeOf(findBy, typed)) return undefined;
  const filter = addressFilter(findBy, typed);
  return filter.length <= LONGEST_FILTER ? filter : undefined;
}

/** Whether the text has the form of an email address, or of a phone number in E.164. */
const hasShapeOf = (attribute: FindBy, text: string): boolean =>
  attribute === 'email' ? /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(text) : /^\+[0-9]{1,15}$/.test(text);

/** Whether the user has the typed address, compared as the new pool compares names. */
export function hasAddress(user: Pick<NamedUser, 'attributes'>, typed: string, rule: Rule): boolean {
  const { findBy, newPool } = rule;
  const address = findBy && oldValue(user, findBy);
  if (address === undefined) return false;
  return foldName(address, newPool.caseSensitive) === foldName(typed, newPool.caseSensitive);
}

/** Whether the old pool has verified this user's address. */
export const hasVerified = (user: Pick<NamedUser, 'attributes'>, { findBy }: Pick<Rule, 'findBy'>): boolean =>
  findBy !== undefined && isTrue(oldValue(user, `${findBy}_verified`));

/**
 * The users who have verified the typed address.
 * Unverified ones never count, for or against: anyone can write another person's address into their profile.
 */
export const ownersOf = (typed: string, users: readonly NamedUser[], rule: Rule): readonly NamedUser[] =>
  users.filter((user) => hasAddress(user, typed, rule) && hasVerified(user, rule));

/**
 * Whether an unknown name is asked once more in lower case.
 * People type names in any letter case if the new pool ignores it. A case-sensitive old pool knows most of them
 * in lower case. Unknown counts as case-sensitive.
 */
export function lowerCaseOf(typed: string, { oldPool, newPool }: Settings): string | undefined {
  const lower = foldName(typed, false);
  const isWorthAsking = (oldPool.caseSensitive ?? true) && !newPool.caseSensitive && lower !== typed;
  return isWorthAsking ? lower : undefined;
}

/** ClientMetadata, as the app sent it or as the old pool's triggers receive it (`--forward-client-metadata`). */
export type ClientMetadata = Readonly<Record<string, string>>;

/** Characters. A longer value isn't forwarded. */
const LONGEST_VALUE = 256;

/** The values that the owner of the pools chose to forward. Anyone can send any value. */
export function forwarded(sent: ClientMetadata, keys: readonly string[] = []): ClientMetadata {
  const chosen = keys.filter((key) => Object.hasOwn(sent, key));
  const values = chosen.map((key) => [key, sent[key] ?? ''] as const);
  return Object.fromEntries(values.filter(([, value]) => value.length <= LONGEST_VALUE));
}
