/** Chooses one of the four reporters for a command. */
import { hasColor, type Io, isInCi } from '../io.ts';
import type { Reporter, Verbosity } from '../reporter.ts';
import { makeStyle } from '../style.ts';

/** The reporter for these flags and this terminal. Loads the spinner only if it will spin. */
export async function openReporter(io: Io, verbosity: Verbosity): Promise<Reporter> {
  const style = makeStyle(hasColor(io, io.stderr), io.stderr, io.env);
  if (verbosity.json && verbosity.stream) return (await import('./stream.ts')).streamReporter(io, style);
  if (verbosity.json) return (await import('./json.ts')).jsonReporter(io, style, verbosity);
  const spins = io.stderr.isTTY === true && io.env.TERM !== 'dumb' && !isInCi(io) && !verbosity.quiet;
  if (spins) return (await import('./terminal.ts')).ttyReporter(io, style, verbosity);
  return (await import('./plain.ts')).plainReporter(io, style, verbosity);
}
