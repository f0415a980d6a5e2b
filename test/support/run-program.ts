/** The built program in a separate process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { inject } from 'vitest';
import { keysOf } from '../../src/sandbox/index.ts';
import { account } from './local-aws.ts';

export interface ProgramResult {
  /** null: a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningProgram {
  readonly child: ChildProcess;
  readonly ended: Promise<ProgramResult>;
  /** Standard output so far. */
  stdout(): string;
  /** Sends a signal, and waits until the process is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Variables of a process. One that is undefined is not set. */
export type ProgramEnv = Readonly<Record<string, string | undefined>>;

/** What any process needs from its system, and nothing else of this machine. */
export function systemEnv(): Record<string, string | undefined> {
  const wanted = ['PATH', 'PATHEXT', 'ComSpec', 'SystemRoot', 'TEMP']; // all but the first are of Windows
  return Object.fromEntries(wanted.map((name) => [name, process.env[name]]));
}

/** Compiled code goes beside the built program, for all tests, and not into a home that a test wants untouched. */
export function compiledEnv(): Record<string, string> {
  const folder = join(dirname(inject('program')), '../../cache');
  return { XDG_CACHE_HOME: folder, LOCALAPPDATA: folder };
}

/** A separate home directory, with the keys of the local AWS. Uses no AWS configuration of this machine. */
export const programEnv = (home: string, more: ProgramEnv = {}): ProgramEnv => ({
  ...systemEnv(),
  ...compiledEnv(),
  HOME: home,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ACCESS_KEY_ID: keysOf(account).accessKeyId,
  AWS_SECRET_ACCESS_KEY: 'local',
  ...more,
});

/** Starts any program. Standard input is empty. */
export function startProcess(
  command: string,
  argv: readonly string[],
  options: { readonly cwd: string; readonly env: ProgramEnv },
  stdout: 'pipe' | number = 'pipe',
): RunningProgram {
  const child = spawn(command, argv, { ...options, stdio: ['ignore', stdout, 'pipe'] });
  const out: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk));
  const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString();
  const ended = once(child, 'close').then(
    (): ProgramResult => ({
      code: child.exitCode,
      signal: child.signalCode,
      stdout: textOf(out),
      stderr: textOf(errors),
    }),
  );
  return {
    child,
    ended,
    stdout: () => textOf(out),
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

/** Starts the built program as a shell would. */
export const startProgram = (
  cwd: string,
  argv: readonly string[],
  more: ProgramEnv = {},
  stdout?: 'pipe' | number,
): RunningProgram =>
  startProcess(process.execPath, [inject('program'), ...argv], { cwd, env: programEnv(cwd, more) }, stdout);
