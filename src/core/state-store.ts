/** The open, locked state file of one run, and its writes. */
import type { JsonObject } from './json.ts';
import {
  assertSameMigration,
  type Finish,
  type ImportedUsers,
  isKept,
  loadState,
  type Moved,
  recordedKeys,
  recordName,
  type State,
  type StepRecord,
  stateFile,
  version,
} from './state.ts';
import { lockStored, StoredFile } from './stored-file.ts';
import { type Inputs, names, parseStored, type VarName, type Vars } from './variables/index.ts';

/** The open, locked state file of one run. */
export interface StateStore {
  readonly file: string;
  record(step: string, key: string): StepRecord | undefined;
  /** Keys of one step that have a record. */
  keys(step: string): readonly string[];
  /**
   * @param snapshot the state right before the next write. For `applied`: the data that undo needs.
   * The first snapshot stays as `before`. This one is `latest`, until the next status.
   * @param since members that replace those in `before`, because someone has since decided otherwise.
   */
  set(
    step: string,
    key: string,
    status: StepRecord['status'],
    snapshot?: JsonObject,
    since?: JsonObject,
  ): Promise<void>;
  /** Deletes the record, and the outputs that are gone with it. */
  drop(step: string, key: string, outputs: readonly VarName[]): Promise<void>;
  setVariables(outputs: Partial<Vars>): Promise<void>;
  /** Deletes the file, because nothing of this migration is left. */
  deleteFile(): Promise<void>;
  close(): Promise<void>;
}

/** The same, with what finish has done. */
interface WholeStateStore extends StateStore {
  /** Adds app clients whose password sign-in is off again. */
  setFinished(done: Partial<Finish>): Promise<void>;
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
}): Promise<WholeStateStore> {
  const { file, account, inputs, cleared = [], now, breakLock = false } = args;
  const unlock = await lockState(file, now, breakLock);
  try {
    const found = await loadState(file);
    if (found) assertSameMigration(file, found, account, inputs);
    const variables: Partial<Vars> = { ...found?.variables };
    for (const name of cleared) delete variables[name];
    const store = new FileStateStore(file, now, unlock, {
      migration: `${inputs.OLD_USER_POOL_ID} → ${inputs.NEW_USER_POOL_ID}`,
      account,
      variables: { ...variables, ...inputs },
      steps: found?.steps ?? {},
      moved: found?.moved,
      imported: found?.imported,
      finish: found?.finish,
    });
    await store.save();
    return store;
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** Only the lock, for a run that does not write to the file. Returns the function that releases it. */
export const lockState = (
  file: string,
  now: () => number,
  breakLock: boolean,
): Promise<() => Promise<void>> => lockStored(stateFile, file, now, breakLock);

/** Writes the number of users who have moved to the state file. Without a state file, does nothing. */
export const saveMoved = (file: string, moved: Moved, now: () => number): Promise<void> =>
  changeState(file, now, (found) => ({ ...found, moved }));

/** Writes the number of users whom imports have created. Without a state file, does nothing. */
export const saveImported = (
  file: string,
  count: (earlier: ImportedUsers | undefined) => ImportedUsers,
  now: () => number,
): Promise<void> => changeState(file, now, (found) => ({ ...found, imported: count(found.imported) }));

async function changeState(file: string, now: () => number, change: (found: State) => State): Promise<void> {
  const unlock = await lockState(file, now, false);
  try {
    const found = await loadState(file);
    if (found === undefined) return;
    const changed = change(found);
    await new StoredFile(stateFile, file, () => contentOf(changed)).save();
  } finally {
    await unlock();
  }
}

/** The content of the file. */
function contentOf({ migration, account, steps, moved, imported, finish, variables: values }: State): object {
  const variables: Record<string, unknown> = {};
  for (const name of names) {
    const value = values[name];
    if (!isKept(name) || value === undefined) continue;
    const stored = parseStored(name, value);
    // The next run finds an unreadable value again in AWS.
    if ('value' in stored) variables[name] = stored.value;
  }
  return {
    version,
    migration,
    account,
    variables,
    steps,
    ...(moved && { moved }),
    ...(imported && { imported }),
    ...(finish && { finish }),
  };
}

class FileStateStore implements WholeStateStore {
  #state: State;
  readonly #stored: StoredFile;
  readonly file: string;
  readonly #now: () => number;
  readonly #unlock: () => Promise<void>;

  constructor(file: string, now: () => number, unlock: () => Promise<void>, state: State) {
    this.file = file;
    this.#now = now;
    this.#unlock = unlock;
    this.#state = state;
    this.#stored = new StoredFile(stateFile, file, () => contentOf(this.#state));
  }

  record(step: string, key: string): StepRecord | undefined {
    return this.#state.steps[recordName(step, key)];
  }

  keys(step: string): readonly string[] {
    return recordedKeys(this.#state, step);
  }

  async set(
    step: string,
    key: string,
    status: StepRecord['status'],
    snapshot?: JsonObject,
    since?: JsonObject,
  ): Promise<void> {
    const name = recordName(step, key);
    const last = this.#state.steps[name];
    const first = last?.before ?? snapshot;
    const before = since === undefined ? first : { ...first, ...since };
    const latest = status === 'applied' ? undefined : snapshot;
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

  async setFinished(done: Partial<Finish>): Promise<void> {
    const { finish } = this.#state;
    const clients = { ...finish?.clients, ...done.clients };
    this.#state = { ...this.#state, finish: { ...finish, ...done, clients } };
    await this.save();
  }

  save(): Promise<void> {
    return this.#stored.save();
  }

  deleteFile(): Promise<void> {
    return this.#stored.delete();
  }

  async close(): Promise<void> {
    await this.#stored.settle();
    await this.#unlock();
  }
}
