/**
 * Locks out a user after failed sign-in attempts.
 * "After five failed sign-in attempts … Amazon Cognito locks out your user for one second. The lockout
 * duration then doubles after each additional one failed attempt, up to a maximum of approximately 15
 * minutes. Attempts made during a lockout period … don't affect the duration of subsequent lockout periods."
 * (Developer Guide, "Lockout behavior for failed sign-in attempts")
 * The count starts again after a successful sign-in, or 15 minutes after the last lockout.
 */
import type { World } from '../../world.ts';
import { notAuthorized } from './errors.ts';
import type { User } from './state.ts';

const maxLockoutMs = 15 * 60_000;

export function refuseLocked(world: World, user: User): void {
  if (world.now() < user.lockedUntil) throw notAuthorized('Password attempts exceeded');
}

export function recordFailure(world: World, user: User): void {
  const now = world.now();
  if (user.lockedUntil > 0 && now > user.lockedUntil + maxLockoutMs) user.failures = 0;
  user.failures += 1;
  if (user.failures >= 5) user.lockedUntil = now + Math.min(1000 * 2 ** (user.failures - 5), maxLockoutMs);
}

export function clearFailures(user: User): void {
  user.failures = 0;
  user.lockedUntil = 0;
}
