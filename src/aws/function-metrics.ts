/**
 * The function's counts, from its CloudWatch metrics.
 * One call reads 15 months, however many sign-ins there were.
 */

import type { Dimension, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Side } from './clients.ts';
import { type Points, readPoints, sumOf } from './metric-data.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** CloudWatch keeps points of one hour for 455 days (GetMetricData). Finer ones are gone earlier. */
const keptMs = 455 * dayMs;

const metricNames = [
  'Migrated',
  'Reset',
  'WrongCredentials',
  'Refused',
  'Failed',
  'SquattingRefused',
] as const;
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
  /** Sign-ups that the guard refused. */
  readonly squattingRefused: number;
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
  const points = await readPoints(side, queriesOf(pools), { start: end - keptMs, end });
  const firsts = [...points.values()].flatMap((series) => [...series.keys()]);
  const since = firsts.length === 0 ? undefined : firsts.reduce((a, b) => Math.min(a, b));
  return {
    total: countsOf(points, 0),
    lastDay: countsOf(points, Math.floor((now - dayMs) / hourMs) * hourMs),
    days: since === undefined ? [] : byDay(points.get('migrated') ?? new Map(), since, now),
    since,
  };
}

function countsOf(points: ReadonlyMap<string, Points>, from: number): SignInCounts {
  const sum = (id: string): number => sumOf(points.get(id), from);
  const handedOver = sum('migrated');
  return {
    handedOver,
    // The function began to count both at the same time.
    reset: sum(pairId) < handedOver ? undefined : sum('reset'),
    wrongCredentials: sum('wrongcredentials'),
    refused: sum('refused'),
    failed: sum('failed'),
    squattingRefused: sum('squattingrefused'),
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
