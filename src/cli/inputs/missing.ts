/** One error for every missing input. Separate errors would cost a run each. */
import { UsageError } from '../../core/errors.ts';
import { declarationOf, envOf, flagOf, type VarName } from '../../core/variables/index.ts';

/** A flag of one command that is not a variable of a migration. */
export interface LackingFlag {
  readonly flag: string;
  readonly describe: string;
  /** How to pass it, if its name does not show that. */
  readonly hint?: string;
}

/**
 * One error for all missing answers: each with its flag, then the environment variables.
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
