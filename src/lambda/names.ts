import { isTrue, type NamedUser, oldValue } from './old-user.ts';
import type { ReasonOf } from './reasons.ts';
import type { Settings, SignInAttribute } from './settings.ts';
import { hasMadeUpName, isVouched, looksLikeAlias } from './vouched.ts';

/** Why the typed name may not create the new user. */
export type NameReason = Extract<
  ReasonOf<'untouched'>,
  'other-name' | 'unverified-alias' | 'unverified-address' | 'alias-format'
>;

/** Whether the typed name may create the new user. */
export type NameVerdict =
  | {
      readonly ok: true;
      /** In an alias pool: the new user's username, if an alias was typed. */
      readonly username?: string;
      /** Addresses that would become names too, but that the old pool doesn't vouch for. */
      readonly without?: readonly SignInAttribute[];
    }
  | {
      readonly ok: false;
      readonly reason: NameReason;
    };

/**
 * Decides whether the typed name may create the new user. One old user becomes at most one new user.
 * The old pool finds a user by username, sub, alias, and perhaps in any letter case. However, Cognito names
 * the new user after the typed name. So a name is good only if no other good name of the user could create a
 * second user:
 *
 * | new pool           | old pool           | typed                                                  | new user            |
 * |--------------------|--------------------|--------------------------------------------------------|---------------------|
 * | UsernameAttributes | UsernameAttributes | the new user's own email or phone, as listed           | typed               |
 * | UsernameAttributes | other              | the first verified one that the old pool lets them sign in with | typed      |
 * | AliasAttributes    | any                | old username, unless it looks like an alias            | typed               |
 * | AliasAttributes    | any                | verified email or phone, or preferred_username, as listed | old username     |
 * | neither            | UsernameAttributes | email, or phone of a user without one                  | typed               |
 * | neither            | other              | old username                                           | typed               |
 * | any                | any                | anything else: sub, another alias, another letter case | none: refused       |
 *
 * Some old pools have settings that nobody could read. There, a user whose username is their sub has an
 * address as their name. In row 1, it's the address that the old pool found them by. In row 5, it's one of
 * the two, whatever was typed, so one user cannot become two. It's a verified phone number if the user has no
 * verified email. Otherwise it's the email. Any attribute may be an alias of the others.
 *
 * Row 1: a user of such a pool has one username, "users can choose one" of the two, and the same one in both
 * pools. If the pool also knows them by the other address, that address is verified. A verified address
 * belongs to one user.
 * Row 2: an old pool with aliases knows the same user by both addresses. The new pool may know them only by
 * the typed one.
 * Rows 3 and 4: "a username can't match a valid email format" if email is an alias. An unverified address
 * isn't an alias, so the second sign-in would not find the user. `username` is allowed only if an alias was
 * typed.
 * Row 5: the old pool generated the username, and nobody knows it. People know the address that they sign in
 * with.
 *
 * If `--map username=email` turns the username into an address, it's that user's email in every row. In row
 * 2, it's vouched for. The rule doesn't verify the address, so it isn't an alias. Rows 3 and 4 refuse it if
 * email is an alias.
 *
 * If `--find-by` names an address, the old pool finds users by that address too. In rows 1 and 2, it's the name
 * of each user for whom it's vouched, and they have no other.
 *
 * Typed and known names are compared by the rule of the NEW pool. In a case-sensitive pool, `Bob` and `bob`
 * would be two users.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-import-using-lambda.html
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 *
 * Not covered: users who change their address in the old pool after they moved have a new name to the new
 * pool.
 */
export function judgeName(
  typed: string,
  user: NamedUser,
  attributes: Readonly<Record<string, string>>,
  settings: Settings,
): NameVerdict {
  const { usernameAttributes, aliasAttributes, caseSensitive } = settings.newPool;
  const is = (known: string | undefined) => known !== undefined && sameName(typed, known, caseSensitive);
  if (is(oldValue(user, 'sub'))) return OTHER_NAME;
  if (usernameAttributes.length > 0) return byUsernameAttribute(is, user, attributes, settings);
  if (aliasAttributes.length > 0) return byAlias(is, aliasAttributes, user, attributes);
  return is(plainName(user, settings)) ? { ok: true } : OTHER_NAME;
}

type Is = (known: string | undefined) => boolean;

const OTHER_NAME: NameVerdict = { ok: false, reason: 'other-name' };

function byUsernameAttribute(
  is: Is,
  user: NamedUser,
  attributes: Readonly<Record<string, string>>,
  settings: Settings,
): NameVerdict {
  const { newPool, oldPool, findBy } = settings;
  const held = BY_RANK.filter(
    (name) => newPool.usernameAttributes.includes(name) && attributes[name] !== undefined,
  );
  const typed = held.find((name) => is(attributes[name]));
  if (typed === undefined) return OTHER_NAME;
  const vouched = held.filter((name) =>
    isVouched(name, attributes[name] ?? '', user, settings, name === typed),
  );
  if (!vouched.includes(typed)) return { ok: false, reason: 'unverified-address' };
  const others = held.filter((name) => !vouched.includes(name));
  const accepted: NameVerdict = { ok: true, ...(others.length > 0 && { without: others }) };
  if (findBy !== undefined && vouched.includes(findBy)) return typed === findBy ? accepted : OTHER_NAME;
  if (oldPool.usernameAttributes?.length || hasMadeUpName(user)) return accepted;
  const aliases = oldPool.aliasAttributes ?? BY_RANK;
  const known = vouched.find((name) => attributes[name] === user.userName || aliases.includes(name));
  return typed === (known ?? vouched[0]) ? accepted : OTHER_NAME;
}

function byAlias(
  is: Is,
  aliases: readonly SignInAttribute[],
  user: NamedUser,
  attributes: Readonly<Record<string, string>>,
): NameVerdict {
  if (looksLikeAlias(user.userName, aliases)) return { ok: false, reason: 'alias-format' };
  if (is(user.userName)) return { ok: true };
  // Two attributes can hold the typed name. One that is an alias is enough, in whatever order the pool lists
  // them.
  const held = aliases.filter((name) => is(attributes[name]));
  if (held.length === 0) return OTHER_NAME;
  if (!held.some((name) => isAlias(name, attributes))) return { ok: false, reason: 'unverified-alias' };
  return { ok: true, username: user.userName };
}

/** The one name of an old user in a pool that knows only usernames. */
function plainName(user: NamedUser, { oldPool }: Settings): string | undefined {
  const { usernameAttributes = [] } = oldPool;
  if (usernameAttributes.length === 0 && !hasMadeUpName(user)) return user.userName;
  const isListed = (name: SignInAttribute) =>
    usernameAttributes.length > 0 ? usernameAttributes.includes(name) : name !== 'preferred_username';
  const held = BY_RANK.filter((name) => isListed(name) && oldValue(user, name) !== undefined);
  // A pool of phone numbers rarely verifies an email address.
  const proven = held.find((name) => isTrue(oldValue(user, `${name}_verified`)));
  const name = (usernameAttributes.length > 0 ? undefined : proven) ?? held[0];
  return name && oldValue(user, name);
}

/** A fixed order, because the order of DescribeUserPool's lists means nothing. */
const BY_RANK: readonly SignInAttribute[] = ['email', 'phone_number', 'preferred_username'];

/** A preferred_username needs no verification. */
function isAlias(name: SignInAttribute, attributes: Readonly<Record<string, string>>): boolean {
  return name === 'preferred_username' || isTrue(attributes[`${name}_verified`]);
}

function sameName(typed: string, known: string, caseSensitive: boolean): boolean {
  return foldName(typed, caseSensitive) === foldName(known, caseSensitive);
}

/**
 * The form in which two names are compared.
 * Only A to Z lose their case. JavaScript also turns the KELVIN SIGN (U+212A) into a "k". AWS doesn't
 * document how Cognito treats such letters, so they never make two names equal.
 */
export function foldName(name: string, caseSensitive: boolean): string {
  return caseSensitive ? name : name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
