/** Chooses the app clients of the new pool that get the password flow. */

import type { Side } from '../../aws/clients.ts';
import { errorName } from '../../aws/errors.ts';
import {
  type ClientChoice,
  clientNames,
  describeClient,
  listClients,
  namesById,
} from '../../aws/user-pool-client/list.ts';
import { UsageError } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import { flagOf, type Vars } from '../../core/variables/index.ts';
import type { Source } from '../inputs/resolve.ts';
import type { Prompts } from '../terminal/questions.ts';
import type { Busy } from '../terminal/reporter.ts';

const reasons = {
  'client-credentials': 'machines only (client credentials)',
  'dynamically-registered': 'registered by an application at run time',
} as const;

interface ChooseClientsArgs {
  readonly side: Side;
  readonly values: Partial<Vars> & Pick<Vars, 'NEW_USER_POOL_ID' | 'NEW_CLIENT_IDS'>;
  /** The source of NEW_CLIENT_IDS. A default means that nobody has chosen yet. */
  readonly source: Source | undefined;
  readonly prompts: Prompts | undefined;
  readonly emit: Emit;
  readonly busy: Busy;
}

/**
 * The names of the chosen app clients, by ID. Clients that the operator named must exist.
 * Otherwise, unsuitable clients are left out, with a note.
 */
export async function chooseClients(args: ChooseClientsArgs): Promise<Readonly<Record<string, string>>> {
  const { side, values, source, prompts, emit } = args;
  const pool = values.NEW_USER_POOL_ID;
  const busy = <T>(work: () => Promise<T>): Promise<T> => args.busy('Reading app clients', work);
  const all = () => busy(() => listClients(side.idp, pool));
  if (values.ALL_NEW_CLIENTS) return namesById(suitable(await all(), emit));
  if (source === 'flag' || source === 'environment')
    return namesById(await busy(() => requireClients(side, pool, values.NEW_CLIENT_IDS)));
  if (source !== 'default' || prompts === undefined)
    return busy(() => clientNames(side.idp, pool, values.NEW_CLIENT_IDS));

  const clients = suitable(await all(), emit);
  const open = clients.filter(({ hasPassword }) => !hasPassword);
  if (open.length === 0) return {};
  const width = Math.max(...open.map(({ name }) => name.length));
  const ids = await prompts.many({
    message: 'Which app clients of the new pool may migrate users?',
    choices: open.map(({ id, name, flows }) => ({
      value: id,
      name: `${name.padEnd(width)}  ${flows}`,
      short: name,
      description: `${id}: adds password sign-in; nothing else changes`,
      checked: open.length === 1,
    })),
  });
  return namesById(open.filter(({ id }) => ids.includes(id)));
}

function suitable(clients: readonly ClientChoice[], emit: Emit): ClientChoice[] {
  for (const { name, unsuitable: why } of clients) {
    if (why !== undefined)
      emit({ type: 'note', level: 'info', message: `App client ${name} is left out: ${reasons[why]}` });
  }
  return clients.filter(({ unsuitable: why }) => why === undefined);
}

function requireClients(side: Side, pool: string, ids: readonly string[]): Promise<ClientChoice[]> {
  return Promise.all(
    [...new Set(ids)].map(async (id) => {
      const client = await describeClient(side.idp, pool, id).catch((error: unknown) => {
        if (errorName(error) === 'ResourceNotFoundException') throw noClient(pool, id);
        throw error;
      });
      if (client.unsuitable === undefined) return client;
      throw new UsageError(
        `Nobody signs in with the app client ${client.name}: ${reasons[client.unsuitable]}`,
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
