import {
  AdminGetUserCommand,
  type AdminGetUserCommandOutput,
  AdminInitiateAuthCommand,
  type AdminInitiateAuthCommandOutput,
  type AttributeType,
  CognitoIdentityProviderClient,
  ListUsersCommand,
  type ListUsersCommandInput,
  type ListUsersCommandOutput,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import { emailFilters } from './address-holders.ts';
import { clientDefaults } from './aws-config.ts';
import type { HoldersAnswer, OldUser, SignInAnswer } from './decide.ts';
import type { Environment } from './environment.ts';
import { faultOf } from './faults.ts';
import type { Clock, OldPoolPort } from './migrate.ts';
import type { NamedUser, OldAttribute } from './old-user.ts';
import { AssumeRoleFailed, type Credentials, cachedCredentials } from './sts.ts';
import { subOfToken } from './token.ts';

/**
 * The old pool, accessed through the AWS SDK.
 * There is one per execution environment: its connections and credentials outlive the event.
 */
export function oldPool(environment: Environment, clock: Clock): OldPoolPort {
  const { oldUserPoolId, oldClientId, oldRegion, useFips, cognitoEndpoint } = environment;
  const client = new CognitoIdentityProviderClient({
    ...clientDefaults(cognitoEndpoint, useFips),
    region: oldRegion,
    credentials: oldPoolCredentials(environment, clock),
  });
  const limit = (deadline: number) => withinBudget(deadline - clock.now());

  return {
    async getUser(userName, deadline) {
      const { abortSignal, race } = limit(deadline);
      try {
        const command = new AdminGetUserCommand({ UserPoolId: oldUserPoolId, Username: userName });
        return { kind: 'user', user: toUser(await race(client.send(command, { abortSignal }))) };
      } catch (error) {
        return faultOf(error);
      }
    },
    async signIn(userName, password, deadline, metadata) {
      const { abortSignal, race } = limit(deadline);
      try {
        const command = new AdminInitiateAuthCommand({
          UserPoolId: oldUserPoolId,
          ClientId: oldClientId,
          AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: userName, PASSWORD: password },
          // Lets the old pool's triggers distinguish these sign-ins from their own.
          ClientMetadata: { ...metadata, source: 'cognito-migrate' },
        });
        return toSignIn(await race(client.send(command, { abortSignal })));
      } catch (error) {
        return faultOf(error);
      }
    },
    async findUsers(Filter, deadline) {
      const { abortSignal, race } = limit(deadline);
      try {
        const ask = (command: ListUsersCommand) => race(client.send(command, { abortSignal }));
        const users = await listAll(ask, { UserPoolId: oldUserPoolId, Filter, Limit: 10 });
        return users === undefined ? TOO_MANY : { kind: 'holders', users };
      } catch (error) {
        return faultOf(error);
      }
    },
    async holdersOf(address, deadline) {
      const { abortSignal, race } = limit(deadline);
      try {
        const users: NamedUser[] = [];
        for (const Filter of emailFilters(address)) {
          const ask = (command: ListUsersCommand) => race(client.send(command, { abortSignal }));
          const found = await listAll(ask, { UserPoolId: oldUserPoolId, Filter });
          if (found === undefined) return TOO_MANY;
          users.push(...found);
        }
        return { kind: 'holders', users };
      } catch (error) {
        return faultOf(error);
      }
    },
  };
}

/**
 * Maximum number of pages: 180 users with one address, or 30 where each sign-in searches.
 * The user who has verified the address could be on a later page, so the owner is unknown.
 */
const MOST_PAGES = 3;
const TOO_MANY: HoldersAnswer = { kind: 'fault', name: 'TooManyMatches', message: '' };

/** All users that a filter finds. Undefined if there are too many. */
async function listAll(
  ask: (command: ListUsersCommand) => Promise<ListUsersCommandOutput>,
  input: ListUsersCommandInput,
): Promise<readonly NamedUser[] | undefined> {
  const users: NamedUser[] = [];
  let PaginationToken: string | undefined;
  for (let page = 1; page <= MOST_PAGES; page++) {
    // Omits AttributesToGet, which is an error if a user lacks one of the attributes (API Reference,
    // "ListUsers").
    const answer = await ask(
      new ListUsersCommand({ ...input, ...(PaginationToken !== undefined && { PaginationToken }) }),
    );
    users.push(...(answer.Users ?? []).map(toHolder));
    PaginationToken = answer.PaginationToken;
    if (PaginationToken === undefined) return users;
  }
  return undefined;
}

function toHolder({ Username = '', Attributes }: UserType): NamedUser {
  return { userName: Username, attributes: toAttributes(Attributes) };
}

function toAttributes(attributes: readonly AttributeType[] = []): OldAttribute[] {
  return attributes.flatMap(({ Name, Value }) =>
    Name === undefined || Value === undefined ? [] : [{ name: Name, value: Value }],
  );
}

/** Cuts a request off when the event's time is over, even while it waits for credentials. */
function withinBudget(ms: number) {
  const controller = new AbortController();
  const race = async <T>(work: Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new Error('The time for this event is over');
        error.name = 'AbortError';
        reject(error);
        controller.abort();
      }, ms);
    });
    try {
      return await Promise.race([work, over]);
    } finally {
      clearTimeout(timer);
    }
  };
  return { abortSignal: controller.signal, race };
}

function toUser(output: AdminGetUserCommandOutput): OldUser {
  const { Username, Enabled, UserStatus, UserMFASettingList, PreferredMfaSetting, MFAOptions } = output;
  if (!Username) throw new Error('AdminGetUser returned no user name');
  return {
    userName: Username,
    enabled: Enabled === true,
    status: UserStatus ?? 'UNKNOWN',
    // MFAOptions is how users got SMS codes before 2018. It still counts for them.
    hasMfa: Boolean(UserMFASettingList?.length || PreferredMfaSetting || MFAOptions?.length),
    attributes: toAttributes(output.UserAttributes),
  };
}

/**
 * The result of a sign-in. Drops the tokens, and keeps only the ID of their user.
 * A challenge beside tokens is a challenge.
 */
function toSignIn({ ChallengeName, AuthenticationResult }: AdminInitiateAuthCommandOutput): SignInAnswer {
  if (typeof ChallengeName === 'string') return { kind: 'challenge', name: ChallengeName };
  const token = AuthenticationResult?.AccessToken;
  return token ? { kind: 'signed-in', sub: subOfToken(token) } : { kind: 'challenge', name: 'NONE' };
}

type OwnCredentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/**
 * Reads the execution role's credentials, which Lambda puts into the environment.
 * Lambda starts another environment before they expire.
 */
async function ownCredentials(): Promise<OwnCredentials> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    const error = new Error('No credentials in the environment');
    error.name = 'CredentialsError';
    throw error;
  }
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
}

function oldPoolCredentials(
  environment: Environment,
  clock: Clock,
): () => Promise<OwnCredentials | Credentials> {
  const { role } = environment;
  if (!role) return ownCredentials;
  let assumer: Promise<() => Promise<Credentials>> | undefined;
  const assume = async () => {
    try {
      assumer ??= import('./sts-client.ts').then(({ roleAssumer }) =>
        roleAssumer(environment, role, ownCredentials),
      );
      return await (await assumer)();
    } catch (error) {
      throw error instanceof AssumeRoleFailed ? error : new AssumeRoleFailed(faultOf(error).name);
    }
  };
  return cachedCredentials(assume, () => clock.now());
}
