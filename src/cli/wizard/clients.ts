/** Chooses the app clients of the new pool that get the password flow. */

import type { NamedClient } from '../../aws/user-pool-client/index.ts';
import { type ClientChoice, namesById } from '../../aws/user-pool-client/list.ts';
import type { Emit } from '../../core/events.ts';
import { number } from '../../core/format-number.ts';
import type { Vars } from '../../core/variables/index.ts';
import type { Source } from '../inputs/resolve.ts';
import { type ClientLookup, clientSearch, mostListed, unsuitableReasons } from '../session/client-lookup.ts';
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

const reading = 'Reading app clients';

/**
 * The names of the chosen app clients, by ID. Clients that the operator named must exist.
 * Otherwise, unsuitable clients are left out, with a note.
 */
export async function chooseClients(args: ChooseClientsArgs): Promise<Readonly<Record<string, string>>> {
  const { lookup, values, source, prompts, emit, busy } = args;
  const list = () => busy(reading, (onProgress) => lookup.list(onProgress));
  const describe = async (clients: readonly NamedClient[]) =>
    suitable(await busy(reading, (onProgress) => lookup.describe(clients, onProgress)), emit);
  if (values.ALL_NEW_CLIENTS) return namesById(await describe(await list()));
  if (source === 'flag' || source === 'environment' || source === 'config file')
    return namesById(await busy(reading, () => lookup.required(values.NEW_CLIENT_IDS)));
  if (source !== 'default' || prompts === undefined)
    return busy(reading, () => lookup.names(values.NEW_CLIENT_IDS));

  const all = await list();
  if (all.length > mostListed) return namesById(await searchClients(all, lookup, prompts));
  const open = (await describe(all)).filter(({ hasPassword }) => !hasPassword);
  if (open.length === 0) return {};
  const width = Math.max(...open.map(({ name }) => name.length));
  const ids = await prompts.many({
    message: 'Which app clients of the new pool may migrate users?',
    choices: open.map(({ id, name, flows }) => ({
      value: id,
      name: `${name.padEnd(width)}  ${flows}`,
      short: name,
      description: described(id),
      checked: open.length === 1,
    })),
  });
  return namesById(open.filter(({ id }) => ids.includes(id)));
}

const described = (id: string): string => `${id}: adds password sign-in; nothing else changes`;

/** No app client has this ID. */
const noOther = 'no other';

/** Asks for one app client after another. Describes only those that the search shows. */
async function searchClients(
  all: readonly NamedClient[],
  lookup: ClientLookup,
  prompts: Prompts,
): Promise<readonly NamedClient[]> {
  prompts.say(`\n  ${number(all.length)} app clients. Type part of a name or an ID to find one.`);
  const search = clientSearch(all, lookup);
  const chosen: ClientChoice[] = [];
  const isChosen = ({ id }: NamedClient): boolean => chosen.some((one) => one.id === id);
  for (;;) {
    const last = { value: noOther, name: chosen.length === 0 ? '… none' : '… no other' };
    const id = await prompts.pick({
      message:
        chosen.length === 0
          ? 'Which app client of the new pool may migrate users?'
          : 'Which other app client may migrate users?',
      typing: 'search',
      async source(term) {
        const found = (await search(term)).filter((client) => !isChosen(client));
        const width = Math.max(0, ...found.map(({ name }) => name.length));
        const choices = found.map(({ id: value, name, flows }) => ({
          value,
          name: `${name.padEnd(width)}  ${flows}`,
          short: name,
          description: described(value),
        }));
        // Enter alone must not choose an app client that nobody named.
        return (term ?? '') === '' ? [last, ...choices] : [...choices, last];
      },
      async validate(answer) {
        const [client] = await lookup.describe(all.filter((one) => one.id === answer));
        if (client?.unsuitable !== undefined)
          return `Nobody signs in with ${client.name}: ${unsuitableReasons[client.unsuitable]}`;
        return client?.hasPassword === true ? `${client.name} already has password sign-in` : true;
      },
    });
    if (id === noOther) return chosen;
    chosen.push(...(await lookup.describe(all.filter((one) => one.id === id))));
  }
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
