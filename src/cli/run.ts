/** Runs one command: its reporter, its errors, its exit code. The one catch of the program. */
import type { Command } from 'commander';
import { type ExitKind, exitCodes, MigrateError } from '../core/errors.ts';
import type { Context } from './begin.ts';
import type { Io } from './io.ts';
import { flagsOf } from './options.ts';
import { openReporter, type Reporter, type Verbosity } from './render/reporter.ts';
import { resolve } from './resolve.ts';

/** A command; what it returns decides the exit code. */
export type Action = (context: Context) => Promise<ExitKind>;

/** Loads and runs the command; returns the exit code, and throws never. */
export async function run(io: Io, command: Command, load: () => Promise<Action>): Promise<number> {
  let reporter = await openReporter(io, { json: false, quiet: false, verbose: false });
  try {
    reporter = await openReporter(io, verbosityOf(io, command));
    const action = await load();
    const kind = await action({ io, command, reporter });
    return exitCodes[kind].code;
  } catch (error) {
    return report(error, reporter, io);
  } finally {
    reporter.stop();
  }
}

function verbosityOf(io: Io, command: Command): Verbosity {
  const { values } = resolve(['JSON', 'QUIET', 'VERBOSE'], { flags: flagsOf(command), env: io.env });
  return { json: values.JSON === true, quiet: values.QUIET === true, verbose: values.VERBOSE === true };
}

async function report(error: unknown, reporter: Reporter, io: Io): Promise<number> {
  const known = error instanceof MigrateError ? error : (await import('../aws/errors.ts')).translate(error);
  if (known !== undefined) {
    reporter.error(known);
    return known.exitCode;
  }
  reporter.stop();
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(`  This is a bug in cognito-migrate. Please report it with these lines:\n${trace}\n`);
  return exitCodes.bug.code;
}
