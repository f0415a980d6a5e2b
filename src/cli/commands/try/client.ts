/** Chooses the app client of the new pool for the sign-in of `try --for-real`. */
import type { Side } from '../../../aws/clients.ts';
import { undefinedIfNotFound } from '../../../aws/errors.ts';
import { type ClientChoice, describeClient, listClients } from '../../../aws/user-pool-client/list.ts';
import { UsageError } from '../../../core/errors.ts';
import { flagOf, type Inputs } from '../../../core/variables/index.ts';
import type { Prompts } from '../../terminal/questions.ts';
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
  const clients = (await busy(waitFor, () => listClients(side.idp, pool))).filter(suits);
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
    message: 'Sign in through which app client?',
    source: async (term = '') =>
      clients
        .filter((client) => `${client.name} ${client.id}`.includes(term))
        .map((client) => ({ value: client.id, name: `${client.name}  ${client.id}` })),
    validate: async () => true,
  });
  return clients.find((client) => client.id === id) ?? only;
}

async function namedClient(side: Side, pool: string, id: string): Promise<SignInClient> {
  const client = await undefinedIfNotFound(describeClient(side.idp, pool, id), 'ResourceNotFoundException');
  if (client === undefined) {
    throw new UsageError(`There is no app client ${id} in the new pool ${pool}`, {
      code: 'CLIENT_NOT_FOUND',
      found: id,
      hint: ['Check --client-id, or leave it out to choose.'],
    });
  }
  if (suits(client)) return client;
  throw noPasswordClient(`The app client ${client.name} does not sign in with a password`);
}

const noPasswordClient = (message: string): UsageError =>
  new UsageError(message, {
    code: 'CLIENT_WITHOUT_PASSWORD',
    hint: [`cognito-migrate init ${flagOf('NEW_CLIENT_IDS')} ID  adds that, and changes nothing else.`],
  });
