/** Builds commander options from the declarations of the variables. */
import type { Command, Option } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { declarationOf, flagOf, names, type VarName } from '../../core/variables/index.ts';
import { asBoolean } from '../../core/variables/schemas.ts';

/** The source for lists of options, needed only once a command asks for its options. */
export interface Catalogue {
  readonly names: readonly VarName[];
  /**
   * Variables that define the function and its settings.
   * Commands that only read or remove them need none.
   */
  readonly makings: readonly VarName[];
}

/**
 * Adds an option for each of these variables. Values stay text here.
 * resolve parses them, from any source.
 */
export function addOptions(
  command: Command,
  wanted: readonly VarName[],
  unlisted: readonly VarName[] = [],
): Command {
  for (const name of wanted) {
    const { flag, short, describe, group, repeatable } = declarationOf(name);
    if (flag === undefined) continue;
    const option = command.createOption(
      short === undefined ? flag : `${short}, ${flag}`,
      `${describe}${defaultOf(name)}`,
    );
    if (group !== undefined) option.helpGroup(`${group}:`);
    option.hideHelp(unlisted.includes(name));
    if (repeatable)
      option.argParser((word: string, before: unknown) => [...(Array.isArray(before) ? before : []), word]);
    command.addOption(option);
  }
  return command;
}

/** Whether --break-lock was given. */
export const breaksLock = (command: Command): boolean => command.getOptionValue('breakLock') === true;

/** All variables, for the lists of options of the commands. */
export const catalogue: Catalogue = {
  names,
  makings: names.filter((name) => {
    const { group } = declarationOf(name);
    return group === 'Users and attributes' || group === 'Function';
  }),
};

function defaultOf(name: VarName): string {
  const value = declarationOf(name).default;
  return typeof value === 'string' || typeof value === 'number' ? ` [${value}]` : '';
}

/** The values from the command line, by variable. */
export function flagsOf(command: Command): Partial<Record<VarName, unknown>> {
  const given: Partial<Record<VarName, unknown>> = {};
  for (const option of command.options) {
    if (command.getOptionValueSource(option.attributeName()) !== 'cli') continue;
    const name = variableOf(option);
    if (name === undefined) continue;
    const value: unknown = command.getOptionValue(option.attributeName());
    // --no-input sets the variable NO_INPUT. An option without its optional value has the preset one.
    given[name] = option.negate || value === true ? (declarationOf(name).preset ?? true) : value;
  }
  return given;
}

/**
 * The variable of an option. An option in another form is the command's own:
 * `users --mfa` has no value, and the variable's option has one.
 */
export function variableOf(option: Option): VarName | undefined {
  return names.find((name) => flagOf(name) === option.long && takesValue(name) === option.required);
}

/**
 * The environment variable of an option that is not a variable of a migration.
 * For example, COGNITO_MIGRATE_USERS_RATE for `--rate` of `users`.
 */
export const ownEnvOf = (command: string, flag: string): string =>
  `COGNITO_MIGRATE_${command}_${flag.slice(2)}`.replaceAll('-', '_').toUpperCase();

/** A value of such an option, and its source as people know it: `--rate` or COGNITO_MIGRATE_USERS_RATE. */
export interface OwnValue {
  readonly text: string;
  readonly source: string;
  readonly isTyped: boolean;
}

/** The value of the flag or, without the flag, of its environment variable. An empty variable has none. */
export function ownValueOf(
  flag: string,
  command: Command,
  env: Readonly<Record<string, string | undefined>>,
): OwnValue | undefined {
  const option = command.options.find(({ long }) => long === flag);
  const name = option?.attributeName() ?? '';
  if (command.getOptionValueSource(name) === 'cli') {
    const typed: unknown = command.getOptionValue(name);
    return { text: option?.negate === true ? 'yes' : String(typed), source: flag, isTyped: true };
  }
  const variable = ownEnvOf(command.name(), flag);
  const text = env[variable] ?? '';
  return text === '' ? undefined : { text, source: variable, isTyped: false };
}

/** Whether an option without a value is on. Throws UsageError for a variable that is neither yes nor no. */
export function isOn(given: OwnValue | undefined): boolean {
  if (given === undefined) return false;
  const { text, source } = given;
  const value = given.isTyped || asBoolean(text);
  if (typeof value === 'boolean') return value;
  throw new UsageError(`${source} must be yes or no (got ${JSON.stringify(text)})`, {
    code: 'BAD_INPUT',
    found: text,
  });
}

const takesValue = (name: VarName): boolean => declarationOf(name).flag?.includes('<') === true;

/** The IDs given to --keep. Throws UsageError if one is not a step ID. */
export function parseStepIds<Id extends string>(given: unknown, known: readonly Id[]): Id[] {
  const ids = Array.isArray(given) ? given.map(String) : [];
  const isKnown = (id: string): id is Id => known.some((stepId) => stepId === id);
  const wrong = ids.filter((id) => !isKnown(id));
  if (wrong.length === 0) return ids.filter(isKnown);
  throw new UsageError(`--keep: there is no step ${wrong.join(', ')}`, {
    code: 'BAD_INPUT',
    expected: known,
    found: wrong,
    hint: [`Steps: ${known.join(', ')}`],
  });
}
