/** GetUserPoolMfaConfig and SetUserPoolMfaConfig: the factors that UpdateUserPool has no member for. */
import type { Call, JsonObject, Operation } from '../../operation.ts';
import { featureUnavailable, invalidParameter } from './errors.ts';
import { isObject, optBool, optObj, optStr } from './input.ts';
import { authorizedPool } from './pool-access.ts';
import { member, text } from './pool-config.ts';
import { smsConfiguration } from './pool-fields.ts';
import { checkSms } from './pool-rules.ts';
import { touch } from './pools.ts';
import { cognitoSettings } from './settings.ts';
import { conformMembers, type Struct } from './shapes.ts';
import type { Pool } from './state.ts';

/** The members of SetUserPoolMfaConfig, our own reading of the API reference. */
export const setMfaRequest: Struct = {
  members: {
    UserPoolId: 'string',
    SmsMfaConfiguration: {
      members: { SmsAuthenticationMessage: 'string', SmsConfiguration: smsConfiguration },
    },
    SoftwareTokenMfaConfiguration: { members: { Enabled: 'boolean' } },
    EmailMfaConfiguration: { members: { Message: 'string', Subject: 'string' } },
    MfaConfiguration: { oneOf: ['OFF', 'ON', 'OPTIONAL'] },
    WebAuthnConfiguration: {
      members: {
        RelyingPartyId: 'string',
        UserVerification: { oneOf: ['required', 'preferred'] },
        FactorConfiguration: { oneOf: ['SINGLE_FACTOR', 'MULTI_FACTOR_WITH_USER_VERIFICATION'] },
      },
    },
  },
};

function describe(pool: Pool): JsonObject {
  const { mfa, config } = pool;
  const message = text(config, 'SmsAuthenticationMessage');
  const sms = config.SmsConfiguration;
  return {
    MfaConfiguration: text(config, 'MfaConfiguration') ?? 'OFF',
    ...(mfa.sms && isObject(sms)
      ? {
          SmsMfaConfiguration: {
            ...(message === undefined ? {} : { SmsAuthenticationMessage: message }),
            SmsConfiguration: sms,
          },
        }
      : {}),
    ...(mfa.totp ? { SoftwareTokenMfaConfiguration: { Enabled: true } } : {}),
    ...(mfa.email === undefined ? {} : { EmailMfaConfiguration: mfa.email }),
    ...(mfa.webAuthn === undefined ? {} : { WebAuthnConfiguration: mfa.webAuthn }),
  };
}

function checkEmailMfa(pool: Pool): void {
  const tier = text(pool.config, 'UserPoolTier') ?? 'ESSENTIALS';
  if (tier === 'LITE') throw featureUnavailable(tier, ['Email MFA']);
  // Developer Guide, "SMS and email message MFA": the pool must send through Amazon SES. The text is ours.
  if (member(pool.config, 'EmailConfiguration').EmailSendingAccount !== 'DEVELOPER') {
    throw invalidParameter('Email MFA requires EmailSendingAccount DEVELOPER in EmailConfiguration.');
  }
}

const getConfig: Operation = (call) => describe(authorizedPool(call));

interface Wanted {
  readonly mode: string;
  readonly sms: JsonObject | undefined;
  readonly totp: boolean | undefined;
  readonly email: JsonObject | undefined;
}

function checkFactors({ mode, sms, totp, email }: Wanted, pool: Pool): void {
  if (mode === 'OFF') {
    if (sms === undefined && totp === undefined && email === undefined) return;
    // cdkd#1923 observed this live for email and TOTP, lgallard#74 for SMS.
    throw invalidParameter(
      "Invalid MFA configuration given, can't turn off MFA and configure an MFA together.",
    );
  }
  if (sms === undefined && pool.mfa.sms) {
    throw invalidParameter("Can't turn off SMS_MFA when SMS configuration is set for the user pool.");
  }
  if (sms === undefined && totp !== true && email === undefined) {
    throw invalidParameter(
      "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.",
    );
  }
  if (email !== undefined) checkEmailMfa(pool);
}

/** The pool's SMS members after `sms`. UpdateUserPool sets the same members. */
function smsMembers(call: Call, pool: Pool, sms: JsonObject): JsonObject {
  const sending = optObj(sms, 'SmsConfiguration');
  if (sending !== undefined) checkSms(call, sending, cognitoSettings(call.world));
  else if (!isObject(pool.config.SmsConfiguration)) {
    throw invalidParameter('SmsConfiguration is required for SMS MFA.');
  }
  const message = optStr(sms, 'SmsAuthenticationMessage');
  return {
    ...(sending === undefined ? {} : { SmsConfiguration: sending }),
    ...(message === undefined ? {} : { SmsAuthenticationMessage: message }),
  };
}

/**
 * Turns off each factor that is not named (amplify-backend#1481 shows it for SMS).
 * Passkeys are not a factor and stay.
 */
const setConfig: Operation = (call) => {
  const pool = authorizedPool(call);
  const request = conformMembers(call.input, setMfaRequest, '', cognitoSettings(call.world).unknownMembers);
  const mode = optStr(request, 'MfaConfiguration') ?? text(pool.config, 'MfaConfiguration') ?? 'OFF';
  const sms = optObj(request, 'SmsMfaConfiguration');
  const totp = optObj(request, 'SoftwareTokenMfaConfiguration');
  const totpOn = totp === undefined ? undefined : optBool(totp, 'Enabled') === true;
  const email = optObj(request, 'EmailMfaConfiguration');
  const webAuthn = optObj(request, 'WebAuthnConfiguration') ?? pool.mfa.webAuthn;
  checkFactors({ mode, sms, totp: totpOn, email }, pool);
  const members = sms === undefined ? {} : smsMembers(call, pool, sms);
  pool.config = { ...pool.config, MfaConfiguration: mode, ...members };
  pool.mfa = {
    sms: sms !== undefined,
    totp: totpOn === true,
    ...(email === undefined ? {} : { email }),
    ...(webAuthn === undefined ? {} : { webAuthn }),
  };
  touch(call, pool);
  return describe(pool);
};

export const mfaConfigOperations = {
  GetUserPoolMfaConfig: getConfig,
  SetUserPoolMfaConfig: setConfig,
} satisfies Record<string, Operation>;
