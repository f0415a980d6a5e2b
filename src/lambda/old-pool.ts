import { emailFilters } from './address-holders.ts';
import { isObject, type JsonCall, type JsonObject, jsonCalls } from './aws/json.ts';
import { AwsError, UNRECOGNIZED } from './aws/send.ts';
import { type Keys, signedCaller } from './aws/sign.ts';
import type { Fault, HoldersAnswer, SignInAnswer } from './decide.ts';
import type { Environment } from './environment.ts';
import { faultOf } from './faults.ts';
import { mostLookups } from './find-by.ts';
import type { Asker, Clock, OldPoolPort } from './migrate.ts';
import { hasSecondFactor, type NamedUser, type OldAttribute, type OldUser } from './old-user.ts';
import { AssumeRoleFailed, type Credentials, cachedCredentials } from './sts.ts';
import { roleAssumer } from './sts-client.ts';
import { subOfToken } from './token.ts';

/**
 * The old pool, accessed over AWS's API.
 * There is one per execution environment: its connections and credentials outlive the event.
 */
export function oldPool(environment: Environment, clock: Clock): OldPoolPort {
  const { oldUserPoolId, oldClientId } = environment;
  const call = oldPoolCalls(environment, clock);
  const mayAsk = lookupLimit(clock);
  const within = <T>(deadline: number, work: (ask: Ask) => Promise<T>) =>
    withinBudget(deadline - clock.now(), (signal) =>
      work((operation, input) => call(operation, input, signal)),
    );

  return {
    getUser: (userName, deadline) =>
      within(deadline, async (ask) => {
        const answer = await ask('AdminGetUser', { UserPoolId: oldUserPoolId, Username: userName });
        return { kind: 'user', user: toUser(answer) };
      }),
    signIn: (userName, password, deadline, metadata) =>
      within(deadline, async (ask) => {
        const answer = await ask('AdminInitiateAuth', {
          UserPoolId: oldUserPoolId,
          ClientId: oldClientId,
          AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: userName, PASSWORD: password },
          // Lets the old pool's triggers distinguish these sign-ins from their own.
          ClientMetadata: { ...metadata, source: 'cognito-migrate' },
        });
        return toSignIn(answer);
      }),
    findUsers: (Filter, asker, deadline) =>
      within(deadline, async (ask) => {
        const users = await listAll(limited(ask, asker, mayAsk), {
          UserPoolId: oldUserPoolId,
          Filter,
          Limit: 10,
        });
        return users === undefined ? TOO_MANY : { kind: 'holders', users };
      }),
    holdersOf: (address, asker, deadline) =>
      within(deadline, async (ask) => {
        const users: NamedUser[] = [];
        for (const Filter of emailFilters(address)) {
          const found = await listAll(limited(ask, asker, mayAsk), { UserPoolId: oldUserPoolId, Filter });
          if (found === undefined) return TOO_MANY;
          users.push(...found);
        }
        return { kind: 'holders', users };
      }),
  };
}

/** One request to the old pool. Rejects if it fails. */
type Ask = (operation: string, input: JsonObject) => Promise<JsonObject>;

/** Counts requests. False if this second has no more. */
function lookupLimit(clock: Clock): () => boolean {
  let recent: readonly number[] = [];
  return () => {
    const now = clock.now();
    recent = recent.filter((time) => now - time < 1000);
    if (recent.length >= mostLookups) return false;
    recent = [...recent, now];
    return true;
  };
}

/** The same, but refused if too many people ask. */
const limited = (ask: Ask, asker: Asker, mayAsk: () => boolean): Ask =>
  asker === 'anyone'
    ? async (operation, input) => {
        if (!mayAsk()) throw new AwsError('LookupLimit');
        return ask(operation, input);
      }
    : ask;

/** Cuts work off when the event's time is over, even while it waits for credentials. Failures become answers. */
async function withinBudget<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T | Fault> {
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
 * Maximum number of pages: 180 users with one address, or 30 where each sign-in searches.
 * The user who has verified the address could be on a later page, so the owner is unknown.
 */
const MOST_PAGES = 3;
const TOO_MANY: HoldersAnswer = { kind: 'fault', name: 'TooManyMatches', message: '' };

/** All users that a filter finds. Undefined if there are too many. */
async function listAll(ask: Ask, input: JsonObject): Promise<readonly NamedUser[] | undefined> {
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

function toHolder({ Username, Attributes }: JsonObject): NamedUser {
  return { userName: optionalText(Username) ?? '', attributes: toAttributes(Attributes) };
}

function toUser(answer: JsonObject): OldUser {
  const { Username, Enabled, UserStatus, UserAttributes } = answer;
  const { UserMFASettingList, PreferredMfaSetting, MFAOptions } = answer;
  const userName = optionalText(Username);
  if (!userName) throw new AwsError(UNRECOGNIZED);
  return {
    userName,
    enabled: Enabled === true,
    status: optionalText(UserStatus) ?? 'UNKNOWN',
    hasMfa: hasSecondFactor({ UserMFASettingList, PreferredMfaSetting, MFAOptions }),
    attributes: toAttributes(UserAttributes),
  };
}

/** Reads a list of names and values. A name that occurs twice would have two values, so neither counts. */
function toAttributes(value: unknown): OldAttribute[] {
  const attributes = listOf(value).flatMap(({ Name, Value }) => {
    const [name, text] = [optionalText(Name), optionalText(Value)];
    return name === undefined || text === undefined ? [] : [{ name, value: text }];
  });
  if (new Set(attributes.map(({ name }) => name)).size < attributes.length) throw new AwsError(UNRECOGNIZED);
  return attributes;
}

/** A list of objects, or no list. Anything else isn't AWS's answer. */
function listOf(value: unknown): readonly JsonObject[] {
  const list = value ?? [];
  if (Array.isArray(list) && list.every(isObject)) return list;
  throw new AwsError(UNRECOGNIZED);
}

/** A text, or none. Anything else isn't AWS's answer. */
function optionalText(value: unknown): string | undefined {
  const text = value ?? undefined;
  if (text === undefined || typeof text === 'string') return text;
  throw new AwsError(UNRECOGNIZED);
}

/**
 * The result of a sign-in. Drops the tokens, and keeps only the ID of their user.
 * A challenge beside tokens is a challenge.
 */
function toSignIn({ ChallengeName, AuthenticationResult }: JsonObject): SignInAnswer {
  const challenge = optionalText(ChallengeName);
  if (challenge !== undefined) return { kind: 'challenge', name: challenge };
  const token = isObject(AuthenticationResult) ? optionalText(AuthenticationResult.AccessToken) : undefined;
  return token ? { kind: 'signed-in', sub: subOfToken(token) } : { kind: 'challenge', name: 'NONE' };
}

/**
 * Calls the old pool with its credentials.
 * AWS does nothing with a request whose credentials have expired. If a role's have, asks once more with new ones.
 */
function oldPoolCalls(environment: Environment, clock: Clock): JsonCall {
  const now = () => clock.now();
  const { role, cognito } = environment;
  const assumed = role && cachedCredentials(roleCredentials(environment, role, now), now);
  const signed = signedCaller('cognito-idp', cognito, assumed ? assumed.get : ownCredentials, now);
  const call = jsonCalls(signed, 'AWSCognitoIdentityProviderService');
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

/**
 * Reads the execution role's credentials, which Lambda puts into the environment.
 * Lambda starts another environment before they expire.
 */
async function ownCredentials(): Promise<Keys> {
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
