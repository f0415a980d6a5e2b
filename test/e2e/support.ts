/** The built program in a process that ends with its test. */
import { onTestFinished } from 'vitest';
import { type ProgramEnv, type RunningProgram, startProcess, startProgram } from '../support/run-program.ts';
import type { TwoPools } from '../support/two-pools.ts';

function endedWithTest(running: RunningProgram): RunningProgram {
  onTestFinished(() => void running.child.kill('SIGKILL'));
  return running;
}

/** Starts any program; it is killed when the test is over. */
export const spawned = (...args: Parameters<typeof startProcess>): RunningProgram =>
  endedWithTest(startProcess(...args));

/** Starts the built program as a shell would; it is killed when the test is over. */
export const start = (
  cwd: string,
  argv: readonly string[],
  env?: ProgramEnv,
  stdout?: number,
): RunningProgram => endedWithTest(startProgram(cwd, argv, env, stdout));

/** A command between these two pools, with these words behind it. */
export const between = (
  pools: Pick<TwoPools, 'old' | 'new'>,
  command: string,
  ...more: string[]
): string[] => [command, '--old-user-pool-id', pools.old, '--new-user-pool-id', pools.new, ...more];

/** init of all app clients, without a question. */
export const init = (pools: TwoPools, ...more: string[]): string[] =>
  between(pools, 'init', '--all-new-clients', '--yes', ...more);
