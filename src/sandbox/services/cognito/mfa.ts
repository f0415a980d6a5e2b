/**
 * Decides which second factor a sign-in asks for.
 * The pool's configuration and the user's preference decide.
 */
import type { JsonObject } from '../../operation.ts';
import { contact, deliver, masked } from './deliveries.ts';
import { newCode } from './ids.ts';
import { text } from './pool-config.ts';
import { challenge, type SignIn } from './sign-in-context.ts';
import type { MfaFactor, Pool, User } from './state.ts';

function poolFactors(pool: Pool): MfaFactor[] {
  const factors: MfaFactor[] = [];
  if (pool.mfa.sms) factors.push('SMS_MFA');
  if (pool.mfa.totp) factors.push('SOFTWARE_TOKEN_MFA');
  if (pool.mfa.email !== undefined) factors.push('EMAIL_OTP');
  return factors;
}

/** The factors that a user has turned on, including the deprecated MFAOptions. */
export function userFactors(user: User): MfaFactor[] {
  const factors = [...user.factors];
  return user.smsOption && !factors.includes('SMS_MFA') ? ['SMS_MFA', ...factors] : factors;
}

/**
 * The factors that a user has without setting them up, if MFA is required.
 * Developer Guide, "MFA": a phone number or email address on file is enough.
 */
function automaticFactors(pool: Pool, user: User): MfaFactor[] {
  const available = poolFactors(pool);
  return available.filter(
    (factor) =>
      (factor === 'SMS_MFA' && contact(user, 'SMS') !== undefined) ||
      (factor === 'EMAIL_OTP' && contact(user, 'EMAIL') !== undefined),
  );
}

/** Asks for one factor. SMS and email send a code, which the pool only records. */
export function askFactor(signIn: SignIn, user: User, factor: MfaFactor): JsonObject {
  const parameters: Record<string, string> = { USER_ID_FOR_SRP: user.username };
  if (factor === 'SOFTWARE_TOKEN_MFA') return challenge(signIn, user.sub, { name: factor, parameters });
  const to = contact(user, factor === 'SMS_MFA' ? 'SMS' : 'EMAIL');
  const code = newCode(signIn.world);
  if (to !== undefined) {
    deliver(signIn.world, signIn.pool, user, 'mfa', to, code);
    parameters.CODE_DELIVERY_DELIVERY_MEDIUM = to.medium;
    parameters.CODE_DELIVERY_DESTINATION = masked(to);
  }
  return challenge(signIn, user.sub, { name: factor, parameters, code });
}

/** The MFA challenge after a proven password. Undefined if none is required. */
export function mfaChallenge(signIn: SignIn, user: User): JsonObject | undefined {
  const { pool } = signIn;
  const mode = text(pool.config, 'MfaConfiguration') ?? 'OFF';
  if (mode === 'OFF') return undefined;
  const available = poolFactors(pool);
  let factors = userFactors(user).filter((factor) => available.includes(factor));
  if (factors.length === 0) {
    if (mode !== 'ON') return undefined;
    factors = automaticFactors(pool, user);
  }
  const preferred = user.preferredFactor;
  if (preferred !== undefined && factors.includes(preferred)) return askFactor(signIn, user, preferred);
  const [only] = factors;
  if (only !== undefined && factors.length === 1) return askFactor(signIn, user, only);
  const parameters = { USER_ID_FOR_SRP: user.username };
  if (factors.length > 1) {
    return challenge(signIn, user.sub, {
      name: 'SELECT_MFA_TYPE',
      parameters: { ...parameters, MFAS_CAN_CHOOSE: JSON.stringify(factors) },
    });
  }
  return challenge(signIn, user.sub, {
    name: 'MFA_SETUP',
    parameters: { ...parameters, MFAS_CAN_SETUP: JSON.stringify(available) },
  });
}
