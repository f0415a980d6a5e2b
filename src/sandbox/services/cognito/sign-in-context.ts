/** The context that every step of a sign-in needs, and the sessions between the steps. */
import type { Call, JsonObject } from '../../operation.ts';
import type { World } from '../../world.ts';
import { incorrectLogin, invalidParameter, noSuchUser, notAuthorized } from './errors.ts';
import { newOpaque } from './ids.ts';
import { str } from './input.ts';
import { authorizedPool, calledClient, clientOf } from './pool-access.ts';
import { count } from './pool-config.ts';
import type { Client, Pool, Session, User } from './state.ts';

export interface SignIn {
  readonly world: World;
  readonly pool: Pool;
  readonly client: Client;
  /** True for AdminInitiateAuth and AdminRespondToAuthChallenge, which are signed and name the pool. */
  readonly admin: boolean;
  /** ClientMetadata of the request that started the sign-in. */
  readonly validationData: Record<string, string> | undefined;
  /** ClientMetadata of a later request. */
  readonly clientMetadata: Record<string, string> | undefined;
}

/** A required member of AuthParameters or ChallengeResponses. */
export function parameter(parameters: Readonly<Record<string, string>>, name: string): string {
  const value = parameters[name];
  if (value === undefined || value === '') throw invalidParameter(`Missing required parameter ${name}`);
  return value;
}

/**
 * Pool and client of a sign-in call.
 * An Admin call is authorized and names both. The other calls name only the client.
 */
export function signInParties(
  call: Call,
  admin: boolean,
): Pick<SignIn, 'world' | 'pool' | 'client' | 'admin'> {
  const { world } = call;
  if (!admin) return { world, admin, ...calledClient(call) };
  const pool = authorizedPool(call);
  return { world, admin, pool, client: clientOf(pool, str(call.input, 'ClientId')) };
}

export function hidesExistence(client: Client): boolean {
  return client.config.PreventUserExistenceErrors === 'ENABLED';
}

/** The error that a client gets for an unknown user. */
export function unknownUser(client: Client): Error {
  return hidesExistence(client) ? incorrectLogin() : noSuchUser();
}

export interface Challenge {
  readonly name: string;
  readonly parameters: Record<string, string>;
  readonly code?: string;
  readonly available?: readonly string[];
}

/** Opens a challenge. The answer must have this session, within AuthSessionValidity minutes. */
export function challenge({ world, pool, client }: SignIn, sub: string, asked: Challenge): JsonObject {
  const id = newOpaque(world);
  const expires = world.now() + count(client.config, 'AuthSessionValidity') * 60_000;
  const code = asked.code === undefined ? {} : { code: asked.code };
  pool.sessions.set(id, { clientId: client.id, sub, challenge: asked.name, expires, ...code });
  return {
    ChallengeName: asked.name,
    Session: id,
    ChallengeParameters: { ...asked.parameters },
    ...(asked.available === undefined ? {} : { AvailableChallenges: [...asked.available] }),
  };
}

export interface OpenSession {
  readonly id: string;
  readonly session: Session;
  readonly user: User;
}

/** The open challenge that an answer belongs to. */
export function openSession(
  { world, pool, client }: Pick<SignIn, 'world' | 'pool' | 'client'>,
  id: string,
  challengeName: string,
): OpenSession {
  const session = pool.sessions.get(id);
  const user = session === undefined ? undefined : pool.users.get(session.sub);
  if (session === undefined || session.clientId !== client.id || session.challenge !== challengeName) {
    throw notAuthorized('Invalid session for the user.');
  }
  if (session.expires <= world.now()) {
    pool.sessions.delete(id);
    throw notAuthorized('Invalid session for the user, session is expired.');
  }
  // A simulated session (PreventUserExistenceErrors) has no user.
  if (user === undefined) throw incorrectLogin();
  if (!user.enabled) throw notAuthorized('User is disabled.');
  return { id, session, user };
}
