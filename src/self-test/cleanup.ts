/** Finds and deletes resources of self-tests, in all places of a run. Always reads AWS itself. */

import { errorName, isTransient, toMigrateError } from '../aws/errors.ts';
import { retry, sleep } from '../aws/retry.ts';
import { cleanups } from './fixtures/cleanups.ts';
import type { PoolSide } from './fixtures/names.ts';
import { removeLeftovers } from './fixtures/remove.ts';
import { findLeftovers, type Leftover, type Leftovers, type Place, poolKind } from './fixtures/resources.ts';
import { retryOptions, type Unhurried } from './fixtures/retry.ts';

type Places = Readonly<Record<PoolSide, Place>>;

/** The resources found in one place. */
export interface PlaceLeftovers extends Leftovers {
  readonly place: Place;
  /** The sides that are in this place. */
  readonly sides: readonly PoolSide[];
}

export interface Search {
  /** Pools that this process created. */
  readonly known?: (side: PoolSide) => readonly string[];
  /** Only resources of that run. */
  readonly run?: string;
}

/** The places, each once. Both sides are usually in the same account and Region. */
const distinct = ({ new: newPlace, old }: Places): readonly (readonly [PoolSide[], Place])[] =>
  newPlace.account === old.account && newPlace.side.region === old.side.region
    ? [[['new', 'old'], newPlace]]
    : [
        [['old'], old],
        [['new'], newPlace],
      ];

/** Finds all resources. Retries for up to a minute while AWS is busy or unreachable. */
export function findAll(
  places: Places,
  { clock, onProgress }: Unhurried,
  { known = () => [], run }: Search = {},
): Promise<PlaceLeftovers[]> {
  const look = async () =>
    eachOnce(
      await Promise.all(
        distinct(places).map(async ([sides, place]) => ({
          place,
          sides,
          ...(await findLeftovers(place, sides.flatMap(known), run)),
        })),
      ),
    );
  return retry(
    look,
    isTransient,
    retryOptions({ clock, signal: never, ...(onProgress && { onProgress }) }, 60_000, 'AWS is busy'),
  );
}

/** Removes duplicates. Every Region of an account shows the same roles and policies. */
function eachOnce(found: readonly PlaceLeftovers[]): PlaceLeftovers[] {
  const seen = new Set<string>();
  return found.map(({ own, ...rest }) => ({
    ...rest,
    own: own.filter(({ kind, name }) => {
      if (!cleanups.some((one) => one.kind === kind && one.isGlobal)) return true;
      const key = `${rest.place.account} ${kind} ${name}`;
      const isNew = !seen.has(key);
      seen.add(key);
      return isNew;
    }),
  }));
}

/** A signal for the cleanup, which ignores Ctrl-C. A second Ctrl-C ends the process anyway. */
const never = new AbortController().signal;

/** The resources that still exist in the end, and why. */
export interface Deletion {
  readonly left: readonly PlaceLeftovers[];
  readonly stuck: readonly Stuck[];
}

/** Seconds before each further search. AWS can show deleted resources for half a minute. */
const pauses = [3, 6, 9, 12] as const;

/** Deletes the resources, and searches again until none is left or the last pause is over. */
export async function deleteAll(
  places: Places,
  found: readonly PlaceLeftovers[],
  args: Unhurried,
  search: Search = {},
): Promise<Deletion> {
  let left = found;
  let stuck: readonly Stuck[] = [];
  for (const pause of [0, ...pauses]) {
    if (countOf(left) === 0) break;
    if (pause > 0) args.onProgress?.(`AWS still shows what was deleted · next look in ${pause} s`);
    await sleep(pause * 1_000, { clock: args.clock, signal: never });
    stuck = await removeAll(left, args, search);
    left = await findAll(places, args, search);
  }
  return { left, stuck: countOf(left) === 0 ? [] : stuck };
}

/** A resource that still exists afterwards, and why. */
export interface Stuck {
  readonly leftover: Leftover;
  readonly place: Place;
  readonly why: string;
}

/**
 * Deletes everything, one place at a time, because IAM is the same for all Regions of an account.
 * The pools come last, after a second search. A function's last lines can recreate its log group.
 */
async function removeAll(
  found: readonly PlaceLeftovers[],
  args: Unhurried,
  { known = () => [], run }: Search = {},
): Promise<Stuck[]> {
  const stuck: Stuck[] = [];
  for (const { place, sides, own } of found) {
    const ids = [...sides.flatMap(known), ...own.filter(isPool).map(({ id }) => id)];
    await removeLeftovers(
      place,
      own.filter((one) => !isPool(one)),
      args,
    );
    const wanted = new Set(own.map((one) => one.run));
    const rest = (await findLeftovers(place, ids, run)).own.filter((one) => wanted.has(one.run));
    for (const { leftover, error } of await removeLeftovers(place, rest, args)) {
      stuck.push({ leftover, place, why: toMigrateError(error)?.message ?? errorName(error) });
    }
  }
  return stuck;
}

const isPool = ({ kind }: Leftover): boolean => kind === poolKind;

export const countOf = (found: readonly PlaceLeftovers[]): number =>
  found.reduce((sum, { own }) => sum + own.length, 0);
