/** init between the two pools of a local AWS. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { loadState } from '../../src/core/state.ts';
import type { SandboxOptions } from '../../src/sandbox/index.ts';
import { tempFolder } from '../support/temp.ts';
import { startTwoPools, type TwoPools } from '../support/two-pools.ts';

export interface Ground extends TwoPools {
  readonly folder: string;
  readonly file: string;
  /** `init` with pools, state file and endpoint, and these words behind it. */
  init(...more: string[]): string[];
  /** The flags that say where: state file and endpoint. */
  readonly where: readonly string[];
  /** Neither AWS nor the folder has anything of a migration. */
  expectUntouched(): Promise<void>;
}

export async function startGround(options: SandboxOptions = {}): Promise<Ground> {
  const pools = await startTwoPools(options);
  const folder = await tempFolder();
  const file = join(folder, 'state.json');
  const where = ['--state', file, '--endpoint-url', pools.sandbox.url];
  return {
    ...pools,
    folder,
    file,
    where,
    init: (...more) => [
      'init',
      '--old-user-pool-id',
      pools.old,
      '--new-user-pool-id',
      pools.new,
      ...where,
      ...more,
    ],
    async expectUntouched() {
      expect(pools.sandbox.journal.writes().map(({ operation }) => operation)).toEqual([]);
      expect(await readdir(folder)).toEqual([]);
    },
  };
}

/** Records in the state file: `{ 'lambda-role': 'applied', … }`. */
export async function recordsOf(file: string): Promise<Record<string, string>> {
  const state = await loadState(file);
  return Object.fromEntries(Object.entries(state?.steps ?? {}).map(([name, { status }]) => [name, status]));
}
