/** The app clients of one run, and the questions about them. */
import { CancelledError, UsageError } from '../../../core/errors.ts';
import type { Prompts } from '../../terminal/questions.ts';
import { type FoundClient, isDoubtful } from './clients.ts';
import { clientFlag, type FinishOptions } from './options.ts';

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

/** Asks about each app client, and then once more about those that were chosen. */
export async function askClients(
  open: readonly FoundClient[],
  prompts: Prompts,
): Promise<readonly FoundClient[]> {
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
  throw new CancelledError('No app client was changed.', { code: 'DECLINED' });
}

/** Whether to import those who haven't moved. The answer that changes nothing comes first. */
export async function asksImport(notMoved: number | undefined, prompts: Prompts): Promise<boolean> {
  const answer = await prompts.choose({
    message: notMoved === 1 ? 'The user who has not moved' : 'The users who have not moved',
    choices: [
      { value: 'leave', name: 'Leave them in the old pool' },
      { value: 'import', name: 'Import them. Their old passwords stop working' },
    ],
  });
  return answer === 'import';
}

/** Whether to remove the migration. teardown then shows what goes, and asks once more. */
export async function asksTeardown(prompts: Prompts): Promise<boolean> {
  const answer = await prompts.choose({
    message: 'The rest of the migration',
    choices: [
      { value: 'keep', name: 'Keep it for now' },
      { value: 'remove', name: 'Show what teardown removes, then ask' },
    ],
  });
  return answer === 'remove';
}
