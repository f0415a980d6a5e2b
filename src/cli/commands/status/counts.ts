/** The function's counts so far, for a command that also reports other facts. */
import { toMigrateError } from '../../../aws/errors.ts';
import { type Outcomes, readOutcomes, unread } from '../../../aws/migration-log.ts';
import { CancelledError, type MigrateError } from '../../../core/errors.ts';

const day = 86_400_000;

export interface Counts {
  readonly total: Outcomes;
  readonly lastDay: Outcomes;
  /** The reason if the log could not be read. The numbers then mean nothing. */
  readonly failure?: MigrateError;
}

/** Reads the counts of all time and of the last 24 hours. */
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
    // The counts are only informative, so no AWS failure ends the command.
    const failure = toMigrateError(error);
    if (failure === undefined || failure instanceof CancelledError) throw error;
    return { total: unread, lastDay: unread, failure };
  }
}
