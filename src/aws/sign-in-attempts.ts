/**
 * Attempts to sign in through each app client, from Cognito's own metric.
 * Developer Guide, "Metrics for Amazon Cognito user pools": of SignInSuccesses, Sum counts successes, and
 * SampleCount counts attempts. Refreshes of tokens are not included.
 */
import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Side } from './clients.ts';
import { readPoints, sumOf } from './metric-data.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Attempts of one app client. */
export interface Attempts {
  readonly tries: number;
  readonly successes: number;
}

const hourMs = 60 * minuteMs;

/**
 * Seconds between two points. CloudWatch keeps finer points for a shorter time (GetMetricData).
 * Only the sums count, so a long time needs no fine points.
 */
function periodOf(ageMs: number): number {
  if (ageMs < 3 * hourMs) return 60;
  return ageMs < 63 * dayMs ? 300 : 3600;
}

/** "A single GetMetricData call can include as many as 500 MetricDataQuery structures": two of each client. */
const clientsPerCall = 250;

/** Reads the attempts of these app clients since a moment, by ID. */
export async function readAttempts(
  side: Pick<Side, 'getMetricData'>,
  userPoolId: string,
  clientIds: readonly string[],
  { since, now }: { readonly since: number; readonly now: number },
): Promise<ReadonlyMap<string, Attempts>> {
  const period = periodOf(now - since);
  const attempts = new Map<string, Attempts>();
  for (let first = 0; first < clientIds.length; first += clientsPerCall) {
    const ids = clientIds.slice(first, first + clientsPerCall);
    const queries = ids.flatMap((id, index) => queriesOf(userPoolId, id, index, period));
    const points = await readPoints(side, queries, { start: since, end: now + minuteMs });
    for (const [index, id] of ids.entries())
      attempts.set(id, { tries: sumOf(points.get(`n${index}`)), successes: sumOf(points.get(`s${index}`)) });
  }
  return attempts;
}

/** The function's metrics: together, every sign-in that reached it. */
const functionMetrics = ['Migrated', 'WrongCredentials', 'Refused', 'Failed'] as const;

/** The sign-ins that reached the function since a moment, through any app client. */
export async function readReached(
  side: Pick<Side, 'getMetricData'>,
  newUserPoolId: string,
  { since, now }: { readonly since: number; readonly now: number },
): Promise<number> {
  const Dimensions = [{ Name: 'newUserPoolId', Value: newUserPoolId }];
  const queries = functionMetrics.map((MetricName) => ({
    Id: MetricName.toLowerCase(),
    MetricStat: {
      Metric: { Namespace: 'CognitoMigrate', MetricName, Dimensions },
      Period: periodOf(now - since),
      Stat: 'Sum',
    },
  }));
  const points = await readPoints(side, queries, { start: since, end: now + minuteMs });
  return [...points.values()].reduce((total, series) => total + sumOf(series), 0);
}

function queriesOf(userPoolId: string, clientId: string, index: number, Period: number): MetricDataQuery[] {
  const Metric = {
    Namespace: 'AWS/Cognito',
    MetricName: 'SignInSuccesses',
    Dimensions: [
      { Name: 'UserPool', Value: userPoolId },
      { Name: 'UserPoolClient', Value: clientId },
    ],
  };
  return [
    { Id: `n${index}`, MetricStat: { Metric, Period, Stat: 'SampleCount' } },
    { Id: `s${index}`, MetricStat: { Metric, Period, Stat: 'Sum' } },
  ];
}
