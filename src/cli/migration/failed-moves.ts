/** Whose groups are missing: the function's work after a move has failed, or an import job has created the user. */
import { readFailedMoves, type Span } from '../../aws/failed-moves.ts';
import { syncedImportsTag, syncedTag } from '../../aws/function/undo-tags.ts';
import { listImportJobs } from '../../aws/user-pool/index.ts';
import { type Covered, type ImportWindows, importWindows } from '../../users/sync/windows.ts';
import type { Migration } from './read-migration.ts';

/** What complete runs of sync cover. */
export function coveredBySync({ ownFunction }: Pick<Migration, 'ownFunction'>): Covered {
  const timeIn = (tag: string): number | undefined => {
    const time = Date.parse(ownFunction.tags[tag] ?? '');
    return Number.isNaN(time) ? undefined : time;
  };
  return { until: timeIn(syncedTag), imports: timeIn(syncedImportsTag) };
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

/** The times in which our import jobs created users. */
export async function readImportWindows(migration: Migration): Promise<ImportWindows> {
  const { aws, inputs } = migration;
  const jobs = await listImportJobs(aws.new.idp, inputs.NEW_USER_POOL_ID);
  return importWindows(jobs, inputs.OLD_USER_POOL_ID, coveredBySync(migration));
}
