/**
 * A file that appears only when it is complete, and never replaces another one.
 * It may hold personal data, so only its owner can read it.
 */
import { rmSync } from 'node:fs';
import { type FileHandle, link, lstat, open, rename, rm } from 'node:fs/promises';
import { UsageError } from '../core/errors.ts';

/** Characters that are kept before they are written. */
const bufferSize = 65_536;

/** Throws UsageError if there is such a file, or a folder, already. */
async function assertNew(file: string, name: string): Promise<void> {
  const found = await lstat(file).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) return undefined;
    throw unwritable(name, file, error);
  });
  if (found !== undefined) throw exists(name, file);
}

export class NewFile {
  /** Stands before the file in errors, such as `--out`. */
  readonly #name: string;
  readonly #file: string;
  readonly #draft: string;
  readonly #handle: FileHandle;
  #text: string[] = [];
  #length = 0;
  #writing: Promise<void> = Promise.resolve();

  private constructor(name: string, file: string, draft: string, handle: FileHandle) {
    this.#name = name;
    this.#file = file;
    this.#draft = draft;
    this.#handle = handle;
  }

  /**
   * Opens a draft beside the file. Throws UsageError if the file exists or cannot be written.
   * @param name stands before the file in errors: the flag that names it, or what it is.
   */
  static async open(file: string, name = '--out'): Promise<NewFile> {
    await assertNew(file, name);
    const draft = `${file}.${process.pid}.tmp`;
    try {
      return new NewFile(name, file, draft, await open(draft, 'wx', 0o600));
    } catch (error) {
      throw unwritable(name, file, error);
    }
  }

  /** Adds text. Waits for the disk only if much has been added. */
  async write(text: string): Promise<void> {
    this.#text.push(text);
    this.#length += text.length;
    if (this.#length >= bufferSize) await this.#flush();
  }

  #flush(): Promise<void> {
    const text = this.#text.join('');
    [this.#text, this.#length] = [[], 0];
    this.#writing = this.#writing.then(async () => {
      if (text !== '') await this.#handle.writeFile(text);
    });
    return this.#writing.catch((error: unknown) => {
      throw unwritable(this.#name, this.#file, error);
    });
  }

  /** Gives the whole draft its name. Throws UsageError if another file has the name by now. */
  async finish(): Promise<void> {
    await this.#flush();
    try {
      await this.#handle.sync();
      await this.#handle.close();
      await named(this.#draft, this.#file);
    } catch (error) {
      throw isSystemError(error, 'EEXIST')
        ? exists(this.#name, this.#file)
        : unwritable(this.#name, this.#file, error);
    }
  }

  /** Removes the draft. Does nothing after `finish`. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.#draft, { force: true });
  }

  /** The same at once, for Ctrl-C. */
  readonly discardNow = (): void => rmSync(this.#draft, { force: true });
}

/** A link fails if the name is taken. Some file systems have no links. There, the name is reserved first. */
async function named(draft: string, file: string): Promise<void> {
  try {
    await link(draft, file);
  } catch (error) {
    if (!isSystemError(error, 'EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK')) throw error;
    await (await open(file, 'wx', 0o600)).close();
    await rename(draft, file).catch(async (failure: unknown) => {
      await rm(file, { force: true });
      throw failure;
    });
    return;
  }
  await rm(draft);
}

const isSystemError = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

const exists = (name: string, file: string): UsageError =>
  new UsageError(`${name} ${file}: the file already exists`, {
    code: 'FILE_EXISTS',
    found: file,
    hint: ['It was not changed. Name another file, or remove this one first.'],
  });

const unwritable = (name: string, file: string, cause: unknown): UsageError =>
  new UsageError(`${name} ${file} cannot be written: ${cause instanceof Error ? cause.message : cause}`, {
    code: 'FILE_UNWRITABLE',
    found: file,
    hint: ['No file was written. Name one in a folder that can be written to, with enough room.'],
    cause,
  });
