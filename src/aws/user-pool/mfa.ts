import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { differences, type RawJson, withKey } from '../lossless-update/index.ts';
import { readMfa } from './read.ts';
import { sendMfaUpdate } from './send.ts';

/**
 * Factors that may not be configured in the call that turns MFA off: "can't turn off MFA and configure an MFA together"
 * (lgallard/terraform-aws-cognito-user-pool#74 for text messages, go-to-k/cdkd#1923 for e-mail and TOTP).
 */
const notWhenOff = ['SmsMfaConfiguration', 'SoftwareTokenMfaConfiguration', 'EmailMfaConfiguration'];

/**
 * Puts the MFA settings back if an UpdateUserPool has changed them. The second factors are no part of that call's
 * request, and pools have lost them by it (aws-cloudformation/cloudformation-coverage-roadmap#1176).
 * @param before what GetUserPoolMfaConfig said before the update.
 * @param now what it says after it.
 * @returns the paths that were put back (none: nothing had changed, and nothing was written). When putting back fails,
 * `failure` says why; what is different then is for the caller to find and to show.
 */
export async function repairMfa(
  idp: CognitoIdentityProviderClient,
  userPoolId: string,
  before: RawJson,
  now: RawJson,
): Promise<{ repaired: string[]; failure?: unknown }> {
  const changed = differences(before, now);
  if (changed.length === 0) return { repaired: [] };
  try {
    // A full replacement: a factor, or MfaConfiguration itself, that is left out is turned off (go-to-k/cdkd#791).
    await sendMfaUpdate(idp, mfaRequest(userPoolId, before));
  } catch (failure) {
    return { repaired: [], failure };
  }
  const still = new Set(differences(before, await readMfa(idp, userPoolId)).map(({ path }) => path));
  return { repaired: changed.map(({ path }) => path).filter((path) => !still.has(path)) };
}

/** The body of a SetUserPoolMfaConfig that sets just this. */
export function mfaRequest(userPoolId: string, mfa: RawJson): RawJson {
  const off = mfa.MfaConfiguration === 'OFF';
  const factors = Object.entries(mfa).filter(
    ([key, value]) => value !== null && !(off && notWhenOff.includes(key)),
  );
  return withKey(Object.fromEntries(factors), 'UserPoolId', userPoolId);
}
