/** Calls to user pools, each with its credentials and within the time of an event. */
import { listOf, optionalText, toHolder } from './answers.ts';
import { type JsonCall, type JsonObject, jsonCalls } from './aws/json.ts';
import { AwsError } from './aws/send.ts';
import { type Endpoint, type Keys, signedCaller } from './aws/sign.ts';
import type { Fault } from './decide.ts';
import type { Environment } from './environment.ts';
import { faultOf } from './faults.ts';
import type { Clock } from './migrate.ts';
import type { NamedUser } from './old-user.ts';
import { AssumeRoleFailed, type Credentials, cachedCredentials } from './sts.ts';
import { roleAssumer } from './sts-client.ts';

/** Cuts work off when the event's time is over, even while it waits for credentials. Failures become answers. */
export async function withinBudget<T>(
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | Fault> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new AwsError('AbortError', 'The time for this event is over'));
      controller.abort();
    }, ms);
  });
  try {
    return await Promise.race([work(controller.signal), over]);
  } catch (error) {
    return faultOf(error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Calls the old pool with its credentials.
 * AWS does nothing with a request whose credentials have expired. If a role's have, asks once more with new ones.
 */
export function oldPoolCalls(environment: Environment, clock: Clock): JsonCall {
  const now = () => clock.now();
  const { role, cognito } = environment;
  const assumed = role && cachedCredentials(roleCredentials(environment, role, now), now);
  const call = cognitoCalls(cognito, assumed ? assumed.get : ownCredentials, now);
  return async (operation, input, signal) => {
    try {
      return await call(operation, input, signal);
    } catch (error) {
      const hasExpired = error instanceof AwsError && error.name === 'ExpiredTokenException';
      if (!hasExpired || assumed === undefined) throw error;
      assumed.forget();
      return call(operation, input, signal);
    }
  };
}

/** Calls Cognito at one endpoint. */
export function cognitoCalls(
  cognito: Endpoint,
  credentials: () => Promise<Keys>,
  now: () => number,
): JsonCall {
  return jsonCalls(
    signedCaller('cognito-idp', cognito, credentials, now),
    'AWSCognitoIdentityProviderService',
  );
}

/**
 * Reads the execution role's credentials, which Lambda puts into the environment.
 * Lambda starts another environment before they expire.
 */
export async function ownCredentials(): Promise<Keys> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY)
    throw new AwsError('CredentialsError', 'No credentials in the environment');
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
}

function roleCredentials(
  environment: Environment,
  role: NonNullable<Environment['role']>,
  now: () => number,
): () => Promise<Credentials> {
  const assume = roleAssumer(environment.sts, role, ownCredentials, now);
  return async () => {
    try {
      return await assume();
    } catch (error) {
      if (error instanceof AssumeRoleFailed) throw error;
      const { name, status } = faultOf(error);
      throw new AssumeRoleFailed(name, status);
    }
  };
}

/** One request to a pool. Rejects if it fails. */
export type Ask = (operation: string, input: JsonObject) => Promise<JsonObject>;

/**
 * Maximum number of pages: 180 users with one address, or 30 where each sign-in searches.
 * The user who has verified the address could be on a later page, so the owner is unknown.
 */
const MOST_PAGES = 3;

/** All users that a filter finds. Undefined if there are too many. */
export async function listAll(ask: Ask, input: JsonObject): Promise<readonly NamedUser[] | undefined> {
  const users: NamedUser[] = [];
  let PaginationToken: string | undefined;
  for (let page = 1; page <= MOST_PAGES; page++) {
    // Omits AttributesToGet, which is an error if a user lacks one of the attributes (API Reference,
    // "ListUsers").
    const answer = await ask('ListUsers', {
      ...input,
      ...(PaginationToken !== undefined && { PaginationToken }),
    });
    users.push(...listOf(answer.Users).map(toHolder));
    PaginationToken = optionalText(answer.PaginationToken);
    if (PaginationToken === undefined) return users;
  }
  return undefined;
}
