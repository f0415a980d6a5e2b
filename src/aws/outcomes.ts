/** What the function has done so far, as it counts itself: one JSON line per sign-in in its log. */
import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import * as z from 'zod/mini';
import { isNamed } from './errors.ts';

/** Probes and rehearsals are no sign-ins. */
const filterPattern = '{ $.trigger = "authentication" || $.trigger = "forgot-password" }';

const Line = z.object({ outcome: z.string(), reason: z.string() });

export interface Outcomes {
  readonly migrated: number;
  readonly reset: number;
  readonly wrongCredentials: number;
  /** Refused for another reason than a wrong name or password. */
  readonly refused: number;
  readonly failed: number;
  /** Count by `outcome/reason`. */
  readonly reasons: Readonly<Record<string, number>>;
  /** false: there was more than could be read in a reasonable time. */
  readonly isComplete: boolean;
}

/** A page holds up to 10,000 lines (FilterLogEvents). */
const mostPages = 25;

const wrong = new Set(['wrong-password', 'locked-out', 'unknown-user']);

/**
 * Counts since that moment (milliseconds since the epoch), or as long as the log is kept. Without a log: all zero.
 */
export async function readOutcomes(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  startTime = 0,
): Promise<Outcomes> {
  const reasons: Record<string, number> = {};
  let pages = 0;
  try {
    for await (const page of paginateFilterLogEvents({ client: logs }, { logGroupName, filterPattern, startTime })) {
      for (const { message } of page.events ?? []) {
        const line = readLine(message);
        if (line !== undefined) reasons[line] = (reasons[line] ?? 0) + 1;
      }
      pages += 1;
      if (pages === mostPages) break;
    }
  } catch (error) {
    if (!isNamed(error, 'ResourceNotFoundException')) throw error;
  }
  return { ...summed(reasons), reasons, isComplete: pages < mostPages };
}

function readLine(message: string | undefined): string | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(message ?? '');
  } catch {
    return undefined; // Lambda's own START and REPORT lines
  }
  const line = z.safeParse(Line, raw);
  return line.success ? `${line.data.outcome}/${line.data.reason}` : undefined;
}

function summed(reasons: Readonly<Record<string, number>>): Omit<Outcomes, 'reasons' | 'isComplete'> {
  const count = (matches: (outcome: string, reason: string) => boolean): number =>
    Object.entries(reasons).reduce((sum, [name, times]) => {
      const [outcome = '', reason = ''] = name.split('/');
      return matches(outcome, reason) ? sum + times : sum;
    }, 0);
  return {
    migrated: count((outcome) => outcome === 'migrated'),
    reset: count((outcome) => outcome === 'reset'),
    wrongCredentials: count((outcome, reason) => outcome === 'untouched' && wrong.has(reason)),
    refused: count((outcome, reason) => outcome === 'untouched' && !wrong.has(reason)),
    failed: count((outcome) => outcome === 'failed'),
  };
}
