/** The start of every command that works on a migration. Reads all inputs, and asks nothing yet. */
import { loadState, type State } from '../../core/state.ts';
import { names } from '../../core/variables/index.ts';
import type { Context } from '../context.ts';
import { isAttended } from '../terminal/io.ts';
import { terminalPrompts } from '../terminal/prompts/index.ts';
import { linePrompts } from '../terminal/prompts/line-prompts.ts';
import type { Prompts } from '../terminal/questions.ts';
import { mfaCodeFrom } from './mfa-code.ts';
import { flagsOf } from './options.ts';
import { assertOffered } from './pool-ids.ts';
import { type Resolved, resolve } from './resolve.ts';

/** What the operator gave: flags, environment, and state file. */
export interface Given {
  readonly resolved: Resolved;
  readonly file: string;
  readonly state: State | undefined;
  /** Undefined if nobody can answer, or if the operator turned questions off. */
  readonly prompts: Prompts | undefined;
  /** Asks for the code of an MFA device. */
  readonly mfaCode: (serial: string) => Promise<string>;
}

/**
 * Reads flags, environment, and state file.
 * Throws UsageError for all wrong values at once, and for a pool that cannot exist.
 */
export async function loadInputs({ io, command, reporter }: Context): Promise<Given> {
  const flags = flagsOf(command);
  const { values } = resolve(['STATE'], { flags, env: io.env });
  const file = values.STATE ?? '';
  const state = await loadState(file);
  const resolved = resolve(names, { flags, env: io.env, state });
  const { OLD_USER_POOL_ID, NEW_USER_POOL_ID, ...rest } = resolved.values;
  for (const id of [OLD_USER_POOL_ID, NEW_USER_POOL_ID]) if (id !== undefined) assertOffered(id);
  const canAsk = !rest.YES && !rest.NO_INPUT && !rest.JSON && isAttended(io);
  const openPrompts = () => (io.env.TERM === 'dumb' ? linePrompts(io) : terminalPrompts(io, reporter.asking));
  const prompts = canAsk ? openPrompts() : undefined;
  return { resolved, file, state, prompts, mfaCode: mfaCodeFrom(prompts) };
}
