/** Creates, reads, and deletes users with administrator credentials. */
import { type Call, type JsonObject, type Operation, ServiceError } from '../../operation.ts';
import { attributeList, checkAttributes } from './attributes.ts';
import { contact, deliver } from './deliveries.ts';
import { notAuthorized } from './errors.ts';
import { newTemporaryPassword } from './ids.ts';
import { optAttributes, optBool, optMap, optStr, optStrings, str } from './input.ts';
import { userFactors } from './mfa.ts';
import { checkPassword, passwordPolicy, setPassword } from './passwords.ts';
import { authorizedPool } from './pool-access.ts';
import { count } from './pool-config.ts';
import type { Pool, User } from './state.ts';
import { fireTrigger } from './triggers.ts';
import { createUser, existingUser, findUser } from './user-store.ts';

/** A user as AdminCreateUser and ListUsers return it. AdminGetUser names the list differently. */
export function userType(user: User, only?: readonly string[]): JsonObject {
  return {
    Username: user.username,
    Attributes: attributeList(user, only),
    UserCreateDate: user.created / 1000,
    UserLastModifiedDate: user.modified / 1000,
    Enabled: user.enabled,
    UserStatus: user.status,
    ...mfaOptions(user),
  };
}

export function mfaOptions(user: User): JsonObject {
  return user.smsOption ? { MFAOptions: [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }] } : {};
}

/** PreferredMfaSetting and UserMFASettingList. Each is absent if it is empty. */
export function mfaSettings(user: User): JsonObject {
  const factors = userFactors(user);
  return {
    ...(user.preferredFactor === undefined ? {} : { PreferredMfaSetting: user.preferredFactor }),
    ...(factors.length === 0 ? {} : { UserMFASettingList: factors }),
  };
}

/**
 * Sends the invitation. "The default value is SMS".
 * AWS doesn't document that a user without a phone number then gets an email. That would be a sent message,
 * so it is recorded.
 */
function invite(call: Call, pool: Pool, user: User, password: string): void {
  const mediums = optStrings(call.input, 'DesiredDeliveryMediums') ?? ['SMS'];
  const targets = (['EMAIL', 'SMS'] as const)
    .filter((medium) => mediums.includes(medium))
    .flatMap((medium) => contact(user, medium) ?? []);
  const fallback = contact(user, 'EMAIL');
  const recipients = targets.length === 0 && fallback !== undefined ? [fallback] : targets;
  for (const to of recipients) deliver(call.world, pool, user, 'invitation', to, password);
}

function temporaryPassword(call: Call, pool: Pool): string {
  const sent = optStr(call.input, 'TemporaryPassword');
  if (sent !== undefined && sent !== '') {
    checkPassword(pool, sent);
    return sent;
  }
  return newTemporaryPassword(call.world, count(passwordPolicy(pool), 'MinimumLength'));
}

function resend(call: Call, pool: Pool): JsonObject {
  const user = existingUser(pool, str(call.input, 'Username'));
  if (user.status !== 'FORCE_CHANGE_PASSWORD') {
    throw new ServiceError(
      'UnsupportedUserStateException',
      'Resend not possible. Current status of user is not valid.',
    );
  }
  const password = temporaryPassword(call, pool);
  setPassword(call.world, pool, user, password, true);
  invite(call, pool, user, password);
  return { User: userType(user) };
}

const adminCreateUser: Operation = async (call) => {
  const pool = authorizedPool(call);
  const name = str(call.input, 'Username');
  const action = optStr(call.input, 'MessageAction');
  if (action === 'RESEND') return resend(call, pool);
  const attributes = optAttributes(call.input, 'UserAttributes') ?? new Map<string, string>();
  attributes.delete('sub');
  // Users can also supply required attributes at their first sign-in (AdminCreateUser, UserAttributes).
  checkAttributes(pool, attributes, false);
  const password = temporaryPassword(call, pool);
  if (findUser(pool, name)?.username === name) {
    throw new ServiceError('UsernameExistsException', 'User account already exists');
  }
  await fireTrigger(call.world, pool, undefined, 'PreSignUp', {
    source: 'PreSignUp_AdminCreateUser',
    userName: name,
    request: {
      userAttributes: Object.fromEntries(attributes),
      validationData: Object.fromEntries(optAttributes(call.input, 'ValidationData') ?? []),
      clientMetadata: optMap(call.input, 'ClientMetadata') ?? null,
    },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  });
  const user = createUser(call.world, pool, {
    name,
    attributes,
    status: 'FORCE_CHANGE_PASSWORD',
    force: optBool(call.input, 'ForceAliasCreation') === true,
  });
  setPassword(call.world, pool, user, password, true);
  if (action !== 'SUPPRESS') invite(call, pool, user, password);
  return { User: userType(user) };
};

/** The pool and user of an Admin call. */
export function adminUser(call: Call): { readonly pool: Pool; readonly user: User } {
  const pool = authorizedPool(call);
  return { pool, user: existingUser(pool, str(call.input, 'Username')) };
}

const adminGetUser: Operation = (call) => {
  const { user } = adminUser(call);
  const { Attributes, ...rest } = userType(user);
  return { ...rest, UserAttributes: Attributes ?? [], ...mfaSettings(user) };
};

const adminDeleteUser: Operation = (call) => {
  const { pool, user } = adminUser(call);
  pool.users.delete(user.sub);
  return {};
};

const adminSetUserPassword: Operation = (call) => {
  const { pool, user } = adminUser(call);
  if (user.status === 'EXTERNAL_PROVIDER') throw notAuthorized('User is from an external provider.');
  const password = str(call.input, 'Password');
  const permanent = optBool(call.input, 'Permanent') === true;
  checkPassword(pool, password);
  setPassword(call.world, pool, user, password, !permanent);
  user.status = permanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD';
  user.modified = call.world.now();
  return {};
};

export const userOperations = {
  AdminCreateUser: adminCreateUser,
  AdminGetUser: adminGetUser,
  AdminDeleteUser: adminDeleteUser,
  AdminSetUserPassword: adminSetUserPassword,
} satisfies Record<string, Operation>;
