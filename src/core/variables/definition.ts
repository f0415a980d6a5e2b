/** The shape of a variable declaration. See definitions.ts. */
import type * as z from 'zod/mini';

/** Heading of the option in the help texts. */
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
  /** Builds the schema. Building all of them would be a tenth of the start of a command, which needs a few. */
  readonly schema: () => S;
  /**
   * Schema for values in a state file, if earlier versions checked less.
   * Such a file still opens, and we still find and remove what it describes.
   * Commands that create resources check the value again.
   */
  readonly stored?: () => z.ZodMiniType<z.output<S>>;
  /** One line for help, prompts, and docs/reference.md. */
  readonly describe: string;
  /** Option in the syntax of commander. Variables without one are found or created, never given. */
  readonly flag?: string;
  /** The value of a flag without one. Only for a flag with an optional value. */
  readonly preset?: string;
  /** One-letter option. */
  readonly short?: string;
  /** Environment variable, if it is not COGNITO_MIGRATE_ plus the variable name. */
  readonly env?: string;
  readonly group?: Group;
  /** The option may appear several times. */
  readonly repeatable?: true;
  /** Parses the text of a flag or environment variable into the value that the schema checks. */
  readonly parse?: (text: string | readonly string[]) => unknown;
  /** Where the shell finds values to offer, if the schema does not list them. */
  readonly completion?: 'profiles' | 'state files' | 'files';
  /** The question that the wizard asks. */
  readonly ask?: string;
  readonly default?: z.output<S>;
  /** Steps always have it: it is required, has a default, or is found before planning. */
  readonly known?: true;
  /** One of the variables that people keep. Shown in the state file, in `env`, and at the end of init. */
  readonly tracked?: true;
  /** Remembered in the state file for the next run, but not tracked. */
  readonly remembered?: true;
  /** The word "none" takes it back, whatever the state file remembers. */
  readonly clearable?: true;
  /** Cannot change between two runs of one migration. */
  readonly fixed?: true;
}

/** Checks a declaration and keeps its exact type. */
export const declare = <S extends z.ZodMiniType, const D extends Omit<Declaration<S>, 'schema'>>(
  schema: () => S,
  rest: D & Omit<Declaration<S>, 'schema'>,
): { readonly schema: () => S } & D => ({ schema, ...rest });
