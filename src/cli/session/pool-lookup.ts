/** Looks pools and profiles up in AWS, to offer them and to check answers. Asks nothing. */

import { regionOfPool } from '../../aws/arn.ts';
import { type Caller, defaultRegion, whoAmI } from '../../aws/clients.ts';
import { toMigrateError } from '../../aws/errors.ts';
import { readOptional } from '../../aws/optional-read.ts';
import { profileNames } from '../../aws/profiles.ts';
import { listPools, type NamedPool, type PoolDetails, poolDetails } from '../../aws/user-pool/list.ts';
import { nearestPool } from '../../aws/user-pool/near-pool.ts';
import { chunked } from '../../core/chunked.ts';
import { CancelledError, type MigrateError } from '../../core/errors.ts';
import { type Notice, unreadInto } from '../../core/notice.ts';
import { flagOf } from '../../core/variables/index.ts';
import { assertTwoPools } from '../inputs/pool-ids.ts';
import type { Accounts, Elsewhere } from './access.ts';
import { requirePool } from './require-pool.ts';

export type PoolName = 'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID';

/** The pools of one account in one Region. */
export interface Offer {
  readonly account: string;
  readonly pools: readonly NamedPool[];
  /** Why the pools could not be listed. */
  readonly notices: readonly Notice[];
}

/** The reads behind the questions about pools. `elsewhere` says which account, `{}` the main one. */
export interface PoolLookup {
  /** The profiles of the AWS configuration files. */
  profiles(): Promise<readonly string[]>;
  /** The Region of the environment or the profile. Undefined if neither names one. */
  region(profile: string | undefined): Promise<string | undefined>;
  /** Throws AWS's error if there are no credentials. Sends nothing to AWS. */
  credentials(elsewhere: Elsewhere): Promise<unknown>;
  /** @param onRead receives the number of pools read so far. */
  offer(elsewhere: Elsewhere, region: string, onRead: (pools: number) => void): Promise<Offer>;
  /**
   * The details of those pools that can be described, by ID. Asks AWS for each pool once.
   * @param isWanted whether somebody still waits for the answer. If not, the rest is not read.
   */
  describe(
    elsewhere: Elsewhere,
    region: string,
    ids: readonly string[],
    isWanted: () => boolean,
  ): Promise<ReadonlyMap<string, PoolDetails | undefined>>;
  /** The reason why nothing can be read in this Region. */
  unreachable(elsewhere: Elsewhere, region: string): Promise<MigrateError | undefined>;
  /** The one pool whose ID is close to this one. */
  near(id: string): Promise<NamedPool | undefined>;
  /**
   * The reason why this cannot be the pool. Undefined if it exists and can be read.
   * @param other the ID of the other pool, if it is known.
   */
  refusal(
    elsewhere: Elsewhere,
    name: PoolName,
    id: string,
    other?: string,
  ): Promise<MigrateError | undefined>;
  /** The identities of the main access and of the profile, or the reason why one has none. */
  callers(profile: string, region: string): Promise<{ main: Caller; other: Caller } | MigrateError>;
}

/** Reading a longer list again takes more than a moment, so it's kept for the second question. */
const longList = 60;

/** Pools that are described at the same time. */
const atOnce = 10;

/** Any Region works to check whether there are credentials. Nothing is sent there. */
const anyRegion = 'us-east-1';

/** The reads for these accounts. */
export function poolLookup(accounts: Accounts): PoolLookup {
  const longLists = new Map<string, readonly NamedPool[]>();
  const described = new Map<string, Promise<PoolDetails | undefined>>();
  const listedPools = async (
    elsewhere: Elsewhere,
    region: string,
    onRead: (pools: number) => void,
  ): Promise<readonly NamedPool[]> => {
    const key = JSON.stringify([elsewhere, region]);
    const kept = longLists.get(key);
    if (kept !== undefined) return kept;
    const pools = await listPools(accounts.open(elsewhere)(region).idp, undefined, onRead);
    if (pools.length > longList) longLists.set(key, pools);
    return pools;
  };
  return {
    profiles: profileNames,
    region: defaultRegion,
    credentials: (elsewhere) => accounts.open(elsewhere)(anyRegion).sts.config.credentials(),
    async callers(profile, region) {
      try {
        const open = [accounts.open(), accounts.open({ profile })] as const;
        const [main, other] = await Promise.all([whoAmI(open[0](region)), whoAmI(open[1](region))]);
        return { main, other };
      } catch (error) {
        return refusalIn(error);
      }
    },
    async offer(elsewhere, region, onRead) {
      const side = accounts.open(elsewhere)(region);
      const notices: Notice[] = [];
      const caller = whoAmI(side);
      const listing = listedPools(elsewhere, region, onRead);
      const [{ account }, pools = []] = await Promise.all([
        caller,
        readOptional(listing, unreadInto(notices)('pools')),
      ]);
      return { account, pools, notices };
    },
    async describe(elsewhere, region, ids, isWanted) {
      const { idp } = accounts.open(elsewhere)(region);
      const detailsOf = (id: string): Promise<PoolDetails | undefined> => {
        const details = described.get(id) ?? poolDetails(idp, id);
        described.set(id, details);
        return details;
      };
      const found = new Map<string, PoolDetails | undefined>();
      for (const some of chunked(ids, atOnce)) {
        if (!isWanted()) break;
        await Promise.all(some.map(async (id) => found.set(id, await detailsOf(id))));
      }
      return found;
    },
    async unreachable(elsewhere, region) {
      try {
        await whoAmI(accounts.open(elsewhere)(region));
        return undefined;
      } catch (error) {
        return refusalIn(error);
      }
    },
    near: (id) => nearestPool(accounts.open()(regionOfPool(id)).idp, id),
    async refusal(elsewhere, name, id, other = '') {
      try {
        assertTwoPools({ OLD_USER_POOL_ID: id, NEW_USER_POOL_ID: other });
        await requirePool(accounts.open(elsewhere)(regionOfPool(id)), id, flagOf(name));
        return undefined;
      } catch (error) {
        return refusalIn(error);
      }
    },
  };
}

/** The error as the reason of a refusal. Throws a cancellation and our own bugs. */
function refusalIn(error: unknown): MigrateError {
  const known = toMigrateError(error);
  if (known === undefined || known instanceof CancelledError) throw error;
  return known;
}
