/** Finds the value of every variable, and its source: flag, environment, config file, state file, or default. */
import { UsageError } from '../../core/errors.ts';
import type { State } from '../../core/state.ts';
import {
  declarationOf,
  envOf,
  flagOf,
  isClearing,
  names,
  type Parsed,
  parseJsonValue,
  parseStored,
  parseVariable,
  problemAt,
  type VarName,
  type Vars,
} from '../../core/variables/index.ts';
import type { ConfigFile } from './config-file.ts';

export type Source = 'flag' | 'environment' | 'config file' | 'state file' | 'default' | 'answer';

/** The inputs with a person's answers, so that nothing asks for them again. */
export const answered = ({ values, sources }: Resolved, answers: Partial<Vars>): Resolved => ({
  values: { ...values, ...answers },
  sources: new Map([
    ...sources,
    ...names.filter((name) => answers[name] !== undefined).map((name) => [name, 'answer'] as const),
  ]),
});

/** Whether this run gives the value, and no earlier one. */
export const isGivenNow = (source: Source | undefined): boolean =>
  source === 'flag' || source === 'environment' || source === 'answer';

export interface Resolved {
  readonly values: Partial<Vars>;
  /** Also contains variables without a value because the operator passed "none". */
  readonly sources: ReadonlyMap<VarName, Source>;
}

/** Variables that the operator cleared with "none". The state file may still name an existing resource. */
export const clearedBy = ({ values, sources }: Resolved): VarName[] =>
  [...sources.keys()].filter((name) => values[name] === undefined);

interface From {
  readonly flags: Partial<Record<VarName, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly config?: ConfigFile | undefined;
  readonly state?: State | undefined;
}

/** Every value that is known without a question. Reports all problems at once. */
export function resolve(wanted: readonly VarName[], from: From): Resolved {
  const values: Partial<Vars> = {};
  const sources = new Map<VarName, Source>();
  const problems: string[] = [];
  for (const name of wanted) {
    const problem = resolveOne(name, from, values, sources);
    if (problem !== undefined) problems.push(problem);
  }
  if (problems.length > 0) throw badInput(problems, ['--help  lists every flag.']);
  // Named app clients take precedence over `allNewClients` in the file.
  const isNamed = ['flag', 'environment'].includes(sources.get('NEW_CLIENT_IDS') ?? '');
  if (isNamed && sources.get('ALL_NEW_CLIENTS') === 'config file') {
    delete values.ALL_NEW_CLIENTS;
    sources.delete('ALL_NEW_CLIENTS');
  }
  return { values, sources };
}

const badInput = (problems: readonly string[], hint: readonly string[]): UsageError =>
  new UsageError(problems.join('\n'), { code: 'BAD_INPUT', found: problems, hint });

/**
 * Throws UsageError for values in the state file that only an earlier version accepted.
 * For commands that create resources. Other commands must work with any stored value.
 */
export function assertStillFit({ values, sources }: Resolved): void {
  const old = [...sources.keys()].filter((name) => sources.get(name) === 'state file');
  const wrong = old.flatMap((name) => {
    const result = parseVariable(name, values[name]);
    return 'problem' in result ? [{ name, problem: problemOf(name, values[name], result.problem) }] : [];
  });
  if (wrong.length === 0) return;
  throw badInput(
    wrong.map(({ name, problem }) => problemAt(`${name} in the state file`, problem)),
    wrong.map(({ name }) => `${flagOf(name)}  gives another value.`),
  );
}

function resolveOne<K extends VarName>(
  name: K,
  from: From,
  values: Partial<Vars>,
  sources: Map<VarName, Source>,
): string | undefined {
  // A variable without a flag is found or created, never given. Its value in the state file may be outdated.
  if (flagOf(name) === undefined) return undefined;
  const text = from.env[envOf(name)];
  const written = from.config?.values.get(name);
  const candidates = [
    ['flag', from.flags[name], flagOf(name)],
    ['environment', text === '' ? undefined : text, envOf(name)],
    ['config file', written?.value, `${written?.member} in ${from.config?.file}`],
    ['state file', from.state?.variables[name], `${name} in the state file`],
    ['default', declarationOf(name).default, `the default of ${name}`],
  ] as const;
  const [source, raw, where] = candidates.find(([, value]) => value !== undefined) ?? [];
  if (source === undefined) return undefined;
  if (isClearing(name, raw)) {
    sources.set(name, source);
    return undefined;
  }
  const result = parseFrom(source, name, raw);
  if ('problem' in result) return problemAt(where ?? name, problemOf(name, raw, result.problem));
  values[name] = result.value;
  sources.set(name, source);
  return undefined;
}

function parseFrom<K extends VarName>(source: Source, name: K, raw: unknown): Parsed<K> {
  if (source === 'state file') return parseStored(name, raw);
  return source === 'config file' ? parseJsonValue(name, raw) : parseVariable(name, raw);
}

/** The problem with a value, and the given text. For a list, names only the wrong words. */
function problemOf(name: VarName, raw: unknown, problem: string): string {
  const wrong = wordsOf(name, raw).flatMap((word) => {
    const result = parseVariable(name, word);
    return 'problem' in result ? [{ word, problem: result.problem }] : [];
  });
  const problems = [...new Set(wrong.map((entry) => entry.problem))].join('; ') || problem;
  const got = wrong.length === 0 ? [raw] : wrong.map(({ word }) => word);
  return `${problems} (got ${got.map(shortened).join(', ')})`;
}

/** In characters. A file can hold a value of any size. */
const maxShown = 200;

function shortened(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}

/** The words of a list, from a repeated flag or from the environment. */
function wordsOf(name: VarName, raw: unknown): string[] {
  if (!declarationOf(name).repeatable) return [];
  if (typeof raw === 'string') return raw.split(',').map((word) => word.trim());
  return Array.isArray(raw) ? raw.filter((word) => typeof word === 'string') : [];
}
