/** Finds and deletes what self-tests have made, in all places of a run. Always from AWS itself. */

import type { Clock } from '../../aws/clock.ts';
import { errorName, translate } from '../../aws/errors.ts';
import { findLeftovers, type Leftover, type Leftovers, type Place } from '../../aws/throw-away/leftovers.ts';
import type { PoolSide } from '../../aws/throw-away/names.ts';
import { removeLeftovers } from '../../aws/throw-away/remove.ts';

type Places = Readonly<Record<PoolSide, Place>>;

/** What was found in one place. */
export interface PlaceLeftovers extends Leftovers {
  readonly place: Place;
  /** Which sides it is the place of. */
  readonly sides: readonly PoolSide[];
}

export interface Search {
  /** Pools that this process has made. */
  readonly known?: (side: PoolSide) => readonly string[];
  /** Only that run's. */
  readonly run?: string;
}

/** The places, each once: both sides are mostly the same account and Region. */
const distinct = ({ new: fresh, old }: Places): readonly (readonly [PoolSide[], Place])[] =>
  fresh.account === old.account && fresh.side.region === old.side.region
    ? [[['new', 'old'], fresh]]
    : [
        [['old'], old],
        [['new'], fresh],
      ];

export function findAll(places: Places, { known = () => [], run }: Search = {}): Promise<PlaceLeftovers[]> {
  return Promise.all(
    distinct(places).map(async ([sides, place]) => ({
      place,
      sides,
      ...(await findLeftovers(place, sides.flatMap(known), run)),
    })),
  );
}

/** What is still there afterwards, and why. */
export interface Stuck {
  readonly leftover: Leftover;
  readonly place: Place;
  readonly why: string;
}

/**
 * Deletes everything that was found, one place after the other: IAM is the same for all Regions of an account. The pools come
 * last, after a second look: a function's last lines can bring its log group back.
 */
export async function removeAll(
  found: readonly PlaceLeftovers[],
  clock: Clock,
  { known = () => [], run }: Search = {},
): Promise<Stuck[]> {
  const stuck: Stuck[] = [];
  for (const { place, sides, own } of found) {
    const ids = [...sides.flatMap(known), ...own.filter(isPool).map(({ id }) => id)];
    await removeLeftovers(
      place,
      own.filter((one) => !isPool(one)),
      clock,
    );
    const wanted = new Set(own.map((one) => one.run));
    const rest = (await findLeftovers(place, ids, run)).own.filter((one) => wanted.has(one.run));
    for (const { leftover, error } of await removeLeftovers(place, rest, clock)) {
      stuck.push({ leftover, place, why: translate(error)?.message ?? errorName(error) });
    }
  }
  return stuck;
}

const isPool = ({ kind }: Leftover): boolean => kind === 'user pool';

export const countOf = (found: readonly PlaceLeftovers[]): number =>
  found.reduce((sum, { own }) => sum + own.length, 0);
