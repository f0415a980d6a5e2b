import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { type JsonObject, withKey } from '../../core/json.ts';
import { settingDifferences } from '../lossless-update/index.ts';
import { readMfa } from './read.ts';
import { sendMfaUpdate } from './send.ts';

/**
 * Factors that must not be configured in the call that turns MFA off.
 * AWS refuses it: "can't turn off MFA and configure an MFA together"
 * (lgallard/terraform-aws-cognito-user-pool#74 for text messages, go-to-k/cdkd#1923 for email and TOTP).
 */
const notWhenOff = ['SmsMfaConfiguration', 'SoftwareTokenMfaConfiguration', 'EmailMfaConfiguration'];

/**
 * Puts the MFA settings back if an UpdateUserPool changed them.
 * The second factors aren't part of that call's request, and pools have lost them by it
 * (aws-cloudformation/cloudformation-coverage-roadmap#1176).
 * @param before GetUserPoolMfaConfig's answer before the update.
 * @param now Its answer after the update.
 * @returns The paths that were put back. If nothing had changed, there are none, and nothing was written. If
 * the repair failed, `failure` is the reason. The caller then finds and shows the differences.
 */
export async function repairMfa(
  idp: CognitoIdentityProviderClient,
  userPoolId: string,
  before: JsonObject,
  now: JsonObject,
): Promise<{ repaired: string[]; failure?: unknown }> {
  const changed = settingDifferences(now, before);
  if (changed.length === 0) return { repaired: [] };
  try {
    // A full replacement: omitting a factor, or MfaConfiguration itself, turns it off (go-to-k/cdkd#791).
    await sendMfaUpdate(idp, mfaRequest(userPoolId, before));
  } catch (failure) {
    return { repaired: [], failure };
  }
  const remaining = new Set(
    settingDifferences(await readMfa(idp, userPoolId), before).map(({ path }) => path),
  );
  return { repaired: changed.map(({ path }) => path).filter((path) => !remaining.has(path)) };
}

/** The body of a SetUserPoolMfaConfig that sets exactly these settings. */
export function mfaRequest(userPoolId: string, mfa: JsonObject): JsonObject {
  const off = mfa.MfaConfiguration === 'OFF';
  const factors = Object.entries(mfa).filter(
    ([key, value]) => value !== null && !(off && notWhenOff.includes(key)),
  );
  return withKey(Object.fromEntries(factors), 'UserPoolId', userPoolId);
}
