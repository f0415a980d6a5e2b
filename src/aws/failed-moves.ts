/**
 * When the function's work after a move failed, from CloudWatch metrics.
 * Nothing says whose work it was: neither a metric nor the log has names of users.
 */
import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Side } from './clients.ts';
import { readPoints } from './metric-data.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A time, in milliseconds since the epoch. `to` is not part of it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Periods of metrics, and how long CloudWatch keeps points of each (GetMetricData), in milliseconds. */
const resolutions = [
  { periodMs: minuteMs, keptMs: 15 * dayMs },
  { periodMs: 5 * minuteMs, keptMs: 63 * dayMs },
  { periodMs: hourMs, keptMs: 455 * dayMs },
] as const;

/** Lambda drops an event at this age (MaximumEventAgeInSeconds, which init sets to 900). */
const oldestEventMs = 15 * minuteMs;
/** Cognito creates the user after the sign-in that could not start the work. Clocks differ. */
const slackMs = minuteMs;

interface Observed {
  readonly newUserPoolId: string;
  readonly oldUserPoolId: string;
  readonly functionName: string;
}

/** Failed attempts and starts, by the function, and events that Lambda has dropped. */
const queriesOf = ({ newUserPoolId, oldUserPoolId, functionName }: Observed, Period: number) => {
  const pools = [
    { Name: 'newUserPoolId', Value: newUserPoolId },
    { Name: 'oldUserPoolId', Value: oldUserPoolId },
  ];
  const failed = { Namespace: 'CognitoMigrate', MetricName: 'AfterMoveFailed', Dimensions: pools };
  const dropped = {
    Namespace: 'AWS/Lambda',
    MetricName: 'AsyncEventsDropped',
    Dimensions: [{ Name: 'FunctionName', Value: functionName }],
  };
  return [
    { Id: 'failed', MetricStat: { Metric: failed, Period, Stat: 'Sum' } },
    { Id: 'dropped', MetricStat: { Metric: dropped, Period, Stat: 'Sum' } },
  ] satisfies MetricDataQuery[];
};

/**
 * The times in which users were created whose work after the move may have failed, in order and without overlap.
 * @param since users created before this time are left out, in milliseconds since the epoch.
 */
export async function readFailedMoves(
  side: Pick<Side, 'getMetricData'>,
  observed: Observed,
  { since, now }: { readonly since: number; readonly now: number },
): Promise<readonly Span[]> {
  const spans: Span[] = [];
  // Whole hours: "For better performance, specify StartTime and EndTime values that align".
  const first = Math.floor(since / hourMs) * hourMs;
  let end = Math.ceil(now / hourMs) * hourMs;
  for (const { periodMs, keptMs } of resolutions) {
    const start = Math.max(first, Math.ceil((now - keptMs) / hourMs) * hourMs);
    if (start >= end) break;
    const points = await readPoints(side, queriesOf(observed, periodMs / 1000), { start, end });
    for (const series of points.values())
      for (const [at, count] of series)
        if (count > 0)
          spans.push({
            from: Math.max(since, at - oldestEventMs - slackMs),
            to: at + periodMs + slackMs,
          });
    end = start;
  }
  return mergedSpans(spans.filter(({ from, to }) => from < to));
}

/** The spans in order, and without overlap. */
export function mergedSpans(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.from - other.from)) {
    const last = result.at(-1);
    if (last === undefined || span.from > last.to) result.push(span);
    else result[result.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
  }
  return result;
}
