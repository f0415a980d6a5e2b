/** Second factors in both pools. */

import type { Finding } from '../../core/findings.ts';
import { type JsonObject, objectAt } from '../../core/json.ts';
import { type Case, found, shareOf, type Theme } from '../check.ts';

/** CM403 to CM406. */
export const mfa: Theme = (args) => [...oldFactors(args), ...newFactors(args)];

const untransferable =
  "A second factor can't be moved. AWS returns neither the secrets of authenticator apps nor passkeys.";

function oldFactors({ facts, settings }: Case): readonly Finding[] {
  const how = facts.oldPool?.pool.MfaConfiguration ?? 'OFF';
  if (how === 'OFF') return [];
  if (settings.mfa === 'allow') {
    return found(
      'CM405',
      'warning',
      'Users with MFA move with their password alone.',
      `${untransferable} Until they set up a new one, only the password protects them.`,
      'With --mfa reset they must choose a new password. With --mfa block they stay in the old pool.',
    );
  }
  if (settings.mfa === 'block' && how === 'ON') {
    return found(
      'CM403',
      'blocking',
      "The old pool requires MFA, and users with MFA aren't migrated (--mfa block), so nobody would move.",
      untransferable,
      'With --mfa reset they move and must choose a new password. With --mfa allow they move with their password alone.',
    );
  }
  return settings.mfa === 'block'
    ? found(
        'CM404',
        'warning',
        'Users who have set up MFA in the old pool do not move (--mfa block).',
        `${untransferable} ListUsers does not say how many they are.`,
        'With --mfa reset they move and must choose a new password. With --mfa allow they move with their password alone.',
      )
    : found(
        'CM404',
        'info',
        'Users with MFA must choose a new password when they move.',
        untransferable,
        'Nothing to do. To keep them in the old pool: --mfa block.',
      );
}

const isOn = (mfa: JsonObject, factor: string): boolean => objectAt(mfa, factor)?.Enabled === true;

function newFactors({ facts, prediction }: Case): readonly Finding[] {
  const { pool, mfa: config } = facts.newPool;
  if (pool.MfaConfiguration !== 'ON') return [];
  const otherThanSms =
    isOn(config, 'SoftwareTokenMfaConfiguration') || objectAt(config, 'EmailMfaConfiguration') !== undefined;
  const phones = prediction?.filled.get('phone_number') ?? 0;
  if (prediction !== undefined && !otherThanSms && phones < prediction.users) {
    return found(
      'CM406',
      'warning',
      `The new pool requires a code by text message, and ${shareOf(prediction.users - phones, prediction)} have no phone number.`,
      'They move, but then cannot finish signing in.',
      'Allow authenticator apps in the new pool, or make MFA optional there until all users have moved.',
    );
  }
  return found(
    'CM406',
    'info',
    'The new pool requires MFA, so users set up a second factor after their first sign-in.',
    'They move without one. Your app must answer the MFA_SETUP challenge.',
    'Nothing to do, if your app does.',
  );
}
