/** What status knows of imports: their number of users in the state file. */
import { StateFileError } from '../../../core/errors.ts';
import type { ImportedUsers } from '../../../core/state.ts';
import { saveImported } from '../../../core/state-store.ts';
import { runOf } from '../../../users/import/chunks.ts';
import type { Imported } from '../../../users/import/run.ts';
import type { Context } from '../../context.ts';
import type { Migration } from '../../migration/read-migration.ts';
import type { ImportJournal } from './run.ts';

/** Records the users of a run, which may have stopped. A run that continues it replaces its number. */
export async function recordImported(
  context: Context,
  migration: Migration,
  { chunks }: Pick<ImportJournal, 'chunks'>,
  { imported }: Pick<Imported, 'imported'>,
): Promise<void> {
  const [first] = chunks;
  if (first === undefined || imported === 0) return;
  const run = runOf(first.data);
  await save(context, migration, (earlier, at) => {
    const before = earlier?.run === run ? earlier.before : (earlier?.users ?? 0);
    return { users: before + imported, at, run, before };
  });
}

/** Takes the users off whom an undo has deleted. */
export async function recordUndone(context: Context, migration: Migration, deleted: number): Promise<void> {
  if (deleted === 0) return;
  await save(context, migration, (earlier, at) => {
    const users = Math.max(0, (earlier?.users ?? 0) - deleted);
    return { users, at, run: '', before: users };
  });
}

/** Another run may hold the state file, or the disk may be full. The users are there all the same. */
async function save(
  { io, reporter }: Context,
  { file, state }: Migration,
  count: (earlier: ImportedUsers | undefined, at: string) => ImportedUsers,
): Promise<void> {
  if (state === undefined) return;
  const { now } = io.clock;
  const at = new Date(now()).toISOString();
  try {
    await saveImported(file, (earlier) => count(earlier, at), now);
  } catch (error) {
    if (!(error instanceof StateFileError)) throw error;
    const message = `status cannot show this import: ${error.message}`;
    reporter.emit({ type: 'note', level: 'info', message });
  }
}
