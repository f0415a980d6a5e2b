/** Failures of access to the old pool's account, told apart from those of the main one. */
import { toMigrateError } from '../../aws/errors.ts';
import { PermissionError } from '../../core/errors.ts';
import type { Vars } from '../../core/variables/index.ts';
import { wayIn, withoutIt } from './old-account.ts';

/**
 * Whether a pool that is gone is an error, or just something that needs no taking down any more; or whether nothing of the
 * old pool's account is looked at.
 */
export type Pools = 'must exist' | 'may be gone' | 'old account is left';

/** The same promise; when access fails, the error says to which account, and what can be done without it. */
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
