/**
 * MfaConfiguration in CreateUserPool and UpdateUserPool.
 * It also affects the factors of SetUserPoolMfaConfig.
 */
import type { JsonObject } from '../../operation.ts';
import { invalidParameter } from './errors.ts';
import { isObject } from './input.ts';
import { text } from './pool-config.ts';
import type { CognitoSettings } from './settings.ts';
import type { Pool, PoolMfa } from './state.ts';

/** The factors after a request that results in `config`. Throws if Cognito refuses it. */
export function mfaAfter(config: JsonObject, before: Pool | undefined, settings: CognitoSettings): PoolMfa {
  const wanted = text(config, 'MfaConfiguration');
  const current = before === undefined ? undefined : text(before.config, 'MfaConfiguration');
  const factors: PoolMfa = before?.mfa ?? { sms: false, totp: false };
  const passkeys = factors.webAuthn === undefined ? {} : { webAuthn: factors.webAuthn };
  // cfn-coverage-roadmap#1176
  if (before !== undefined && wanted === 'ON' && current !== 'ON') {
    throw invalidParameter('Cannot turn MFA functionality ON, once the user pool has been created.');
  }
  // Passkeys are "independent of the MFA configuration options". OFF also removes the factors. That follows
  // from "can't turn off MFA and configure an MFA together". The documentation doesn't say it.
  if (wanted === 'OFF') return { sms: false, totp: false, ...passkeys };
  const hasSms = isObject(config.SmsConfiguration);
  const hasOther = factors.totp || factors.email !== undefined;
  // cfn-roadmap#769, #2221; panther#637: the request passes once another factor is on. The text also names
  // auto verification of the phone number, but it is not required here. Pools with SMS MFA and only email
  // auto-verified are common.
  if (!hasSms && (!hasOther || settings.updateMfaNeedsSms)) {
    throw invalidParameter(
      `SMS configuration and Auto verification for phone_number are required when MFA is ${wanted === 'ON' ? 'required' : 'optional'}`,
    );
  }
  const sms = hasSms && (factors.sms || !hasOther);
  if (settings.mfaFactorsAfterUpdate === 'dropped') return { sms, totp: false, ...passkeys };
  return { ...factors, sms };
}
