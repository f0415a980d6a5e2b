/** Reports a command's own missing flags together with the missing inputs of the migration. */
import type { UsageError } from '../../core/errors.ts';
import type { Beginning } from '../context.ts';
import { type LackingFlag, missing } from '../inputs/resolve.ts';
import { lacking, type Purpose } from './discover.ts';

/**
 * The error for flags of a command that nobody gave or can be asked for.
 * It includes all missing inputs of the migration. Separate errors would cost a run each.
 */
export const missingWith = (
  flags: readonly LackingFlag[],
  { resolved, prompts }: Pick<Beginning, 'resolved' | 'prompts'>,
  purpose: Purpose,
): UsageError => missing(prompts === undefined ? lacking(resolved.values, purpose) : [], flags);
