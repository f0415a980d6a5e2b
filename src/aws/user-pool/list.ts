/** Lists user pools and their app clients, to choose from and to check the choice. */
import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
  paginateListUserPoolClients,
  paginateListUserPools,
} from '@aws-sdk/client-cognito-identity-provider';
import { printable } from '../../core/printable.ts';
import { undefinedIfNotFound } from '../errors.ts';
import { readOptional } from '../optional-read.ts';
import { type ClientSnapshot, passwordFlow, readClient, unsuitable } from '../user-pool-client/index.ts';

export interface PoolChoice {
  readonly id: string;
  /** For people: without control characters, which names of pools and clients may have. */
  readonly name: string;
  /** Cognito's estimate. Undefined if the pool cannot be described. */
  readonly users: number | undefined;
}

/** The account's pools in one Region, with their names. At most `most`: an account can hold 10,000. */
export async function listPools(idp: CognitoIdentityProviderClient, most: number): Promise<PoolChoice[]> {
  const found: { id: string; name: string }[] = [];
  for await (const page of paginateListUserPools({ client: idp, pageSize: 60 }, { MaxResults: 60 })) {
    for (const { Id, Name } of page.UserPools ?? [])
      if (Id !== undefined) found.push({ id: Id, name: printable(Name ?? Id) });
    if (found.length >= most) break;
  }
  const pools = found.slice(0, most);
  return Promise.all(pools.map(async (pool) => ({ ...pool, users: await sizeOf(idp, pool.id) })));
}

/** A number for display only. Nothing depends on it, so it may be missing. */
async function sizeOf(idp: CognitoIdentityProviderClient, UserPoolId: string): Promise<number | undefined> {
  const reading = idp.send(new DescribeUserPoolCommand({ UserPoolId }));
  const found = await readOptional(reading, 'how many users a pool has', () => undefined);
  return found?.UserPool?.EstimatedNumberOfUsers;
}

export interface ClientChoice {
  readonly id: string;
  /** For people: without control characters, which names of pools and clients may have. */
  readonly name: string;
  /** Effective flows as text: "SRP, refresh". */
  readonly flows: string;
  readonly hasPassword: boolean;
  readonly unsuitable: ReturnType<typeof unsuitable>;
}

const words: readonly (readonly [RegExp, string])[] = [
  [/^(ALLOW_)?USER_PASSWORD_AUTH$/, 'password'],
  [/USER_SRP_AUTH$/, 'SRP'],
  [/^ALLOW_USER_AUTH$/, 'choice-based'],
  [/CUSTOM_AUTH/, 'custom'],
  [/ADMIN_/, 'admin password'],
  [/REFRESH_TOKEN_AUTH$/, 'refresh'],
];

/** A client's flows as text for people. */
export function flowWords(snapshot: ClientSnapshot): string {
  const { effective } = passwordFlow(snapshot.client);
  return words
    .filter(([pattern]) => effective.some((flow) => pattern.test(flow)))
    .map(([, word]) => word)
    .join(', ');
}

/** Every app client of a pool, with its details. */
export async function listClients(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
): Promise<ClientChoice[]> {
  const ids: string[] = [];
  for await (const page of paginateListUserPoolClients({ client: idp, pageSize: 60 }, { UserPoolId })) {
    ids.push(...(page.UserPoolClients ?? []).flatMap(({ ClientId }) => ClientId ?? []));
  }
  return Promise.all(ids.map((id) => describeClient(idp, UserPoolId, id)));
}

/** One app client of a pool. Throws ResourceNotFoundException if there is none. */
export async function describeClient(
  idp: CognitoIdentityProviderClient,
  userPoolId: string,
  id: string,
): Promise<ClientChoice> {
  const snapshot = await readClient(idp, userPoolId, id);
  return {
    id,
    name: printable(snapshot.client.ClientName ?? id),
    flows: flowWords(snapshot),
    hasPassword: passwordFlow(snapshot.client).enabled,
    unsuitable: unsuitable(snapshot.client),
  };
}

/** Names by ID of the clients that still exist. */
export async function clientNames(
  idp: CognitoIdentityProviderClient,
  userPoolId: string,
  ids: readonly string[],
): Promise<Record<string, string>> {
  const found = await Promise.all(
    [...new Set(ids)].map((id) =>
      undefinedIfNotFound(describeClient(idp, userPoolId, id), 'ResourceNotFoundException'),
    ),
  );
  return namesById(found.filter((client) => client !== undefined));
}

export const namesById = (clients: readonly Pick<ClientChoice, 'id' | 'name'>[]): Record<string, string> =>
  Object.fromEntries(clients.map(({ id, name }) => [id, name]));
