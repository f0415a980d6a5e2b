/** Checks and writes the output folder of a command. */
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../../core/errors.ts';

/** Throws UsageError for a folder that is not empty or not readable. Runs before any AWS call. */
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

/** File contents by name. A name may lead into a subfolder. Null removes a file that may be there. */
export type Files = Readonly<Record<string, string | Uint8Array | null>>;

/** Writes all files and returns their names. Makes `.sh` files executable. Removes the files without contents. */
export async function writeFiles(folder: string, files: Files): Promise<string[]> {
  const written: string[] = [];
  for (const [name, contents] of Object.entries(files)) {
    const file = join(folder, name);
    if (contents === null) {
      await rm(file, { force: true });
      continue;
    }
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, contents);
    if (name.endsWith('.sh')) await chmod(file, 0o755);
    written.push(name);
  }
  return written;
}
