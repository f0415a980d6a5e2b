/** One sign-in to the new pool as an app makes it, with the flow that invokes the migration trigger. */
import { createHmac } from 'node:crypto';
import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Clock } from './clock.ts';
import { errorName, isRefusal } from './errors.ts';
import { redactError } from './redact-error.ts';
import type { Who } from './users.ts';

/** Triggers of a sign-in, by their names in Cognito's messages: "PreSignUp failed with error …". */
const triggers = [
  'UserMigration',
  'PreSignUp',
  'PostConfirmation',
  'PreAuthentication',
  'PostAuthentication',
  'PreTokenGeneration',
] as const;
type TriggerName = (typeof triggers)[number];

/**
 * The result of a sign-in, in names only.
 * Holds no token and none of AWS's messages, which may repeat the request.
 */
export interface SignIn {
  readonly result: 'signed-in' | 'challenge' | 'refused';
  /** Name of the challenge or of the error. */
  readonly name?: string;
  /** The new pool's trigger that refused or failed, if Cognito's message begins with its name. */
  readonly trigger?: TriggerName;
  readonly ms: number;
}

/**
 * Signs in and discards the tokens. Reads and uses the client's secret here, and discards it.
 * @throws Errors that aren't Cognito's own decision: no network, no permission to describe the client.
 */
export async function signIn(
  idp: CognitoIdentityProviderClient,
  clock: Clock,
  args: Who & { readonly userPoolId: string; readonly clientId: string },
): Promise<SignIn> {
  const hash = await secretHash(idp, args);
  const command = new InitiateAuthCommand({
    ClientId: args.clientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: {
      USERNAME: args.username,
      PASSWORD: args.password,
      ...(hash === undefined ? {} : { SECRET_HASH: hash }),
    },
  });
  const start = clock.now();
  try {
    const { AuthenticationResult, ChallengeName = 'none' } = await idp.send(command);
    const ms = clock.now() - start;
    return AuthenticationResult === undefined
      ? { result: 'challenge', name: ChallengeName, ms }
      : { result: 'signed-in', ms };
  } catch (error) {
    if (!isRefusal(error)) throw redactError(error);
    const trigger = triggers.find((name) => error.message.startsWith(`${name} `));
    const ms = clock.now() - start;
    return { result: 'refused', name: errorName(error), ...(trigger === undefined ? {} : { trigger }), ms };
  }
}

/**
 * The hash that a client with a secret must send: Base64(HMAC_SHA256(secret, username + client ID)).
 * The username is in the form that is sent (Amazon Cognito Developer Guide, "Computing secret hash values").
 */
async function secretHash(
  idp: CognitoIdentityProviderClient,
  { userPoolId: UserPoolId, clientId: ClientId, username }: Parameters<typeof signIn>[2],
): Promise<string | undefined> {
  const { UserPoolClient } = await idp.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
  const secret = UserPoolClient?.ClientSecret;
  return secret === undefined
    ? undefined
    : createHmac('sha256', secret).update(`${username}${ClientId}`).digest('base64');
}
