/** Looks app clients of the new pool up in AWS, to offer them and to check given ones. Asks nothing. */
import type { Side } from '../../aws/clients.ts';
import { errorName } from '../../aws/errors.ts';
import {
  type ClientChoice,
  clientNames,
  describeClient,
  listClients,
} from '../../aws/user-pool-client/list.ts';
import { UsageError } from '../../core/errors.ts';
import { flagOf } from '../../core/variables/index.ts';

/** The reads behind the question about app clients. */
export interface ClientLookup {
  all(): Promise<readonly ClientChoice[]>;
  /** Throws UsageError for an app client that does not exist or that no user signs in through. */
  required(ids: readonly string[]): Promise<readonly ClientChoice[]>;
  /** Names by ID of those that still exist. */
  names(ids: readonly string[]): Promise<Readonly<Record<string, string>>>;
}

/** The reads for this pool. */
export const clientLookup = ({ idp }: Side, userPoolId: string): ClientLookup => ({
  all: () => listClients(idp, userPoolId),
  required: (ids) => requireClients(idp, userPoolId, ids),
  names: (ids) => clientNames(idp, userPoolId, ids),
});

/** Why no user signs in through an app client. */
export const unsuitableReasons = {
  'client-credentials': 'machines only (client credentials)',
  'dynamically-registered': 'registered by an application at run time',
} as const;

function requireClients(idp: Side['idp'], pool: string, ids: readonly string[]): Promise<ClientChoice[]> {
  return Promise.all(
    [...new Set(ids)].map(async (id) => {
      const client = await describeClient(idp, pool, id).catch((error: unknown) => {
        if (errorName(error) === 'ResourceNotFoundException') throw noClient(pool, id);
        throw error;
      });
      if (client.unsuitable === undefined) return client;
      throw new UsageError(
        `Nobody signs in with the app client ${client.name}: ${unsuitableReasons[client.unsuitable]}`,
        {
          code: 'CLIENT_UNSUITABLE',
          found: id,
          hint: [`Leave it out of ${flagOf('NEW_CLIENT_IDS')}.`],
        },
      );
    }),
  );
}

const noClient = (pool: string, id: string): UsageError =>
  new UsageError(`There is no app client ${id} in the new pool ${pool}`, {
    code: 'CLIENT_NOT_FOUND',
    found: id,
    hint: [`Check ${flagOf('NEW_CLIENT_IDS')}, or use ${flagOf('ALL_NEW_CLIENTS')}.`],
  });
