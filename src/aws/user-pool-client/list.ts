/** Lists the app clients of a user pool, to choose from and to check the choice. */
import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { printable } from '../../core/printable.ts';
import { undefinedIfNotFound } from '../errors.ts';
import {
  type ClientSnapshot,
  clientPages,
  type NamedClient,
  passwordFlow,
  readClient,
  unsuitable,
} from './index.ts';

export interface ClientChoice extends NamedClient {
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

/**
 * Every app client of a pool, without its details.
 * @param onRead receives the number of app clients read so far.
 */
export async function listClients(
  idp: CognitoIdentityProviderClient,
  userPoolId: string,
  onRead: (clients: number) => void = () => undefined,
): Promise<NamedClient[]> {
  const found: NamedClient[] = [];
  for await (const page of clientPages(idp, userPoolId)) {
    found.push(...page);
    onRead(found.length);
  }
  return found;
}

/**
 * One app client of a pool. Undefined if there is none.
 * @param series how many app clients the caller reads.
 */
export function findClient(
  idp: CognitoIdentityProviderClient,
  userPoolId: string,
  id: string,
  series = 1,
): Promise<ClientChoice | undefined> {
  const reading = describeClient(idp, userPoolId, id, series);
  return undefinedIfNotFound(reading, 'ResourceNotFoundException');
}

async function describeClient(
  idp: CognitoIdentityProviderClient,
  userPoolId: string,
  id: string,
  series: number,
): Promise<ClientChoice> {
  const snapshot = await readClient(idp, userPoolId, id, series);
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
  const found = await Promise.all([...new Set(ids)].map((id) => findClient(idp, userPoolId, id, ids.length)));
  return namesById(found.filter((client) => client !== undefined));
}

export const namesById = (clients: readonly NamedClient[]): Record<string, string> =>
  Object.fromEntries(clients.map(({ id, name }) => [id, name]));
