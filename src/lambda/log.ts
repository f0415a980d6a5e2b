import type { Outcome } from './migrate.ts';
import type { Reason } from './reasons.ts';

/** What one log line tells. */
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

/** The longest list of attribute names in a line. */
const MOST_NAMES = 10;

/** One of four metrics: CloudWatch bills each metric name. What happened in detail is in `reason`. */
function metricOf({ outcome, reason }: LogEntry['outcome']): string {
  if (outcome === 'failed') return 'Failed';
  if (outcome !== 'untouched') return 'Migrated';
  return WRONG_CREDENTIALS.has(reason) ? 'WrongCredentials' : 'Refused';
}

/**
 * The one line for one event: outcome, reason, duration, and a count in CloudWatch's embedded metric format. Names of
 * attributes are those of the new pool's schema; nothing in it comes from the user.
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

/** Rehearsals and probes are no sign-ins, and unknown triggers are nobody's. */
const COUNTED: ReadonlySet<string> = new Set(['authentication', 'forgot-password']);

/**
 * Writes a line past the console, which Lambda's JSON log format would wrap, so that CloudWatch would not see the metric.
 */
export function writeLog(line: string): void {
  process.stdout.write(`${line}\n`);
}
