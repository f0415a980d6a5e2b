/**
 * A sign-in with a password in the request.
 * Checks in Cognito's order of refusals, up to tokens or a challenge.
 */
import { type JsonObject, ServiceError } from '../../operation.ts';
import { incorrectLogin, notAuthorized } from './errors.ts';
import { clearFailures, recordFailure, refuseLocked } from './lockout.ts';
import { mfaChallenge } from './mfa.ts';
import { migrateUser } from './migration-trigger.ts';
import { isPassword, temporaryExpired } from './passwords.ts';
import { member, text } from './pool-config.ts';
import { cognitoSettings } from './settings.ts';
import { challenge, hidesExistence, type SignIn, unknownUser } from './sign-in-context.ts';
import type { User } from './state.ts';
import { issueTokens } from './tokens.ts';
import { eventAttributes, fireTrigger } from './triggers.ts';
import { findUser } from './user-store.ts';

export function resetRequired(): ServiceError {
  return new ServiceError('PasswordResetRequiredException', 'Password reset required for the user');
}

/** Refuses users whose state ends a sign-in before the password check. */
export function refuseByState(signIn: Pick<SignIn, 'world' | 'client'>, user: User): void {
  refuseLocked(signIn.world, user);
  if (!user.enabled) throw notAuthorized('User is disabled.');
  // aws-sdk-js#4608: thrown before the password check.
  if (user.status === 'UNCONFIRMED') {
    throw new ServiceError('UserNotConfirmedException', 'User is not confirmed.');
  }
  // Developer Guide, password reset after import: apps trigger it with any password.
  // PreventUserExistenceErrors hides it.
  if (user.status === 'RESET_REQUIRED') {
    const isHidden = cognitoSettings(signIn.world).resetRequiredHidden === 'wrong-password';
    throw isHidden && hidesExistence(signIn.client) ? incorrectLogin() : resetRequired();
  }
}

/**
 * Fires the pre authentication trigger.
 * It runs for unknown users only if their absence is hidden (userNotFound).
 */
export async function preAuthentication(
  signIn: SignIn,
  userName: string,
  user: User | undefined,
): Promise<void> {
  await fireTrigger(signIn.world, signIn.pool, signIn.client, 'PreAuthentication', {
    source: 'PreAuthentication_Authentication',
    userName,
    request: {
      userAttributes: user === undefined ? {} : eventAttributes(user),
      validationData: signIn.validationData ?? null,
      ...(hidesExistence(signIn.client) ? { userNotFound: user === undefined } : {}),
    },
    response: {},
  });
}

/** Finds the user, or lets the migration trigger create one if `migrates`. Refuses an unknown user. */
async function userFor(signIn: SignIn, name: string, password: string, migrates: boolean): Promise<User> {
  const user =
    findUser(signIn.pool, name) ??
    (migrates ? await migrateUser(signIn, 'UserMigration_Authentication', name, password) : undefined);
  if (user !== undefined) return user;
  if (hidesExistence(signIn.client)) await preAuthentication(signIn, name, undefined);
  throw unknownUser(signIn.client);
}

const expiredTexts = {
  temporary: 'Temporary password has expired and must be reset by an administrator.',
  account: 'User account has expired, it must be reset by an administrator.',
} as const;

/** Adaptive authentication at its strictest: refuses a sign-in whatever the password is. */
function refuseThreat({ world, pool }: SignIn): void {
  const isEnforced = text(member(pool.config, 'UserPoolAddOns'), 'AdvancedSecurityMode') === 'ENFORCED';
  if (isEnforced && cognitoSettings(world).threatProtection === 'blocks')
    throw notAuthorized('Unable to login because of security reasons');
}

/** USER_PASSWORD_AUTH and similar flows. */
export async function passwordSignIn(
  signIn: SignIn,
  name: string,
  password: string,
  migrates: boolean,
): Promise<JsonObject> {
  const { world, pool } = signIn;
  const user = await userFor(signIn, name, password, migrates);
  refuseByState(signIn, user);
  refuseThreat(signIn);
  await preAuthentication(signIn, user.username, user);
  if (!isPassword(pool, user, password)) {
    recordFailure(world, user);
    throw incorrectLogin();
  }
  return provenPassword(signIn, user);
}

/** Continues after a correct password: a new password, a second factor, or tokens. */
export async function provenPassword(signIn: SignIn, user: User): Promise<JsonObject> {
  const { world, pool } = signIn;
  clearFailures(user);
  if (user.status === 'FORCE_CHANGE_PASSWORD') {
    if (temporaryExpired(world, pool, user)) {
      throw notAuthorized(expiredTexts[cognitoSettings(world).expiredPasswordText]);
    }
    return newPasswordRequired(signIn, user);
  }
  return mfaChallenge(signIn, user) ?? completeSignIn(signIn, user);
}

function newPasswordRequired(signIn: SignIn, user: User): JsonObject {
  const missing = signIn.pool.schema
    .filter(({ name, required }) => required && name !== 'sub' && !user.attributes.get(name))
    .map(({ name }) => `userAttributes.${name}`);
  return challenge(signIn, user.sub, {
    name: 'NEW_PASSWORD_REQUIRED',
    parameters: {
      USER_ID_FOR_SRP: user.username,
      requiredAttributes: JSON.stringify(missing),
      userAttributes: JSON.stringify(Object.fromEntries(user.attributes)),
    },
  });
}

/** Completes a proven sign-in: post authentication, then tokens. A setting reverses the order. */
export async function completeSignIn(signIn: SignIn, user: User): Promise<JsonObject> {
  const { world, pool, client } = signIn;
  const begun = [...user.groups];
  const tokensFirst = cognitoSettings(world).lastTrigger === 'post-authentication';
  const earlyTokens = tokensFirst
    ? await issueTokens(world, pool, client, user, undefined, begun)
    : undefined;
  await fireTrigger(world, pool, client, 'PostAuthentication', {
    source: 'PostAuthentication_Authentication',
    userName: user.username,
    request: { userAttributes: eventAttributes(user), newDeviceUsed: false },
    response: {},
  });
  const AuthenticationResult =
    earlyTokens ?? (await issueTokens(world, pool, client, user, undefined, begun));
  return { ChallengeParameters: {}, AuthenticationResult };
}
