/** The documentation as files: README.md and its neighbours, and everything in docs/. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One page, by its path from the repository's root, with slashes on every system. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

async function pathsIn(folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length).replaceAll('\\', '/'));
}

/** Every file that a page may point to: the names as they are on disk, since some disks ignore letter case. */
export async function repositoryFiles(): Promise<ReadonlySet<string>> {
  const top = await readdir(root, { withFileTypes: true });
  const folders = ['docs', 'src', 'templates', 'scripts', 'test', '.github'];
  const present = folders.filter((name) => top.some((entry) => entry.isDirectory() && entry.name === name));
  const below = await Promise.all(present.map(pathsIn));
  return new Set([...top.filter((entry) => entry.isFile()).map(({ name }) => name), ...below.flat()]);
}

/** All pages that people read. */
export async function readPages(): Promise<Page[]> {
  const files = await repositoryFiles();
  const paths = [...files].filter(
    (path) => path.endsWith('.md') && (path.startsWith('docs/') || !path.includes('/')),
  );
  return Promise.all(
    paths.sort().map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })),
  );
}
