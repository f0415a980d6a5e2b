/** The app clients of one run, and the consent to change them: of a person, or of a script. */
import { CancelledError, UsageError } from '../../../core/errors.ts';
import { type LackingFlag, missing } from '../../inputs/missing.ts';
import type { Migration } from '../../migration/read-migration.ts';
import type { Prompts } from '../../terminal/questions.ts';
import type { FoundClient } from './clients.ts';
import { isDoubtful } from './view.ts';

export interface FinishOptions {
  /** IDs of app clients. Undefined for all of them. */
  readonly clientIds: readonly string[] | undefined;
  /** Whether to turn password sign-in off where apps may still use it. */
  readonly endsPasswordSignIn: boolean;
}

export const clientFlag = '--client-id';
export const endFlag = '--end-password-sign-in';

/** The consent that a script gives, where a person answers a question. */
const endsPasswordSignIn: LackingFlag = {
  flag: endFlag,
  describe: 'apps may still sign in with passwords, and will then get errors',
};

/** The app clients of this run. Throws UsageError for an ID that has nothing to turn off. */
export function chosenClients(
  clients: readonly FoundClient[],
  { clientIds }: FinishOptions,
): readonly FoundClient[] {
  const possible = clients.filter(({ kind }) => kind === 'on' || kind === 'off');
  if (clientIds === undefined) return possible;
  const wrong = clientIds.filter((id) => !possible.some((client) => client.id === id));
  if (wrong.length === 0) return possible.filter(({ id }) => clientIds.includes(id));
  throw new UsageError(
    `${clientFlag}: init has not added password sign-in to ${wrong.join(', ')}, so finish cannot turn it off there`,
    {
      code: 'BAD_INPUT',
      expected: possible.map(({ id }) => id),
      found: wrong,
      hint: possible.map(({ id, name }) => `${clientFlag} ${id}  is ${name}.`),
    },
  );
}

/** The app clients to change. A script agrees to all, and says so again where apps may break. */
export async function approve(
  open: readonly FoundClient[],
  { YES }: Migration['inputs'],
  options: FinishOptions,
  prompts: Prompts | undefined,
): Promise<readonly FoundClient[]> {
  if (prompts !== undefined) return ask(open, prompts);
  const lacking = open.some(isDoubtful) && !options.endsPasswordSignIn ? [endsPasswordSignIn] : [];
  if (!YES || lacking.length > 0) throw missing(YES ? [] : ['YES'], lacking);
  return open;
}

/** Asks about each app client, and then once more about those that were chosen. */
async function ask(open: readonly FoundClient[], prompts: Prompts): Promise<readonly FoundClient[]> {
  const ending: FoundClient[] = [];
  for (const client of open) {
    const answer = await prompts.choose({
      message: `Password sign-in of ${client.name}`,
      choices: [
        { value: 'keep', name: 'Keep it for now' },
        {
          value: 'off',
          name: isDoubtful(client) ? 'Turn it off, although the app may still use it' : 'Turn it off',
        },
      ],
    });
    if (answer === 'off') ending.push(client);
  }
  if (ending.length === 0) return [];
  const message = `Turn password sign-in off for ${ending.map(({ name }) => name).join(', ')}?`;
  if (await prompts.confirm({ message, default: false })) return ending;
  throw new CancelledError('Nothing was changed.', { code: 'DECLINED' });
}
