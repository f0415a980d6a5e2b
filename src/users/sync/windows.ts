/**
 * Whose groups a sync copies, by the time at which users were created.
 * Neither metrics nor import jobs have names of users, so a time is all that is known of them.
 */
import type { UserImportJobType } from '@aws-sdk/client-cognito-identity-provider';
import { mergedSpans, type Span } from '../../aws/failed-moves.ts';
import { isRunningImport } from '../../aws/user-pool/index.ts';
import { isOwnJob } from '../import/chunks.ts';

/** Times that complete runs cover, in milliseconds since the epoch. */
export interface Covered {
  /** Users created before this time. Undefined without a run. */
  readonly until: number | undefined;
  /** Users of import jobs that ended at this time or before. Undefined without such a run. */
  readonly imports: number | undefined;
}

/** Import jobs, as far as a sync needs them. */
export interface ImportWindows {
  /** Times of jobs that no run covers, in order. */
  readonly open: readonly Span[];
  /** Times of jobs that a run covers, in order. */
  readonly covered: readonly Span[];
  /** Beginning of a job that is running. Users created since then are part of a later run. */
  readonly runningSince: number | undefined;
}

/** AWS doesn't document how exact the dates of a job are. */
const dateMs = 1_000;

/** The times in which our import jobs created users. Jobs that imported nobody have none. */
export function importWindows(
  all: readonly UserImportJobType[],
  oldPoolId: string,
  { until = 0, imports = 0 }: Covered,
): ImportWindows {
  const [open, covered]: [Span[], Span[]] = [[], []];
  const own = all.filter((job) => job.StartDate !== undefined && isOwnJob(job, oldPoolId));
  for (const { StartDate, CompletionDate, ImportedUsers = 0 } of own) {
    const [from, to] = [StartDate?.getTime(), CompletionDate?.getTime()];
    if (from === undefined || to === undefined || ImportedUsers === 0) continue;
    const span = { from, to: to + dateMs };
    if (to <= imports || to <= until) covered.push(span);
    // A right that someone took away must not come back, so a part that is covered stays out.
    else open.push({ ...span, from: Math.max(from, until) });
  }
  const starts = own.filter(isRunningImport).map(({ StartDate }) => StartDate?.getTime() ?? 0);
  return {
    open: mergedSpans(open),
    covered: mergedSpans(covered),
    runningSince: starts.length === 0 ? undefined : Math.min(...starts),
  };
}

/** The spans without the parts in others. Both lists are in order. */
export function without(spans: readonly Span[], others: readonly Span[]): readonly Span[] {
  return spans.flatMap((span) => {
    const left: Span[] = [];
    let { from } = span;
    for (const other of others) {
      if (other.to <= from || other.from >= span.to) continue;
      if (other.from > from) left.push({ from, to: other.from });
      from = other.to;
    }
    return from < span.to ? [...left, { from, to: span.to }] : left;
  });
}

/** Whether a user created at this time is in one of the spans, which are in order. Undefined: everyone is. */
export function isWithin(spans: readonly Span[] | undefined): (createdAt: number) => boolean {
  if (spans === undefined) return () => true;
  return (createdAt) => {
    let [low, high] = [0, spans.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((spans[middle]?.to ?? 0) <= createdAt) low = middle + 1;
      else high = middle;
    }
    const span = spans[low];
    return span !== undefined && span.from <= createdAt;
  };
}
