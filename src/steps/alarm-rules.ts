/**
 * When an alarm goes off, and what the dashboard shows. In the names of CloudWatch.
 * An alarm evaluates at most one day of data for periods under an hour (PutMetricAlarm, Period). So no alarm compares
 * with the average of a week. Wrong passwords are compared with the hand-overs of the same time instead.
 */
import type { MetricDataQuery, PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import type { Vars } from '../core/variables/index.ts';
import { copiesGroups } from './group-plan.ts';

export type AlarmVars = Pick<Vars, 'NAME' | 'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID'>;

export const alarmKeys = [
  'failures',
  'nobody-moves',
  'wrong-passwords',
  'throttles',
  'dropped-events',
] as const;
export type AlarmKey = (typeof alarmKeys)[number];

/** The alarms of a migration. Lambda has events of its own only if there is work after a move. */
export const alarmKeysOf = (vars: Parameters<typeof copiesGroups>[0]): readonly AlarmKey[] =>
  alarmKeys.filter((key) => key !== 'dropped-events' || copiesGroups(vars));

export const isAlarmKey = (key: string): key is AlarmKey => alarmKeys.some((one) => one === key);

export const alarmName = ({ NAME }: Pick<Vars, 'NAME'>, key: string): string => `${NAME}-${key}`;

/** What the alarm watches: one metric, or metric math. */
type Watched = Partial<PutMetricAlarmCommandInput>;

interface Rule {
  /** Words for people, also in the mail that the topic sends. */
  readonly description: string;
  watched(vars: AlarmVars): Watched;
}

interface Metric {
  Namespace: string;
  MetricName: string;
  Dimensions: { Name: string; Value: string }[];
}

/** A count of the function, for this pair of pools. */
export const countOf = (
  MetricName: string,
  { NEW_USER_POOL_ID, OLD_USER_POOL_ID }: Omit<AlarmVars, 'NAME'>,
): Metric => ({
  Namespace: 'CognitoMigrate',
  MetricName,
  Dimensions: [
    { Name: 'newUserPoolId', Value: NEW_USER_POOL_ID },
    { Name: 'oldUserPoolId', Value: OLD_USER_POOL_ID },
  ],
});

/** A metric of Lambda about the function. */
export const functionMetric = (MetricName: string, { NAME }: Pick<Vars, 'NAME'>): Metric => ({
  Namespace: 'AWS/Lambda',
  MetricName,
  Dimensions: [{ Name: 'FunctionName', Value: NAME }],
});

const fiveMinutes = 300;
const quarterHour = 900;
const day = 86_400;

const single = (metric: Metric, Period: number): Watched => ({ ...metric, Statistic: 'Sum', Period });

const query = (Id: string, Metric: Metric, Period: number): MetricDataQuery => ({
  Id,
  MetricStat: { Metric, Period, Stat: 'Sum' },
  ReturnData: false,
});

/** FILL: a metric has no value for a time without sign-ins. */
const math = (expression: string, ...queries: readonly MetricDataQuery[]): Watched => ({
  Metrics: [...queries, { Id: 'breaching', Expression: `IF(${expression}, 1, 0)`, ReturnData: true }],
});

export const alarmRules: Readonly<Record<AlarmKey, Rule>> = {
  failures: {
    description: 'The migration failed for a user in the last 5 minutes. See: cognito-migrate logs',
    watched: (vars) => single(countOf('Failed', vars), fiveMinutes),
  },
  'nobody-moves': {
    description:
      'At least 20 sign-ins reached the function in 24 hours, and no user moved. See: cognito-migrate logs',
    watched: (vars) =>
      math(
        'FILL(calls, 0) >= 20 AND FILL(moved, 0) < 1',
        query('calls', functionMetric('Invocations', vars), day),
        query('moved', countOf('Migrated', vars), day),
      ),
  },
  'wrong-passwords': {
    description:
      'At least 100 wrong passwords in 15 minutes, and more than 5 for each user who moved. Someone may be guessing.',
    watched: (vars) =>
      math(
        'FILL(wrong, 0) >= 100 AND FILL(wrong, 0) > 5 * FILL(moved, 0)',
        query('wrong', countOf('WrongCredentials', vars), quarterHour),
        query('moved', countOf('Migrated', vars), quarterHour),
      ),
  },
  throttles: {
    description: 'Lambda refused to run the function in the last 5 minutes, so these sign-ins failed.',
    watched: (vars) => single(functionMetric('Throttles', vars), fiveMinutes),
  },
  'dropped-events': {
    description:
      'Lambda gave up the work after a move in the last 5 minutes, so these users lack their groups. See: cognito-migrate logs',
    watched: (vars) => single(functionMetric('AsyncEventsDropped', vars), fiveMinutes),
  },
};

/** The number of metrics that CloudWatch bills for the alarm. */
export const billedMetrics = (key: AlarmKey, vars: AlarmVars): number =>
  ruleOf(key, vars).Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1;

/** The rule of an alarm as PutMetricAlarm takes it. */
export const ruleOf = (key: AlarmKey, vars: AlarmVars): PutMetricAlarmCommandInput => ({
  AlarmName: alarmName(vars, key),
  AlarmDescription: alarmRules[key].description,
  ...alarmRules[key].watched(vars),
  EvaluationPeriods: 1,
  DatapointsToAlarm: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
  TreatMissingData: 'notBreaching',
});
