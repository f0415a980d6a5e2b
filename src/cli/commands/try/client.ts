/** Chooses the app client of the new pool for the sign-in of `try --for-real`. */
import type { Side } from '../../../aws/clients.ts';
import type { NamedClient } from '../../../aws/user-pool-client/index.ts';
import { type ClientChoice, findClient } from '../../../aws/user-pool-client/list.ts';
import { chunked } from '../../../core/chunked.ts';
import { UsageError } from '../../../core/errors.ts';
import { number } from '../../../core/format-number.ts';
import type { OnProgress } from '../../../core/step.ts';
import { flagOf, type Inputs } from '../../../core/variables/index.ts';
import { type ClientLookup, clientLookup, clientSearch, mostListed } from '../../session/client-lookup.ts';
import type { Choice, Prompts } from '../../terminal/questions.ts';
import type { Busy } from '../../terminal/reporter.ts';

export interface SignInClient {
  readonly id: string;
  readonly name: string;
}

const waitFor = 'Reading app clients';

const suits = ({ hasPassword, unsuitable }: ClientChoice): boolean => hasPassword && unsuitable === undefined;

/**
 * The named app client, the only suitable one, or the person's choice.
 * Throws UsageError if none of these exists.
 */
export async function chooseSignInClient(
  side: Side,
  { NEW_USER_POOL_ID: pool }: Inputs,
  named: string | undefined,
  prompts: Prompts | undefined,
  busy: Busy,
): Promise<SignInClient> {
  if (named !== undefined) return busy(waitFor, () => namedClient(side, pool, named));
  const lookup = clientLookup(side, pool);
  const all = await busy(waitFor, (onProgress) => lookup.list(onProgress));
  if (all.length > mostListed && prompts !== undefined) return searchClient(all, lookup, prompts);
  const clients = await busy(waitFor, (onProgress) => suitableClients(all, lookup, onProgress));
  const [only] = clients;
  if (only === undefined) throw noPasswordClient(`No app client of ${pool} allows sign-in with a password`);
  if (clients.length === 1) return only;
  if (prompts === undefined) {
    throw new UsageError('Missing: --client-id   the app client to sign in through', {
      code: 'MISSING_INPUT',
      expected: ['--client-id'],
      found: clients.map(({ id }) => id),
      hint: clients.map(({ id, name }) => `--client-id ${id}   ${name}`),
    });
  }
  const id = await prompts.pick({
    message,
    source: async (term = '') =>
      clients.filter((client) => `${client.name} ${client.id}`.includes(term)).map(toChoice),
    validate: async () => true,
  });
  return clients.find((client) => client.id === id) ?? only;
}

const message = 'Sign in through which app client?';

const toChoice = ({ id, name }: SignInClient): Choice<string> => ({
  value: id,
  name,
  details: id,
  short: `${name}  ${id}`,
});

/** All suitable app clients of a short list. Of a long one, as many as it takes to know that one must be named. */
async function suitableClients(
  all: readonly NamedClient[],
  lookup: ClientLookup,
  onProgress: OnProgress,
): Promise<readonly ClientChoice[]> {
  if (all.length <= mostListed) return (await lookup.describe(all, onProgress)).filter(suits);
  const found: ClientChoice[] = [];
  let read = 0;
  for (const some of chunked(all, mostListed)) {
    found.push(...(await lookup.describe(some)).filter(suits));
    if (found.length > 1) return found;
    read += some.length;
    onProgress(`Reading app clients: ${number(read)} of ${number(all.length)}`);
  }
  return found;
}

/** The person's choice from a long list. Describes only the app clients that the search shows. */
async function searchClient(
  all: readonly NamedClient[],
  lookup: ClientLookup,
  prompts: Prompts,
): Promise<SignInClient> {
  const search = clientSearch(all, lookup);
  const named = (answer: string) => all.filter(({ id }) => id === answer);
  const id = await prompts.pick({
    message,
    typing: 'search',
    source: async (term) => (await search(term)).map(toChoice),
    async validate(answer) {
      const [client] = await lookup.describe(named(answer));
      return client !== undefined && suits(client)
        ? true
        : `The app client ${client?.name ?? answer} does not accept passwords`;
    },
  });
  const [chosen = { id, name: id }] = named(id);
  return chosen;
}

async function namedClient(side: Side, pool: string, id: string): Promise<SignInClient> {
  const client = await findClient(side.idp, pool, id);
  if (client === undefined) {
    throw new UsageError(`There is no app client ${id} in the new pool ${pool}`, {
      code: 'CLIENT_NOT_FOUND',
      found: id,
      hint: ['Check --client-id, or leave it out to choose.'],
    });
  }
  if (suits(client)) return client;
  throw noPasswordClient(`The app client ${client.name} does not accept passwords`);
}

const noPasswordClient = (message: string): UsageError =>
  new UsageError(message, {
    code: 'CLIENT_WITHOUT_PASSWORD',
    hint: [`cognito-migrate init ${flagOf('NEW_CLIENT_IDS')} ID  adds that, and changes nothing else.`],
  });
