import type { Outcome } from './migrate.ts';
import type { Reason } from './reasons.ts';

/** The content of one log line. */
export interface LogEntry {
  readonly trigger: string;
  readonly newUserPoolId: string;
  readonly durationMs: number;
  readonly at: number;
  readonly outcome: Pick<Outcome, 'outcome' | 'reason' | 'fault' | 'bad' | 'missing'>;
}

const WRONG_CREDENTIALS: ReadonlySet<Reason> = new Set<Reason>([
  'wrong-password',
  'locked-out',
  'unknown-user',
]);

/** Maximum number of attribute names in a line. */
const MOST_NAMES = 10;

/** One of four metrics, because CloudWatch bills each metric name. `reason` has the details. */
function metricOf({ outcome, reason }: LogEntry['outcome']): string {
  if (outcome === 'failed') return 'Failed';
  if (outcome !== 'untouched') return 'Migrated';
  return WRONG_CREDENTIALS.has(reason) ? 'WrongCredentials' : 'Refused';
}

/**
 * The one line for one event, with a count in CloudWatch's embedded metric format.
 * It holds the outcome, the reason, and the duration. Names of attributes are those of the new pool's schema.
 * Nothing in it comes from the user.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function logLine({ trigger, newUserPoolId, durationMs, at, outcome }: LogEntry): string {
  const { reason, fault, bad, missing } = outcome;
  const metric = COUNTED.has(trigger) ? metricOf(outcome) : undefined;
  return JSON.stringify({
    outcome: outcome.outcome,
    reason,
    trigger,
    durationMs,
    fault: fault !== undefined && /^[A-Za-z]{1,64}$/.test(fault) ? fault : undefined,
    badAttributes: bad?.slice(0, MOST_NAMES),
    missingAttributes: missing?.slice(0, MOST_NAMES),
    newUserPoolId,
    ...(metric !== undefined && {
      [metric]: 1,
      _aws: {
        Timestamp: at,
        CloudWatchMetrics: [
          {
            Namespace: 'CognitoMigrate',
            Dimensions: [['newUserPoolId']],
            Metrics: [{ Name: metric, Unit: 'Count' }],
          },
        ],
      },
    }),
  });
}

/**
 * Triggers that count.
 * Rehearsals and test calls aren't sign-ins, and unknown triggers belong to no user.
 */
const COUNTED: ReadonlySet<string> = new Set(['authentication', 'forgot-password']);

/**
 * Writes a line without using the console.
 * Lambda's JSON log format would wrap console output, and CloudWatch would not see the metric.
 */
export function writeLog(line: string): void {
  process.stdout.write(`${line}\n`);
}
