/** Reads both pools and the migration's function, before anything is planned. */
import { type Caller, whoAmI } from '../../aws/clients.ts';
import { type OwnFunction, readOwnFunction } from '../../aws/function/read.ts';
import { type HandlerZip, readHandlerZip } from '../../aws/handler-zip.ts';
import type { PoolSnapshot } from '../../aws/user-pool/index.ts';
import { allOf } from '../../core/failed-together.ts';
import { type DefaultedName, flagOf, type Vars } from '../../core/variables/index.ts';
import type { PoolIds } from '../inputs/pool-ids.ts';
import type { Sides } from './access.ts';
import { type Expected, readOldPool } from './old-account.ts';
import { findPool, requirePool } from './require-pool.ts';

/** All values that are known without calling AWS. */
export type KnownInputs = Partial<Vars> & PoolIds & Pick<Vars, DefaultedName | 'NAME'>;

/** AWS's answers about the two pools, not interpreted yet. */
export interface Pools {
  readonly caller: Caller;
  readonly newPool: PoolSnapshot | undefined;
  /** Undefined if it is gone or not read. */
  readonly oldPool: PoolSnapshot | undefined;
  /** Pools that were looked for and do not exist. Always empty for pools that must exist. */
  readonly gone: readonly ('old' | 'new')[];
  readonly handler: HandlerZip;
  readonly ownFunction: OwnFunction;
}

/**
 * Reads everything at the same time. Throws UsageError for a pool that must exist and does not.
 * @param canSeeOldPool false if this run must not read the old pool's account, or has no access.
 */
export async function readPools(
  values: KnownInputs,
  sides: Sides,
  expected: Expected,
  canSeeOldPool: boolean,
  handlerZip: URL,
): Promise<Pools> {
  const find = expected === 'must exist' ? requirePool : findPool;
  const reading = {
    caller: whoAmI(sides.new),
    ownFunction: readOwnFunction(sides.new.lambda, values.NAME, values),
  };
  const [caller, newPool, oldPool, handler, ownFunction] = await allOf([
    reading.caller,
    find(sides.new, values.NEW_USER_POOL_ID, flagOf('NEW_USER_POOL_ID')),
    canSeeOldPool ? readOldPool(sides.old, values, expected, reading) : undefined,
    readHandlerZip(handlerZip),
    reading.ownFunction,
  ]);
  const gone = [
    ...(newPool === undefined ? (['new'] as const) : []),
    ...(oldPool === undefined && canSeeOldPool ? (['old'] as const) : []),
  ];
  return { caller, newPool, oldPool, gone, handler, ownFunction };
}
