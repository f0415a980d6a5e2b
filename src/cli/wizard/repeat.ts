/** The command that repeats a run without its questions. */
import { quoted } from '../../core/shell.ts';
import { flagOf, names, type VarName, type Vars } from '../../core/variables/index.ts';
import type { CommandName } from '../command-names.ts';
import type { Resolved } from '../inputs/resolve.ts';

/** Switches of one run. They do not describe a migration. */
const ofOneRun: ReadonlySet<VarName> = new Set([
  'YES',
  'NO_INPUT',
  'DRY_RUN',
  'JSON',
  'STREAM',
  'QUIET',
  'VERBOSE',
]);

/**
 * The command with the flags that the operator gave, and with one for each answer.
 * Values from the environment and from files are found there again. No value is a secret.
 * @param accepted the variables that the command takes.
 */
export function repeatCommand(
  command: CommandName,
  { values, sources }: Resolved,
  answers: Partial<Vars>,
  accepted: readonly VarName[] = names,
): string {
  const words = accepted.flatMap((name) => {
    const value = answers[name] ?? (sources.get(name) === 'flag' ? values[name] : undefined);
    if (ofOneRun.has(name)) return [];
    if (value === undefined) return sources.get(name) === 'flag' ? [`${flagOf(name)} none`] : [];
    return flagsFor(name, value);
  });
  return ['cognito-migrate', command, ...words].join(' ');
}

/** The flag of one variable, as often as it takes. */
export function flagsFor<K extends VarName>(name: K, value: Vars[K]): string[] {
  const flag = flagOf(name);
  if (flag === undefined || value === false || hasPassword(value)) return [];
  if (value === true) return [flag];
  return wordsOf(value).map((word) => `${flag} ${quoted(word)}`);
}

/** A URL can hold a password. It does not belong into the history of a shell. */
const hasPassword = (value: unknown): boolean =>
  typeof value === 'string' && /^https?:\/\/[^/]*@/i.test(value);

function wordsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).map(([key, text]) => `${key}=${String(text)}`);
  return [String(value)];
}
