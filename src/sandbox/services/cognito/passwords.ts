/** Password policy, password storage, and temporary passwords. */
import { timingSafeEqual } from 'node:crypto';
import { type JsonObject, ServiceError } from '../../operation.ts';
import type { World } from '../../world.ts';
import { count, member } from './pool-config.ts';
import { privateKey, type SrpIdentity } from './srp.ts';
import type { Pool, User } from './state.ts';

const day = 86_400_000;

export function passwordPolicy(pool: Pool): JsonObject {
  return member(member(pool.config, 'Policies'), 'PasswordPolicy');
}

const characterClasses = [
  ['RequireUppercase', /[A-Z]/, 'Password must have uppercase characters'],
  ['RequireLowercase', /[a-z]/, 'Password must have lowercase characters'],
  ['RequireNumbers', /[0-9]/, 'Password must have numeric characters'],
  // Developer Guide, "Password requirements": a space that is neither first nor last also counts as a symbol.
  [
    'RequireSymbols',
    /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|(?<=.) (?=.)/,
    'Password must have symbol characters',
  ],
] as const;

/** Refuses a password that the pool's policy doesn't allow. */
export function checkPassword(pool: Pool, password: string): void {
  const policy = passwordPolicy(pool);
  const fault =
    password.length < count(policy, 'MinimumLength')
      ? 'Password not long enough'
      : characterClasses.find(([name, pattern]) => policy[name] === true && !pattern.test(password))?.[2];
  if (fault !== undefined) {
    throw new ServiceError('InvalidPasswordException', `Password did not conform with policy: ${fault}`);
  }
}

/**
 * The stored form of a password: the salt and the private key.
 * Both SRP and a password sign-in lead to this key.
 */
export function storedPassword(pool: Pool, username: string, salt: string, password: string): string {
  return `${salt}:${privateKey(srpIdentity(pool, username), salt, password)}`;
}

function matches(pool: Pool, user: User, stored: string, password: string): boolean {
  const candidate = Buffer.from(storedPassword(pool, user.username, saltAndKey(stored).salt, password));
  const wanted = Buffer.from(stored);
  return candidate.length === wanted.length && timingSafeEqual(candidate, wanted);
}

export function srpIdentity(pool: Pool, userId: string): SrpIdentity {
  return { poolName: pool.id.slice(pool.id.indexOf('_') + 1), userId };
}

/** The two parts of a stored password, both in hexadecimal digits. */
export function saltAndKey(stored: string): { readonly salt: string; readonly key: string } {
  const [salt = '', key = ''] = stored.split(':');
  return { salt, key };
}

export function newSalt(world: World): string {
  return Buffer.from(world.randomBytes(16)).toString('hex');
}

export function isPassword(pool: Pool, user: User, password: string): boolean {
  return user.password !== undefined && matches(pool, user, user.password, password);
}

/** Sets a password without a policy check, for migration and for callers that already checked it. */
export function setPassword(
  world: World,
  pool: Pool,
  user: User,
  password: string,
  isTemporary = false,
): void {
  if (user.password !== undefined)
    user.passwordHistory = [user.password, ...user.passwordHistory].slice(0, 24);
  user.password = storedPassword(pool, user.username, newSalt(world), password);
  user.failures = 0;
  user.lockedUntil = 0;
  if (isTemporary) user.temporarySince = world.now();
  else delete user.temporarySince;
}

/** Refuses one of the last PasswordHistorySize passwords. */
export function checkHistory(pool: Pool, user: User, password: string): void {
  const size = count(passwordPolicy(pool), 'PasswordHistorySize');
  const last = [...(user.password === undefined ? [] : [user.password]), ...user.passwordHistory].slice(
    0,
    size,
  );
  if (last.some((stored) => matches(pool, user, stored, password))) {
    throw new ServiceError('PasswordHistoryPolicyViolationException', 'Password has previously been used.');
  }
}

/**
 * True if the user's temporary password has expired.
 * It expires after TemporaryPasswordValidityDays (or the older UnusedAccountValidityDays).
 */
export function temporaryExpired(world: World, pool: Pool, user: User): boolean {
  if (user.temporarySince === undefined) return false;
  const days =
    count(passwordPolicy(pool), 'TemporaryPasswordValidityDays') ||
    count(member(pool.config, 'AdminCreateUserConfig'), 'UnusedAccountValidityDays');
  return world.now() > user.temporarySince + days * day;
}
