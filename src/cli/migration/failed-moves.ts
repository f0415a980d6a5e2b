/** Whose groups are missing: the function's work after a move has failed, or an import job has created the user. */
import { readFailedMoves, type Span } from '../../aws/failed-moves.ts';
import { type SyncPart, syncedImportsTag, syncedTags, unmarkedTag } from '../../aws/function/undo-tags.ts';
import { readOptional } from '../../aws/optional-read.ts';
import { listImportJobs } from '../../aws/user-pool/index.ts';
import { copiesGroups } from '../../steps/group-plan.ts';
import { type Covered, type ImportWindows, importWindows } from '../../users/sync/windows.ts';
import type { Migration } from './read-migration.ts';

/** What complete runs of sync for this kind of work cover. */
export const coveredBySync = (migration: Pick<Migration, 'ownFunction'>, part: SyncPart): Covered => ({
  until: timeIn(migration, syncedTags[part]),
  imports: timeIn(migration, syncedImportsTag),
});

/** The time of the last `unmark`, in milliseconds since the epoch. Undefined if there was none. */
export const unmarkedAt = (migration: Migration): number | undefined => timeIn(migration, unmarkedTag);

function timeIn({ ownFunction }: Pick<Migration, 'ownFunction'>, tag: string): number | undefined {
  const time = Date.parse(ownFunction.tags[tag] ?? '');
  return Number.isNaN(time) ? undefined : time;
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

/**
 * Whether import jobs have created users whose groups no sync has copied. Only the function's settings name the groups.
 * Undefined without the permission to list jobs.
 */
export async function lacksGroups(migration: Migration): Promise<boolean | undefined> {
  if (!copiesGroups(migration.inputs)) return false;
  const windows = await readOptional(readImportWindows(migration));
  return windows && windows.open.length > 0;
}

/** The times in which our import jobs created users. */
export async function readImportWindows(migration: Migration): Promise<ImportWindows> {
  const { aws, inputs } = migration;
  const jobs = await listImportJobs(aws.new.idp, inputs.NEW_USER_POOL_ID);
  return importWindows(jobs, inputs.OLD_USER_POOL_ID, coveredBySync(migration, 'groups'));
}
