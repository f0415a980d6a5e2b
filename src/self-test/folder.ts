/** The folder of a run's state files, and the folders that killed runs left on this machine. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../core/process-alive.ts';
import { runPrefix } from './fixtures/names.ts';

/** The name contains the run and its process. The caller removes the folder. */
export const makeFolder = (run: string): Promise<string> =>
  mkdtemp(join(tmpdir(), `${runPrefix(run)}${process.pid}-`));

const pattern = new RegExp(`^${runPrefix('[0-9a-f]{8}')}(?<pid>[0-9]+)-[^-]+$`);

/**
 * Removes the folders of runs whose processes are gone.
 * They contain account numbers and settings of pools.
 */
export async function removeOldFolders(): Promise<void> {
  const folder = tmpdir();
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = pattern.exec(name)?.groups?.pid;
    if (pid === undefined || (await isAlive(Number(pid)))) continue;
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined); // may be another user's
  }
}
