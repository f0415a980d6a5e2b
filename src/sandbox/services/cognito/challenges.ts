/** RespondToAuthChallenge and AdminRespondToAuthChallenge. */
import { type Call, type JsonObject, type Operation, ServiceError } from '../../operation.ts';
import { checkAttributes, checkMutable } from './attributes.ts';
import { incorrectLogin, invalidParameter, notAuthorized } from './errors.ts';
import { optMap, optStr, str } from './input.ts';
import { askFactor, mfaChallenge } from './mfa.ts';
import { observed } from './observed.ts';
import { completeSignIn, passwordSignIn } from './password-sign-in.ts';
import { checkHistory, checkPassword, setPassword } from './passwords.ts';
import { checkSecretHash } from './secret-hash.ts';
import { cognitoSettings } from './settings.ts';
import { type OpenSession, openSession, parameter, type SignIn, signInParties } from './sign-in-context.ts';
import { answerProof, askForProof } from './srp-sign-in.ts';
import type { MfaFactor } from './state.ts';
import { isTotpCode } from './totp.ts';
import { claimAliases, touchUser } from './user-store.ts';

type Responses = Readonly<Record<string, string>>;

function wrongCode(): ServiceError {
  return new ServiceError('CodeMismatchException', 'Invalid code received for user');
}

function setNewPassword(signIn: SignIn, { user }: OpenSession, responses: Responses): void {
  const { world, pool } = signIn;
  const password = parameter(responses, 'NEW_PASSWORD');
  const prefix = 'userAttributes.';
  const attributes = new Map(
    Object.entries(responses)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
  checkPassword(pool, password);
  checkHistory(pool, user, password);
  checkMutable(pool, attributes.keys());
  checkAttributes(pool, new Map([...user.attributes, ...attributes]), true);
  for (const [name, value] of attributes) user.attributes.set(name, value);
  claimAliases(pool, user, false);
  setPassword(world, pool, user, password);
  user.status = 'CONFIRMED';
  touchUser(world, user);
}

function checkCode(
  signIn: SignIn,
  { user, session }: OpenSession,
  factor: MfaFactor,
  responses: Responses,
): void {
  const code = parameter(responses, `${factor}_CODE`);
  const isCorrect =
    factor === 'SOFTWARE_TOKEN_MFA'
      ? user.totpSecret !== undefined && isTotpCode(user.totpSecret, code, signIn.world.now())
      : session.code === code;
  if (!isCorrect) throw wrongCode();
}

const selectable: readonly MfaFactor[] = ['SMS_MFA', 'SOFTWARE_TOKEN_MFA', 'EMAIL_OTP'];

/**
 * Answers a challenge. A correct answer ends it.
 * A wrong answer leaves it open, except a wrong password.
 */
async function answer(
  signIn: SignIn,
  open: OpenSession,
  name: string,
  responses: Responses,
): Promise<JsonObject> {
  const { pool } = signIn;
  const { user } = open;
  switch (name) {
    case 'NEW_PASSWORD_REQUIRED': {
      setNewPassword(signIn, open, responses);
      pool.sessions.delete(open.id);
      return mfaChallenge(signIn, user) ?? completeSignIn(signIn, user);
    }
    case 'SMS_MFA':
    case 'SOFTWARE_TOKEN_MFA':
    case 'EMAIL_OTP': {
      checkCode(signIn, open, name, responses);
      pool.sessions.delete(open.id);
      return completeSignIn(signIn, user);
    }
    case 'SELECT_MFA_TYPE': {
      const chosen = selectable.find((factor) => factor === responses.ANSWER);
      if (chosen === undefined) throw invalidParameter('Invalid MFA type selected.');
      pool.sessions.delete(open.id);
      return askFactor(signIn, user, chosen);
    }
    case 'MFA_SETUP': {
      if (open.session.totpReady !== true) throw notAuthorized('MFA setup is not complete for the user.');
      pool.sessions.delete(open.id);
      return completeSignIn(signIn, user);
    }
    case 'SELECT_CHALLENGE':
      if (responses.ANSWER === 'PASSWORD') return passwordAnswer(signIn, open, responses);
      if (responses.ANSWER !== 'PASSWORD_SRP') {
        throw invalidParameter('Only the PASSWORD and PASSWORD_SRP challenges are available.');
      }
      pool.sessions.delete(open.id);
      return askForProof(signIn, responses, user.username, true);
    case 'PASSWORD':
      return passwordAnswer(signIn, open, responses);
    default:
      throw incorrectLogin();
  }
}

async function passwordAnswer(signIn: SignIn, open: OpenSession, responses: Responses): Promise<JsonObject> {
  const migrates = cognitoSettings(signIn.world).userAuthPasswordMigrates;
  signIn.pool.sessions.delete(open.id);
  return passwordSignIn(signIn, open.user.username, parameter(responses, 'PASSWORD'), migrates);
}

async function respond(call: Call, admin: boolean): Promise<JsonObject> {
  const parties = signInParties(call, admin);
  const name = str(call.input, 'ChallengeName');
  const responses = optMap(call.input, 'ChallengeResponses') ?? {};
  const signIn: SignIn = {
    ...parties,
    validationData: undefined,
    clientMetadata: optMap(call.input, 'ClientMetadata'),
  };
  const typed = parameter(responses, 'USERNAME');
  const session = optStr(call.input, 'Session');
  if (name === 'PASSWORD_VERIFIER') return answerProof(signIn, responses, session);
  if (session === undefined) throw invalidParameter('Missing required parameter Session');
  const open = openSession(signIn, session, name);
  checkSecretHash(parties.client, responses.SECRET_HASH, typed, open.user.username);
  return answer(signIn, open, name, responses);
}

export const challengeOperations = {
  RespondToAuthChallenge: observed((call) => respond(call, false)),
  AdminRespondToAuthChallenge: observed((call) => respond(call, true)),
} satisfies Record<string, Operation>;
