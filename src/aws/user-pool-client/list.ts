/** Lists the app clients of a user pool, to choose from and to check the choice. */
import {
  type CognitoIdentityProviderClient,
  paginateListUserPoolClients,
} from '@aws-sdk/client-cognito-identity-provider';
import { printable } from '../../core/printable.ts';
import { undefinedIfNotFound } from '../errors.ts';
import { type ClientSnapshot, passwordFlow, readClient, unsuitable } from './index.ts';

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
    [...new Set(ids)].map((id) => {
      const reading = describeClient(idp, userPoolId, id);
      return undefinedIfNotFound(reading, 'ResourceNotFoundException');
    }),
  );
  return namesById(found.filter((client) => client !== undefined));
}

export const namesById = (clients: readonly Pick<ClientChoice, 'id' | 'name'>[]): Record<string, string> =>
  Object.fromEntries(clients.map(({ id, name }) => [id, name]));
