/** Signs users of the demo in to the new pool, as an app does. */
import {
  AdminGetUserCommand,
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { errorName } from '../../../aws/errors.ts';
import { type LocalKeys, localClient, type SetPool } from '../sandbox/index.ts';

export const people = {
  ana: { username: 'ana@example.com', password: 'Old-password-of-ana-1' },
  ben: { username: 'ben@example.com', password: 'Old-password-of-ben-1' },
} as const;

export interface Person {
  readonly username: string;
  readonly password: string;
}

export interface Attempt {
  readonly ms: number;
  readonly tokens: readonly string[];
}

/** The local AWS, and an administrator's keys for it. */
export interface LocalAws {
  readonly url: string;
  readonly keys: LocalKeys;
}

/** An app of the new pool. */
export interface App {
  /** The new pool's response. Throws Cognito's error if it refuses. */
  attempt(person: Person, password?: string): Promise<Attempt>;
  /** The name of the error that refuses the sign-in, or 'signed in'. */
  outcome(person: Person): Promise<string>;
  userOf(person: Person): Promise<{
    readonly username: string;
    readonly status: string;
    readonly attributes: Readonly<Record<string, string>>;
  }>;
  close(): void;
}

export function openApp(local: LocalAws, region: string, pool: SetPool): App {
  const idp = new CognitoIdentityProviderClient(localClient(local.url, region, local.keys));
  const ClientId = pool.clients[0]?.id;
  const attempt: App['attempt'] = async ({ username, password }, PASSWORD = password) => {
    const start = performance.now();
    const AuthParameters = { USERNAME: username, PASSWORD };
    const answer = await idp.send(
      new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }),
    );
    const tokens = Object.keys(answer.AuthenticationResult ?? {});
    return { ms: Math.round(performance.now() - start), tokens };
  };
  return {
    attempt,
    outcome: (person) => attempt(person).then(() => 'signed in', errorName),
    async userOf({ username }) {
      const found = await idp.send(new AdminGetUserCommand({ UserPoolId: pool.id, Username: username }));
      const attributes = Object.fromEntries(
        (found.UserAttributes ?? []).map(({ Name = '', Value = '' }) => [Name, Value]),
      );
      return { username: found.Username ?? '', status: found.UserStatus ?? '', attributes };
    },
    close: () => idp.destroy(),
  };
}

/**
 * Retries as a person would.
 * On a busy machine, a new function can take longer to start than Cognito waits.
 */
export async function persistently<T>(attempt: () => Promise<T>, tries = 3): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (tries === 1 || errorName(error) !== 'UserLambdaValidationException') throw error;
    return persistently(attempt, tries - 1);
  }
}

/** One user's migration: sign-in with a wrong password, with the old one, and once more. */
export async function journeyOf(app: App) {
  const { ana } = people;
  const wrongPassword = await persistently(() => app.attempt(ana, 'a-guess')).then(
    () => 'signed in',
    errorName,
  );
  const firstSignIn = await persistently(() => app.attempt(ana));
  const user = await app.userOf(ana);
  const { ms } = await app.attempt(ana);
  return { wrongPassword, firstSignIn, secondSignIn: { ms }, user };
}

export type Journey = Awaited<ReturnType<typeof journeyOf>>;
