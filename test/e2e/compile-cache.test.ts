/** The compiled code that the program keeps between runs, in a folder that only its user can write to. */
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import nodeModule from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ProgramResult } from '../support/run-program.ts';
import { tempFolder } from '../support/temp.ts';
import { start } from './support.ts';

const isWindows = process.platform === 'win32';
/** Node.js 22.1 and later keep compiled code themselves. */
const isKeptByNode = 'enableCompileCache' in nodeModule;

/** Loads nearly the whole program, and says which pools are missing. */
const run = async (home: string, env: Record<string, string> = {}): Promise<ProgramResult> => {
  const result = await start(home, ['status', '--no-input'], {
    XDG_CACHE_HOME: '',
    LOCALAPPDATA: home,
    ...env,
  }).ended;
  expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Missing:') });
  return result;
};

const folderIn = (home: string): string => {
  const cache = { win32: '.', darwin: 'Library/Caches' }[String(process.platform)] ?? '.cache';
  return join(home, cache, 'cognito-migrate', 'compiled');
};

/** Paths of the kept files, with the time of their last change. */
async function keptIn(folder: string): Promise<Map<string, number>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return new Map(await Promise.all(files.map(async (file) => [file, (await stat(file)).mtimeMs] as const)));
}

describe('compiled code', () => {
  test('is kept by the first run and used, not written again, by the second', async () => {
    const home = await tempFolder();
    const first = await run(home);
    const kept = await keptIn(folderIn(home));
    expect(kept.size).toBeGreaterThan(1);
    if (!isWindows) expect((await stat(folderIn(home))).mode & 0o777).toBe(0o700);
    expect(await run(home)).toEqual(first);
    expect(await keptIn(folderIn(home))).toEqual(kept);
  });

  test('that is damaged is compiled and kept again', async () => {
    const home = await tempFolder();
    const first = await run(home);
    const kept = await keptIn(folderIn(home));
    const damaged = new Map<string, Buffer>();
    for (const file of kept.keys()) {
      const bytes = await readFile(file);
      damaged.set(file, bytes.fill(0x55, Math.floor(bytes.length / 2)));
      await writeFile(file, bytes);
    }
    expect(await run(home)).toEqual(first);
    for (const [file, bytes] of damaged) expect((await readFile(file)).equals(bytes), file).toBe(false);
  });

  test('is not kept with NODE_DISABLE_COMPILE_CACHE', async () => {
    const home = await tempFolder();
    await run(home, { NODE_DISABLE_COMPILE_CACHE: '1' });
    await expect(stat(folderIn(home))).rejects.toThrow('ENOENT');
  });

  test('is kept where XDG_CACHE_HOME says', async () => {
    const home = await tempFolder();
    const other = await tempFolder();
    await run(home, { XDG_CACHE_HOME: other, LOCALAPPDATA: other });
    await expect(stat(folderIn(home))).rejects.toThrow('ENOENT');
    expect((await keptIn(join(other, 'cognito-migrate', 'compiled'))).size).toBeGreaterThan(1);
  });

  test.skipIf(isWindows)('is neither read nor kept in a folder that others can write to', async () => {
    const home = await tempFolder();
    await mkdir(folderIn(home), { recursive: true });
    await chmod(folderIn(home), 0o777);
    await run(home);
    expect(await readdir(folderIn(home))).toEqual([]);
  });

  test('is not kept where no folder can be created, and the program runs', async () => {
    const home = await tempFolder();
    const parent = join(folderIn(home), '../..');
    await mkdir(join(parent, '..'), { recursive: true });
    if (!isWindows) await writeFile(parent, '');
    await run(home, isWindows ? { LOCALAPPDATA: join(home, 'a<b') } : {});
    if (!isWindows) expect(await readFile(parent, 'utf8')).toBe('');
  });

  test('of an earlier version is deleted by Node.js 20, and nothing else', async () => {
    const home = await tempFolder();
    const folder = folderIn(home);
    const old = '0.9.0-v20.0.0-x64-status.js-18000-1234567890';
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, old), 'old');
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await mkdir(join(folder, 'v24.0.0-x64-00000000-0'));
    await run(home);
    const names = await readdir(folder);
    // Where Node.js keeps the code, the program writes no such files, and looks for none.
    expect(names.includes(old)).toBe(isKeptByNode);
    expect(names).toContain('notes.txt');
    expect(names).toContain('v24.0.0-x64-00000000-0');
  });
});
