/**
 * The program: answers completion and --version itself, and leaves everything else to the command line.
 * Loads no parser, because a shell asks for completions at every Tab.
 */
import { exitCodes } from '../core/errors.ts';
import { version } from '../core/version.ts';
import type { Io } from './terminal/io.ts';

/** Runs the program with these arguments and returns the exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  if (argv[0] === '__complete')
    return (await import('./commands/completion/complete.ts')).complete(argv.slice(1), io);
  if (asksForReport(argv)) {
    await (await import('./bug-report.ts')).printBugReport(io);
    return exitCodes.ok.code;
  }
  if (argv.length === 1 && isAnyOf(argv, '-V', '--version')) {
    io.stdout.write(`${version}\n`);
    return exitCodes.ok.code;
  }
  return (await import('./command-line.ts')).runCommandLine(argv, io, main);
}

/** Whether the arguments are --version and --verbose, in any order. */
const asksForReport = (argv: readonly string[]): boolean =>
  argv.length === 2 && isAnyOf(argv, '-V', '--version') && isAnyOf(argv, '-v', '--verbose');

const isAnyOf = (argv: readonly string[], ...flags: readonly string[]): boolean =>
  argv.some((word) => flags.includes(word));
