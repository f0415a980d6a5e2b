/**
 * The command line: finds the requested command, parses its flags, and prints help.
 * Loads no SDK, prompts, spinner, or options, because --help must be quick.
 */
import { Command, CommanderError } from 'commander';
import { exitCodes } from '../core/errors.ts';
import { guarded } from '../core/printable.ts';
import { version } from '../core/version.ts';
import { entries } from './commands/registry.ts';
import type { Main } from './context.ts';
import { describeCommand, describeProgram } from './help.ts';
import { type Io, withoutColor } from './terminal/io.ts';

/**
 * The program with its own options, without commands.
 * @param columns the width of the terminal. Undefined without a terminal.
 */
export function newProgram(columns?: number): Command {
  const program = new Command('cognito-migrate')
    .description(
      'Move users from one Amazon Cognito user pool to another at their first sign-in, passwords kept.',
    )
    .version(version, '-V, --version', 'the version; with --verbose, the details for a bug report');
  describeProgram(program, columns);
  return program;
}

/** Each command takes it. Its meaning must be known before the first word appears. */
const noColor = '--no-color';

/**
 * Parses the arguments, runs the command, and returns the exit code.
 * @param main The whole program, for commands that run other commands.
 */
export async function runCommandLine(argv: readonly string[], io: Io, main: Main): Promise<number> {
  let code: number = exitCodes.ok.code;
  const shownIo = argv.includes(noColor) ? withoutColor(io) : io;
  const program = newProgram(io.stdout.columns)
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(guarded(text, true)),
    })
    .exitOverride();
  const asked = askedFor(argv);
  for (const entry of entries) {
    const command = program.command(entry.name);
    if (entry.name === asked) {
      // The declarations of all options load only for the requested command.
      const { prepare, run } = await import('./run-command.ts');
      entry.extra?.(command);
      if (entry.argument !== undefined) command.argument(entry.argument.syntax, entry.argument.description);
      prepare(command, entry);
      command.action(async () => {
        code = await run(shownIo, command, entry.load, main);
      });
    }
    describeCommand(command, entry);
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.ok.code : exitCodes.usage.code;
  }
  return code;
}

/** The command to run, or to show the help of. The program itself has no option with a value. */
function askedFor(argv: readonly string[]): string | undefined {
  const [first, second] = argv.filter((word) => !word.startsWith('-'));
  return first === 'help' ? second : first;
}
