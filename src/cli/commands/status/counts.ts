/** The function's counts: from its metrics or, if they cannot be read or don't exist, from its log. */
import type { Side } from '../../../aws/clients.ts';
import { toMigrateError } from '../../../aws/errors.ts';
import {
  type FunctionMetrics,
  readFunctionMetrics,
  type SignInCounts,
} from '../../../aws/function-metrics.ts';
import { type Outcomes, readOutcomes, unread } from '../../../aws/migration-log.ts';
import { CancelledError, type MigrateError } from '../../../core/errors.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import { logGroupName } from '../../../steps/names.ts';

/** The function's counts so far. */
export interface Counts {
  readonly source: 'metrics' | 'log';
  readonly total: SignInCounts;
  readonly lastDay: SignInCounts;
  /** Users handed over on each day (UTC) from the first one with data to today. Empty from the log. */
  readonly days: readonly number[];
  /** Milliseconds since the epoch: the first hour with data. Undefined from the log. */
  readonly since?: number;
  /** Count by `outcome/reason`. Empty from the metrics. */
  readonly reasons: Readonly<Record<string, number>>;
  /** False if the log held more than could be read in a reasonable time. */
  readonly isComplete: boolean;
  /** The reason if the metrics could not be read. */
  readonly withoutMetrics?: MigrateError;
  /** The reason if the log could not be read either. The numbers then mean nothing. */
  readonly failure?: MigrateError;
}

const dayMs = 86_400_000;

/** Counts are only informative, so no failure of AWS ends the command. */
export async function orFailure<T>(work: Promise<T>): Promise<T | { readonly failure: MigrateError }> {
  try {
    return await work;
  } catch (error) {
    const failure = toMigrateError(error);
    if (failure === undefined || failure instanceof CancelledError) throw error;
    return { failure };
  }
}

/** Reads the counts of all time and of the last 24 hours. */
export async function readCounts(
  side: Pick<Side, 'getMetricData' | 'logs'>,
  inputs: Pick<Inputs, 'NEW_USER_POOL_ID' | 'OLD_USER_POOL_ID' | 'NAME'>,
  now: number,
): Promise<Counts> {
  const pools = { newUserPoolId: inputs.NEW_USER_POOL_ID, oldUserPoolId: inputs.OLD_USER_POOL_ID };
  const metrics = await orFailure(readFunctionMetrics(side, pools, now));
  if (!('failure' in metrics) && metrics.since !== undefined) return fromMetrics(metrics, metrics.since);
  const withoutMetrics = 'failure' in metrics ? { withoutMetrics: metrics.failure } : {};
  // Metrics appear about a minute after the first sign-in. The log is faster.
  const group = logGroupName(inputs);
  const read = await orFailure(
    Promise.all([readOutcomes(side.logs, group), readOutcomes(side.logs, group, { since: now - dayMs })]),
  );
  const [total, lastDay] = 'failure' in read ? [unread, unread] : read;
  return {
    source: 'log',
    total: countsOf(total),
    lastDay: countsOf(lastDay),
    days: [],
    reasons: total.reasons,
    isComplete: total.isComplete,
    ...withoutMetrics,
    ...('failure' in read ? { failure: read.failure } : {}),
  };
}

const fromMetrics = ({ total, lastDay, days }: FunctionMetrics, since: number): Counts => ({
  source: 'metrics',
  total,
  lastDay,
  days,
  since,
  reasons: {},
  isComplete: true,
});

const countsOf = ({
  migrated,
  reset,
  wrongCredentials,
  refused,
  failed,
  squattingRefused,
}: Outcomes): SignInCounts => ({
  handedOver: migrated + reset,
  reset,
  wrongCredentials,
  refused,
  failed,
  squattingRefused,
});
