/** Changes to users by administrators: state, attributes, MFA, sessions, identity provider links. */
import type { JsonObject, Operation, ServiceError } from '../../operation.ts';
import { checkAttributes, checkMutable } from './attributes.ts';
import { contact, deliver, recoveryContact } from './deliveries.ts';
import { invalidParameter, notAuthorized } from './errors.ts';
import { newCode } from './ids.ts';
import { optAttributes, optBool, optObj, optObjects, optStrings, str } from './input.ts';
import { authorizedPool } from './pool-access.ts';
import type { MfaFactor, Pool, User } from './state.ts';
import { signOutEverywhere } from './tokens.ts';
import { claimAliases, existingUser, touchUser } from './user-store.ts';
import { adminUser } from './users.ts';

const codeLifeMs = 60 * 60_000;

function setEnabled(enabled: boolean): Operation {
  return (call) => {
    const { pool, user } = adminUser(call);
    user.enabled = enabled;
    // "Deactivates a user profile and revokes all access tokens for the user."
    if (!enabled && pool.settings.disabledSessions === 'ended') signOutEverywhere(pool, user);
    touchUser(call.world, user);
    return {};
  };
}

const confirm: Operation = (call) => {
  const { user } = adminUser(call);
  if (user.status !== 'UNCONFIRMED') {
    throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
  }
  user.status = 'CONFIRMED';
  touchUser(call.world, user);
  return {};
};

/** Sends a reset code and sets the user to RESET_REQUIRED. */
const resetPassword: Operation = (call) => {
  const { pool, user } = adminUser(call);
  if (user.status !== 'CONFIRMED' && user.status !== 'RESET_REQUIRED') {
    throw notAuthorized('User password cannot be reset in the current state.');
  }
  const to = recoveryContact(pool, user);
  if (to === undefined) throw noRecovery();
  const code = newCode(call.world);
  deliver(call.world, pool, user, 'forgot-password', to, code);
  user.resetCode = { value: code, expires: call.world.now() + codeLifeMs };
  user.status = 'RESET_REQUIRED';
  touchUser(call.world, user);
  return {};
};

export function noRecovery(): ServiceError {
  return invalidParameter(
    'Cannot reset password for the user as there is no registered/verified email or phone_number',
  );
}

/**
 * Sets attributes.
 * A changed email address or phone number is unverified unless the changes say otherwise.
 */
export function updateAttributes(pool: Pool, user: User, changes: Map<string, string>): void {
  checkMutable(pool, changes.keys());
  checkAttributes(pool, changes, false);
  for (const [name, value] of changes) {
    const contactName = name === 'email' || name === 'phone_number';
    if (contactName && user.attributes.get(name) !== value) user.attributes.set(`${name}_verified`, 'false');
    // "To delete an attribute from your user, submit the attribute in your API request with a blank value."
    if (value === '') user.attributes.delete(name);
  }
  for (const [name, value] of changes) if (value !== '') user.attributes.set(name, value);
}

/** Sets attributes. Changes nothing if another user has one of the new sign-in names. */
export function updateOrRestore(pool: Pool, user: User, changes: Map<string, string>): void {
  const before = new Map(user.attributes);
  updateAttributes(pool, user, changes);
  try {
    claimAliases(pool, user, false);
  } catch (error) {
    user.attributes.clear();
    for (const [name, value] of before) user.attributes.set(name, value);
    throw error;
  }
}

const update: Operation = (call) => {
  const { pool, user } = adminUser(call);
  updateOrRestore(pool, user, optAttributes(call.input, 'UserAttributes') ?? new Map());
  touchUser(call.world, user);
  return {};
};

const signOut: Operation = (call) => {
  const { pool, user } = adminUser(call);
  signOutEverywhere(pool, user);
  return {};
};

function setFactor(user: User, factor: MfaFactor, settings: JsonObject | undefined): void {
  if (settings === undefined) return;
  const enabled = optBool(settings, 'Enabled');
  if (enabled === true) user.factors.add(factor);
  if (enabled === false) user.factors.delete(factor);
  if (enabled === false && factor === 'SMS_MFA') user.smsOption = false;
  const preferred = optBool(settings, 'PreferredMfa');
  if (preferred === true && user.factors.has(factor)) user.preferredFactor = factor;
  if ((preferred === false || enabled === false) && user.preferredFactor === factor)
    delete user.preferredFactor;
}

/** Implements AdminSetUserMFAPreference, and SetUserMFAPreference for the user. */
export function setMfaPreference(user: User, input: JsonObject): void {
  const sms = optObj(input, 'SMSMfaSettings');
  const totp = optObj(input, 'SoftwareTokenMfaSettings');
  const email = optObj(input, 'EmailMfaSettings');
  if (sms?.Enabled === true && contact(user, 'SMS') === undefined) {
    throw invalidParameter('User does not have delivery config set to turn on SMS_MFA');
  }
  if (email?.Enabled === true && contact(user, 'EMAIL') === undefined) {
    throw invalidParameter('User does not have delivery config set to turn on EMAIL_OTP');
  }
  if (totp?.Enabled === true && user.totpSecret === undefined) {
    throw invalidParameter('User has not verified software token mfa');
  }
  const all: readonly (JsonObject | undefined)[] = [sms, totp, email];
  if (all.filter((settings) => settings?.PreferredMfa === true).length > 1) {
    throw invalidParameter('Only one MFA can be preferred.');
  }
  setFactor(user, 'SMS_MFA', sms);
  setFactor(user, 'SOFTWARE_TOKEN_MFA', totp);
  setFactor(user, 'EMAIL_OTP', email);
}

const mfaPreference: Operation = (call) => {
  setMfaPreference(adminUser(call).user, call.input);
  return {};
};

/**
 * The deprecated AdminSetUserSettings: SMS only, separate from the MFA preference.
 * API reference, MFAOptionType: "only … the SMS delivery medium value", "The only valid value is
 * phone_number". AWS doesn't say whether the user must have a phone number, or the pool an SMS configuration.
 * Neither is required here.
 */
const userSettings: Operation = (call) => {
  const { user } = adminUser(call);
  const options = optObjects(call.input, 'MFAOptions') ?? [];
  const isSms = (option: JsonObject): boolean =>
    option.DeliveryMedium === 'SMS' && option.AttributeName === 'phone_number';
  if (!options.every(isSms)) throw invalidParameter('MFAOptions can only be SMS to phone_number.');
  user.smsOption = options.some((option) => option.DeliveryMedium === 'SMS');
  return {};
};

function parseIdentities(json: string | undefined): JsonObject[] {
  const list: unknown = json === undefined ? [] : JSON.parse(json);
  return Array.isArray(list) ? list : [];
}

/**
 * Links a federated identity to a user.
 * Doesn't check that the provider exists. Users cannot sign in through a provider here.
 */
const linkProvider: Operation = (call) => {
  const pool = authorizedPool(call);
  const destination = optObj(call.input, 'DestinationUser') ?? {};
  const source = optObj(call.input, 'SourceUser') ?? {};
  const user = existingUser(pool, str(destination, 'ProviderAttributeValue'));
  const identity = {
    userId: str(source, 'ProviderAttributeValue'),
    providerName: str(source, 'ProviderName'),
    primary: false,
    dateCreated: call.world.now(),
  };
  user.attributes.set(
    'identities',
    JSON.stringify([...parseIdentities(user.attributes.get('identities')), identity]),
  );
  touchUser(call.world, user);
  return {};
};

const deleteAttributes: Operation = (call) => {
  const { pool, user } = adminUser(call);
  const names = optStrings(call.input, 'UserAttributeNames') ?? [];
  checkMutable(pool, names);
  for (const name of names) user.attributes.delete(name);
  touchUser(call.world, user);
  return {};
};

export const userAdminOperations = {
  AdminEnableUser: setEnabled(true),
  AdminDisableUser: setEnabled(false),
  AdminConfirmSignUp: confirm,
  AdminResetUserPassword: resetPassword,
  AdminUpdateUserAttributes: update,
  AdminDeleteUserAttributes: deleteAttributes,
  AdminUserGlobalSignOut: signOut,
  AdminSetUserMFAPreference: mfaPreference,
  AdminSetUserSettings: userSettings,
  AdminLinkProviderForUser: linkProvider,
} satisfies Record<string, Operation>;
