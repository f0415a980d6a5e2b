/** InitiateAuth and AdminInitiateAuth. */
import type { Call, JsonObject, Operation } from '../operation.ts';
import { checkFlow, requestedFlow } from './auth-flows.ts';
import { invalidParameter, notAuthorized } from './errors.ts';
import { newOpaque } from './ids.ts';
import { optMap, str } from './input.ts';
import { passwordSignIn, refuseByState } from './password-sign-in.ts';
import { member, texts } from './pool-config.ts';
import { checkSecretHash } from './secret-hash.ts';
import { cognitoSettings } from './settings.ts';
import { challenge, hidesExistence, type SignIn, signInParties, unknownUser } from './sign-in-context.ts';
import { issueTokens } from './tokens.ts';
import { findUser } from './user-store.ts';

type Parameters = Readonly<Record<string, string>>;

export function parameter(parameters: Parameters, name: string): string {
  const value = parameters[name];
  if (value === undefined || value === '') throw invalidParameter(`Missing required parameter ${name}`);
  return value;
}

/**
 * The first half of SRP. The proof itself is not computed here: the answer to PASSWORD_VERIFIER is always refused,
 * since no part of this project signs in by SRP. What matters is that this flow never fires the migration trigger.
 */
function srp(signIn: SignIn, name: string): JsonObject {
  const { world, pool, client } = signIn;
  const user = findUser(pool, name);
  if (user === undefined && !hidesExistence(client)) throw unknownUser(client);
  if (user !== undefined) refuseByState(signIn, user);
  const username = user?.username ?? name;
  return challenge(signIn, user?.sub ?? '', {
    name: 'PASSWORD_VERIFIER',
    parameters: {
      SALT: Buffer.from(world.randomBytes(16)).toString('hex'),
      SECRET_BLOCK: newOpaque(world, 64),
      SRP_B: Buffer.from(world.randomBytes(384)).toString('hex'),
      USERNAME: username,
      USER_ID_FOR_SRP: username,
    },
  });
}

const firstFactorChallenges: Readonly<Record<string, readonly string[]>> = {
  PASSWORD: ['PASSWORD', 'PASSWORD_SRP'],
  EMAIL_OTP: ['EMAIL_OTP'],
  SMS_OTP: ['SMS_OTP'],
  WEB_AUTHN: ['WEB_AUTHN'],
};

/** USER_AUTH: choice-based sign-in. Of the challenges only the password is built. */
async function choice(signIn: SignIn, parameters: Parameters, name: string): Promise<JsonObject> {
  const { pool, client } = signIn;
  const preferred = parameters.PREFERRED_CHALLENGE;
  const password = parameters.PASSWORD;
  if (preferred === 'PASSWORD' && password !== undefined) {
    const migrates = cognitoSettings(signIn.world).userAuthPasswordMigrates;
    return passwordSignIn(signIn, name, password, migrates);
  }
  if (preferred === 'PASSWORD_SRP') return srp(signIn, name);
  const user = findUser(pool, name);
  // With existence errors prevented an unknown user is asked too (Developer Guide, "Managing user existence errors").
  if (user === undefined && !hidesExistence(client)) throw unknownUser(client);
  if (user !== undefined) refuseByState(signIn, user);
  const factors = texts(member(member(pool.config, 'Policies'), 'SignInPolicy'), 'AllowedFirstAuthFactors');
  return challenge(signIn, user?.sub ?? '', {
    name: preferred === 'PASSWORD' ? 'PASSWORD' : 'SELECT_CHALLENGE',
    parameters: { USERNAME: name },
    available: factors.flatMap((factor) => firstFactorChallenges[factor] ?? []),
  });
}

async function refresh(signIn: SignIn, parameters: Parameters): Promise<JsonObject> {
  const { world, pool, client } = signIn;
  const token = parameter(parameters, 'REFRESH_TOKEN');
  const known = pool.refreshTokens.get(token);
  const user = known === undefined ? undefined : pool.users.get(known.sub);
  if (known === undefined || user === undefined || known.clientId !== client.id) {
    throw notAuthorized('Invalid Refresh Token');
  }
  checkSecretHash(client, parameters.SECRET_HASH, user.username, user.sub);
  if (known.expires <= world.now()) throw notAuthorized('Refresh Token has expired');
  if (!user.enabled) throw notAuthorized('User is disabled.');
  return {
    ChallengeParameters: {},
    AuthenticationResult: await issueTokens(world, pool, client, user, known),
  };
}

async function initiate(call: Call, admin: boolean): Promise<JsonObject> {
  const parties = signInParties(call, admin);
  const { client } = parties;
  const flow = requestedFlow(str(call.input, 'AuthFlow'), admin);
  checkFlow(client, flow);
  const parameters = optMap(call.input, 'AuthParameters') ?? {};
  const signIn: SignIn = {
    ...parties,
    validationData: optMap(call.input, 'ClientMetadata'),
    clientMetadata: undefined,
  };
  if (flow === 'refresh') return refresh(signIn, parameters);
  const name = parameter(parameters, 'USERNAME');
  checkSecretHash(client, parameters.SECRET_HASH, name);
  if (flow === 'srp') {
    parameter(parameters, 'SRP_A');
    return srp(signIn, name);
  }
  if (flow === 'choice') return choice(signIn, parameters, name);
  // Custom challenges are Lambda triggers of an app's own; none of this project's pools has them.
  if (flow === 'custom')
    throw invalidParameter('Custom auth lambda trigger is not configured for the user pool.');
  return passwordSignIn(signIn, name, parameter(parameters, 'PASSWORD'), true);
}

export const signInOperations = {
  InitiateAuth: (call) => initiate(call, false),
  AdminInitiateAuth: (call) => initiate(call, true),
} satisfies Record<string, Operation>;
