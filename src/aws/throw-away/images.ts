/** A pool with all of its app clients as AWS describes it, to be compared with a later moment. */
import {
  type CognitoIdentityProviderClient,
  paginateListUserPoolClients,
} from '@aws-sdk/client-cognito-identity-provider';
import { type Difference, differences } from '../raw-json/index.ts';
import {
  type PoolImage,
  poolKeysThatAreNoSettings,
  readPool,
  settingsDifferences,
} from '../user-pool/index.ts';
import {
  type ClientImage,
  clientDifferences,
  clientKeysThatAreNoSettings,
  readClient,
} from '../user-pool-client/index.ts';

export interface Images {
  /** With GetUserPoolMfaConfig's answer. */
  readonly pool: PoolImage;
  /** By client ID, without secrets. */
  readonly clients: ReadonlyMap<string, ClientImage>;
}

export async function readImages(idp: CognitoIdentityProviderClient, UserPoolId: string): Promise<Images> {
  const ids: string[] = [];
  for await (const page of paginateListUserPoolClients({ client: idp, pageSize: 60 }, { UserPoolId })) {
    ids.push(...(page.UserPoolClients ?? []).flatMap(({ ClientId }) => ClientId ?? []));
  }
  const [pool, clients] = await Promise.all([
    readPool(idp, UserPoolId),
    Promise.all(ids.map(async (id) => [id, await readClient(idp, UserPoolId, id)] as const)),
  ]);
  return { pool, clients: new Map(clients) };
}

/**
 * Every setting that is not the same, app clients by name: `client web.ExplicitAuthFlows`. What is the same is decided as init and
 * teardown decide it.
 */
export const imageDifferences = (before: Images, after: Images): Difference[] => [
  ...settingsDifferences(before.pool, after.pool),
  ...ofClients(before, after, clientDifferences),
];

/** Paths of what AWS says in another way, meaning the same: an empty list of flows and the three that it stands for. */
export function rewordings(before: Images, after: Images): string[] {
  const other = new Set(imageDifferences(before, after).map(({ path }) => path));
  const raw = [
    ...differences(before.pool.raw, after.pool.raw, poolKeysThatAreNoSettings),
    ...ofClients(before, after, (one, two) => differences(one.raw, two.raw, clientKeysThatAreNoSettings)),
  ];
  return raw.map(({ path }) => path).filter((path) => !other.has(path));
}

type Compare = (before: ClientImage, after: ClientImage) => Difference[];

function ofClients(before: Images, after: Images, compare: Compare): Difference[] {
  const ids = new Set([...before.clients.keys(), ...after.clients.keys()]);
  return [...ids].flatMap((id) => ofClient(id, before.clients.get(id), after.clients.get(id), compare));
}

function ofClient(
  id: string,
  before: ClientImage | undefined,
  after: ClientImage | undefined,
  compare: Compare,
): Difference[] {
  const name = `client ${String((before ?? after)?.raw.ClientName ?? id)}`;
  if (before === undefined) return [{ path: name, after: 'is there' }];
  if (after === undefined) return [{ path: name, before: 'was there' }];
  return compare(before, after).map((line) => ({ ...line, path: `${name}.${line.path}` }));
}
