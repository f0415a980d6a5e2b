/** Chooses the app clients of the new pool that get the password flow. */

import { type ClientChoice, namesById } from '../../aws/user-pool-client/list.ts';
import type { Emit } from '../../core/events.ts';
import type { Vars } from '../../core/variables/index.ts';
import type { Source } from '../inputs/resolve.ts';
import { type ClientLookup, unsuitableReasons } from '../session/client-lookup.ts';
import type { Prompts } from '../terminal/questions.ts';
import type { Busy } from '../terminal/reporter.ts';

interface ChooseClientsArgs {
  readonly lookup: ClientLookup;
  readonly values: Partial<Vars> & Pick<Vars, 'NEW_CLIENT_IDS'>;
  /** The source of NEW_CLIENT_IDS. A default means that no choice was made yet. */
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
  const { lookup, values, source, prompts, emit } = args;
  const busy = <T>(work: () => Promise<T>): Promise<T> => args.busy('Reading app clients', work);
  const all = () => busy(() => lookup.all());
  if (values.ALL_NEW_CLIENTS) return namesById(suitable(await all(), emit));
  if (source === 'flag' || source === 'environment' || source === 'config file')
    return namesById(await busy(() => lookup.required(values.NEW_CLIENT_IDS)));
  if (source !== 'default' || prompts === undefined) return busy(() => lookup.names(values.NEW_CLIENT_IDS));

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
      emit({
        type: 'note',
        level: 'info',
        message: `App client ${name} is left out: ${unsuitableReasons[why]}`,
      });
  }
  return clients.filter(({ unsuitable: why }) => why === undefined);
}
