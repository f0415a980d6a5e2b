/** env: prints the tracked variables of the state file, for scripts. Does not call AWS. */
import { type ExitKind, StateFileError, UsageError } from '../../../core/errors.ts';
import { jsonText } from '../../../core/printable.ts';
import { dotenvWord, quoted } from '../../../core/shell.ts';
import { trackedNames } from '../../../core/variables/index.ts';
import { anyOf } from '../../../core/variables/word-list.ts';
import type { Context } from '../../context.ts';
import { loadInputs } from '../../inputs/load-inputs.ts';

type Pairs = readonly (readonly [name: string, value: string])[];

export const formats: Readonly<Record<string, (pairs: Pairs) => string>> = {
  shell: (pairs) => pairs.map(([name, value]) => `export ${name}=${quoted(value)}`).join('\n'),
  dotenv: (pairs) => pairs.map(([name, value]) => `${name}=${dotenvWord(value)}`).join('\n'),
  json: (pairs) => jsonText(Object.fromEntries(pairs), 2),
};

export async function env(context: Context): Promise<ExitKind> {
  const { io, command } = context;
  const { file, state, resolved } = await loadInputs(context);
  const { format = resolved.values.JSON ? 'json' : 'shell' } = command.opts<{ format?: string }>();
  const print = Object.hasOwn(formats, format) ? formats[format] : undefined;
  if (print === undefined) {
    throw new UsageError(`--format must be ${anyOf(Object.keys(formats))} (got ${JSON.stringify(format)})`, {
      code: 'BAD_INPUT',
    });
  }
  if (state === undefined) {
    throw new StateFileError(`There is no state file ${file}`, {
      code: 'STATE_MISSING',
      hint: [
        '--state FILE  names another one. init, with both pool IDs, finds everything again and writes a new one.',
      ],
    });
  }
  const pairs = trackedNames.flatMap((name) => {
    const value = state.variables[name];
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  io.stdout.write(`${print(pairs)}\n`);
  return 'ok';
}
