/**
 * The table that completion reads: all commands, flags, and values, from their declarations.
 * The build writes it to a file, because loading the declarations takes too long at every Tab.
 */
import type { Command, Option } from 'commander';
import * as z from 'zod/mini';
import { syncParts } from '../aws/function/undo-tags.ts';
import { findingTitles, isFindingId } from '../core/findings.ts';
import { declarationOf, type VarName } from '../core/variables/index.ts';
import { stepIds } from '../steps/ids.ts';
import { userStates } from '../users/classify.ts';
import { formats as userFormats, usualColumns } from '../users/rows.ts';
import { newProgram } from './command-line.ts';
import type { CommandName } from './command-names.ts';
import type {
  Candidate,
  CommandEntry,
  Flag,
  StoredTable,
  Table,
  Values,
} from './commands/completion/candidates.ts';
import { shells } from './commands/completion/line.ts';
import { collect } from './commands/entry.ts';
import { formats as envFormats } from './commands/env/command.ts';
import { topics } from './commands/explain/topics.ts';
import { formatNames } from './commands/export/formats.ts';
import { finishParts } from './commands/finish/options.ts';
import { sideWords, taskWords } from './commands/policy/command.ts';
import { entries } from './commands/registry.ts';
import { worldWords } from './commands/sandbox/command.ts';
import { describeCommand } from './help.ts';
import { variableOf } from './inputs/options.ts';
import { prepare } from './run-command.ts';

const words = (list: readonly string[]): Values => ({ words: [...new Set(list)].map(described) });
const described = (value: string): Candidate => ({
  value,
  describe: isFindingId(value) ? findingTitles[value] : '',
});
const anything: Values = { words: [] };
const files: Values = { words: [], from: 'files' };
const folders: Values = { words: [], from: 'folders' };

/** Values of the options and arguments that are not variables, by command. */
const ownValues: Readonly<Partial<Record<CommandName, Readonly<Record<string, Values>>>>> = {
  doctor: { '--sign-ins': anything },
  status: { '--watch': words(['10', '30', '60']), '--report': files },
  teardown: { '--keep': words(stepIds), '--out': files },
  try: { '--username': anything, '--client-id': anything },
  logs: { '--since': anything, '--limit': anything },
  'sign-ins': { '--since': anything },
  users: {
    '--out': files,
    '--format': words(userFormats),
    '--only': { ...words(userStates), isList: true },
    '--columns': { ...words(usualColumns), isList: true },
    '--rate': anything,
  },
  import: { '--job-size': anything, '--rate': anything, '--out': files },
  finish: { '--only': words(finishParts), '--client-id': anything },
  sync: { '--only': words(syncParts), '--out': files, '--rate': anything },
  policy: { '--side': words(sideWords), '--for': words(taskWords) },
  handoff: { '--out': folders },
  export: { '--format': words(formatNames), '--out': folders },
  env: { '--format': words(Object.keys(envFormats)) },
  completion: { '[shell]': words(shells) },
  explain: { '[topic]': words(topics.map(({ name }) => name)) },
  sandbox: {
    '--port': anything,
    '--seed': { ...words(['demo']), from: 'files' },
    '--world': words(worldWords),
  },
  'self-test': { '--old-region': anything, '--report': files },
};

/** Throws for an option or argument without an entry above: a new one must say its values. */
function ownValuesOf(command: CommandName, name: string): Values {
  const values = ownValues[command]?.[name];
  if (values === undefined) throw new Error(`${command} ${name}: completion does not know its values`);
  return values;
}

const JsonSchema = z.object({
  enum: z.optional(z.array(z.union([z.string(), z.number()]))),
  items: z.optional(z.object({ enum: z.optional(z.array(z.string())) })),
});

/** The values that the schema lists, or the place to look for them. */
function valuesOfVariable(name: VarName): Values {
  const { schema, clearable, completion } = declarationOf(name);
  const { enum: own, items } = JsonSchema.parse(
    z.toJSONSchema(schema(), { unrepresentable: 'any', io: 'input' }),
  );
  const listed = (own ?? items?.enum ?? []).map(String);
  return {
    ...words(clearable ? [...listed, 'none'] : listed),
    ...(completion === undefined ? {} : { from: completion }),
  };
}

const isRepeatable = (option: Option): boolean => {
  const name = variableOf(option);
  return name === undefined ? option.parseArg === collect : declarationOf(name).repeatable === true;
};

/** The options that the help lists. */
const flagsOf = (command: Command, valuesFor: (option: Option, flag: string) => Values): Flag[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .map((option) => {
      const names = [option.short, option.long].filter((name) => name !== undefined && name !== null);
      const takesValue = option.required || option.optional;
      return {
        names,
        describe: option.description,
        isRepeatable: isRepeatable(option),
        ...(takesValue ? { values: valuesFor(option, names.at(-1) ?? '') } : {}),
      };
    });

/** The table of this program, as its file holds it. */
export function completionTable(): StoredTable {
  const { flags, commands, ...rest } = wholeTable();
  const all = new Map<string, Flag>();
  for (const flag of [flags, ...commands.map((command) => command.flags)].flat())
    all.set(JSON.stringify(flag), flag);
  const places = new Map([...all.keys()].map((text, place) => [text, place]));
  const placesOf = (list: readonly Flag[]): number[] =>
    list.flatMap((flag) => places.get(JSON.stringify(flag)) ?? []);
  return {
    ...rest,
    all: [...all.values()],
    flags: placesOf(flags),
    commands: commands.map((command) => ({ ...command, flags: placesOf(command.flags) })),
  };
}

function wholeTable(): Table {
  const program = newProgram();
  const commands = entries.map((entry): CommandEntry => {
    const command = program.command(entry.name);
    entry.extra?.(command);
    prepare(command, entry);
    describeCommand(command, entry);
    return {
      value: entry.name,
      describe: entry.summary,
      flags: flagsOf(command, (option, flag) => {
        const name = variableOf(option);
        return name === undefined ? ownValuesOf(entry.name, flag) : valuesOfVariable(name);
      }),
      ...(entry.argument === undefined ? {} : { argument: ownValuesOf(entry.name, entry.argument.syntax) }),
    };
  });
  const help = program
    .createHelp()
    .visibleCommands(program)
    .find((one) => one.name() === 'help');
  return {
    flags: flagsOf(program, () => anything),
    commands,
    help: { value: 'help', describe: help?.summary() ?? '' },
  };
}
