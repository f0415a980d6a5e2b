/**
 * The users whom import jobs could not create, with AWS's reasons.
 * The log of a job names the line of each user in the file, and no user: "No user data is written to the log"
 * (Developer Guide, "Importing users into user pools from a CSV file"). So the file is asked before it is deleted.
 */
import { createReadStream } from 'node:fs';
import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { toMigrateError } from '../../aws/errors.ts';
import { type Pace, sleep } from '../../aws/retry.ts';
import { CancelledError } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';
import type { RefusedRows } from './chunks.ts';
import { userNameIn } from './csv-row.ts';

/** Words for a user whose reason is not in the log. */
const unknownReason = 'The log of the job has no reason';

/** AWS doesn't document when a line of a job that has ended is in the log. */
const [looks, pauseMs] = [4, 5_000];

interface ReadingLog {
  readonly logs: CloudWatchLogsClient;
  /** `/aws/cognito/userpools/POOL_ID/POOL_NAME` */
  readonly logGroupName: string;
  readonly pace: Pace;
}

/** Collects the refused users of all jobs of a run. A user whom several jobs have refused counts once. */
export class RefusedUsers {
  readonly #reasons = new Map<string, string>();
  #unnamed = 0;

  /** Users with a name. */
  get size(): number {
    return this.#reasons.size;
  }

  /** Username in the file, and reason. */
  get rows(): Iterable<readonly [name: string, reason: string]> {
    return this.#reasons;
  }

  /** Number of users by reason. */
  get reasons(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const reason of this.#reasons.values()) counts[reason] = (counts[reason] ?? 0) + 1;
    if (this.#unnamed > 0) counts[unknownReason] = this.#unnamed;
    return counts;
  }

  /** Reads the log of a job that has refused rows. What cannot be read has no reason, and stops no import. */
  async add(args: ReadingLog, { job, file, failed }: RefusedRows): Promise<void> {
    const stream = `${job.JobId ?? ''}/${job.JobName ?? ''}`;
    let lines = new Map<number, string>();
    for (let look = 1; look <= looks && lines.size < failed; look += 1) {
      if (look > 1) await sleep(pauseMs, args.pace);
      const found = await readFailedLines(args, stream).catch(unreadable);
      if (found === undefined) break;
      lines = found;
    }
    let named = 0;
    if (file !== '')
      for await (const [name, line] of namesIn(file, lines)) {
        this.#reasons.set(name, line);
        named += 1;
      }
    this.#unnamed += Math.max(0, failed - named);
  }
}

function unreadable(error: unknown): undefined {
  if (error instanceof CancelledError || toMigrateError(error) === undefined) throw error;
}

async function readFailedLines(
  { logs, logGroupName }: ReadingLog,
  stream: string,
): Promise<Map<number, string>> {
  const lines = new Map<number, string>();
  const request = { logGroupName, logStreamNames: [stream] };
  for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, request))
    for (const { message = '' } of events) {
      const [, line, reason] = /^\[FAILED\] Line Number (\d+) - (.*)$/.exec(message.trim()) ?? [];
      if (line !== undefined && reason !== undefined) lines.set(Number(line), printable(reason));
    }
  return lines;
}

/** The names in some lines of a file, each with the reason of its line. The header is line 1. */
async function* namesIn(
  file: string,
  lines: ReadonlyMap<number, string>,
): AsyncGenerator<readonly [name: string, reason: string]> {
  let [header, rest, number] = ['', '', 0];
  for await (const part of createReadStream(file, 'utf8')) {
    const found = `${rest}${part}`.split('\n');
    rest = found.pop() ?? '';
    for (const line of found) {
      number += 1;
      if (number === 1) header = line;
      const reason = lines.get(number);
      const name = reason === undefined ? undefined : userNameIn(line, header);
      if (reason !== undefined && name !== undefined) yield [name, reason];
    }
  }
}
