/** Operations of a signed-in user, with an access token. */
import { type Call, type JsonObject, type Operation, ServiceError } from '../../operation.ts';
import { attributeList } from './attributes.ts';
import { incorrectLogin, invalidParameter, notAuthorized } from './errors.ts';
import { newOpaque } from './ids.ts';
import { optStr, str } from './input.ts';
import { recordFailure, refuseLocked } from './lockout.ts';
import { checkHistory, checkPassword, isPassword, setPassword } from './passwords.ts';
import { texts } from './pool-config.ts';
import { cognitoKind, type Pool, type Session, type User } from './state.ts';
import { accessTokenOwner, signOutEverywhere, type TokenOwner } from './tokens.ts';
import { isTotpCode, newTotpSecret } from './totp.ts';
import { setMfaPreference } from './user-admin.ts';
import { touchUser } from './user-store.ts';
import { mfaOptions, mfaSettings } from './users.ts';

function owner(call: Call): TokenOwner {
  return accessTokenOwner(call.world, str(call.input, 'AccessToken'));
}

const getUser: Operation = (call) => {
  const { client, user } = owner(call);
  const custom =
    client.config.ReadAttributes === undefined ? undefined : texts(client.config, 'ReadAttributes');
  return {
    Username: user.username,
    UserAttributes: attributeList(user, custom === undefined ? undefined : ['sub', ...custom]),
    ...mfaOptions(user),
    ...mfaSettings(user),
  };
};

const changePassword: Operation = (call) => {
  const { pool, user } = owner(call);
  const proposed = str(call.input, 'ProposedPassword');
  refuseLocked(call.world, user);
  if (!isPassword(pool, user, str(call.input, 'PreviousPassword'))) {
    recordFailure(call.world, user);
    throw incorrectLogin();
  }
  checkPassword(pool, proposed);
  checkHistory(pool, user, proposed);
  setPassword(call.world, pool, user, proposed);
  touchUser(call.world, user);
  return {};
};

const globalSignOut: Operation = (call) => {
  const { pool, user } = owner(call);
  signOutEverywhere(pool, user);
  return {};
};

interface SetUp {
  readonly pool: Pool;
  readonly user: User;
  readonly session?: { readonly id: string; readonly value: Session };
}

/** The user who sets up TOTP: signed in (access token), or at the challenge MFA_SETUP (session). */
function settingUp(call: Call): SetUp {
  const token = optStr(call.input, 'AccessToken');
  if (token !== undefined) return accessTokenOwner(call.world, token);
  const id = str(call.input, 'Session');
  for (const { state } of call.world.states(cognitoKind)) {
    for (const pool of state.pools.values()) {
      const value = pool.sessions.get(id);
      const user = value === undefined ? undefined : pool.users.get(value.sub);
      if (value === undefined || user === undefined) continue;
      if (value.challenge !== 'MFA_SETUP' || value.expires <= call.world.now()) break;
      return { pool, user, session: { id, value } };
    }
  }
  throw notAuthorized('Invalid session for the user.');
}

/** Each step of a set-up by session returns a new session. */
function nextSession(call: Call, { pool, session }: SetUp, ready: boolean): JsonObject {
  if (session === undefined) return {};
  const id = newOpaque(call.world);
  pool.sessions.delete(session.id);
  pool.sessions.set(id, { ...session.value, totpReady: ready });
  return { Session: id };
}

const associate: Operation = (call) => {
  const setUp = settingUp(call);
  if (!setUp.pool.mfa.totp) {
    throw new ServiceError(
      'SoftwareTokenMFANotFoundException',
      'Software Token MFA has not been enabled by the userPool',
    );
  }
  const secret = newTotpSecret(call.world);
  setUp.user.pendingTotpSecret = secret;
  return { SecretCode: secret, ...nextSession(call, setUp, false) };
};

const verify: Operation = (call) => {
  const setUp = settingUp(call);
  const { user } = setUp;
  const secret = user.pendingTotpSecret;
  if (secret === undefined) throw invalidParameter('Software token is not associated.');
  if (!isTotpCode(secret, str(call.input, 'UserCode'), call.world.now())) {
    throw new ServiceError('EnableSoftwareTokenMFAException', 'Code mismatch');
  }
  user.totpSecret = secret;
  delete user.pendingTotpSecret;
  // A signed-in user still has to turn the factor on (SetUserMFAPreference); during MFA_SETUP it is on at once.
  if (setUp.session !== undefined) user.factors.add('SOFTWARE_TOKEN_MFA');
  touchUser(call.world, user);
  return { Status: 'SUCCESS', ...nextSession(call, setUp, true) };
};

const mfaPreference: Operation = (call) => {
  setMfaPreference(owner(call).user, call.input);
  return {};
};

export const selfServiceOperations = {
  GetUser: getUser,
  ChangePassword: changePassword,
  GlobalSignOut: globalSignOut,
  AssociateSoftwareToken: associate,
  VerifySoftwareToken: verify,
  SetUserMFAPreference: mfaPreference,
} satisfies Record<string, Operation>;
