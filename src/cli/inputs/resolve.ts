/** The value of every variable and where it comes from: flag, environment, state file, default. */
import { UsageError } from '../../core/errors.ts';
import type { State } from '../../core/state.ts';
import {
  declarationOf,
  envOf,
  flagOf,
  isClearing,
  parseStored,
  parseVariable,
  type VarName,
  type Vars,
} from '../../core/variables/index.ts';

export type Source = 'flag' | 'environment' | 'state file' | 'default' | 'answer';

export interface Resolved {
  readonly values: Partial<Vars>;
  /** Also of what has no value any more, since somebody has said "none". */
  readonly sources: ReadonlyMap<VarName, Source>;
}

/** Names of what somebody has taken back: it was brought along once, and the state file may say so. */
export const clearedBy = ({ values, sources }: Resolved): VarName[] =>
  [...sources.keys()].filter((name) => values[name] === undefined);

interface From {
  readonly flags: Partial<Record<VarName, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly state?: State | undefined;
}

/** Every value that does not have to be asked for. All that is wrong is reported at once. */
export function resolve(wanted: readonly VarName[], from: From): Resolved {
  const values: Partial<Vars> = {};
  const sources = new Map<VarName, Source>();
  const problems: string[] = [];
  for (const name of wanted) {
    const problem = settle(name, from, values, sources);
    if (problem !== undefined) problems.push(problem);
  }
  if (problems.length > 0) throw badInput(problems, ['--help  lists every flag.']);
  return { values, sources };
}

const badInput = (problems: readonly string[], hint: readonly string[]): UsageError =>
  new UsageError(problems.join('\n'), { code: 'BAD_INPUT', found: problems, hint });

/**
 * Throws UsageError for values of the state file that only an earlier version would take. For commands that create something:
 * the others must work with whatever is there.
 */
export function assertStillFit({ values, sources }: Resolved): void {
  const old = [...sources.keys()].filter((name) => sources.get(name) === 'state file');
  const wrong = old.flatMap((name) => {
    const result = parseVariable(name, values[name]);
    return 'problem' in result ? [{ name, problem: problemOf(name, values[name], result.problem) }] : [];
  });
  if (wrong.length === 0) return;
  throw badInput(
    wrong.map(({ name, problem }) => `the state file, ${name}: ${problem}`),
    wrong.map(({ name }) => `${flagOf(name)}  gives another value.`),
  );
}

function settle<K extends VarName>(
  name: K,
  from: From,
  values: Partial<Vars>,
  sources: Map<VarName, Source>,
): string | undefined {
  // Without a flag it is found or made, never given: what the state file says of it may be out of date.
  if (flagOf(name) === undefined) return undefined;
  const text = from.env[envOf(name)];
  const candidates = [
    ['flag', from.flags[name], flagOf(name)],
    ['environment', text === '' ? undefined : text, envOf(name)],
    ['state file', from.state?.variables[name], 'the state file'],
    ['default', declarationOf(name).default, 'the default'],
  ] as const;
  const [source, raw, where] = candidates.find(([, value]) => value !== undefined) ?? [];
  if (source === undefined) return undefined;
  if (isClearing(name, raw)) {
    sources.set(name, source);
    return undefined;
  }
  const result = source === 'state file' ? parseStored(name, raw) : parseVariable(name, raw);
  if ('problem' in result) return `${where}: ${problemOf(name, raw, result.problem)}`;
  values[name] = result.value;
  sources.set(name, source);
  return undefined;
}

/** What is wrong with a value, and what was given; of a list the words that are wrong alone, since the others are right. */
function problemOf(name: VarName, raw: unknown, problem: string): string {
  const wrong = wordsOf(name, raw).flatMap((word) => {
    const result = parseVariable(name, word);
    return 'problem' in result ? [{ word, problem: result.problem }] : [];
  });
  const problems = [...new Set(wrong.map((one) => one.problem))].join('; ') || problem;
  const got = wrong.length === 0 ? [raw] : wrong.map(({ word }) => word);
  return `${problems} (got ${got.map((one) => JSON.stringify(one)).join(', ')})`;
}

/** The words of a list, from a flag that was given several times or from the environment. */
function wordsOf(name: VarName, raw: unknown): string[] {
  if (!declarationOf(name).repeatable) return [];
  if (typeof raw === 'string') return raw.split(',').map((word) => word.trim());
  return Array.isArray(raw) ? raw.filter((word) => typeof word === 'string') : [];
}

/** A flag of one command, which is no variable of a migration. */
export interface LackingFlag {
  readonly flag: string;
  readonly describe: string;
  /** How it is given, where its name alone does not say that. */
  readonly hint?: string;
}

/**
 * One error for all answers that are missing, each with its flag, and the environment variables below.
 * @param own flags of the command itself.
 */
export function missing(lacking: readonly VarName[], own: readonly LackingFlag[] = []): UsageError {
  const all = [
    ...lacking.map((name) => ({ flag: flagOf(name) ?? '', describe: declarationOf(name).describe })),
    ...own,
  ];
  const width = Math.max(...all.map(({ flag }) => flag.length));
  const lines = all.map(({ flag, describe }) => `${flag.padEnd(width)}  ${describe}`);
  const environment = lacking.length === 0 ? [] : [`Or in the environment: ${lacking.map(envOf).join(', ')}`];
  return new UsageError(`Missing: ${lines.join('\n         ')}`, {
    code: 'MISSING_INPUT',
    expected: all.map(({ flag }) => flag),
    hint: [...environment, ...own.flatMap(({ hint }) => hint ?? [])],
  });
}
