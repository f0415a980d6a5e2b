/** A pool with all of its app clients as AWS describes it, to be compared with a later moment. */
import {
  type CognitoIdentityProviderClient,
  paginateListUserPoolClients,
} from '@aws-sdk/client-cognito-identity-provider';
import { type Difference, differences, type RawJson } from '../raw-json/index.ts';
import { readPool } from '../user-pool/index.ts';
import { readClient } from '../user-pool-client/index.ts';

export interface Images {
  readonly pool: RawJson;
  /** GetUserPoolMfaConfig's answer. */
  readonly mfa: RawJson;
  /** By client ID, without secrets. */
  readonly clients: ReadonlyMap<string, RawJson>;
}

/** What changes on its own, or says only that something has changed. */
const volatile = new Set(['LastModifiedDate', 'EstimatedNumberOfUsers']);

export async function readImages(idp: CognitoIdentityProviderClient, UserPoolId: string): Promise<Images> {
  const ids: string[] = [];
  for await (const page of paginateListUserPoolClients({ client: idp, pageSize: 60 }, { UserPoolId })) {
    ids.push(...(page.UserPoolClients ?? []).flatMap(({ ClientId }) => ClientId ?? []));
  }
  const [{ raw: pool, mfa }, clients] = await Promise.all([
    readPool(idp, UserPoolId),
    Promise.all(ids.map(async (id) => [id, (await readClient(idp, UserPoolId, id)).raw] as const)),
  ]);
  return { pool, mfa, clients: new Map(clients) };
}

/** Every setting that is not the same, app clients by name: `client web.ExplicitAuthFlows`. */
export function imageDifferences(before: Images, after: Images): Difference[] {
  const ids = [...new Set([...before.clients.keys(), ...after.clients.keys()])];
  return [
    ...differences(before.pool, after.pool, volatile),
    ...under('mfa', differences(before.mfa, after.mfa)),
    ...ids.flatMap((id) => clientDifferences(id, before.clients.get(id), after.clients.get(id))),
  ];
}

const under = (prefix: string, found: readonly Difference[]): Difference[] =>
  found.map((line) => ({ ...line, path: `${prefix}.${line.path}` }));

function clientDifferences(
  id: string,
  before: RawJson | undefined,
  after: RawJson | undefined,
): Difference[] {
  const name = `client ${String((before ?? after)?.ClientName ?? id)}`;
  if (before === undefined) return [{ path: name, after: 'is there' }];
  if (after === undefined) return [{ path: name, before: 'was there' }];
  return under(name, differences(before, after, volatile));
}
