/** What the function has counted so far, for a command that has more to say than that. */
import { toMigrateError } from '../../../aws/errors.ts';
import { type Outcomes, readOutcomes, unread } from '../../../aws/migration-log.ts';
import { CancelledError, type MigrateError } from '../../../core/errors.ts';

const day = 86_400_000;

export interface Counts {
  readonly total: Outcomes;
  readonly lastDay: Outcomes;
  /** Why the log could not be read: the numbers say nothing then. */
  readonly failure?: MigrateError;
}

/** In all, and since this time yesterday. */
export async function readCounts(
  logs: Parameters<typeof readOutcomes>[0],
  group: string,
  now: number,
): Promise<Counts> {
  try {
    const [total, lastDay] = await Promise.all([
      readOutcomes(logs, group),
      readOutcomes(logs, group, { since: now - day }),
    ]);
    return { total, lastDay };
  } catch (error) {
    // The counts only inform, so no failure of AWS ends the command.
    const failure = toMigrateError(error);
    if (failure === undefined || failure instanceof CancelledError) throw error;
    return { total: unread, lastDay: unread, failure };
  }
}
