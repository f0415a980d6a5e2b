/**
 * The journal of a long run over many users: which chunk of the work has come how far.
 * It is next to the state file. It has no names of users: AWS is the source of truth, and the journal its index.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import * as z from 'zod/mini';
import { StateFileError } from './errors.ts';
import { type FileKind, lockStored, readStored, StoredFile } from './stored-file.ts';

/** A chunk in its state, and what its work needs to know. */
export interface Chunk<State extends string, Data> {
  /** From 1, in the order in which the chunks were made. */
  readonly number: number;
  readonly state: State;
  readonly data: Data;
  /**
   * ISO 8601. When the work that leads out of this state was first begun.
   * If it is set before the work begins, an earlier run ended before it could record the result.
   */
  readonly begunAt?: string | undefined;
}

/** A chunk that is not in the journal yet. */
export type NewChunk<State extends string, Data> = Pick<Chunk<State, Data>, 'state' | 'data'>;

export interface JournalOptions<State extends string, Data> {
  /** Path of the state file of the migration. */
  readonly stateFile: string;
  /** The command, for the name of the file: "import". */
  readonly name: string;
  /** As in the state file: `<old pool ID> → <new pool ID>`. */
  readonly migration: string;
  readonly states: readonly State[];
  /** The recorded values of a chunk, as JSON. Other members are not written. */
  readonly data: z.ZodMiniType<Data>;
  /** Finds the chunks in AWS if there is no journal: it is lost, or the run is the first. */
  rebuild(): Promise<readonly NewChunk<State, Data>[]>;
  /** Milliseconds since the epoch. */
  now(): number;
  readonly breakLock: boolean;
}

/** Version of the file's format. */
const version = 1;

const journalKind: FileKind = {
  name: 'journal',
  recovery: 'Move it away and run the same command again: what was done is found again in AWS.',
};

/** `cognito-migrate.import.json`, next to `cognito-migrate.state.json`. */
const journalOf = (stateFile: string, name: string): string =>
  `${stateFile.replace(/(\.state)?\.json$/, '')}.${name}.json`;

/** Whether a long run of this name has not ended. */
export const hasJournal = (stateFile: string, name: string): boolean =>
  existsSync(journalOf(stateFile, name));

/**
 * Locks and opens the journal, and writes it once: a full disk is found before AWS changes.
 * Throws StateFileError if the journal is damaged, of another migration, or in use by another run.
 */
export async function openJournal<State extends string, Data>(
  options: JournalOptions<State, Data>,
): Promise<Journal<State, Data>> {
  const file = journalOf(options.stateFile, options.name);
  const unlock = await lockStored(journalKind, file, options.now, options.breakLock);
  try {
    const chunks = (await readChunks(file, options)) ?? (await options.rebuild()).map(numbered);
    const journal = new Journal({ file, options, unlock, chunks });
    await journal.save();
    return journal;
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Deletes the journal of a run that has not ended. False if there is none, or if that run still works. */
export async function dropJournal(stateFile: string, name: string, now: () => number): Promise<boolean> {
  if (!hasJournal(stateFile, name)) return false;
  const unlock = await lockJournal(stateFile, name, now, false).catch(() => undefined);
  if (unlock === undefined) return false;
  try {
    await rm(journalOf(stateFile, name), { force: true });
    return true;
  } finally {
    await unlock();
  }
}

/** Keeps other runs of this name out. Returns the function that lets them in. Throws StateFileError while one works. */
export const lockJournal = (
  stateFile: string,
  name: string,
  now: () => number,
  breakLock: boolean,
): Promise<() => Promise<void>> => lockStored(journalKind, journalOf(stateFile, name), now, breakLock);

const numbered = <T>(chunk: T, index: number): T & { readonly number: number } => ({
  ...chunk,
  number: index + 1,
});

async function readChunks<State extends string, Data>(
  file: string,
  { states, data, migration }: JournalOptions<State, Data>,
): Promise<readonly Chunk<State, Data>[] | undefined> {
  const isState = (value: unknown): boolean => states.some((state) => state === value);
  const Content = z.object({
    version: z.literal(version),
    migration: z.string(),
    chunks: z.array(
      z.object({
        state: z.custom<State>(isState, `expected one of ${states.join(', ')}`),
        begunAt: z.optional(z.iso.datetime()),
        data,
      }),
    ),
  });
  const found = await readStored(journalKind, file, version, Content);
  if (found === undefined) return undefined;
  if (found.migration === migration) return found.chunks.map(numbered);
  throw new StateFileError(`The journal ${file} belongs to another migration: ${found.migration}`, {
    code: 'STATE_OTHER_MIGRATION',
    expected: migration,
    found: found.migration,
    hint: ['Name the state file of this migration with --state. Its journal is next to it.'],
  });
}

/** The open, locked journal of one run. Each change is on disk when its promise is fulfilled. */
export class Journal<State extends string, Data> {
  readonly #options: Pick<JournalOptions<State, Data>, 'migration' | 'data' | 'now'>;
  readonly #unlock: () => Promise<void>;
  readonly #stored: StoredFile;
  readonly #chunks: Chunk<State, Data>[];

  constructor(args: {
    file: string;
    options: JournalOptions<State, Data>;
    unlock: () => Promise<void>;
    chunks: readonly Chunk<State, Data>[];
  }) {
    this.#options = args.options;
    this.#unlock = args.unlock;
    this.#chunks = [...args.chunks];
    this.#stored = new StoredFile(journalKind, args.file, () => this.#content());
  }

  /** All chunks, in order. */
  get chunks(): readonly Chunk<State, Data>[] {
    return this.#chunks;
  }

  async add(chunk: NewChunk<State, Data>): Promise<Chunk<State, Data>> {
    const added = { ...chunk, number: this.#chunks.length + 1 };
    this.#chunks.push(added);
    await this.save();
    return added;
  }

  /** Records that the work of this state begins. Its first begin stays, since that one may have had an effect. */
  begin(chunk: Chunk<State, Data>): Promise<void> {
    const begunAt = chunk.begunAt ?? new Date(this.#options.now()).toISOString();
    this.#chunks[chunk.number - 1] = { ...chunk, begunAt };
    return this.save();
  }

  /** Records the result of the work: the next state and the new values. */
  async move(
    { number }: Pick<Chunk<State, Data>, 'number'>,
    { state, data }: NewChunk<State, Data>,
  ): Promise<Chunk<State, Data>> {
    const moved = { number, state, data };
    this.#chunks[number - 1] = moved;
    await this.save();
    return moved;
  }

  save(): Promise<void> {
    return this.#stored.save();
  }

  #content(): object {
    const { migration, data: schema } = this.#options;
    const chunks = this.#chunks.map(({ state, begunAt, data }) => {
      return { state, begunAt, data: schema.parse(data) };
    });
    return { version, migration, chunks };
  }

  /** Deletes the file, because the run is complete. The next run begins with `rebuild`. */
  deleteFile(): Promise<void> {
    return this.#stored.delete();
  }

  async close(): Promise<void> {
    await this.#stored.settle();
    await this.#unlock();
  }
}
