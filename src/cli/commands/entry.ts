/** An entry of the list of commands, and the options that several entries share. */
import type { Command } from 'commander';
import type { VarName } from '../../core/variables/index.ts';
import type { CommandName } from '../command-names.ts';
import type { Action } from '../context.ts';
import type { Section } from '../help.ts';
import type { Catalogue } from '../inputs/options.ts';

type Options = (all: Catalogue) => readonly VarName[];

export interface Entry {
  readonly name: CommandName;
  readonly section: Section;
  readonly summary: string;
  readonly examples: readonly string[];
  readonly options: Options;
  /** The one optional argument, in the syntax of commander. Most commands take none. */
  readonly argument?: { readonly syntax: `[${string}]`; readonly description: string };
  /**
   * Options that the help omits. They have no effect here.
   * The command accepts them only because all commands accept the same flags.
   */
  readonly unlisted?: Options;
  /** Adds options that are not variables of a migration. */
  readonly extra?: (command: Command) => void;
  /** Those of these options that are environment variables too, such as COGNITO_MIGRATE_USERS_RATE. */
  readonly inEnvironment?: readonly `--${string}`[];
  /**
   * Loads the command. Commands that share most of their code come in one file.
   * Each further file costs time.
   */
  readonly load: () => Promise<Action>;
}

/** An entry without its name. */
export type Definition = Omit<Entry, 'name'>;

export const output = ['JSON', 'QUIET', 'NO_COLOR', 'VERBOSE'] as const satisfies readonly VarName[];
/** Options of commands about two pools that read the state file, and may ask. */
export const withPools =
  (...more: readonly VarName[]): Options =>
  () => [
    'OLD_USER_POOL_ID',
    'NEW_USER_POOL_ID',
    'PROFILE',
    'REGION',
    'ENDPOINT_URL',
    ...more,
    'STATE',
    'CONFIG',
    'NO_INPUT',
    ...output,
  ];
/** Options about another function on the trigger. */
export const trigger = ['REPLACE_TRIGGER', 'CHAIN'] as const satisfies readonly VarName[];
export const without =
  (...left: readonly VarName[]): Options =>
  ({ names }) =>
    names.filter((name) => !left.includes(name));

/** Options of the commands that create something. */
export const ofMaking: Options = ({ makings }) => [
  ...makings,
  'TAGS',
  'PERMISSIONS_BOUNDARY',
  'OLD_PERMISSIONS_BOUNDARY',
  'EXISTING_ROLE_ARN',
];

/** Collects the values of a repeatable option. */
export const collect = (word: string, before: unknown): string[] => [
  ...(Array.isArray(before) ? before.map(String) : []),
  word,
];

/**
 * The option for every command that locks the state file.
 * It isn't a variable, because one in the environment would keep breaking locks.
 */
export const breakLock = (command: Command): Command =>
  command.option('--break-lock', 'take the lock of the state file from a run that has ended');

/** The option for every command that reads what happened. */
export const since = (command: Command): Command =>
  command.option('--since <time>', '30m, 1h, 2d, 1w, or a date [1h]');
