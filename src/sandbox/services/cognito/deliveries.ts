/** Messages that AWS would send. Nothing leaves the machine. The pool records them for tests to read. */
import { type JsonObject, ServiceError } from '../../operation.ts';
import type { World } from '../../world.ts';
import { isVerified } from './attributes.ts';
import { isObject } from './input.ts';
import { member, text } from './pool-config.ts';
import { cognitoSettings } from './settings.ts';
import type { Delivery, Pool, User } from './state.ts';

type Contact = Pick<Delivery, 'medium' | 'destination'>;

export function contact(user: User, medium: 'EMAIL' | 'SMS'): Contact | undefined {
  const destination = user.attributes.get(medium === 'EMAIL' ? 'email' : 'phone_number');
  return destination ? { medium, destination } : undefined;
}

/**
 * Records that a message is sent.
 * Call it before any change: AWS doesn't document that a refused call has changed anything.
 * @throws if the account has no emails left. The text is from rahulpsd18/cognito-backup-restore#46.
 */
export function deliver(
  world: World,
  pool: Pool,
  user: User,
  purpose: Delivery['purpose'],
  to: Contact,
  secret: string,
): void {
  const isOwnSes = member(pool.config, 'EmailConfiguration').EmailSendingAccount === 'DEVELOPER';
  if (to.medium === 'EMAIL' && !isOwnSes && cognitoSettings(world).dailyMails === 'used-up') {
    throw new ServiceError(
      'LimitExceededException',
      'Exceeded daily email limit for the operation or the account. If a higher limit is required, please configure your user pool to use your own Amazon SES configuration for sending email.',
    );
  }
  pool.deliveries.push({ purpose, ...to, username: user.username, sub: user.sub, secret });
}

function mask(value: string, medium: 'EMAIL' | 'SMS'): string {
  if (medium === 'SMS') return `+${'*'.repeat(7)}${value.slice(-4)}`;
  const [name = '', domain = ''] = value.split('@');
  return `${name.charAt(0)}***@${domain.charAt(0)}***`;
}

export function masked(to: Contact): string {
  return mask(to.destination, to.medium);
}

export function codeDetails(to: Contact): JsonObject {
  return {
    Destination: masked(to),
    DeliveryMedium: to.medium,
    AttributeName: to.medium === 'EMAIL' ? 'email' : 'phone_number',
  };
}

/**
 * The destination of a password reset code.
 * AccountRecoverySetting decides, in its order of priority. Without it, the older behavior applies, "where
 * SMS is preferred through email". "SMS doesn't qualify … if the user also has SMS MFA activated."
 */
export function recoveryContact(pool: Pool, user: User): Contact | undefined {
  const email = isVerified(pool, user, 'email') ? contact(user, 'EMAIL') : undefined;
  const phone = isVerified(pool, user, 'phone_number') ? contact(user, 'SMS') : undefined;
  const list = member(pool.config, 'AccountRecoverySetting').RecoveryMechanisms;
  if (!Array.isArray(list)) return phone ?? email;
  const smsMfa = user.factors.has('SMS_MFA') || user.smsOption;
  const ordered = list.filter(isObject).sort((a, b) => Number(a.Priority) - Number(b.Priority));
  for (const mechanism of ordered) {
    const name = text(mechanism, 'Name');
    if (name === 'verified_email' && email !== undefined) return email;
    if (name === 'verified_phone_number' && phone !== undefined && !smsMfa) return phone;
  }
  return undefined;
}
