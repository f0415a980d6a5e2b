/**
 * The state file: a cache of the state in AWS, and the snapshots for undo. AWS is the source of truth.
 * Written atomically, with mode 0600. Contains no secrets. If it is lost, the next run rebuilds it.
 */
import { readFile, rm } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod/mini';
import { type CodeOf, StateFileError } from './errors.ts';
import type { JsonObject } from './json.ts';
import { takeLock } from './state-lock.ts';
import {
  declarationOf,
  flagOf,
  type Inputs,
  names,
  parseStored,
  type VarName,
  type Vars,
} from './variables/index.ts';

const version = 1;

const Before = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

const StepRecord = z.object({
  status: z.enum(['applying', 'applied', 'removing']),
  /** The state before the first change by this migration, with later decisions. Undo restores it. */
  before: z.optional(Before),
  /** The state right before the current write. Shows what an interrupted run may have left undone. */
  latest: z.optional(Before),
  at: z.string(),
});
export type StepRecord = z.output<typeof StepRecord>;

const StateFile = z.object({
  version: z.literal(version),
  /** `<old pool ID> → <new pool ID>`, for people who mix up two files. */
  migration: z.string(),
  account: z.string(),
  variables: z.record(z.string(), z.unknown()),
  steps: z.record(z.string(), StepRecord),
});

export interface State {
  readonly migration: string;
  readonly account: string;
  readonly variables: Partial<Vars>;
  readonly steps: Readonly<Record<string, StepRecord>>;
}

/** `new-clients:3n4b5…`, or only the step ID. */
export const recordName = (step: string, key: string): string => (key === '' ? step : `${step}:${key}`);

const isKept = (name: VarName): boolean => {
  const { tracked, remembered } = declarationOf(name);
  return tracked === true || remembered === true;
};

const unusable = (file: string, why: string, code: CodeOf<'state'>): StateFileError =>
  new StateFileError(`The state file ${file} cannot be used: ${why}`, {
    code,
    hint: [
      'The file was left as it is.',
      'Move it away and run the same command again: everything is found again in AWS. Or name another file with --state.',
    ],
  });

/** Sets one variable. The generic type ties the parsed value to its name. */
function assign<K extends VarName>(to: Partial<Vars>, name: K, value: Vars[K]): void {
  to[name] = value;
}

function keep<K extends VarName>(kept: Partial<Vars>, name: K, raw: unknown): string | undefined {
  const result = parseStored(name, raw);
  if ('problem' in result) return `${name}: ${result.problem}`;
  assign(kept, name, result.value);
  return undefined;
}

/** Whether the last run ended in the middle of a write. */
export const wasInterrupted = (state: State | undefined): boolean =>
  Object.values(state?.steps ?? {}).some(({ status }) => status === 'applying');

/** Reads the file, or returns undefined. Throws StateFileError if it is broken or from a newer version. */
export async function loadState(file: string): Promise<State | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw unusable(file, error instanceof Error ? error.message : String(error), 'STATE_UNREADABLE');
  }
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw unusable(file, 'it is not JSON', 'STATE_CORRUPT');
  }
  const versioned = z.safeParse(z.object({ version: z.number() }), raw);
  if (versioned.success && versioned.data.version > version) {
    throw unusable(
      file,
      `it was written by a newer cognito-migrate (format ${versioned.data.version})`,
      'STATE_NEWER',
    );
  }
  const parsed = z.safeParse(StateFile, raw);
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw unusable(file, where, 'STATE_CORRUPT');
  }
  const kept: Partial<Vars> = {};
  const problems = names
    .filter((name) => isKept(name) && parsed.data.variables[name] !== undefined)
    .flatMap((name) => keep(kept, name, parsed.data.variables[name]) ?? []);
  if (problems.length > 0) throw unusable(file, problems.join('; '), 'STATE_CORRUPT');
  return { ...parsed.data, variables: kept };
}

/** Throws StateFileError unless the file belongs to this account, these pools, and these names. */
export function assertSameMigration(file: string, state: State, account: string, vars: Partial<Vars>): void {
  if (state.account !== account) {
    throw new StateFileError(
      `${file} belongs to AWS account ${state.account}, but these credentials are of ${account}`,
      {
        code: 'STATE_OTHER_ACCOUNT',
        expected: state.account,
        found: account,
        hint: ['Choose the right --profile, or another file with --state.'],
      },
    );
  }
  for (const name of names) {
    const before = state.variables[name];
    const now = vars[name];
    if (!declarationOf(name).fixed || before === undefined || now === undefined || before === now) continue;
    throw new StateFileError(
      `${file} belongs to another migration: its ${flagOf(name)} is ${before}, not ${now}`,
      {
        code: 'STATE_OTHER_MIGRATION',
        expected: before,
        found: now,
        hint: ['Name another file with --state, or leave the flag out to go on with that migration.'],
      },
    );
  }
}

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
export async function openLedger(args: {
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
    const ledger = new OpenLedger(file, now, unlock, {
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

class OpenLedger implements StateStore {
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
