/** A local AWS with two pools, and terminals in which the program works on them. */

import { expect, inject } from 'vitest';
import { keysOf } from '../../src/sandbox/index.ts';
import { type Ground, startGround } from '../cli/support.ts';
import { account, region } from '../support/two-pools.ts';
import { standIns } from './normal.ts';
import { open, openFile, type Terminal } from './terminal.ts';

const programAnd = (...argv: readonly string[]): string[] => [inject('program'), ...argv];

export interface Stage extends Ground {
  /** What a person's shell would have: nothing of this machine's own. */
  readonly env: Readonly<Record<string, string>>;
  /** The program in a terminal of so many columns, in an empty folder. */
  open(argv: readonly string[], cols?: number, more?: Readonly<Record<string, string>>): Terminal;
  /** A shell's script in a terminal of 80 columns; `"$0" "$@"` is the program with these arguments. */
  openShell(script: string, argv: readonly string[]): Terminal;
  /** Arguments of Node that start the built program. */
  programAnd(...argv: readonly string[]): string[];
  /** A screen as it is kept: IDs, times and versions are always the same. */
  kept(terminal: Terminal): string;
}

export async function startStage(): Promise<Stage> {
  const ground = await startGround();
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: ground.folder,
    LANG: 'C.UTF-8',
    AWS_ENDPOINT_URL: ground.sandbox.url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: keysOf(account).accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const normal = standIns({
    [ground.old]: 'eu-west-1_OldPool00',
    [ground.new]: 'eu-west-1_NewPool00',
    [ground.clients.web]: 'webclientwebclientwebclien',
    [ground.clients.ios]: 'iosclientiosclientiosclien',
  });
  return {
    ...ground,
    env,
    open: (argv, cols = 80, more = {}) =>
      open(argv, { cols, rows: 50, cwd: ground.folder, env: { ...env, ...more } }),
    openShell: (script, argv) =>
      openFile('/bin/sh', ['-c', script, process.execPath, ...programAnd(...argv)], {
        cwd: ground.folder,
        env,
      }),
    programAnd,
    kept: (terminal) => normal(terminal.seen(), terminal.columns),
  };
}

/** What a person may have to copy must not be broken by the program: at most by the edge of the terminal. */
export function expectWholeIds(terminal: Terminal, { old, new: fresh, clients }: Stage): void {
  const lines = terminal.seen();
  const text = lines.join(' ').replace(/\s+/g, '');
  for (const id of [old, fresh, `cognito-migrate-${fresh}`, clients.web, clients.ios]) {
    const told = text.split(id).length;
    const whole = lines.join('\n').split(id).length;
    expect(whole, `${id} is broken in\n${lines.join('\n')}`).toBe(told);
  }
}
