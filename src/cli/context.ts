/** The start of every command that works on a migration. Reads all inputs, and asks nothing yet. */
import type { Command } from 'commander';
import type { ExitKind } from '../core/errors.ts';
import { loadState, type State } from '../core/state.ts';
import { names, type Vars } from '../core/variables/index.ts';
import { flagsOf } from './inputs/options.ts';
import { type Resolved, resolve } from './inputs/resolve.ts';
import { assertOffered } from './inputs/unsupported-regions.ts';
import { type Io, isAttended } from './terminal/io.ts';
import { type Prompts, terminalPrompts } from './terminal/prompts/index.ts';
import { linePrompts } from './terminal/prompts/line-prompts.ts';
import type { Reporter } from './terminal/reporter.ts';

/** The whole program: reads the arguments, runs the command, and returns the exit code. */
export type Main = (argv: readonly string[], io: Io) => Promise<number>;

/** The context that every command gets. */
export interface Context {
  readonly io: Io;
  readonly command: Command;
  readonly reporter: Reporter;
  /** For the commands that run other commands in this process. */
  readonly main: Main;
}

/** A command. Its result determines the exit code. */
export type Action = (context: Context) => Promise<ExitKind>;

export interface Beginning {
  readonly resolved: Resolved;
  readonly file: string;
  readonly state: State | undefined;
  /** Undefined if nobody can answer, or if the operator turned questions off. */
  readonly prompts: Prompts | undefined;
}

/**
 * Reads flags, environment, and state file.
 * Throws UsageError for all wrong values at once, and for a pool that cannot exist.
 */
export async function begin({ io, command, reporter }: Context): Promise<Beginning> {
  const flags = flagsOf(command);
  const { values } = resolve(['STATE'], { flags, env: io.env });
  const file = values.STATE ?? '';
  const state = await loadState(file);
  const resolved = resolve(names, { flags, env: io.env, state });
  const { OLD_USER_POOL_ID, NEW_USER_POOL_ID } = resolved.values;
  for (const id of [OLD_USER_POOL_ID, NEW_USER_POOL_ID]) if (id !== undefined) assertOffered(id);
  return { resolved, file, state, prompts: promptsFor(io, resolved.values, reporter) };
}

function promptsFor(io: Io, values: Partial<Vars>, { asking }: Reporter): Prompts | undefined {
  const isToAsk = !values.YES && !values.NO_INPUT && !values.JSON;
  if (!isToAsk || !isAttended(io)) return undefined;
  return io.env.TERM === 'dumb' ? linePrompts(io) : terminalPrompts(io, asking);
}
