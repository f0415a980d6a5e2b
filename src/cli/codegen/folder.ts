/** A folder that a command writes files into. */
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../../core/errors.ts';

/** Refuses a folder with something in it, before AWS is asked anything. */
export async function assertEmpty(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new UsageError(`--out ${folder}: ${error.message}`, { code: 'BAD_INPUT', found: folder });
  });
  if (found.length === 0) return;
  throw new UsageError(`${folder} is not empty`, {
    code: 'FOLDER_NOT_EMPTY',
    found: folder,
    hint: ['--out  names another folder;  --force  writes into this one.'],
  });
}

/** Contents by name, which may lead into a folder below. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Writes every file, scripts to be run, and returns their names. */
export async function writeFiles(folder: string, files: Files): Promise<string[]> {
  for (const [name, contents] of Object.entries(files)) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, contents);
    if (name.endsWith('.sh')) await chmod(file, 0o755);
  }
  return Object.keys(files);
}
