/** The lock on a file system without hard links, such as FAT and some network shares. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { takeLock } from '../../src/core/state-lock.ts';
import { tempFolder } from '../support/temp.ts';

/** Runs between a look at the lock and its removal. */
let meanwhile = async (_path: string): Promise<void> => undefined;

vi.mock('node:fs/promises', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs/promises')>();
  return {
    ...fs,
    link: () => Promise.reject(Object.assign(new Error('no links here'), { code: 'EPERM' })),
    rename: async (from: string, to: string) => {
      await meanwhile(from);
      return fs.rename(from, to);
    },
  };
});

test("a release that meets another run's lock gives it back", async () => {
  const path = join(await tempFolder(), 'state.json.lock');
  const unlock = await takeLock(path, Date.now);
  const theirs = JSON.stringify({
    pid: 1,
    host: 'elsewhere',
    since: '2026-11-22T12:00:00.000Z',
    token: 'theirs',
  });
  meanwhile = (lock) => writeFile(lock, theirs);
  await unlock();
  expect(await readFile(path, 'utf8')).toBe(theirs);
});
