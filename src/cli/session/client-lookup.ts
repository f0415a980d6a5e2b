/** Looks app clients of the new pool up in AWS, to offer them and to check given ones. Asks nothing. */
import type { Side } from '../../aws/clients.ts';
import type { NamedClient } from '../../aws/user-pool-client/index.ts';
import { type ClientChoice, findClient, listClients, namesById } from '../../aws/user-pool-client/list.ts';
import { chunked } from '../../core/chunked.ts';
import { UsageError } from '../../core/errors.ts';
import { number } from '../../core/format-number.ts';
import { exactFirst } from '../../core/near.ts';
import type { OnProgress } from '../../core/step.ts';
import { flagOf } from '../../core/variables/index.ts';

/** The reads behind the question about app clients. */
export interface ClientLookup {
  /** Every app client, without its details. */
  list(onProgress: OnProgress): Promise<readonly NamedClient[]>;
  /**
   * The details of those that still exist. Asks AWS for each app client once, and again after a failure.
   * @param series how many app clients the caller may read. Many are read at the pace of the quota.
   */
  describe(
    clients: readonly NamedClient[],
    onProgress?: OnProgress,
    series?: number,
  ): Promise<readonly ClientChoice[]>;
  /** Throws UsageError for an app client that does not exist or that no user signs in through. */
  required(ids: readonly string[]): Promise<readonly ClientChoice[]>;
  /** Names by ID of those that still exist. */
  names(ids: readonly string[]): Promise<Readonly<Record<string, string>>>;
}

/** The reads for this pool. */
export function clientLookup({ idp }: Pick<Side, 'idp'>, userPoolId: string): ClientLookup {
  const list = (onProgress: OnProgress): Promise<NamedClient[]> =>
    listClients(idp, userPoolId, (read) => onProgress(`Reading app clients: ${number(read)} so far`));
  const described = new Map<string, Promise<ClientChoice | undefined>>();
  const find = (id: string, series: number): Promise<ClientChoice | undefined> => {
    const reading = described.get(id) ?? findClient(idp, userPoolId, id, series);
    described.set(id, reading);
    // The next question about it asks AWS again. This one reports the failure.
    reading.catch(() => described.delete(id));
    return reading;
  };
  const findAll = async (ids: readonly string[]) => {
    const wanted = [...new Set(ids)];
    const found = await Promise.all(wanted.map((id) => find(id, ids.length)));
    return wanted.map((id, index) => ({ id, client: found[index] }));
  };
  return {
    list,
    async describe(clients, onProgress = () => undefined, series = clients.length) {
      let read = 0;
      const found = await Promise.all(
        clients.map(async ({ id }) => {
          const client = await find(id, series);
          read += 1;
          onProgress(`Reading app clients: ${number(read)} of ${number(clients.length)}`);
          return client;
        }),
      );
      return found.filter((client) => client !== undefined);
    },
    async required(ids) {
      const found = await findAll(ids);
      return found.map(({ id, client }) => suitable(client, id, userPoolId));
    },
    async names(ids) {
      const found = await findAll(ids);
      return namesById(found.flatMap(({ client }) => client ?? []));
    },
  };
}

/** The most app clients that are described at once. AWS allows five such requests per second for a pool. */
export const mostListed = 30;

/** The most app clients that a search shows. */
const mostFound = 8;

/**
 * Finds app clients by a part of their name or ID. Describes only those that it finds.
 * An older search stops if a newer one begins.
 */
export function clientSearch(
  clients: readonly NamedClient[],
  lookup: ClientLookup,
): (term: string | undefined) => Promise<readonly ClientChoice[]> {
  let latest: string | undefined;
  return async (term = '') => {
    latest = term;
    const wanted = term.trim().toLowerCase();
    const found: ClientChoice[] = [];
    const matching = clients.filter(({ id, name }) => `${name} ${id}`.toLowerCase().includes(wanted));
    const ranked = exactFirst(wanted, matching, ({ id, name }) => [name, id]);
    for (const some of chunked(ranked.slice(0, mostFound), 2)) {
      if (latest !== term) break;
      found.push(...(await lookup.describe(some, undefined, clients.length)));
    }
    return found;
  };
}

/** Why no user signs in through an app client. */
export const unsuitableReasons = {
  'client-credentials': 'machines only (client credentials)',
  'dynamically-registered': 'registered by an application at run time',
} as const;

/** The app client. Throws UsageError if it does not exist, or if nobody signs in through it. */
function suitable(client: ClientChoice | undefined, id: string, pool: string): ClientChoice {
  if (client === undefined) throw noClient(pool, id);
  if (client.unsuitable === undefined) return client;
  throw new UsageError(
    `Nobody signs in with the app client ${client.name}: ${unsuitableReasons[client.unsuitable]}`,
    {
      code: 'CLIENT_UNSUITABLE',
      found: id,
      hint: [`Leave it out of ${flagOf('NEW_CLIENT_IDS')}.`],
    },
  );
}

const noClient = (pool: string, id: string): UsageError =>
  new UsageError(`There is no app client ${id} in the new pool ${pool}`, {
    code: 'CLIENT_NOT_FOUND',
    found: id,
    hint: [`Check ${flagOf('NEW_CLIENT_IDS')}, or use ${flagOf('ALL_NEW_CLIENTS')}.`],
  });
