/** The open, locked state file of one run, and its writes. */
import { rm } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import writeFileAtomic from 'write-file-atomic';
import { StateFileError } from './errors.ts';
import type { JsonObject } from './json.ts';
import {
  assertSameMigration,
  isKept,
  loadState,
  recordName,
  type State,
  type StepRecord,
  version,
} from './state.ts';
import { takeLock } from './state-lock.ts';
import { type Inputs, names, parseStored, type VarName, type Vars } from './variables/index.ts';

/** The open, locked state file of one run. */
export interface StateStore {
  readonly file: string;
  record(step: string, key: string): StepRecord | undefined;
  /** Keys of one step that have a record. */
  keys(step: string): readonly string[];
  /**
   * @param image the state right before the next write. For `applied`: the data that undo needs.
   * The first image stays as `before`. This one is `latest`, until the next status.
   * @param since members that replace those in `before`, because someone has since decided otherwise.
   */
  set(
    step: string,
    key: string,
    status: StepRecord['status'],
    image?: JsonObject,
    since?: JsonObject,
  ): Promise<void>;
  /** Deletes the record, and the outputs that are gone with it. */
  drop(step: string, key: string, outputs: readonly VarName[]): Promise<void>;
  setVariables(outputs: Partial<Vars>): Promise<void>;
  /** Deletes the file, because nothing of this migration is left. */
  deleteFile(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Locks and opens the state file, and writes it once.
 * Finds a read-only folder or full disk before AWS changes.
 * @param args.breakLock takes the lock from its holder.
 * @param args.cleared names of variables to forget. No input replaces them.
 */
export async function openStateStore(args: {
  file: string;
  account: string;
  inputs: Inputs;
  cleared?: readonly VarName[];
  now: () => number;
  breakLock?: boolean;
}): Promise<StateStore> {
  const { file, account, inputs, cleared = [], now, breakLock = false } = args;
  const unlock = await lockState(file, now, breakLock);
  try {
    const found = await loadState(file);
    if (found) assertSameMigration(file, found, account, inputs);
    const variables: Partial<Vars> = { ...found?.variables };
    for (const name of cleared) delete variables[name];
    const ledger = new FileStateStore(file, now, unlock, {
      migration: `${inputs.OLD_USER_POOL_ID} → ${inputs.NEW_USER_POOL_ID}`,
      account,
      variables: { ...variables, ...inputs },
      steps: found?.steps ?? {},
    });
    await ledger.save();
    return ledger;
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Path of the lock file. */
export const lockOf = (file: string): string => `${file}.lock`;

/** Only the lock, for a run that does not write to the file. Returns the function that releases it. */
export const lockState = (
  file: string,
  now: () => number,
  breakLock: boolean,
): Promise<() => Promise<void>> =>
  takeLock(lockOf(file), now, breakLock).catch((error: unknown) => {
    if (error instanceof StateFileError) throw error;
    throw unwritable(file, error);
  });

const unwritable = (file: string, cause: unknown): StateFileError =>
  new StateFileError(
    `The state file ${file} cannot be written: ${cause instanceof Error ? cause.message : cause}`,
    {
      code: 'STATE_UNWRITABLE',
      hint: ['Run in a folder that can be written to, or name a file with --state.'],
      cause,
    },
  );

class FileStateStore implements StateStore {
  #state: State;
  #queue: Promise<void> = Promise.resolve();
  #onDisk = '';
  readonly file: string;
  readonly #now: () => number;
  readonly #unlock: () => Promise<void>;

  constructor(file: string, now: () => number, unlock: () => Promise<void>, state: State) {
    this.file = file;
    this.#now = now;
    this.#unlock = unlock;
    this.#state = state;
  }

  record(step: string, key: string): StepRecord | undefined {
    return this.#state.steps[recordName(step, key)];
  }

  keys(step: string): readonly string[] {
    return Object.keys(this.#state.steps)
      .filter((name) => name === step || name.startsWith(`${step}:`))
      .map((name) => name.slice(step.length + 1));
  }

  async set(
    step: string,
    key: string,
    status: StepRecord['status'],
    image?: JsonObject,
    since?: JsonObject,
  ): Promise<void> {
    const name = recordName(step, key);
    const last = this.#state.steps[name];
    const first = last?.before ?? image;
    const before = since === undefined ? first : { ...first, ...since };
    const latest = status === 'applied' ? undefined : image;
    if (last?.status === status && last.before === before && last.latest === latest) return;
    const record = {
      status,
      ...(before === undefined ? {} : { before }),
      ...(latest === undefined ? {} : { latest }),
      at: new Date(this.#now()).toISOString(),
    };
    this.#state = { ...this.#state, steps: { ...this.#state.steps, [name]: record } };
    await this.save();
  }

  async drop(step: string, key: string, outputs: readonly VarName[]): Promise<void> {
    const { [recordName(step, key)]: _dropped, ...steps } = this.#state.steps;
    const variables = { ...this.#state.variables };
    for (const name of outputs) delete variables[name];
    this.#state = { ...this.#state, variables, steps };
    await this.save();
  }

  async setVariables(outputs: Partial<Vars>): Promise<void> {
    this.#state = { ...this.#state, variables: { ...this.#state.variables, ...outputs } };
    await this.save();
  }

  /**
   * Queues writes, because parallel steps must not overtake each other on disk.
   * Each starts a moment later and holds all changes so far, so parallel steps share one write.
   */
  save(): Promise<void> {
    this.#queue = this.#queue
      .catch(() => undefined)
      .then(() => turn())
      .then(() => this.#write());
    return this.#queue;
  }

  async #write(): Promise<void> {
    const { migration, account, steps } = this.#state;
    const variables: Record<string, unknown> = {};
    for (const name of names) {
      const value = this.#state.variables[name];
      if (!isKept(name) || value === undefined) continue;
      const stored = parseStored(name, value);
      // What the next run could not read is found again in AWS instead.
      if ('value' in stored) variables[name] = stored.value;
    }
    const text = `${JSON.stringify({ version, migration, account, variables, steps }, null, 2)}\n`;
    if (text === this.#onDisk) return;
    try {
      await writeFileAtomic(this.file, text, { mode: 0o600 });
    } catch (error) {
      throw unwritable(this.file, error);
    }
    this.#onDisk = text;
  }

  async deleteFile(): Promise<void> {
    await this.#queue;
    await rm(this.file, { force: true });
  }

  async close(): Promise<void> {
    await this.#queue.catch(() => undefined);
    await this.#unlock();
  }
}
