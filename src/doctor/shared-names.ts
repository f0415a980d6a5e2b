/** Names of the old pool that other old pools of a chain know too (`--chain`). */
import { regionOfPool } from '../aws/arn.ts';
import type { Aws, Side } from '../aws/clients.ts';
import { readOptional } from '../aws/optional-read.ts';
import type { UserSample } from '../aws/user-sample.ts';
import { inOrder } from '../core/dependency-graph.ts';
import type { MigrateError } from '../core/errors.ts';
import type { Notice } from '../core/notice.ts';
import type { Settings } from '../lambda/settings.ts';
import { askEach, mostUsers } from './each-user.ts';
import { signInNames } from './predict.ts';

/** The old pool of another migration in the chain. */
export interface OtherOldPool {
  readonly id: string;
  /** The name of its migration. */
  readonly migration: string;
  /** Whether its migration is asked before this one. */
  readonly isAskedFirst: boolean;
}

export interface SharedNames extends OtherOldPool {
  /** Users of the old pool whose names were looked up. */
  readonly users: number;
  /** Those whom the other old pool has too. */
  readonly shared: number;
  /** Whether the old pool has no other users. */
  readonly isAll: boolean;
}

/**
 * Looks up sampled users in the other old pools, by the name that each signs in with.
 * A pool that cannot be asked is a notice.
 */
export async function readSharedNames(
  sides: Pick<Aws, 'new' | 'old'>,
  pools: readonly OtherOldPool[],
  sample: UserSample,
  settings: Settings,
): Promise<{ readonly sharedNames: readonly SharedNames[]; readonly notices: readonly Notice[] }> {
  const sharedNames: SharedNames[] = [];
  const notices: Notice[] = [];
  // Users of identity providers have no password that could move them.
  const local = sample.users.filter(({ status }) => status !== 'EXTERNAL_PROVIDER');
  const names = local.slice(0, mostUsers).flatMap((user) => signInNames(user, settings).slice(0, 1));
  const isAll = sample.isAll && sample.users.length <= mostUsers;
  if (names.length === 0) return { sharedNames, notices };
  // One after the other, because they may share one quota.
  await inOrder(pools, async (pool) => {
    const shared = await countIn(sides, pool.id, names);
    if (typeof shared === 'number') sharedNames.push({ ...pool, users: names.length, shared, isAll });
    else notices.push(shared);
  });
  return { sharedNames, notices };
}

/** How many of these names the pool has. It may be in the account of either side. */
async function countIn(
  sides: Pick<Aws, 'new' | 'old'>,
  id: string,
  names: readonly string[],
): Promise<number | Notice> {
  const region = regionOfPool(id);
  let failure: MigrateError | undefined;
  const countBy = async (side: Side): Promise<number | undefined> => {
    const asking = askEach(side, id, names, () => true);
    const answers = await readOptional(asking, (reason) => {
      failure = reason;
    });
    return answers?.filter(Boolean).length;
  };
  for (const side of new Set([sides.old, sides.new])) {
    const count = side.region === region ? await countBy(side) : undefined;
    if (count !== undefined) return count;
  }
  return failure === undefined
    ? { kind: 'other-region', id }
    : { kind: 'unread', topic: 'shared-names', subject: id, failure, times: 1 };
}
