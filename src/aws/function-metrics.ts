/**
 * The function's counts, from its CloudWatch metrics.
 * One call reads 15 months, however many sign-ins there were.
 */

import type { Dimension, MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../core/errors.ts';
import type { Side } from './clients.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** CloudWatch keeps points of one hour for 455 days (GetMetricData). Finer ones are gone earlier. */
const keptMs = 455 * dayMs;

const metricNames = ['Migrated', 'Reset', 'WrongCredentials', 'Refused', 'Failed'] as const;
type MetricName = (typeof metricNames)[number];

/** Counts of one period. `reset` is undefined if the period starts before the function counted resets. */
export interface SignInCounts {
  /** Users whom the function handed to Cognito. Cognito may still refuse to create them. */
  readonly handedOver: number;
  /** Users among them without their password. */
  readonly reset: number | undefined;
  readonly wrongCredentials: number;
  readonly refused: number;
  readonly failed: number;
}

export interface FunctionMetrics {
  readonly total: SignInCounts;
  /** The last 24 hours, from the start of the first hour. */
  readonly lastDay: SignInCounts;
  /** Users handed over on each day (UTC) from the first one with data to today. */
  readonly days: readonly number[];
  /** Milliseconds since the epoch: the first hour with data. Undefined if there is no data at all. */
  readonly since: number | undefined;
}

interface Pools {
  readonly newUserPoolId: string;
  readonly oldUserPoolId: string;
}

/** Points by the start of their hour. */
type Points = ReadonlyMap<number, number>;

const queryOf = (id: string, name: MetricName, dimensions: readonly Dimension[]): MetricDataQuery => ({
  Id: id,
  MetricStat: {
    Metric: { Namespace: 'CognitoMigrate', MetricName: name, Dimensions: [...dimensions] },
    Period: hourMs / 1000,
    Stat: 'Sum',
  },
});

/** Hand-overs by a function that names both pools. Version 1.0.0 named only the new one. */
const pairId = 'pair';

function queriesOf({ newUserPoolId, oldUserPoolId }: Pools): MetricDataQuery[] {
  const newPool = { Name: 'newUserPoolId', Value: newUserPoolId };
  return [
    ...metricNames.map((name) => queryOf(name.toLowerCase(), name, [newPool])),
    queryOf(pairId, 'Migrated', [newPool, { Name: 'oldUserPoolId', Value: oldUserPoolId }]),
  ];
}

/** Reads the counts of 15 months. */
export async function readFunctionMetrics(
  side: Pick<Side, 'getMetricData'>,
  pools: Pools,
  now: number,
): Promise<FunctionMetrics> {
  // Whole hours: "For better performance, specify StartTime and EndTime values that align".
  const end = (Math.floor(now / hourMs) + 1) * hourMs;
  const points = await readPoints(side, queriesOf(pools), end - keptMs, end);
  const firsts = [...points.values()].flatMap((series) => [...series.keys()]);
  const since = firsts.length === 0 ? undefined : firsts.reduce((a, b) => Math.min(a, b));
  return {
    total: countsOf(points, 0),
    lastDay: countsOf(points, Math.floor((now - dayMs) / hourMs) * hourMs),
    days: since === undefined ? [] : byDay(points.get('migrated') ?? new Map(), since, now),
    since,
  };
}

async function readPoints(
  { getMetricData }: Pick<Side, 'getMetricData'>,
  queries: MetricDataQuery[],
  start: number,
  end: number,
): Promise<ReadonlyMap<string, Points>> {
  const points = new Map<string, Map<number, number>>();
  const statuses = new Map<string | undefined, string | undefined>();
  let token: string | undefined;
  do {
    const { MetricDataResults = [], NextToken } = await getMetricData({
      MetricDataQueries: queries,
      StartTime: new Date(start),
      EndTime: new Date(end),
      ...(token === undefined ? {} : { NextToken: token }),
    });
    for (const result of MetricDataResults) {
      addPoints(points, result);
      statuses.set(result.Id, result.StatusCode);
    }
    token = NextToken;
  } while (token !== undefined);
  assertComplete(statuses);
  return points;
}

/**
 * Throws AwsError if a metric could not be read to its end. Its count would be too low.
 * The call itself succeeds then. Only the status of the metric says so (MetricDataResult, StatusCode).
 */
function assertComplete(statuses: ReadonlyMap<string | undefined, string | undefined>): void {
  for (const status of statuses.values())
    if (status !== undefined && status !== 'Complete')
      throw new AwsError(`CloudWatch returned only a part of the function's counts: ${status}`, {
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

function countsOf(points: ReadonlyMap<string, Points>, from: number): SignInCounts {
  const sum = (id: string): number => {
    let total = 0;
    for (const [at, value] of points.get(id) ?? []) if (at >= from) total += value;
    return total;
  };
  const handedOver = sum('migrated');
  return {
    handedOver,
    // The function began to count both at the same time.
    reset: sum(pairId) < handedOver ? undefined : sum('reset'),
    wrongCredentials: sum('wrongcredentials'),
    refused: sum('refused'),
    failed: sum('failed'),
  };
}

function byDay(series: Points, since: number, now: number): number[] {
  const first = Math.floor(since / dayMs);
  const days = new Array<number>(Math.floor(now / dayMs) - first + 1).fill(0);
  for (const [at, value] of series) {
    const index = Math.floor(at / dayMs) - first;
    days[index] = (days[index] ?? 0) + value;
  }
  return days;
}
