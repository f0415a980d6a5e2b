import type { PasswordPolicy } from './settings.ts';

/** The special characters that count for a password policy; a space counts inside the password only. */
const SYMBOL = /[$^*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|(?<=.) (?=.)/s;

/**
 * Whether a password meets the new pool's policy. Cognito does not check a migrated password itself.
 * Letters and digits are those of basic Latin.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html
 */
export function meetsPolicy(password: string, policy: PasswordPolicy | undefined): boolean {
  if (!policy) return true;
  return (
    password.length >= (policy.minimumLength ?? 0) &&
    (!policy.requireUppercase || /[A-Z]/.test(password)) &&
    (!policy.requireLowercase || /[a-z]/.test(password)) &&
    (!policy.requireNumbers || /[0-9]/.test(password)) &&
    (!policy.requireSymbols || SYMBOL.test(password))
  );
}
