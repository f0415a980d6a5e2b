/** Runs one command with its reporter, errors, and exit code. The one catch of the program. */
import type { Command } from 'commander';
import { BugError, exitCodes, MigrateError, UsageError } from '../core/errors.ts';
import { failedTogether } from '../core/failed-together.ts';
import { guarded } from '../core/printable.ts';
import { envOf, flagOf } from '../core/variables/index.ts';
import type { Entry } from './commands/registry.ts';
import type { Action, Main } from './context.ts';
import { addOptions, catalogue, flagsOf } from './inputs/options.ts';
import { resolve } from './inputs/resolve.ts';
import { assertWellPlaced, letThrough } from './inputs/unexpected-arguments.ts';
import type { Io } from './terminal/io.ts';
import type { Reporter, Verbosity } from './terminal/reporter.ts';
import { openReporter } from './terminal/reporters/open.ts';

/** Adds the options of the command. */
export function prepare(command: Command, { options, unlisted }: Pick<Entry, 'options' | 'unlisted'>): void {
  addOptions(command, options(catalogue), unlisted?.(catalogue));
  letThrough(command);
}

/** Loads and runs the command. Returns the exit code, and never throws. */
export async function run(
  io: Io,
  command: Command,
  load: () => Promise<Action>,
  main: Main,
): Promise<number> {
  let reporter = await openReporter(io, { json: false, stream: false, quiet: false, verbose: false });
  const stay = io.interrupt.beforeExit(() => reporter.stop());
  try {
    reporter = await openReporter(io, verbosityOf(io, command));
    assertWellPlaced(command);
    const action = await load();
    const kind = await action({ io, command, reporter, main });
    return exitCodes[kind].code;
  } catch (error) {
    return report(error, reporter, io);
  } finally {
    reporter.stop();
    stay();
  }
}

function verbosityOf(io: Io, command: Command): Verbosity {
  const isStreaming = command.options.some(({ long }) => long === flagOf('STREAM'));
  const wanted = ['JSON', 'QUIET', 'VERBOSE', ...(isStreaming ? (['STREAM'] as const) : [])] as const;
  const { values, sources } = resolve(wanted, { flags: flagsOf(command), env: io.env });
  if (values.STREAM && !values.JSON) {
    const given = sources.get('STREAM') === 'flag' ? flagOf('STREAM') : envOf('STREAM');
    throw new UsageError(`${given} needs ${flagOf('JSON')}: its lines are JSON`, {
      code: 'STREAM_WITHOUT_JSON',
      expected: flagOf('JSON'),
      hint: [`${flagOf('JSON')} ${flagOf('STREAM')}  prints every event as a line, and the result last.`],
    });
  }
  return {
    json: values.JSON === true,
    stream: values.STREAM === true,
    quiet: values.QUIET === true,
    verbose: values.VERBOSE === true,
  };
}

async function report(error: unknown, reporter: Reporter, io: Io): Promise<number> {
  const isWhole = error instanceof MigrateError && failedTogether(error).length === 0;
  const known = isWhole ? error : (await import('../aws/errors.ts')).toMigrateError(error);
  if (known !== undefined) {
    reporter.error(known);
    return known.exitCode;
  }
  reporter.stop();
  const bug = asBug(error);
  try {
    reporter.error(bug);
  } catch {
    // The reporter itself is broken. The error must be visible anyway.
    io.stderr.write(`  ${guarded([bug.message, ...bug.hint].join('\n    '), false)}\n`);
  }
  return bug.exitCode;
}

function asBug(error: unknown): BugError {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new BugError('This is a bug in cognito-migrate', {
    code: 'BUG',
    hint: ['Please report it with these lines:', ...trace.split('\n')],
    cause: error,
  });
}
