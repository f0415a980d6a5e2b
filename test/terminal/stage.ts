/** A local AWS with two pools, and terminals in which the program works on them. */

import { expect, inject } from 'vitest';
import { keysOf } from '../../src/sandbox/index.ts';
import { account, type LocalAws, region, startLocalAws } from '../support/local-aws.ts';
import { compiledEnv } from '../support/run-program.ts';
import { standIns } from './normal.ts';
import { open, openFile, type Terminal } from './terminal.ts';

const programAnd = (...argv: readonly string[]): string[] => [inject('program'), ...argv];

export interface Stage extends LocalAws {
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
  const aws = await startLocalAws();
  const env = {
    ...compiledEnv(),
    PATH: process.env.PATH ?? '',
    HOME: aws.folder,
    LANG: 'C.UTF-8',
    AWS_ENDPOINT_URL: aws.sandbox.url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: keysOf(account).accessKeyId,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const normal = standIns({
    [aws.oldPool]: 'eu-west-1_OldPool00',
    [aws.newPool]: 'eu-west-1_NewPool00',
    [aws.clients.web]: 'webclientwebclientwebclien',
    [aws.clients.ios]: 'iosclientiosclientiosclien',
  });
  return {
    ...aws,
    env,
    open: (argv, cols = 80, more = {}) =>
      open(argv, { cols, rows: 50, cwd: aws.folder, env: { ...env, ...more } }),
    openShell: (script, argv) =>
      openFile('/bin/sh', ['-c', script, process.execPath, ...programAnd(...argv)], {
        cwd: aws.folder,
        env,
      }),
    programAnd,
    kept: (terminal) => normal(terminal.seen(), terminal.columns),
  };
}

/** What a person may have to copy must not be broken by the program: at most by the edge of the terminal. */
export function expectWholeIds(terminal: Terminal, { oldPool, newPool: fresh, clients }: Stage): void {
  const lines = terminal.seen();
  const text = lines.join(' ').replace(/\s+/g, '');
  for (const id of [oldPool, fresh, `cognito-migrate-${fresh}`, clients.web, clients.ios]) {
    const told = text.split(id).length;
    const whole = lines.join('\n').split(id).length;
    expect(whole, `${id} is broken in\n${lines.join('\n')}`).toBe(told);
  }
}
