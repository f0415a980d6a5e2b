/** What is said of a variable, once: see declarations.ts. */
import type * as z from 'zod/mini';

/** Heading of an option in the help texts. */
export type Group =
  | 'Pools'
  | 'Users and attributes'
  | 'AWS access'
  | 'Another account'
  | 'Names and permissions'
  | 'Function'
  | 'Questions and state'
  | 'Output';

export interface Declaration<S extends z.ZodMiniType = z.ZodMiniType> {
  readonly schema: S;
  /**
   * What a state file may hold, where earlier versions checked less: such a file still opens, and what was made is still
   * found and removed. Commands that create something check the value once more.
   */
  readonly stored?: z.ZodMiniType<z.output<S>>;
  /** One line for help, prompts and the README. */
  readonly describe: string;
  /** Option as commander reads it; without one the variable is found or made, never given. */
  readonly flag?: string;
  /** Option of one letter. */
  readonly short?: string;
  /** Environment variable, where it is not COGNITO_MIGRATE_ and the variable's name. */
  readonly env?: string;
  readonly group?: Group;
  /** The option may be given several times. */
  readonly repeatable?: true;
  /** Text of a flag or an environment variable to the value that the schema checks. */
  readonly parse?: (text: string | readonly string[]) => unknown;
  /** The question of the wizard. */
  readonly ask?: string;
  readonly default?: z.output<S>;
  /** The steps always have it: required, defaulted, or found out before anything is planned. */
  readonly known?: true;
  /** One of the variables that people keep: in the state file, in `env`, at the end of init. */
  readonly tracked?: true;
  /** Remembered in the state file for the next run, though not one of the tracked variables. */
  readonly remembered?: true;
  /** What was brought along: the word "none" says that it is not any more, whatever is remembered. */
  readonly clearable?: true;
  /** Cannot change between two runs of one migration. */
  readonly fixed?: true;
}

/** Checks a declaration, and keeps its exact type. */
export const declare = <S extends z.ZodMiniType, const D extends Omit<Declaration<S>, 'schema'>>(
  schema: S,
  rest: D & Omit<Declaration<S>, 'schema'>,
): { readonly schema: S } & D => ({ schema, ...rest });
