/** Commander options, made from the declarations of the variables. */
import type { Command, Option } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { declarationOf, flagOf, names, type VarName } from '../../core/variables/index.ts';

/** What lists of options are made from, once the options of a command are asked for. */
export interface Catalogue {
  readonly names: readonly VarName[];
  /** What the function and its settings are made of: commands that only look at them, or take them away, need none of it. */
  readonly makings: readonly VarName[];
}

/** Adds an option for each of these variables. Values stay text here: resolve parses them, wherever they come from. */
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

/** --break-lock was given. */
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

/** What was given on the command line, by variable. */
export function flagsOf(command: Command): Partial<Record<VarName, unknown>> {
  const given: Partial<Record<VarName, unknown>> = {};
  for (const option of command.options) {
    const name = nameOf(option);
    if (name === undefined) continue;
    if (command.getOptionValueSource(option.attributeName()) !== 'cli') continue;
    const value: unknown = command.getOptionValue(option.attributeName());
    given[name] = option.negate ? true : value; // --no-input is the variable NO_INPUT
  }
  return given;
}

function nameOf(option: Option): VarName | undefined {
  return names.find((name) => flagOf(name) === option.long);
}

/** The IDs given to --keep. Throws UsageError for one that is no step's. */
export function parseStepIds<Id extends string>(given: unknown, known: readonly Id[]): Id[] {
  const ids = Array.isArray(given) ? given.map(String) : [];
  const isKnown = (id: string): id is Id => known.some((one) => one === id);
  const wrong = ids.filter((id) => !isKnown(id));
  if (wrong.length === 0) return ids.filter(isKnown);
  throw new UsageError(`--keep: there is no step ${wrong.join(', ')}`, {
    code: 'BAD_INPUT',
    expected: known,
    found: wrong,
    hint: [`Steps: ${known.join(', ')}`],
  });
}
