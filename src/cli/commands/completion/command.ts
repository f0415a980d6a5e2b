/** completion: prints the script that completes command lines in a shell. */
import { type ExitKind, UsageError } from '../../../core/errors.ts';
import { nearest } from '../../../core/near.ts';
import { jsonText } from '../../../core/printable.ts';
import { anyOf } from '../../../core/variables/word-list.ts';
import type { Context } from '../../context.ts';
import { flagsOf } from '../../inputs/options.ts';
import { resolve } from '../../inputs/resolve.ts';
import { isShell, shells } from './line.ts';
import { scripts } from './scripts.ts';

export async function completion({ io, command }: Context): Promise<ExitKind> {
  const [shell] = command.args;
  if (shell === undefined || !isShell(shell)) throw wrongShell(shell);
  const { values } = resolve(['JSON'], { flags: flagsOf(command), env: io.env });
  const script = scripts[shell];
  io.stdout.write(values.JSON ? `${jsonText({ shell, script }, 2)}\n` : script);
  return 'ok';
}

/** Never repeats the word, because it may be a password. */
function wrongShell(given: string | undefined): UsageError {
  const near = given === undefined ? undefined : nearest(given, shells, (shell) => shell);
  const list = anyOf(shells);
  return new UsageError(
    given === undefined ? `completion needs a shell: ${list}` : `The shell must be ${list}`,
    {
      code: given === undefined ? 'MISSING_INPUT' : 'BAD_INPUT',
      expected: shells,
      hint: [
        ...(near === undefined ? [] : [`Did you mean ${near}?`]),
        'eval "$(cognito-migrate completion bash)"  turns it on in this bash session.',
      ],
    },
  );
}
