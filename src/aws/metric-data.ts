/** Reads CloudWatch metrics to their end, through all pages of an answer. */
import type { MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../core/errors.ts';
import type { Side } from './clients.ts';

/** Values by the start of their period, in milliseconds since the epoch. */
export type Points = ReadonlyMap<number, number>;

/**
 * The points of each query, by its ID. A query without data has none.
 * Throws AwsError if a metric could not be read to its end: a count would be too low.
 */
export async function readPoints(
  { getMetricData }: Pick<Side, 'getMetricData'>,
  queries: readonly MetricDataQuery[],
  { start, end }: { readonly start: number; readonly end: number },
): Promise<ReadonlyMap<string, Points>> {
  const points = new Map<string, Map<number, number>>();
  const statuses = new Map<string | undefined, string | undefined>();
  let token: string | undefined;
  do {
    const { MetricDataResults = [], NextToken } = await getMetricData({
      MetricDataQueries: [...queries],
      StartTime: new Date(start),
      EndTime: new Date(end),
      ...(token === undefined ? {} : { NextToken: token }),
    });
    for (const result of MetricDataResults) {
      addPoints(points, result);
      // Of several pages, the last one tells whether the metric is complete.
      statuses.set(result.Id, result.StatusCode);
    }
    token = NextToken;
  } while (token !== undefined);
  assertComplete(statuses);
  return points;
}

/** The call itself succeeds even then. Only the status of the metric says so (MetricDataResult, StatusCode). */
function assertComplete(statuses: ReadonlyMap<string | undefined, string | undefined>): void {
  for (const status of statuses.values())
    if (status !== undefined && status !== 'Complete')
      throw new AwsError(`CloudWatch returned only a part of the counts: ${status}`, {
        code: 'AWS_ANSWER_INCOMPLETE',
        found: status,
        hint: ['Running the same command again usually helps.'],
      });
}

function addPoints(
  points: Map<string, Map<number, number>>,
  { Id = '', Timestamps = [], Values = [] }: MetricDataResult,
): void {
  const series = points.get(Id) ?? new Map<number, number>();
  points.set(Id, series);
  for (const [index, time] of Timestamps.entries()) series.set(time.getTime(), Values[index] ?? 0);
}

/** The sum of all points from a moment on. */
export function sumOf(points: Points | undefined, from = 0): number {
  let total = 0;
  for (const [at, value] of points ?? []) if (at >= from) total += value;
  return total;
}
