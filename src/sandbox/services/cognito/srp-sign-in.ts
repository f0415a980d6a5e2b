/**
 * USER_SRP_AUTH, and PASSWORD_SRP of USER_AUTH: they prove a password without sending it.
 * Nothing here migrates a user.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { JsonObject } from '../../operation.ts';
import { incorrectLogin, invalidParameter, notAuthorized } from './errors.ts';
import { newOpaque, uuidOf } from './ids.ts';
import { recordFailure } from './lockout.ts';
import { preAuthentication, provenPassword, refuseByState } from './password-sign-in.ts';
import { saltAndKey, srpIdentity } from './passwords.ts';
import { checkSecretHash } from './secret-hash.ts';
import { hidesExistence, parameter, type SignIn, unknownUser } from './sign-in-context.ts';
import {
  type Exchange,
  expectedSignature,
  isMultipleOfModulus,
  readNumber,
  serverPublic,
  verifierOf,
} from './srp.ts';
import type { Pool, SrpAttempt, User } from './state.ts';
import { findUser } from './user-store.ts';

/**
 * TIMESTAMP of a PASSWORD_VERIFIER answer: `EEE MMM d HH:mm:ss z yyyy`.
 * Java's SimpleDateFormat reads and writes it this way.
 */
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const form = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2}) (?:UTC|GMT) (\d{4})$/;

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** The one way to write a time: no zero before the day. */
export function canonicalTimestamp(time: number): string {
  const date = new Date(time);
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(twoDigits).join(':');
  return `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${date.getUTCDate()} ${clock} UTC ${date.getUTCFullYear()}`;
}

/**
 * Reads a timestamp as milliseconds since the epoch.
 * The text of the error is quoted in amazon-cognito-identity-js#683.
 */
export function readTimestamp(text: string): number {
  const [, month = '', ...rest] = form.exec(text) ?? [];
  const [day, hour, minute, second, year] = rest.map(Number);
  const index = months.indexOf(month);
  const time = index < 0 ? Number.NaN : Date.UTC(year ?? 0, index, day, hour, minute, second);
  if (Number.isNaN(time)) {
    throw invalidParameter('TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.');
  }
  return time;
}

type Parameters = Readonly<Record<string, string>>;

/**
 * Lifetime of an SRP attempt, in milliseconds.
 * "Amazon Cognito requires that your application respond to this challenge within a few seconds"
 * (RespondToAuthChallenge). The number isn't documented. A minute is enough for a busy machine.
 */
const attemptLifeMs = 60_000;

/**
 * Largest difference between the client's clock and ours, in milliseconds.
 * "the date needs to be within a certain time interval of the server date" (amazon-cognito-identity-js#58).
 * The interval isn't documented. Here it's the five minutes of AWS's signatures.
 */
const maxSkewMs = 5 * 60_000;

/**
 * Finds a user by sign-in name.
 * A sub isn't a sign-in name (measured in ministackorg/ministack#1758), unless it's the username.
 */
function userBySignInName(pool: Pool, name: string): User | undefined {
  const user = findUser(pool, name);
  return user?.sub === name && user.username !== name ? undefined : user;
}

/**
 * Simulated credentials of an unknown user.
 * Developer Guide, "Managing user existence errors": the same name gets the same salt and internal user ID (a
 * UUID).
 */
function simulatedCredentials(
  pool: Pool,
  name: string,
): { readonly userId: string; readonly salt: string; readonly key: string } {
  const derive = (purpose: string) =>
    createHmac('sha256', `${pool.id}${pool.created}`).update(purpose).update(name.toLowerCase()).digest();
  return {
    userId: uuidOf(derive('user')),
    salt: derive('salt').subarray(0, 16).toString('hex'),
    key: derive('key').toString('hex'),
  };
}

/** The credentials that the pool stores. A user without a password gets simulated ones. */
function credentials(pool: Pool, user: User | undefined, name: string) {
  if (user?.password === undefined)
    return { ...simulatedCredentials(pool, name), ...(user && { userId: user.username }) };
  return { userId: user.username, ...saltAndKey(user.password) };
}

function readClientPublic(parameters: Parameters): bigint {
  const value = readNumber(parameter(parameters, 'SRP_A'));
  // The text is from aws/aws-sdk-net#834. That it's the one for a multiple of N isn't documented.
  if (value === undefined || isMultipleOfModulus(value)) throw invalidParameter('Invalid input given.');
  return value;
}

function forgetExpired(pool: Pool, now: number): void {
  for (const [block, { expires }] of pool.srpAttempts) {
    if (expires > now) return;
    pool.srpAttempts.delete(block);
  }
}

/**
 * Asks for the proof of a password.
 * USER_SRP_AUTH has no Session (measured in ministackorg/ministack#1758). The secret block alone names the
 * attempt. USER_AUTH has sessions everywhere, so it gets one here. That isn't documented.
 */
export async function askForProof(
  signIn: SignIn,
  parameters: Parameters,
  name: string,
  hasSession: boolean,
): Promise<JsonObject> {
  const { world, pool, client } = signIn;
  const clientPublic = readClientPublic(parameters);
  const user = userBySignInName(pool, name);
  if (user === undefined && !hidesExistence(client)) throw unknownUser(client);
  if (user !== undefined) refuseByState(signIn, user);
  await preAuthentication(signIn, user?.username ?? name, user);
  const { userId, salt, key } = credentials(pool, user, name);
  const verifier = verifierOf(key);
  const serverSecret = BigInt(`0x${Buffer.from(world.randomBytes(32)).toString('hex')}`);
  const secretBlock = Buffer.from(world.randomBytes(96)).toString('base64');
  const session = hasSession ? newOpaque(world) : undefined;
  const now = world.now();
  forgetExpired(pool, now);
  const attempt: SrpAttempt = {
    clientId: client.id,
    sub: user?.password === undefined ? undefined : user.sub,
    expires: now + attemptLifeMs,
    exchange: { clientPublic, verifier, serverSecret },
    ...(session === undefined ? {} : { session }),
  };
  pool.srpAttempts.set(secretBlock, attempt);
  return {
    ChallengeName: 'PASSWORD_VERIFIER',
    ...(session === undefined ? {} : { Session: session }),
    ChallengeParameters: {
      SALT: salt,
      SECRET_BLOCK: secretBlock,
      SRP_B: serverPublic(verifier, serverSecret).toString(16),
      USERNAME: userId,
      USER_ID_FOR_SRP: userId,
    },
  };
}

function isProven(pool: Pool, user: User, exchange: Exchange, responses: Parameters, time: number): boolean {
  const expected = expectedSignature(exchange, {
    ...srpIdentity(pool, user.username),
    secretBlock: Buffer.from(parameter(responses, 'PASSWORD_CLAIM_SECRET_BLOCK'), 'base64'),
    // A zero before the day and a wrong weekday make the proof wrong, not the format (measured in
    // ministackorg/ministack#1758).
    timestamp: canonicalTimestamp(time),
  });
  const sent = Buffer.from(parameter(responses, 'PASSWORD_CLAIM_SIGNATURE'), 'base64');
  return sent.length === expected.length && timingSafeEqual(sent, expected);
}

/** Removes and returns the attempt of a secret block. Each attempt accepts one answer, right or wrong. */
function takeAttempt(
  { world, pool, client }: SignIn,
  block: string,
  session: string | undefined,
): SrpAttempt {
  const attempt = pool.srpAttempts.get(block);
  if (attempt === undefined || attempt.clientId !== client.id) throw incorrectLogin();
  pool.srpAttempts.delete(block);
  if (session !== undefined && session !== attempt.session) {
    throw notAuthorized('Invalid session for the user.');
  }
  if (attempt.expires <= world.now()) {
    throw notAuthorized('Invalid session for the user, session is expired.');
  }
  return attempt;
}

/** Checks the answer to PASSWORD_VERIFIER. */
export async function answerProof(
  signIn: SignIn,
  responses: Parameters,
  session: string | undefined,
): Promise<JsonObject> {
  const { world, pool, client } = signIn;
  const typed = parameter(responses, 'USERNAME');
  const block = parameter(responses, 'PASSWORD_CLAIM_SECRET_BLOCK');
  const time = readTimestamp(parameter(responses, 'TIMESTAMP'));
  parameter(responses, 'PASSWORD_CLAIM_SIGNATURE');
  checkSecretHash(client, responses.SECRET_HASH, typed);
  const attempt = takeAttempt(signIn, block, session);
  const user = attempt.sub === undefined ? undefined : pool.users.get(attempt.sub);
  if (user === undefined || userBySignInName(pool, typed)?.sub !== user.sub) throw incorrectLogin();
  refuseByState(signIn, user);
  const isInTime = Math.abs(world.now() - time) <= maxSkewMs;
  if (!isInTime || !isProven(pool, user, attempt.exchange, responses, time)) {
    recordFailure(world, user);
    throw incorrectLogin();
  }
  return provenPassword(signIn, user);
}
