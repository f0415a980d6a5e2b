/** Chooses the app clients of the new pool that get the password flow. */

import type { NamedClient } from '../../aws/user-pool-client/index.ts';
import { type ClientChoice, namesById } from '../../aws/user-pool-client/list.ts';
import type { Emit } from '../../core/events.ts';
import { number } from '../../core/format-number.ts';
import type { Vars } from '../../core/variables/index.ts';
import type { Source } from '../inputs/resolve.ts';
import { type ClientLookup, clientSearch, mostListed, unsuitableReasons } from '../session/client-lookup.ts';
import { Back, type Choice, type Prompts, unlessBack } from '../terminal/questions.ts';
import type { Busy } from '../terminal/reporter.ts';
import type { Answer, Conversation } from './conversation.ts';
import * as declared from './questions.ts';

interface ChooseClientsArgs {
  readonly lookup: ClientLookup;
  readonly values: Partial<Vars> & Pick<Vars, 'NEW_CLIENT_IDS' | 'NEW_USER_POOL_ID'>;
  /** The source of NEW_CLIENT_IDS. A default means that no choice was made yet. */
  readonly source: Source | undefined;
  readonly conversation: Conversation | undefined;
  readonly emit: Emit;
  readonly busy: Busy;
}

const reading = 'Reading app clients';

/**
 * The names of the chosen app clients, by ID. Clients that the operator named must exist.
 * Otherwise, unsuitable clients are left out, with a note.
 */
export async function chooseClients(args: ChooseClientsArgs): Promise<Readonly<Record<string, string>>> {
  const { lookup, values, source, conversation, emit, busy } = args;
  const list = () => busy(reading, (onProgress) => lookup.list(onProgress));
  const describe = async (clients: readonly NamedClient[]) =>
    suitable(await busy(reading, (onProgress) => lookup.describe(clients, onProgress)), emit);
  if (values.ALL_NEW_CLIENTS) return namesById(await describe(await list()));
  if (source === 'flag' || source === 'environment' || source === 'config file')
    return namesById(await busy(reading, () => lookup.required(values.NEW_CLIENT_IDS)));
  if (source !== 'default' || conversation === undefined)
    return busy(reading, () => lookup.names(values.NEW_CLIENT_IDS));

  const all = await list();
  const { prompts } = conversation;
  let choose = (before: readonly string[] | undefined): Promise<readonly NamedClient[]> =>
    searchClients(all, lookup, prompts, before);
  if (all.length <= mostListed) {
    const clients = await describe(all);
    if (clients.every(({ hasPassword }) => hasPassword)) return {};
    choose = (before) => tickClients(clients, prompts, before);
  }
  const put = async (earlier: Answer | undefined): Promise<Answer> => {
    const chosen = await choose(earlier?.values.NEW_CLIENT_IDS);
    return {
      branch: chosen.length === 0 ? 'none' : 'some',
      label: chosen.map(({ name }) => name).join(', ') || 'none',
      values: { NEW_CLIENT_IDS: chosen.map(({ id }) => id) },
    };
  };
  const answer = await conversation.ask(declared.clients, put, values.NEW_USER_POOL_ID);
  const { NEW_CLIENT_IDS: ids = [] } = answer.values;
  return namesById(all.filter(({ id }) => ids.includes(id)));
}

const choiceOf = ({ id, name, flows }: ClientChoice): Choice<string> => ({
  value: id,
  name,
  details: flows,
  description: `${id}: adds password sign-in; nothing else changes`,
});

/** Esc goes back to the choice. */
async function isSure(prompts: Prompts, consequence: string): Promise<boolean> {
  const answer = prompts.confirm({ message: `${consequence} Are you sure?`, default: false });
  return (await unlessBack(answer)) === true;
}

/** Asks until the person selects an app client, or confirms that they need none. */
async function tickClients(
  clients: readonly ClientChoice[],
  prompts: Prompts,
  before: readonly string[] | undefined,
): Promise<readonly NamedClient[]> {
  const open = clients.filter(({ hasPassword }) => !hasPassword);
  const ids = await prompts.many({
    message: 'Which app clients of the new pool may migrate users?',
    choices: open.map((client) => ({
      ...choiceOf(client),
      checked: before === undefined || before.includes(client.id),
    })),
  });
  if (ids.length > 0 || open.length < clients.length) return open.filter(({ id }) => ids.includes(id));
  const consequence = 'No app client accepts passwords, so nobody could move by signing in.';
  return (await isSure(prompts, consequence)) ? [] : tickClients(clients, prompts, ids);
}

/** No app client has this ID. */
const noOther = 'no other';

/**
 * Asks for one app client after another. Describes only those that the search shows.
 * Esc takes the last one back.
 */
async function searchClients(
  all: readonly NamedClient[],
  lookup: ClientLookup,
  prompts: Prompts,
  before: readonly string[] = [],
): Promise<readonly NamedClient[]> {
  prompts.say(`\n  ${number(all.length)} app clients. Type part of a name or an ID to find one.`);
  const search = clientSearch(all, lookup);
  const chosen: NamedClient[] = all.filter(({ id }) => before.includes(id));
  if (chosen.length > 0) prompts.say(`  Chosen: ${chosen.map(({ name }) => name).join(', ')}`);
  const isChosen = ({ id }: NamedClient): boolean => chosen.some((one) => one.id === id);
  const pick = () => {
    const last = { value: noOther, name: chosen.length === 0 ? '… none' : '… no other' };
    return prompts.pick({
      message:
        chosen.length === 0
          ? 'Which app client of the new pool may migrate users?'
          : 'Which other app client may migrate users?',
      typing: 'search',
      async source(term) {
        const found = (await search(term)).filter((client) => !isChosen(client));
        const choices = found.map(choiceOf);
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
  };
  const consequence = 'Nobody could move by signing in, unless an app client accepts passwords already.';
  for (;;) {
    try {
      const id = await pick();
      if (id !== noOther) chosen.push(...all.filter((one) => one.id === id));
      else if (chosen.length > 0 || (await isSure(prompts, consequence))) return chosen;
    } catch (error) {
      const last = error instanceof Back ? chosen.pop() : undefined;
      if (last === undefined) throw error;
      prompts.say(`  ${last.name} is no longer chosen.`);
    }
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
