/** The program under fault, in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { inject } from 'vitest';
import { keysOf } from '../../src/sandbox/index.ts';
import { account, type Scene } from './scene.ts';
import { profilesFile } from './sides.ts';

export interface Ended {
  /** null: by a signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nothing of this machine's own: a home of its own, the keys of the local AWS. */
export const childEnv = (scene: Scene, more: Readonly<Record<string, string>> = {}) => ({
  PATH: process.env.PATH,
  SystemRoot: process.env.SystemRoot,
  HOME: scene.folder,
  AWS_ACCESS_KEY_ID: keysOf(account).accessKeyId,
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_CONFIG_FILE: profilesFile,
  AWS_EC2_METADATA_DISABLED: 'true',
  ...more,
});

export interface Child {
  readonly ended: Promise<Ended>;
  /** Sends a signal, and waits until the process is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
  signal(signal: NodeJS.Signals): void;
}

/** Starts the built program. */
export function start(
  scene: Scene,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Child {
  const child = spawn(process.execPath, [inject('program'), ...argv], {
    cwd: scene.folder,
    env: childEnv(scene, env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  const ended = once(child, 'close').then(
    ([code]): Ended => ({
      code: typeof code === 'number' ? code : null,
      stdout: Buffer.concat(out).toString(),
      stderr: Buffer.concat(errors).toString(),
    }),
  );
  return {
    ended,
    signal: (signal) => void child.kill(signal),
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}
