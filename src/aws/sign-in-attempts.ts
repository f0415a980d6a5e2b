/**
 * Attempts to sign in through each app client, from Cognito's own metric.
 * Developer Guide, "Metrics for Amazon Cognito user pools": of SignInSuccesses, Sum counts successes, and
 * SampleCount counts attempts. Refreshes of tokens are not included.
 */
import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Side } from './clients.ts';

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
    const sums = await sumsOf(side, queries, new Date(since), new Date(now + minuteMs));
    for (const [index, id] of ids.entries())
      attempts.set(id, { tries: sums.get(`n${index}`) ?? 0, successes: sums.get(`s${index}`) ?? 0 });
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
  const sums = await sumsOf(side, queries, new Date(since), new Date(now + minuteMs));
  return [...sums.values()].reduce((total, value) => total + value, 0);
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

async function sumsOf(
  { getMetricData }: Pick<Side, 'getMetricData'>,
  MetricDataQueries: MetricDataQuery[],
  StartTime: Date,
  EndTime: Date,
): Promise<ReadonlyMap<string, number>> {
  const sums = new Map<string, number>();
  let token: string | undefined;
  do {
    const { MetricDataResults = [], NextToken } = await getMetricData({
      ...{ MetricDataQueries, StartTime, EndTime },
      ...(token === undefined ? {} : { NextToken: token }),
    });
    for (const { Id = '', Values = [] } of MetricDataResults)
      sums.set(
        Id,
        Values.reduce((sum, value) => sum + value, sums.get(Id) ?? 0),
      );
    token = NextToken;
  } while (token !== undefined);
  return sums;
}
