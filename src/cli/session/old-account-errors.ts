/** Distinguishes failed access to the old pool's account from failed access to the main account. */
import { toMigrateError } from '../../aws/errors.ts';
import { PermissionError } from '../../core/errors.ts';
import type { Vars } from '../../core/variables/index.ts';
import { wayIn, withoutIt } from './old-account.ts';

/**
 * Whether a missing pool is an error, or only needs no removal.
 * In the third case, nothing in the old pool's account is read.
 */
export type Pools = 'must exist' | 'may be gone' | 'old account is left';

/** The same promise. If access fails, the error names the account and the ways to continue. */
export async function inOldAccount<T>(values: Partial<Vars>, pools: Pools, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const known = toMigrateError(error);
    const how = wayIn(values);
    if (how === undefined || !(known instanceof PermissionError)) throw error;
    throw new PermissionError(`No access to the old pool's account (${how}): ${known.message}`, {
      code: 'OLD_ACCOUNT_DENIED',
      found: known.found ?? known.code,
      reason: known.reason,
      denied: known.denied,
      hint: [...known.hint.filter((line) => !line.includes('demo')), ...waysOut(pools)],
      cause: error,
    });
  }
}

const waysOut = (pools: Pools): readonly string[] =>
  pools === 'must exist'
    ? ['Without access there:  cognito-migrate handoff  writes down what its administrator has to do.']
    : withoutIt;
