/** InitiateAuth and AdminInitiateAuth. */
import type { Call, JsonObject, Operation } from '../../operation.ts';
import { checkFlow, requestedFlow } from './auth-flows.ts';
import { invalidParameter } from './errors.ts';
import { optMap, str } from './input.ts';
import { observed } from './observed.ts';
import { passwordSignIn, refuseByState } from './password-sign-in.ts';
import { member, texts } from './pool-config.ts';
import { refresh } from './refresh.ts';
import { checkSecretHash } from './secret-hash.ts';
import { cognitoSettings } from './settings.ts';
import {
  challenge,
  hidesExistence,
  parameter,
  type SignIn,
  signInParties,
  unknownUser,
} from './sign-in-context.ts';
import { askForProof } from './srp-sign-in.ts';
import { findUser } from './user-store.ts';

type Parameters = Readonly<Record<string, string>>;

const firstFactorChallenges: Readonly<Record<string, readonly string[]>> = {
  PASSWORD: ['PASSWORD', 'PASSWORD_SRP'],
  EMAIL_OTP: ['EMAIL_OTP'],
  SMS_OTP: ['SMS_OTP'],
  WEB_AUTHN: ['WEB_AUTHN'],
};

/** USER_AUTH: choice-based sign-in. Only the two password challenges are implemented. */
async function choiceSignIn(signIn: SignIn, parameters: Parameters, name: string): Promise<JsonObject> {
  const { pool, client } = signIn;
  const preferred = parameters.PREFERRED_CHALLENGE;
  const password = parameters.PASSWORD;
  if (preferred === 'PASSWORD' && password !== undefined) {
    const migrates = cognitoSettings(signIn.world).userAuthPasswordMigrates;
    return passwordSignIn(signIn, name, password, migrates);
  }
  if (preferred === 'PASSWORD_SRP') return askForProof(signIn, parameters, name, true);
  const user = findUser(pool, name);
  // With existence errors prevented, an unknown user also gets a challenge (Developer Guide, "Managing user
  // existence errors").
  if (user === undefined && !hidesExistence(client)) throw unknownUser(client);
  if (user !== undefined) refuseByState(signIn, user);
  const factors = texts(member(member(pool.config, 'Policies'), 'SignInPolicy'), 'AllowedFirstAuthFactors');
  const isTemporary =
    user?.status === 'FORCE_CHANGE_PASSWORD' && pool.settings.temporaryFactors === 'password';
  const isAllowed = (factor: string): boolean => !isTemporary || factor === 'PASSWORD';
  return challenge(signIn, user?.sub ?? '', {
    name: preferred === 'PASSWORD' ? 'PASSWORD' : 'SELECT_CHALLENGE',
    parameters: { USERNAME: name },
    available: factors.filter(isAllowed).flatMap((factor) => firstFactorChallenges[factor] ?? []),
  });
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
  if (flow === 'srp') return askForProof(signIn, parameters, name, false);
  if (flow === 'choice') return choiceSignIn(signIn, parameters, name);
  // Custom challenges are Lambda triggers of an app's own. None of this project's pools has them.
  if (flow === 'custom')
    throw invalidParameter('Custom auth lambda trigger is not configured for the user pool.');
  return passwordSignIn(signIn, name, parameter(parameters, 'PASSWORD'), true);
}

export const signInOperations = {
  InitiateAuth: observed((call) => initiate(call, false)),
  AdminInitiateAuth: observed((call) => initiate(call, true)),
} satisfies Record<string, Operation>;
