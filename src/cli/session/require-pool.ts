/** Reads a pool that must exist. */
import { type Side, whoAmI } from '../../aws/clients.ts';
import { undefinedIfNotFound } from '../../aws/errors.ts';
import { type PoolSnapshot, readPool } from '../../aws/user-pool/index.ts';
import { nearestPool, poolNotFound } from '../../aws/user-pool/near-pool.ts';

/** The pool. Undefined if it does not exist. */
export function findPool(side: Side, id: string): Promise<PoolSnapshot | undefined> {
  return undefinedIfNotFound(readPool(side.idp, id), 'ResourceNotFoundException');
}

/**
 * The pool. If it does not exist, throws an error about the flag that named it.
 * @param whereElse hints, by the account that does not contain the pool.
 */
export async function requirePool(
  side: Side,
  id: string,
  flag: string | undefined,
  whereElse?: (account: string) => Promise<string[]>,
): Promise<PoolSnapshot> {
  const pool = await findPool(side, id);
  if (pool !== undefined) return pool;
  const [{ account }, near] = await Promise.all([whoAmI(side), nearestPool(side.idp, id)]);
  throw poolNotFound(id, flag ?? '', side.region, account, await whereElse?.(account), near);
}
