/**
 * The state file: a cache of the state in AWS, and the snapshots for undo. AWS is the source of truth.
 * Written atomically, with mode 0600. Contains no secrets. If it is lost, the next run rebuilds it.
 */
import * as z from 'zod/mini';
import { StateFileError } from './errors.ts';
import type { JsonObject } from './json.ts';
import { type FileKind, readStored, unusable } from './stored-file.ts';
import {
  declarationOf,
  flagOf,
  names,
  parseStored,
  problemAt,
  type VarName,
  type Vars,
} from './variables/index.ts';

/** Version of the file's format. */
export const version = 1;

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

/** Users who had moved when `users` last counted them. Status shows it, since counting takes minutes. */
const Moved = z.object({
  users: z.number(),
  /** When the counting ended (UTC). */
  at: z.string(),
  /** False for a guess from names. */
  isExact: z.boolean(),
});
export type Moved = z.output<typeof Moved>;

/** Users whom imports have created, without those whom an undo has deleted. */
const Imported = z.object({
  users: z.number(),
  /** When the last import or undo ended (UTC). */
  at: z.string(),
  /** The last run. A run that continues it counts its users again. */
  run: z.string(),
  /** Users of the runs before it. */
  before: z.number(),
});
export type ImportedUsers = z.output<typeof Imported>;

/** What finish has done. A version that does not know this member reads the rest of the file. */
const Finish = z.object({
  /** App clients whose password sign-in is off again, by ID. */
  clients: z.record(z.string(), z.object({ name: z.string(), at: z.string() })),
});
export type Finish = z.output<typeof Finish>;

const StateFile = z.object({
  version: z.literal(version),
  /** `<old pool ID> → <new pool ID>`, for people who mix up two files. */
  migration: z.string(),
  account: z.string(),
  variables: z.record(z.string(), z.unknown()),
  steps: z.record(z.string(), StepRecord),
  moved: z.optional(Moved),
  imported: z.optional(Imported),
  finish: z.optional(Finish),
});

export interface State {
  readonly migration: string;
  readonly account: string;
  readonly variables: Partial<Vars>;
  readonly steps: Readonly<Record<string, StepRecord>>;
  readonly moved?: Moved | undefined;
  readonly imported?: ImportedUsers | undefined;
  readonly finish?: Finish | undefined;
}

/** `new-clients:3n4b5…`, or only the step ID. */
export const recordName = (step: string, key: string): string => (key === '' ? step : `${step}:${key}`);

/** Keys of one step that have a record. */
export const recordedKeys = (state: Pick<State, 'steps'> | undefined, step: string): readonly string[] =>
  Object.keys(state?.steps ?? {})
    .filter((name) => name === step || name.startsWith(`${step}:`))
    .map((name) => name.slice(step.length + 1));

/** Whether the file keeps the variable. */
export const isKept = (name: VarName): boolean => {
  const { tracked, remembered } = declarationOf(name);
  return tracked === true || remembered === true;
};

export const stateFile: FileKind = {
  name: 'state file',
  recovery:
    'Move it away and run the same command again: everything is found again in AWS. Or name another file with --state.',
};

/** Sets one variable. The generic type ties the parsed value to its name. */
function assign<K extends VarName>(to: Partial<Vars>, name: K, value: Vars[K]): void {
  to[name] = value;
}

function keep<K extends VarName>(kept: Partial<Vars>, name: K, raw: unknown): string | undefined {
  const result = parseStored(name, raw);
  if ('problem' in result) return problemAt(name, result.problem);
  assign(kept, name, result.value);
  return undefined;
}

/** Whether the last run ended in the middle of a write. */
export const wasInterrupted = (state: State | undefined): boolean =>
  Object.values(state?.steps ?? {}).some(({ status }) => status === 'applying');

/** Reads the file, or returns undefined. Throws StateFileError if it is broken or from a newer version. */
export async function loadState(file: string): Promise<State | undefined> {
  const found = await readStored(stateFile, file, version, StateFile);
  if (found === undefined) return undefined;
  const kept: Partial<Vars> = {};
  const problems = names
    .filter((name) => isKept(name) && found.variables[name] !== undefined)
    .flatMap((name) => keep(kept, name, found.variables[name]) ?? []);
  if (problems.length > 0) throw unusable(stateFile, file, problems.join('; '), 'STATE_CORRUPT');
  return { ...found, variables: kept };
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
        hint: ['Name another file with --state, or leave the flag out to continue with that migration.'],
      },
    );
  }
}
