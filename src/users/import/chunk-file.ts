/**
 * The file of one chunk: rows of users, in a folder of its own that only its owner can read.
 * It holds personal data, so it is deleted as soon as its job ends.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../../core/errors.ts';

const folderPrefix = 'cognito-migrate-import-';

export interface ChunkFile {
  readonly file: string;
  readonly sha256: string;
  readonly rows: number;
}

/** The most that one file holds. */
export interface ChunkLimits {
  readonly rows: number;
  readonly bytes: number;
}

/** Characters that are kept before they are written. */
const bufferSize = 65_536;

/**
 * Writes the next rows to a new file. Undefined if there are none left.
 * Takes no more rows than the file can hold.
 */
export async function writeChunkFile(
  header: string,
  rows: AsyncIterator<string>,
  limits: ChunkLimits,
): Promise<ChunkFile | undefined> {
  const folder = await newFolder().catch(unwritable);
  try {
    const file = join(folder, 'users.csv');
    const { count, sha256 } = await writeRows(file, header, rows, limits);
    if (count > 0) return { file, sha256, rows: count };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw isSystemError(error) ? noRoom(error) : error;
  }
  await rm(folder, { recursive: true, force: true });
  return undefined;
}

/** mkdtemp lets only its owner in. */
const newFolder = async (): Promise<string> => mkdtemp(join(await realpath(tmpdir()), folderPrefix));

async function writeRows(file: string, header: string, rows: AsyncIterator<string>, limits: ChunkLimits) {
  const handle = await open(file, 'wx', 0o600);
  const hash = createHash('sha256');
  let [text, count, bytes] = [`${header}\n`, 0, 0];
  const flush = async (): Promise<void> => {
    hash.update(text);
    bytes += Buffer.byteLength(text);
    await handle.writeFile(text);
    text = '';
  };
  try {
    while (count < limits.rows && bytes < limits.bytes) {
      const next = await rows.next();
      if (next.done === true) break;
      text += `${next.value}\n`;
      count += 1;
      if (text.length >= bufferSize) await flush();
    }
    await flush();
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { count, sha256: hash.digest('hex') };
}

/** Whether the file is there, exactly as it was written. */
export async function isWhole({ file, sha256 }: Pick<ChunkFile, 'file' | 'sha256'>): Promise<boolean> {
  if (!isOurs(file)) return false;
  const hash = createHash('sha256');
  try {
    for await (const part of createReadStream(file)) hash.update(part);
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
  return hash.digest('hex') === sha256;
}

/** Deletes a file with its folder. Does nothing for a path that no chunk has. */
export async function removeChunkFile(file: string): Promise<void> {
  if (isOurs(file)) await rm(dirname(file), { recursive: true, force: true });
}

/** Folders of chunks on this machine. A run that works at this moment has some, too. */
export async function chunkFolders(): Promise<readonly string[]> {
  const temp = await realpath(tmpdir());
  const entries = await readdir(temp, { withFileTypes: true });
  const own = entries.filter((entry) => entry.isDirectory() && entry.name.startsWith(folderPrefix));
  return own.map(({ name }) => join(temp, name));
}

/** Deletes the folder of a chunk. False if it belongs to another user of this machine. */
export async function removeChunkFolder(folder: string): Promise<boolean> {
  try {
    await rm(folder, { recursive: true, force: true });
    return true;
  } catch (error) {
    if (isSystemError(error) && ['EACCES', 'EPERM'].includes(error.code)) return false;
    throw error;
  }
}

/** The journal could be edited. Only folders of chunks are ever deleted. */
const isOurs = (file: string): boolean =>
  basename(file) === 'users.csv' && basename(dirname(file)).startsWith(folderPrefix);

const isSystemError = (error: unknown): error is Error & { readonly code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z]+$/.test(error.code);

const unwritable = (error: unknown): never => {
  throw isSystemError(error) ? noRoom(error) : error;
};

const noRoom = (cause: Error & { readonly code: string }): UsageError =>
  new UsageError(`The temporary folder ${tmpdir()} cannot be written to: ${cause.code}`, {
    code: 'FILE_UNWRITABLE',
    found: tmpdir(),
    hint: ['An import job takes up to 90 MB there. Name another folder:  TMPDIR=/path/to/folder'],
    cause,
  });
