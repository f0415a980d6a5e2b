/** What the function has counted so far, for a command that has more to say than that. */
import { translate } from '../../aws/errors.ts';
import { type Outcomes, readOutcomes, unread } from '../../aws/outcomes.ts';
import { PermissionError } from '../../core/errors.ts';

const day = 86_400_000;

export interface Counts {
  readonly total: Outcomes;
  readonly lastDay: Outcomes;
  /** The log may not be read: the numbers say nothing. */
  readonly denied?: PermissionError;
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
    const denied = translate(error);
    if (denied instanceof PermissionError && denied.denied.length > 0)
      return { total: unread, lastDay: unread, denied };
    throw error;
  }
}
