import type { RunResult } from './after-move.ts';
import type { Outcome } from './migrate.ts';
import type { Reason } from './reasons.ts';

/** The content of one log line. */
export interface LogEntry {
  readonly trigger: string;
  readonly newUserPoolId: string;
  /** Undefined if the function's variables cannot be used. */
  readonly oldUserPoolId: string | undefined;
  readonly durationMs: number;
  readonly at: number;
  readonly outcome: Pick<Outcome, 'outcome' | 'reason' | 'fault' | 'bad' | 'missing' | 'afterMoveFault'>;
}

/** The content of the line of one run after a move, or of one token. */
export interface RunEntry extends Omit<LogEntry, 'trigger' | 'outcome'> {
  readonly trigger: 'after-move' | 'pre-token';
  readonly result: Omit<RunResult, 'reason'> & { readonly reason?: Reason };
}

const WRONG_CREDENTIALS: ReadonlySet<Reason> = new Set<Reason>([
  'wrong-password',
  'locked-out',
  'unknown-user',
]);

/** Maximum number of attribute names in a line. */
const MOST_NAMES = 10;

/**
 * The metrics that count an outcome. `Migrated` is every user who was handed to Cognito, as in version 1.0.0.
 * `Reset` is the users among them without their password. There are few metrics, because CloudWatch bills each one.
 * `SquattingRefused` is refused sign-ups, and only a guard counts it. `reason` has the details.
 */
function metricsOf({ outcome, reason, afterMoveFault }: LogEntry['outcome']): readonly string[] {
  if (outcome === 'refused') return ['SquattingRefused'];
  if (reason === 'sign-up-allowed') return [];
  // The next function counts its own decision.
  if (reason === 'forwarded') return [];
  const late = afterMoveFault === undefined ? [] : ['AfterMoveFailed'];
  if (outcome === 'failed') return ['Failed'];
  if (outcome === 'migrated') return ['Migrated', ...late];
  if (outcome === 'reset') return ['Migrated', 'Reset', ...late];
  return [WRONG_CREDENTIALS.has(reason) ? 'WrongCredentials' : 'Refused'];
}

/** The first dimension set is that of version 1.0.0, so its alarms still work. */
const dimensionsOf = (oldUserPoolId: string | undefined): readonly (readonly string[])[] => [
  ['newUserPoolId'],
  ...(oldUserPoolId === undefined ? [] : [['newUserPoolId', 'oldUserPoolId']]),
];

/**
 * The one line for one event, with its counts in CloudWatch's embedded metric format.
 * It holds the outcome, the reason, and the duration. Names of attributes are those of the new pool's schema.
 * Nothing in it comes from the user.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function logLine(entry: LogEntry): string {
  const { trigger, newUserPoolId, oldUserPoolId, durationMs, at, outcome } = entry;
  const { reason, fault, bad, missing, afterMoveFault } = outcome;
  const metrics = COUNTED.has(trigger) ? metricsOf(outcome) : [];
  return JSON.stringify({
    outcome: outcome.outcome,
    reason,
    trigger,
    durationMs,
    fault: errorName(fault),
    badAttributes: bad?.slice(0, MOST_NAMES),
    missingAttributes: missing?.slice(0, MOST_NAMES),
    ...(afterMoveFault !== undefined && {
      afterMove: 'after-move-not-started' satisfies Reason,
      afterMoveFault: errorName(afterMoveFault),
    }),
    newUserPoolId,
    oldUserPoolId,
    ...counted(metrics, at, oldUserPoolId),
  });
}

/**
 * The one line for a run after a move, or for a token. It holds numbers, and no name of a user or group.
 * `Created` counts users whom the run has seen in the new pool. `AfterMoveFailed` counts runs that failed.
 */
export function runLine({ trigger, newUserPoolId, oldUserPoolId, durationMs, at, result }: RunEntry): string {
  const { outcome, reason, fault, hasSeenUser, ...numbers } = result;
  const metrics = [...(hasSeenUser ? ['Created'] : []), ...(outcome === 'failed' ? ['AfterMoveFailed'] : [])];
  return JSON.stringify({
    outcome,
    reason,
    trigger,
    durationMs,
    fault: errorName(fault),
    ...numbers,
    newUserPoolId,
    oldUserPoolId,
    ...counted(trigger === 'after-move' ? metrics : [], at, oldUserPoolId),
  });
}

/** A name, never a text that came from outside. */
const errorName = (fault: string | undefined): string | undefined =>
  fault !== undefined && /^[A-Za-z]{1,64}$/.test(fault) ? fault : undefined;

/** Each metric with the count 1. */
const counted = (metrics: readonly string[], at: number, oldUserPoolId: string | undefined): object =>
  metrics.length === 0
    ? {}
    : {
        ...Object.fromEntries(metrics.map((name) => [name, 1])),
        _aws: {
          Timestamp: at,
          CloudWatchMetrics: [
            {
              Namespace: 'CognitoMigrate',
              Dimensions: dimensionsOf(oldUserPoolId),
              Metrics: metrics.map((Name) => ({ Name, Unit: 'Count' })),
            },
          ],
        },
      };

/**
 * Triggers that count.
 * Rehearsals and test calls aren't sign-ins, and unknown triggers belong to no user.
 */
const COUNTED: ReadonlySet<string> = new Set(['authentication', 'forgot-password', 'sign-up']);

/**
 * Writes a line without using the console.
 * Lambda's JSON log format would wrap console output, and CloudWatch would not see the metric.
 */
export function writeLog(line: string): void {
  process.stdout.write(`${line}\n`);
}
