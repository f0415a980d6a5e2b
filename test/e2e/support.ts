/** The built program in a process of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { inject, onTestFinished } from 'vitest';
import { keysOf } from '../../src/sandbox/index.ts';
import type { TwoPools } from '../support/two-pools.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Standard output so far. */
  out(): string;
}

/** What any process needs from its system, and nothing else of this machine. */
export const systemEnv = (): Record<string, string | undefined> => {
  const wanted = ['PATH', 'PATHEXT', 'ComSpec', 'SystemRoot', 'TEMP']; // all but the first are of Windows
  return Object.fromEntries(wanted.map((name) => [name, process.env[name]]));
};

/** Keys of the local AWS, and nothing of this machine's own AWS set-up. */
export const childEnv = (home: string): Record<string, string | undefined> => ({
  ...systemEnv(),
  HOME: home,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ACCESS_KEY_ID: keysOf('111122223333').accessKeyId,
  AWS_SECRET_ACCESS_KEY: 'local',
});

/** Starts a program; it is killed when the test is over. */
export function spawned(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Record<string, string | undefined> },
  stdout: 'pipe' | number = 'pipe',
): Running {
  const child = spawn(command, args, { ...options, stdio: ['ignore', stdout, 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk;
  });
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
  });
  return { child, ended, out: () => out };
}

/** Starts the built program as a shell would. A variable that is undefined is not set. */
export const start = (
  cwd: string,
  args: readonly string[],
  env: Record<string, string | undefined> = {},
  stdout?: number,
): Running =>
  spawned(process.execPath, [inject('program'), ...args], { cwd, env: { ...childEnv(cwd), ...env } }, stdout);

/** A command between these two pools, with these words behind it. */
export const between = (
  pools: Pick<TwoPools, 'old' | 'new'>,
  command: string,
  ...more: string[]
): string[] => [command, '--old-user-pool-id', pools.old, '--new-user-pool-id', pools.new, ...more];

/** init of all app clients, without a question. */
export const init = (pools: TwoPools, ...more: string[]): string[] =>
  between(pools, 'init', '--all-new-clients', '--yes', ...more);
