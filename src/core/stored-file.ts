/**
 * Files in which one run leaves something for the next: JSON with a version, mode 0600, written atomically.
 * Only one run at a time has such a file open.
 */
import { readFile, rm } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod/mini';
import { type CodeOf, StateFileError } from './errors.ts';
import { takeLock } from './state-lock.ts';

/** The texts for a kind of file. */
export interface FileKind {
  /** For example, "state file". */
  readonly name: string;
  /** The advice if it cannot be used. */
  readonly recovery: string;
}

/** The error for a file that cannot be used: exit code 6. */
export const unusable = (
  { name, recovery }: FileKind,
  file: string,
  why: string,
  code: CodeOf<'state'>,
): StateFileError =>
  new StateFileError(`The ${name} ${file} cannot be used: ${why}`, {
    code,
    hint: ['The file was not changed.', recovery],
  });

/** Reads a file, or returns undefined. Throws StateFileError if it is broken or from a newer version. */
export async function readStored<T>(
  kind: FileKind,
  file: string,
  version: number,
  schema: z.core.$ZodType<T>,
): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw unusable(kind, file, error instanceof Error ? error.message : String(error), 'STATE_UNREADABLE');
  }
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw unusable(kind, file, 'it is not JSON', 'STATE_CORRUPT');
  }
  const versioned = z.safeParse(z.object({ version: z.number() }), raw);
  if (versioned.success && versioned.data.version > version) {
    const why = `it was written by a newer cognito-migrate (format ${versioned.data.version})`;
    throw unusable(kind, file, why, 'STATE_NEWER');
  }
  const parsed = z.safeParse(schema, raw);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw unusable(kind, file, where, 'STATE_CORRUPT');
}

/** Path of the lock of a file. */
export const lockOf = (file: string): string => `${file}.lock`;

/** Locks a file and returns the function that releases it. Throws StateFileError. */
export const lockStored = (
  kind: FileKind,
  file: string,
  now: () => number,
  breakLock: boolean,
): Promise<() => Promise<void>> =>
  takeLock(lockOf(file), now, breakLock).catch((error: unknown) => {
    if (error instanceof StateFileError) throw error;
    throw unwritable(kind, file, error);
  });

const unwritable = ({ name }: FileKind, file: string, cause: unknown): StateFileError =>
  new StateFileError(
    `The ${name} ${file} cannot be written: ${cause instanceof Error ? cause.message : cause}`,
    {
      code: 'STATE_UNWRITABLE',
      hint: ['Run in a folder that can be written to, or name a file with --state.'],
      cause,
    },
  );

/** The writes of one run to one file. */
export class StoredFile {
  #queue: Promise<void> = Promise.resolve();
  #onDisk = '';
  readonly #kind: FileKind;
  readonly #file: string;
  readonly #content: () => object;

  /** @param content returns the content at that moment. */
  constructor(kind: FileKind, file: string, content: () => object) {
    this.#kind = kind;
    this.#file = file;
    this.#content = content;
  }

  /**
   * Queues writes, because those of parallel work must not overtake each other on disk.
   * Each starts a moment later and holds all changes so far, so parallel work shares one write.
   */
  save(): Promise<void> {
    this.#queue = this.#queue
      .catch(() => undefined)
      .then(() => turn())
      .then(() => this.#write());
    return this.#queue;
  }

  async #write(): Promise<void> {
    const text = `${JSON.stringify(this.#content(), null, 2)}\n`;
    if (text === this.#onDisk) return;
    try {
      await writeFileAtomic(this.#file, text, { mode: 0o600 });
    } catch (error) {
      throw unwritable(this.#kind, this.#file, error);
    }
    this.#onDisk = text;
  }

  /** Deletes the file, after all writes. */
  async delete(): Promise<void> {
    await this.#queue;
    await rm(this.#file, { force: true });
    this.#onDisk = '';
  }

  /** Waits for all writes. A failed write rejects for its own caller. */
  async settle(): Promise<void> {
    await this.#queue.catch(() => undefined);
  }
}
