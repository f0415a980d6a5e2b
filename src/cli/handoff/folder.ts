/** The folder for the old account's administrator. */
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { cloudFormation } from './cloudformation.ts';
import type { OldHalf } from './half.ts';
import { files, readme } from './readme.ts';
import { makeScript, removalScript } from './script.ts';
import { terraform } from './terraform.ts';

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

/** Writes every file, and returns their names. */
export async function writeFolder(folder: string, half: OldHalf): Promise<string[]> {
  const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
  const contents = {
    [files.readme]: readme(half),
    [files.cloudFormation]: json(cloudFormation(half)),
    [files.terraform]: json(terraform(half)),
    [files.make]: makeScript(half),
    [files.remove]: removalScript(half),
  };
  for (const [name, text] of Object.entries(contents)) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    if (name.endsWith('.sh')) await chmod(file, 0o755);
  }
  return Object.keys(contents);
}
