/**
 * How many users have moved, and how many have not. The number only informs, so no failure of it stops a teardown.
 * It comes from both pools if reading them takes at most two minutes. Otherwise, it's two estimates.
 */
import { readFunctionMetrics } from '../../../aws/function-metrics.ts';
import { readOutcomes } from '../../../aws/migration-log.ts';
import { readOptional } from '../../../aws/optional-read.ts';
import type { Pace } from '../../../aws/retry.ts';
import { type Notice, unreadInto } from '../../../core/notice.ts';
import type { OnProgress } from '../../../core/step.ts';
import { logGroupName } from '../../../steps/names.ts';
import { Budgets, carefulRate } from '../../../users/limits.ts';
import { countMoved, type Progress } from '../../../users/survey.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { surveyedPools, surveyProgress } from '../../migration/surveyed-pools.ts';
import type { PlannedTeardown } from './plan.ts';

/** The progress of the users. */
export interface Left {
  readonly moved: number;
  /** Undefined if neither the pools nor the function's counts can be read, or if these leave nobody. */
  readonly notMoved: number | undefined;
  readonly isComplete: boolean;
  /**
   * `old-sub`: each user of the new pool keeps the old sub. `names`: a guess from the names in both pools.
   * `log`: the count of the function in its metrics or log, and Cognito's estimate of the old pool.
   */
  readonly basis: 'old-sub' | 'names' | 'log';
  readonly unread: readonly Notice[];
}

/** Users of one page of ListUsers. */
const pageSize = 60;
const longestCountMs = 2 * 60_000;
/** Users of both pools together that can be counted in that time. */
const mostUsers = (longestCountMs / 1000) * carefulRate * pageSize;

/** The pools, and the half of the migration that this run leaves in the old pool's account. */
type Counted = Migration & Pick<PlannedTeardown, 'rest'>;

/** Counts the users. Never reads an old pool that this run leaves to its administrator. */
export async function countUsers(planned: Counted, pace: Pace, onProgress: OnProgress): Promise<Left> {
  const unread: Notice[] = [];
  const counted = await readOptional(
    countedUsers(planned, pace, onProgress),
    unreadInto(unread)('moved-in-both-pools'),
  );
  return counted ?? loggedUsers(planned, unread);
}

/** Undefined if a pool is gone or out of reach, if there are too many users, or if some cannot be read. */
async function countedUsers(planned: Counted, pace: Pace, onProgress: OnProgress): Promise<Left | undefined> {
  if (planned.oldPool === undefined || planned.newPool === undefined) return undefined;
  const pools = await surveyedPools(planned);
  if (pools.old.estimate + pools.new.estimate > mostUsers) return undefined;
  const show = surveyProgress(pools, onProgress, pace.clock.now);
  const begun = pace.clock.now();
  // Cognito's estimate lags behind a pool that grows quickly, and throttled requests take longer.
  const stopAtMost = (progress: Progress): void => {
    const isTooLong = pace.clock.now() - begun > longestCountMs;
    if (isTooLong || progress.users > mostUsers) throw new TakesTooLong();
    show(progress);
  };
  const counting = countMoved({
    ...pools,
    budgets: new Budgets(carefulRate, pace),
    pace,
    onProgress: stopAtMost,
  });
  const found = await counting.catch((error: unknown) => {
    if (error instanceof TakesTooLong) return undefined;
    throw error;
  });
  if (found === undefined || found.missing.length > 0) return undefined;
  const { users, moved, isExact } = found;
  return {
    moved,
    notMoved: users - moved,
    isComplete: true,
    basis: isExact ? 'old-sub' : 'names',
    unread: [],
  };
}

class TakesTooLong extends Error {}

async function loggedUsers(planned: Counted, earlier: readonly Notice[]): Promise<Left> {
  const { oldPool, rest } = planned;
  const unread = [...earlier];
  const handedOver = await readOptional(handedOverUsers(planned), unreadInto(unread)('moved-users'));
  if (handedOver === undefined)
    return { moved: 0, notMoved: undefined, isComplete: false, basis: 'log', unread };
  const { moved, isComplete } = handedOver;
  const users = oldPool?.pool.EstimatedNumberOfUsers;
  const found = { moved, isComplete, basis: 'log', unread } as const;
  // Cognito may refuse to create a user, who is then handed over again. So "all of them" cannot be told.
  if (users !== undefined)
    return { ...found, notMoved: users > 0 && moved >= users ? undefined : Math.max(0, users - moved) };
  // A pool that stays unseen is not gone.
  return { ...found, notMoved: rest === undefined ? 0 : undefined };
}

/** Users whom the function handed over. Its metrics reach back 15 months, its log much less. */
async function handedOverUsers({ aws, inputs }: Counted): Promise<Pick<Left, 'moved' | 'isComplete'>> {
  const pools = { newUserPoolId: inputs.NEW_USER_POOL_ID, oldUserPoolId: inputs.OLD_USER_POOL_ID };
  // Not every operator may read metrics. The log counts then.
  const metrics = await readOptional(readFunctionMetrics(aws.new, pools, aws.clock.now()));
  if (metrics?.since !== undefined) return { moved: metrics.total.handedOver, isComplete: true };
  const { migrated, reset, isComplete } = await readOutcomes(aws.new.logs, logGroupName(inputs));
  return { moved: migrated + reset, isComplete };
}
