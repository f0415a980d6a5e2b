/** What a command needs beside the migration itself, said together with what is missing of that. */
import type { UsageError } from '../../core/errors.ts';
import type { Beginning } from '../context.ts';
import { type LackingFlag, missing } from '../inputs/resolve.ts';
import { lacking, type Purpose } from './discover.ts';

/**
 * The error for flags of a command that nobody has given or can be asked for, with all that is missing of the migration too:
 * each said alone would take a run of its own.
 */
export const missingWith = (
  flags: readonly LackingFlag[],
  { resolved, prompts }: Pick<Beginning, 'resolved' | 'prompts'>,
  purpose: Purpose,
): UsageError => missing(prompts === undefined ? lacking(resolved.values, purpose) : [], flags);
