/** The function's results so far, as it logs them: one JSON line per sign-in. */

import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import * as z from 'zod/mini';
import { printable } from '../core/printable.ts';
import type { Reason } from '../lambda/reasons.ts';
import { isNamed } from './errors.ts';

/** Test calls and rehearsals aren't sign-ins. */
const triggers: readonly string[] = ['authentication', 'forgot-password', 'sign-up'];

/** Sign-ups that the guard lets through. They have nothing to do with the migration. */
const allowed: Reason = 'sign-up-allowed';
const filterPattern = `{ ${triggers.map((trigger) => `$.trigger = "${trigger}"`).join(' || ')} }`;

/** Anyone who can write to the log can write anything. */
const word = z.pipe(z.string(), z.transform(printable));

const Line = z.object({
  outcome: word,
  reason: word,
  trigger: word,
  durationMs: z.optional(z.number()),
  fault: z.optional(word),
});

/** One sign-in, or one request to reset a password. Nothing in it comes from the user. */
export interface LoggedOutcome extends z.output<typeof Line> {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface Outcomes {
  readonly migrated: number;
  readonly reset: number;
  readonly wrongCredentials: number;
  /** Refused for a reason other than a wrong name or password. */
  readonly refused: number;
  readonly failed: number;
  /** Sign-ups that the guard refused. */
  readonly squattingRefused: number;
  /** Count by `outcome/reason`. */
  readonly reasons: Readonly<Record<string, number>>;
  /** False if the log held more than could be read in a reasonable time. */
  readonly isComplete: boolean;
  /** False if the log group doesn't exist. */
  readonly hasLog: boolean;
  readonly pages: number;
}

/** A page holds up to 10,000 lines (FilterLogEvents). */
const maxPages = 25;

const passedOn: Reason = 'forwarded';
const squatting: Reason = 'squatting-refused';

const wrong: ReadonlySet<string> = new Set<Reason>(['wrong-password', 'locked-out', 'unknown-user']);

export interface OutcomeRange {
  /** Milliseconds since the epoch. Default: the whole log, as long as it is retained. */
  readonly since?: number;
  /** Milliseconds since the epoch: the end, which is not part of the range. Default: now. */
  readonly until?: number;
  /** Most pages to read. */
  readonly limit?: number;
  /** Called with each outcome as it is read, oldest first. */
  readonly each?: (outcome: LoggedOutcome) => void;
}

/** Counts the outcomes since that moment. Without a log, all counts are zero. */
export async function readOutcomes(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  { since: startTime = 0, until, limit = maxPages, each }: OutcomeRange = {},
): Promise<Outcomes> {
  // "Events with a timestamp later than this time are not returned" (FilterLogEvents, endTime).
  const end = until === undefined ? {} : { endTime: until - 1 };
  const reasons: Record<string, number> = {};
  let pages = 0;
  let isComplete = true;
  let hasLog = true;
  try {
    for await (const { events = [], nextToken } of paginateFilterLogEvents(
      { client: logs },
      { logGroupName, filterPattern, startTime, ...end },
    )) {
      for (const { message, timestamp } of events) {
        const line = readLine(message);
        if (line === undefined) continue;
        const name = `${line.outcome}/${line.reason}`;
        reasons[name] = (reasons[name] ?? 0) + 1;
        each?.({ ...line, at: timestamp ?? 0 });
      }
      pages += 1;
      isComplete = nextToken === undefined;
      if (pages === limit) break;
    }
  } catch (error) {
    if (!isNamed(error, 'ResourceNotFoundException')) throw error;
    hasLog = false;
  }
  return { ...summed(reasons), reasons, isComplete, hasLog, pages };
}

const dayMs = 86_400_000;

/** Days back from now, in the order in which they are read. */
const periods = [1, 7, 30] as const;

/** The reasons of the newest sign-ins. */
export interface RecentReasons {
  /** Count by `outcome/reason`. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Milliseconds since the epoch: the start of the period that they cover. */
  readonly since: number;
  /** False if even the last day held more than could be read in a reasonable time. */
  readonly isComplete: boolean;
}

/**
 * Counts the reasons of the last 30 days, or of as many days as can be read in a reasonable time.
 * The log can only be read oldest first. So it reads the newest period first, and leaves out one that has no end.
 */
export async function readRecentReasons(
  logs: CloudWatchLogsClient,
  logGroupName: string,
  now: number,
): Promise<RecentReasons> {
  const [day, ...earlier] = periods;
  let since = now - day * dayMs;
  const last = await readOutcomes(logs, logGroupName, { since });
  const reasons = { ...last.reasons };
  let limit = maxPages - last.pages;
  if (!last.isComplete || !last.hasLog) return { reasons, since, isComplete: last.isComplete };
  for (const days of earlier) {
    if (limit === 0) break;
    const range = { since: now - days * dayMs, until: since, limit };
    const found = await readOutcomes(logs, logGroupName, range);
    if (!found.isComplete) break;
    for (const [name, count] of Object.entries(found.reasons)) reasons[name] = (reasons[name] ?? 0) + count;
    since = range.since;
    limit -= found.pages;
  }
  return { reasons, since, isComplete: true };
}

/** Lambda can deliver a line later than the lines after it. Each read looks this far back, in milliseconds. */
const lateMs = 5 * 60_000;

/**
 * Follows the log. Each outcome is returned once, even if a read fails halfway.
 * The times in the log decide where the next read starts, because the clock of this machine can be wrong.
 */
export class LogTail {
  readonly #logs: CloudWatchLogsClient;
  readonly #logGroupName: string;
  /** Milliseconds since the epoch. */
  #from: number;
  /** Time of each line since `#from` that was read. */
  readonly #seen = new Map<string, number>();

  constructor(logs: CloudWatchLogsClient, logGroupName: string, since: number) {
    this.#logs = logs;
    this.#logGroupName = logGroupName;
    this.#from = since;
  }

  /** Reads the outcomes that are new since the last read, oldest first. */
  async *read(): AsyncGenerator<LoggedOutcome> {
    let newest = this.#from;
    for await (const { events = [] } of this.#pages()) {
      for (const event of events) {
        const at = event.timestamp ?? 0;
        newest = Math.max(newest, at);
        const line = this.#isNew(event, at) ? readLine(event.message) : undefined;
        if (line !== undefined) yield { ...line, at };
      }
      this.#from = Math.max(this.#from, newest - lateMs);
      for (const [id, at] of this.#seen) if (at < this.#from) this.#seen.delete(id);
    }
  }

  /** Whether this line was not read before. From now on it was. */
  #isNew({ eventId, logStreamName, message }: FilteredLogEvent, at: number): boolean {
    const id = eventId ?? [logStreamName, at, message].join('/');
    const isNew = !this.#seen.has(id);
    this.#seen.set(id, at);
    return isNew;
  }

  #pages(): AsyncIterable<{ readonly events?: FilteredLogEvent[] | undefined }> {
    const range = { logGroupName: this.#logGroupName, filterPattern, startTime: this.#from };
    return paginateFilterLogEvents({ client: this.#logs }, range);
  }
}

/** The result if the log cannot be read. Its counts are a minimum. */
export const unread: Outcomes = { ...summed({}), reasons: {}, isComplete: false, hasLog: true, pages: 0 };

function readLine(message: string | undefined): z.output<typeof Line> | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(message ?? '');
  } catch {
    return undefined; // Lambda's own START and REPORT lines
  }
  const line = z.safeParse(Line, raw);
  // An emulator of AWS may not support the filter.
  const isCounted = line.success && triggers.includes(line.data.trigger) && line.data.reason !== allowed;
  return isCounted ? line.data : undefined;
}

function summed(
  reasons: Readonly<Record<string, number>>,
): Omit<Outcomes, 'reasons' | 'isComplete' | 'hasLog' | 'pages'> {
  const count = (matches: (outcome: string, reason: string) => boolean): number =>
    Object.entries(reasons).reduce((sum, [name, times]) => {
      const [outcome = '', reason = ''] = name.split('/');
      return matches(outcome, reason) ? sum + times : sum;
    }, 0);
  return {
    migrated: count((outcome) => outcome === 'migrated'),
    reset: count((outcome) => outcome === 'reset'),
    wrongCredentials: count((outcome, reason) => outcome === 'untouched' && wrong.has(reason)),
    // The next function of the chain counts its own decision.
    refused: count((outcome, reason) => outcome === 'untouched' && reason !== passedOn && !wrong.has(reason)),
    failed: count((outcome) => outcome === 'failed'),
    squattingRefused: count((_, reason) => reason === squatting),
  };
}
