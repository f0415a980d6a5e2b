import type { OldAttribute } from './attributes.ts';
import type { Settings, SignInAttribute } from './settings.ts';

/** The old user as far as names are concerned. */
export interface NamedUser {
  readonly userName: string;
  readonly attributes: readonly OldAttribute[];
}

/** Whether the typed name may create the new user, and the `username` to give along in an alias pool. */
export type NameVerdict =
  | { readonly ok: true; readonly username?: string }
  | { readonly ok: false; readonly reason: 'other-name' | 'unverified-alias' | 'alias-format' };

/**
 * One old user becomes at most one new user. The old pool finds a user by username, sub, alias and perhaps any letter
 * case, but Cognito names the new user after what was typed. So a name is good only if every other good name of the same
 * user leads to the same new user:
 *
 * | new pool                        | typed                                            | new user                    |
 * |---------------------------------|--------------------------------------------------|-----------------------------|
 * | UsernameAttributes              | new user's own email or phone, one of them listed | found again by that value; the pool keeps it unique |
 * | … two listed, user has both     | the first, or either when both are verified      | the pool finds it by both   |
 * | … anything else (sub, username) | –                                                | refused: other-name         |
 * | AliasAttributes                 | old username                                     | username = typed            |
 * | …                               | verified email or phone, or preferred_username, listed | username = old username |
 * | …                               | unverified email or phone                        | refused: a second sign-in would not find the user |
 * | …                               | any, but the old username looks like an alias    | refused: Cognito does not accept such a username |
 * | … anything else                 | –                                                | refused: other-name         |
 * | neither                         | old username; or, where the old pool made that up, the user's email, else phone | username = typed |
 * | … anything else                 | –                                                | refused: other-name         |
 *
 * Typed and known name are compared by the NEW pool's rule: in a case-sensitive pool `Bob` and `bob` would be two.
 * `username` is only allowed where an alias was typed, and needed there, else the username would have the alias' format.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-import-using-lambda.html
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 *
 * Not covered: a user who changes their address in the old pool after having migrated is a new name to the new pool.
 */
export function judgeName(
  typed: string,
  user: NamedUser,
  attributes: Readonly<Record<string, string>>,
  settings: Settings,
): NameVerdict {
  const { usernameAttributes, aliasAttributes, caseSensitive } = settings.newPool;
  const is = (known: string | undefined) => known !== undefined && sameName(typed, known, caseSensitive);
  if (usernameAttributes.length > 0) return byUsernameAttribute(is, usernameAttributes, attributes);
  if (aliasAttributes.length > 0) return byAlias(is, aliasAttributes, user, attributes);
  return is(plainName(user, settings)) ? { ok: true } : OTHER_NAME;
}

type Is = (known: string | undefined) => boolean;

const OTHER_NAME: NameVerdict = { ok: false, reason: 'other-name' };

function byUsernameAttribute(
  is: Is,
  listed: readonly SignInAttribute[],
  attributes: Readonly<Record<string, string>>,
): NameVerdict {
  // `email` first, whatever the order of the list: DescribeUserPool does not promise one.
  const held = BY_RANK.filter((name) => listed.includes(name) && attributes[name] !== undefined);
  const typed = held.find((name) => is(attributes[name]));
  if (typed === undefined) return OTHER_NAME;
  if (typed === held[0] || held.every((name) => isVerified(name, attributes))) return { ok: true };
  return { ok: false, reason: 'unverified-alias' };
}

function byAlias(
  is: Is,
  aliases: readonly SignInAttribute[],
  user: NamedUser,
  attributes: Readonly<Record<string, string>>,
): NameVerdict {
  if (looksLikeAlias(user.userName, aliases)) return { ok: false, reason: 'alias-format' };
  if (is(user.userName)) return { ok: true };
  const alias = aliases.find((name) => is(attributes[name]));
  if (alias === undefined) return OTHER_NAME;
  if (!isVerified(alias, attributes)) return { ok: false, reason: 'unverified-alias' };
  return { ok: true, username: user.userName };
}

/** The one name of an old user in a pool that knows usernames only. */
function plainName(user: NamedUser, settings: Settings): string | undefined {
  const listed = settings.oldPool.usernameAttributes;
  if (listed.length === 0) return user.userName;
  // The old pool made the username up, and nobody knows it: people know the address they sign in with.
  const name = BY_RANK.find((attribute) => listed.includes(attribute) && find(user, attribute) !== undefined);
  return name && find(user, name);
}

const BY_RANK: readonly SignInAttribute[] = ['email', 'phone_number', 'preferred_username'];

function find(user: NamedUser, attribute: string): string | undefined {
  return user.attributes.find(({ name, value }) => name === attribute && value !== '')?.value;
}

/** A preferred_username needs no verification. */
function isVerified(name: SignInAttribute, attributes: Readonly<Record<string, string>>): boolean {
  return name === 'preferred_username' || attributes[`${name}_verified`] === 'true';
}

function looksLikeAlias(username: string, aliases: readonly SignInAttribute[]): boolean {
  return (
    (aliases.includes('email') && /^[^\s@]+@[^\s@]+$/.test(username)) ||
    (aliases.includes('phone_number') && /^\+[0-9]+$/.test(username))
  );
}

function sameName(typed: string, known: string, caseSensitive: boolean): boolean {
  return caseSensitive ? typed === known : typed.toLowerCase() === known.toLowerCase();
}
