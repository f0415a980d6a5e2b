import type { PasswordPolicy } from './settings.ts';

/** Special characters that count for a password policy. A space counts only inside the password. */
const SYMBOL = /[$^*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|(?<=.) (?=.)/s;

/**
 * Whether a password meets the new pool's policy.
 * Cognito doesn't check a migrated password itself. Letters and digits are those of basic Latin.
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
