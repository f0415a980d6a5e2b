/** Reads the doctor's facts about one migration. */

import { fewClients } from '../../../aws/quota-pace.ts';
import { type Depth, type Facts, isVouching, readFacts } from '../../../doctor/index.ts';
import { type OtherOldPool, readSharedNames } from '../../../doctor/shared-names.ts';
import { decodeSettings } from '../../../lambda/settings-codec.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { liveAfterMove } from '../../migration/recover-inputs.ts';

/** Users of the whole old pool that were compared so far. */
export interface Compared {
  readonly by: 'usernames' | 'addresses';
  readonly users: number;
  /** Number of all users. AWS only estimates it. */
  readonly estimate: number;
}

/** App clients of a pool that were read so far. */
export interface ReadClients {
  readonly by: 'app clients';
  readonly read: number;
  readonly all: number;
}

type OnCompared = (compared: Compared) => void;

/** Adds the estimated number of all users of the pool. */
export const comparing =
  (by: Compared['by'], pool: Facts['oldPool'], onCompared: OnCompared) =>
  (users: number): void =>
    onCompared({ by, users, estimate: Math.max(users, pool?.pool.EstimatedNumberOfUsers ?? 0) });

/**
 * The facts that the doctor needs about these pools. Undefined if the new pool is gone.
 * @param isNeeded whether all users may be compared, which takes one request per 60 users.
 */
export async function factsOf(
  { aws, oldPool, newPool, prefetchedFacts, inputs, ownFunction }: Migration,
  depth: Depth,
  onProgress: (progress: Compared | ReadClients) => void,
  isNeeded: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<Facts | undefined> {
  if (newPool === undefined) return undefined;
  const { findBy, newPool: rules } = decodeSettings(inputs.SETTINGS);
  const whole = {
    ...(isVouching(inputs, oldPool?.pool) && { names: isNeeded }),
    ...(findBy !== undefined && { findable: { rule: { findBy, newPool: rules }, isNeeded } }),
    marks: inputs.MOVE_ONCE === 'mark',
    onCompared: comparing(findBy === undefined ? 'usernames' : 'addresses', oldPool, onProgress),
    onClients: (read: number, all: number) => {
      // A few are read at once, while the users still take time.
      if (all > fewClients) onProgress({ by: 'app clients', read, all });
    },
  };
  const afterMove = liveAfterMove(ownFunction);
  return readFacts(aws, { oldPool, newPool, afterMove }, { ...depth, ...whole }, prefetchedFacts);
}

/** The facts with the names that other old pools of the chain know too. Makes no call without a chain. */
export async function withSharedNames(
  { aws, chain, inputs }: Pick<Migration, 'aws' | 'chain' | 'inputs'>,
  facts: Facts,
): Promise<Facts> {
  const { sample } = facts;
  const others = otherOldPools(chain);
  if (others.length === 0 || sample === undefined) return facts;
  const settings = decodeSettings(inputs.SETTINGS);
  const { sharedNames, notices } = await readSharedNames(aws, others, sample, settings);
  return { ...facts, sharedNames, notices: [...facts.notices, ...notices] };
}

/** The old pools of the migrations that are asked before and after this one. */
const otherOldPools = (found: Migration['chain']): OtherOldPool[] =>
  (found?.chain.members ?? []).flatMap(({ arn, name, oldUserPoolId }) => {
    const isAskedFirst = found?.links.before.includes(arn) === true;
    if (!isAskedFirst && found?.links.after.includes(arn) !== true) return [];
    return [{ id: oldUserPoolId, migration: name, isAskedFirst }];
  });
