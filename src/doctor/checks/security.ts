/** Security settings, and how others could exploit a migration. */
import type { PasswordPolicyType } from '@aws-sdk/client-cognito-identity-provider';
import type { Finding } from '../../core/findings.ts';
import { type Case, found, type Theme } from '../check.ts';

/** CM402, CM407 to CM409. */
export const security: Theme = (args) => [
  ...forgotPassword(args),
  ...weakPasswords(args),
  ...threatProtection(args),
  ...tier(args),
];

function forgotPassword({ settings }: Case): readonly Finding[] {
  if (settings.forgotPassword === 'off') return [];
  return found(
    'CM402',
    'warning',
    "Requesting a password reset for a user who hasn't moved yet moves them without their password.",
    "Their old password stops working. Anyone can request a reset, but only the user's verified contact gets the code.",
    '--forgot-password off moves users only when they sign in.',
  );
}

const rules = [
  'RequireUppercase',
  'RequireLowercase',
  'RequireNumbers',
  'RequireSymbols',
] as const satisfies readonly (keyof PasswordPolicyType)[];

/** Whether the new pool refuses passwords that the old one accepts. */
export function hasStricterPasswords({ oldPool, newPool }: Case['facts']): boolean {
  const before = oldPool?.pool.Policies?.PasswordPolicy;
  const after = newPool.pool.Policies?.PasswordPolicy;
  if (before === undefined || after === undefined) return false;
  const isLonger = (after.MinimumLength ?? 0) > (before.MinimumLength ?? 0);
  return isLonger || rules.some((rule) => after[rule] === true && before[rule] !== true);
}

function weakPasswords({ facts, settings }: Case): readonly Finding[] {
  if (!hasStricterPasswords(facts)) return [];
  return settings.weakPassword === 'allow'
    ? found(
        'CM407',
        'warning',
        'The new pool requires stronger passwords than the old one. Users keep weaker passwords when they move.',
        'Cognito does not check a migrated password against the password policy (Developer Guide, migrate user trigger).',
        'With --weak-password reset, users with a weak password must choose a new one.',
      )
    : found(
        'CM407',
        'info',
        'The new pool requires stronger passwords. Users with a weaker one must choose a new one.',
        'Their first sign-in proves the old password. Then they set a new one.',
        'Nothing to do. --weak-password allow lets them keep it.',
      );
}

function threatProtection({ facts }: Case): readonly Finding[] {
  const mode = facts.oldPool?.pool.UserPoolAddOns?.AdvancedSecurityMode ?? 'OFF';
  if (mode === 'OFF') return [];
  return found(
    'CM408',
    mode === 'ENFORCED' ? 'warning' : 'info',
    mode === 'ENFORCED'
      ? 'Threat protection of the old pool may stop migrations.'
      : 'Threat protection of the old pool logs every migration as a sign-in.',
    `All sign-ins come from the address of the function, because Cognito does not give it the user's address.${mode === 'ENFORCED' ? ' If one is blocked, the log has the reason threat-protection, and the sign-in counts as Failed.' : ''}`,
    'Set threat protection of the old pool to audit only while users move.',
  );
}

const tiers = ['LITE', 'ESSENTIALS', 'PLUS'];

function tier({ facts }: Case): readonly Finding[] {
  const [old, newTier] = [facts.oldPool?.pool.UserPoolTier, facts.newPool.pool.UserPoolTier];
  if (old === undefined || newTier === undefined || tiers.indexOf(newTier) >= tiers.indexOf(old)) return [];
  const lost = [
    ...(old === 'PLUS' ? ['threat protection and its logs'] : []),
    ...(newTier === 'LITE'
      ? ['managed login, passwordless sign-in, email MFA, access token customization']
      : []),
  ];
  return found(
    'CM409',
    'warning',
    `The feature plan of the old pool is ${old}, and that of the new one ${newTier}. It has no ${lost.join('; no ')}.`,
    'The new pool cannot do what the old one did with these (Developer Guide, user pool feature plans).',
    'Change the feature plan of the new pool, if your app needs them.',
  );
}
