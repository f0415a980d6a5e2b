/** The built program in a process that ends with its test. */
import { onTestFinished } from 'vitest';
import type { LocalAws } from '../support/local-aws.ts';
import { type ProgramEnv, type RunningProgram, startProcess, startProgram } from '../support/run-program.ts';

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
  { oldPool, newPool }: Pick<LocalAws, 'oldPool' | 'newPool'>,
  command: string,
  ...more: string[]
): string[] => [command, '--old-user-pool-id', oldPool, '--new-user-pool-id', newPool, ...more];

/** init of all app clients, without a question. */
export const init = (pools: LocalAws, ...more: string[]): string[] =>
  between(pools, 'init', '--all-new-clients', '--yes', ...more);
