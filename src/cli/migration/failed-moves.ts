/** When the function's work after a move has failed, since the last complete sync. */
import { readFailedMoves, type Span } from '../../aws/failed-moves.ts';
import { syncedTag } from '../../aws/function/undo-tags.ts';
import type { Migration } from './read-migration.ts';

/** The end of the time that the last complete sync covers, in milliseconds since the epoch. Undefined without one. */
export function coveredUntil({ ownFunction }: Migration): number | undefined {
  const until = Date.parse(ownFunction.tags[syncedTag] ?? '');
  return Number.isNaN(until) ? undefined : until;
}

/** @param since in milliseconds since the epoch. */
export const failedMoves = (
  { aws, inputs }: Migration,
  since: number,
  now: number,
): Promise<readonly Span[]> =>
  readFailedMoves(
    aws.new,
    {
      newUserPoolId: inputs.NEW_USER_POOL_ID,
      oldUserPoolId: inputs.OLD_USER_POOL_ID,
      functionName: inputs.NAME,
    },
    { since, now },
  );
