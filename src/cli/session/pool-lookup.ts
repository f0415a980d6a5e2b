/** Looks pools and profiles up in AWS, to offer them and to check answers. Asks nothing. */

import { regionOfPool } from '../../aws/arn.ts';
import { type Caller, defaultRegion, whoAmI } from '../../aws/clients.ts';
import { toMigrateError } from '../../aws/errors.ts';
import { type NamedPool, nearestPool } from '../../aws/near-pool.ts';
import { readOptional } from '../../aws/optional-read.ts';
import { profileNames } from '../../aws/profiles.ts';
import { listPools, type PoolChoice } from '../../aws/user-pool/list.ts';
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
  readonly pools: readonly PoolChoice[];
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
  offer(elsewhere: Elsewhere, region: string): Promise<Offer>;
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

/** More pools than a person wants to scroll through. The ID of any other pool can be pasted. */
const maxOffered = 200;

/** Any Region works to check whether there are credentials. Nothing is sent there. */
const anyRegion = 'us-east-1';

/** The reads for these accounts. */
export function poolLookup(accounts: Accounts): PoolLookup {
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
    async offer(elsewhere, region) {
      const side = accounts.open(elsewhere)(region);
      const notices: Notice[] = [];
      const caller = whoAmI(side);
      const listing = listPools(side.idp, maxOffered);
      const [{ account }, pools = []] = await Promise.all([
        caller,
        readOptional(listing, unreadInto(notices)('pools')),
      ]);
      return { account, pools, notices };
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
