/** Candidates for the word at the cursor. Pure: gets the table of the program, files, and profiles as input. */

export interface Candidate {
  readonly value: string;
  readonly describe: string;
}

/** Sources of values that exist only on this machine. */
export const sources = ['profiles', 'state files', 'files', 'folders'] as const;
export type Source = (typeof sources)[number];

/** The values of a flag or argument. Without words and source, any value is valid. */
export interface Values {
  readonly words: readonly Candidate[];
  readonly from?: Source;
  /** Takes several words, separated by commas. */
  readonly isList?: true;
}

export interface Flag {
  /** `-y` and `--yes`. */
  readonly names: readonly string[];
  readonly describe: string;
  readonly isRepeatable: boolean;
  /** Undefined if the flag takes no value. */
  readonly values?: Values;
}

export interface CommandEntry extends Candidate {
  readonly flags: readonly Flag[];
  readonly argument?: Values;
}

/** All commands and flags of the program. Made at build time from their declarations. */
export interface Table {
  readonly flags: readonly Flag[];
  readonly commands: readonly CommandEntry[];
  /** The command that takes the name of another. */
  readonly help: Candidate;
}

/** The table as its file holds it. Commands share most flags, so each flag is there once. */
export interface StoredTable extends Omit<Table, 'flags' | 'commands'> {
  readonly all: readonly Flag[];
  /** Places in `all`. */
  readonly flags: readonly number[];
  readonly commands: readonly (Omit<CommandEntry, 'flags'> & { readonly flags: readonly number[] })[];
}

/** The table with the flags of each command. */
export function expanded({ all, flags, commands, ...rest }: StoredTable): Table {
  const at = (places: readonly number[]): Flag[] => places.flatMap((place) => all[place] ?? []);
  return {
    ...rest,
    flags: at(flags),
    commands: commands.map((command) => ({ ...command, flags: at(command.flags) })),
  };
}

/** Finds the values of a source that begin with this text. */
export type Find = (source: Source, start: string) => readonly Candidate[];

/** The meaning of the words before the cursor. */
interface Position {
  readonly command: CommandEntry | undefined;
  /** The flag whose value comes next. */
  readonly pending: Flag | undefined;
  readonly given: ReadonlyMap<Flag, readonly string[]>;
  /** The other words: the command, and its arguments. */
  readonly operands: readonly string[];
  /** `--` was given: no flag comes after it. */
  readonly isEnded: boolean;
}

const commandNamed = (table: Table, name: string | undefined): CommandEntry | undefined =>
  table.commands.find(({ value }) => value === name);

const flagNamed = (flags: readonly Flag[], name: string): Flag | undefined =>
  flags.find(({ names }) => names.includes(name));

/** A flag with its value, as in `--mfa=reset`. */
function attached(word: string): { readonly name: string; readonly value: string } | undefined {
  const [, name, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  return name === undefined || value === undefined ? undefined : { name, value };
}

/** A flag, with its value if that is in the same word. */
interface GivenFlag {
  readonly flag: Flag;
  readonly values: readonly string[];
}

/** The flag, if its value is the next word. */
const awaiting = (given: GivenFlag | undefined): Flag | undefined =>
  given?.flag.values !== undefined && given.values.length === 0 ? given.flag : undefined;

function flagIn(flags: readonly Flag[], word: string): GivenFlag | undefined {
  const whole = attached(word);
  const flag = flagNamed(flags, whole?.name ?? word);
  return flag === undefined ? undefined : { flag, values: whole === undefined ? [] : [whole.value] };
}

const allOf = (
  given: ReadonlyMap<Flag, readonly string[]>,
  flag: Flag,
  more: readonly string[] = [],
): readonly string[] => [...(given.get(flag) ?? []), ...more];

function positionAfter(table: Table, words: readonly string[]): Position {
  const given = new Map<Flag, readonly string[]>();
  const operands: string[] = [];
  let pending: Flag | undefined;
  let isEnded = false;
  const add = (flag: Flag, values: readonly string[]) => given.set(flag, allOf(given, flag, values));
  for (const word of words) {
    if (pending !== undefined) {
      add(pending, [word]);
      pending = undefined;
    } else if (isEnded || !/^-./.test(word)) operands.push(word);
    else if (word === '--') isEnded = true;
    else {
      const found = flagIn(commandNamed(table, operands[0])?.flags ?? table.flags, word);
      if (found !== undefined) add(found.flag, found.values);
      pending = awaiting(found);
    }
  }
  return { command: commandNamed(table, operands[0]), pending, given, operands, isEnded };
}

/** The candidates for the word at the cursor. Each is a whole word. */
export function candidatesFor(
  table: Table,
  words: readonly string[],
  current: string,
  find: Find,
): readonly Candidate[] {
  const position = positionAfter(table, words);
  const { pending, given, operands, isEnded } = position;
  if (pending !== undefined) return valuesOf(pending.values, current, allOf(given, pending), find);
  if (operands[0] === table.help.value)
    return operands.length > 1 || current.startsWith('-') ? [] : startingWith(current, table.commands);
  if (!isEnded && current.startsWith('-')) return flagsFor(table, position, current, find);
  if (operands.length === 0) return isEnded ? [] : startingWith(current, [...table.commands, table.help]);
  return argumentsFor(position, current, find);
}

/** Flags, or the values of `--flag=`. */
function flagsFor(
  table: Table,
  { command, operands, given }: Position,
  current: string,
  find: Find,
): readonly Candidate[] {
  if (command === undefined && operands.length > 0) return [];
  const flags = command?.flags ?? table.flags;
  const whole = attached(current);
  if (whole === undefined) return startingWith(current, openFlags(flags, given));
  const flag = flagNamed(flags, whole.name);
  if (flag === undefined) return [];
  const found = valuesOf(flag.values, whole.value, allOf(given, flag), find);
  return found.map((one) => ({ ...one, value: `${whole.name}=${one.value}` }));
}

function argumentsFor(
  { command, operands, given, isEnded }: Position,
  current: string,
  find: Find,
): readonly Candidate[] {
  if (command?.argument !== undefined && operands.length === 1)
    return valuesOf(command.argument, current, [], find);
  // With nothing typed, the long flags show what is possible.
  const flags = isEnded || current !== '' ? [] : (command?.flags ?? []);
  return startingWith('--', openFlags(flags, given));
}

/** Flags that can still be given, under each of their names. */
const openFlags = (
  flags: readonly Flag[],
  given: ReadonlyMap<Flag, readonly string[]>,
): readonly Candidate[] =>
  flags
    .filter((flag) => flag.isRepeatable || !given.has(flag))
    .flatMap(({ names, describe }) => names.map((value) => ({ value, describe })));

const startingWith = (start: string, all: readonly Candidate[]): readonly Candidate[] =>
  all.filter(({ value }) => value.startsWith(start));

function valuesOf(
  values: Values | undefined,
  current: string,
  given: readonly string[],
  find: Find,
): readonly Candidate[] {
  if (values === undefined) return [];
  const { words, from, isList } = values;
  const before = isList ? current.slice(0, current.lastIndexOf(',') + 1) : '';
  const taken = new Set([...given, ...before.split(',')]);
  const last = current.slice(before.length);
  const own = startingWith(last, words).filter(({ value }) => !taken.has(value));
  return [
    ...own.map((one) => ({ ...one, value: before + one.value })),
    ...(from === undefined ? [] : find(from, current)),
  ];
}
