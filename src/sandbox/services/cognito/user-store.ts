/** Finds users by username, alias, or sub. Creates users with the uniqueness that Cognito enforces. */
import { ServiceError } from '../../operation.ts';
import type { World } from '../../world.ts';
import { emailFormat, isVerified, phoneFormat } from './attributes.ts';
import { invalidParameter, noSuchUser } from './errors.ts';
import { newUuid } from './ids.ts';
import { aliasAttributes, caseSensitive, usernameAttributes } from './pool-config.ts';
import type { Pool, User, UserStatus } from './state.ts';

/**
 * A name in the form in which it is compared.
 * Depending on the pool, case counts, or the case of A to Z doesn't. AWS doesn't document whether the case of
 * other letters counts.
 */
export function fold(pool: Pool, name: string): string {
  return caseSensitive(pool) ? name : name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function hasValue(pool: Pool, user: User, attribute: string, value: string): boolean {
  const ownValue = user.attributes.get(attribute);
  return ownValue !== undefined && ownValue !== '' && fold(pool, ownValue) === value;
}

/**
 * True if `user` signs in by `attribute`.
 * A username attribute always counts. An email or phone alias counts once it is verified.
 */
function isSignInName(pool: Pool, user: Pick<User, 'attributes'>, attribute: string): boolean {
  if (usernameAttributes(pool).includes(attribute)) return true;
  if (!aliasAttributes(pool).includes(attribute)) return false;
  return attribute === 'email' || attribute === 'phone_number' ? isVerified(pool, user, attribute) : true;
}

const signInAttributes = ['email', 'phone_number', 'preferred_username'] as const;

/** The user with the lowest number, who was created first. */
const firstCreated = (users: Iterable<User>): User | undefined =>
  [...users].reduce<User | undefined>(
    (before, user) => (before === undefined || user.seq < before.seq ? user : before),
    undefined,
  );

function userNamed(pool: Pool, name: string): User | undefined {
  const wanted = fold(pool, name);
  const users = [...pool.users.withValue('username', name)];
  return firstCreated(users.filter((user) => fold(pool, user.username) === wanted));
}

function userWithAlias(pool: Pool, name: string): User | undefined {
  return firstCreated(signInAttributes.flatMap((key) => usersSigningInBy(pool, key, name)));
}

function usersSigningInBy(pool: Pool, key: (typeof signInAttributes)[number], name: string): User[] {
  const wanted = fold(pool, name);
  const users = [...pool.users.withValue(key, name)];
  return users.filter((user) => hasValue(pool, user, key, wanted) && isSignInName(pool, user, key));
}

/** The user with this username, otherwise with this alias, otherwise, if the world has it so, with this sub. */
export function findUser(pool: Pool, name: string): User | undefined {
  const user = userNamed(pool, name) ?? userWithAlias(pool, name);
  return user ?? (pool.settings.subAsUsername === 'found' ? pool.users.get(name) : undefined);
}

/** The user that a signed call names. */
export function existingUser(pool: Pool, name: string): User {
  const user = findUser(pool, name);
  if (user === undefined) throw noSuchUser();
  return user;
}

/**
 * The reason why a name cannot be the username of a new user.
 * The texts are those of AdminCreateUser and SignUp.
 */
export function usernameFault(pool: Pool, name: string): string | undefined {
  const wanted = usernameAttributes(pool);
  const isEmail = emailFormat.test(name);
  const isPhone = phoneFormat.test(name);
  if (wanted.length > 0) {
    const fits = (isEmail && wanted.includes('email')) || (isPhone && wanted.includes('phone_number'));
    if (fits) return undefined;
    if (wanted.length > 1) return 'Username should be either an email or a phone number.';
    return wanted.includes('email') ? 'Username should be an email.' : 'Username should be a phone number.';
  }
  const aliases = aliasAttributes(pool);
  if (isEmail && aliases.includes('email')) {
    return 'Username cannot be of email format, since user pool is configured for email alias.';
  }
  if (isPhone && aliases.includes('phone_number')) {
    return 'Username cannot be of phone number format, since user pool is configured for phone number alias.';
  }
  return undefined;
}

/** Takes the future sign-in names of `user` away from other users, or refuses. */
export function claimAliases(pool: Pool, user: Pick<User, 'sub' | 'attributes'>, force: boolean): void {
  for (const key of signInAttributes) {
    const value = user.attributes.get(key);
    if (!value || !isSignInName(pool, user, key)) continue;
    const otherUser = firstCreated(usersSigningInBy(pool, key, value).filter(({ sub }) => sub !== user.sub));
    if (otherUser === undefined) continue;
    if (usernameAttributes(pool).includes(key)) {
      const word = key === 'email' ? 'email' : 'phone_number';
      throw new ServiceError('UsernameExistsException', `An account with the given ${word} already exists.`);
    }
    if (!force || key === 'preferred_username') {
      throw new ServiceError('AliasExistsException', `An account with the ${key} already exists.`);
    }
    // "The previous user will no longer be able to log in using that alias" (AdminCreateUser,
    // ForceAliasCreation).
    otherUser.attributes.set(`${key}_verified`, 'false');
  }
}

/** Adds the typed name as an attribute if email addresses or phone numbers are the usernames. */
export function withTypedName(
  pool: Pool,
  name: string,
  attributes: Map<string, string>,
): Map<string, string> {
  const all = new Map(attributes);
  const key = emailFormat.test(name) ? 'email' : 'phone_number';
  if (usernameAttributes(pool).includes(key) && !all.get(key)) all.set(key, name);
  return all;
}

export interface NewUser {
  /** As typed. Becomes the email address or phone number if these are the usernames. */
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly status: UserStatus;
  readonly force?: boolean;
}

/** Creates a user. The caller has checked the attributes against the schema. */
export function createUser(
  world: World,
  pool: Pool,
  { name, attributes, status, force = false }: NewUser,
): User {
  // The provider's name is part of the username of its users, in every kind of pool.
  const isFederated = status === 'EXTERNAL_PROVIDER';
  const fault = isFederated ? undefined : usernameFault(pool, name);
  if (fault !== undefined) throw invalidParameter(fault);
  const sub = newUuid(world);
  const allAttributes = isFederated ? new Map(attributes) : withTypedName(pool, name, attributes);
  // If email addresses or phone numbers are the usernames, Cognito creates the username itself: the sub.
  const username = !isFederated && usernameAttributes(pool).length > 0 ? sub : name;
  if (userNamed(pool, username) !== undefined)
    throw new ServiceError('UsernameExistsException', 'User account already exists');
  const now = world.now();
  const user: Omit<User, 'seq'> = {
    username,
    sub,
    attributes: allAttributes,
    status,
    enabled: true,
    created: now,
    modified: now,
    passwordHistory: [],
    failures: 0,
    lockedUntil: 0,
    factors: new Set(),
    smsOption: false,
    groups: new Set(),
    signedOut: new Set(),
  };
  claimAliases(pool, user, force);
  return pool.users.add(user);
}

export function touchUser(world: World, user: User): void {
  user.modified = world.now();
}
