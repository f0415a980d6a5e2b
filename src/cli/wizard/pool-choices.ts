/** The pools of a list, as the question about a pool shows them. */

import type { NamedPool } from '../../aws/user-pool/list.ts';
import { poolId } from '../../aws/user-pool/near-pool.ts';
import { number } from '../../core/format-number.ts';
import { exactFirst, nearest } from '../../core/near.ts';
import { parseVariable } from '../../core/variables/index.ts';
import type { PoolLookup, PoolName } from '../session/pool-lookup.ts';
import type { Choice } from '../terminal/questions.ts';

/**
 * The most pools of a list. Longer lists are for searching, and each pool that is shown takes a request.
 * AWS allows 15 such requests per second.
 */
export const mostShown = 30;

/** A pool with what is known about it. */
interface ShownPool extends NamedPool {
  readonly users?: number | undefined;
  readonly isMigrating?: boolean;
}

/** Describes these pools, unless nobody waits for them any longer. */
export type Describe = (
  ids: readonly string[],
  isWanted: () => boolean,
) => ReturnType<PoolLookup['describe']>;

/**
 * Users leave a pool that has users for a pool that has none.
 * The likely pool comes first, because pressing Enter alone chooses it.
 */
const likelyFirst: Readonly<Record<PoolName, (a: ShownPool, b: ShownPool) => number>> = {
  OLD_USER_POOL_ID: (a, b) => (b.users ?? 0) - (a.users ?? 0),
  NEW_USER_POOL_ID: (a, b) => (a.users ?? 0) - (b.users ?? 0),
};

const byName = (a: NamedPool, b: NamedPool): number => (a.name < b.name ? -1 : 1);

const users = (count: number): string => `${number(count)} ${count === 1 ? 'user' : 'users'}`;

const choiceOf = (pool: ShownPool): Choice<string> => ({
  value: pool.id,
  name: pool.name,
  details: [
    pool.id,
    ...(pool.users === undefined ? [] : [users(pool.users)]),
    ...(pool.isMigrating ? ['new pool of a migration'] : []),
  ].join('  '),
  short: `${pool.name}  ${pool.id}`,
});

/** The ID in an answer. Pasted text can have spaces and line breaks. */
export const parsePoolId = (name: PoolName, answer: string) =>
  parseVariable(name, answer.replaceAll(/\s/g, ''));

/** The pools to show for these words. Describes only those. */
export async function toChoices(
  name: PoolName,
  pools: readonly NamedPool[],
  describe: Describe,
  term: string | undefined,
  isWanted = () => true,
): Promise<Choice<string>[]> {
  const typed = parsePoolId(name, term ?? '');
  const id = 'value' in typed ? typed.value : undefined;
  const wanted = (id ?? term ?? '').trim().toLowerCase();
  const exact = (some: readonly ShownPool[]) => exactFirst(wanted, some, (pool) => [pool.name, pool.id]);
  const matching = exact(
    pools.filter((pool) => `${pool.name} ${pool.id}`.toLowerCase().includes(wanted)).sort(byName),
  );
  const shown = matching.slice(0, mostShown);
  const known = await describe(shown.map(poolId), isWanted);
  const described = shown.map((pool): ShownPool => ({ ...pool, ...known.get(pool.id) }));
  // The order of a part of the list would mislead.
  const ordered = matching.length > mostShown ? described : exact(described.toSorted(likelyFirst[name]));
  const choices = ordered.map(choiceOf);
  if (id === undefined || pools.some((pool) => pool.id === id)) return choices;
  const near = nearest(id, pools, poolId);
  return [
    ...choices,
    ...(near === undefined ? [] : [{ ...choiceOf(near), description: 'similar to this ID' }]),
    { value: id, name: id, description: 'this ID' },
  ];
}
