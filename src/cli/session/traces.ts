/** Reads what AWS shows of migrations into a pool, for a run without a state file. Asks nothing. */
import { parseArn } from '../../aws/arn.ts';
import type { Side } from '../../aws/clients.ts';
import { readUndoRecords } from '../../aws/function/undo-tags.ts';
import { readOptional } from '../../aws/optional-read.ts';
import type { Vars } from '../../core/variables/index.ts';
import { defaultName } from '../../steps/names.ts';
import { type Trace, traceOf } from './own-resources.ts';
import { findPool } from './require-pool.ts';

/** The resources of this name, or of the default name and of the function on the trigger. */
export async function readTraces(
  side: Side,
  { NEW_USER_POOL_ID, NAME }: Pick<Vars, 'NEW_USER_POOL_ID'> & Partial<Pick<Vars, 'NAME'>>,
): Promise<readonly Trace[]> {
  const own = NAME ?? defaultName(NEW_USER_POOL_ID);
  const other = NAME === undefined ? await otherOnTrigger(side, NEW_USER_POOL_ID, own) : undefined;
  const reading = readUndoRecords(side.lambda, own);
  const readingOther = other && readUndoRecords(side.lambda, other.arn);
  // The other function may be foreign, in another account, or unreadable.
  const [tags, otherTags] = await Promise.all([reading, readingOther && readOptional(readingOther)]);
  const named = [{ NAME: own, tags }, ...(other && otherTags ? [{ NAME: other.NAME, tags: otherTags }] : [])];
  return Promise.all(named.map((one) => traceOf(side, one.NAME, one.tags)));
}

/** The function on the trigger, if it has another name. */
async function otherOnTrigger(side: Side, newPool: string, own: string) {
  const pool = await findPool(side, newPool);
  const arn = pool?.pool.LambdaConfig?.UserMigration;
  const [, NAME] = parseArn(arn ?? '').resource.split(':');
  return arn === undefined || NAME === undefined || NAME === own ? undefined : { NAME, arn };
}
