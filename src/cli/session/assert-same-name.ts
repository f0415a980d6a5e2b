/** A migration with a custom name can be found only under that name. */
import { parseArn } from '../../aws/arn.ts';
import type { Side } from '../../aws/clients.ts';
import { isNamed } from '../../aws/errors.ts';
import { readUndoRecords } from '../../aws/function/undo-tags.ts';
import { ownerOf } from '../../aws/ownership.ts';
import type { PoolSnapshot } from '../../aws/user-pool/index.ts';
import { PermissionError, UsageError } from '../../core/errors.ts';
import { flagOf, type Inputs } from '../../core/variables/index.ts';

/**
 * Throws UsageError if the trigger's function belongs to this migration under another name.
 * Half of the migration would still be found.
 * A teardown would then remove the app client of a function that is in use.
 */
export async function assertOwnName(
  { lambda }: Pick<Side, 'lambda'>,
  inputs: Inputs,
  newPool: PoolSnapshot | undefined,
): Promise<void> {
  const trigger = newPool?.pool.LambdaConfig?.UserMigration;
  const [, name] = parseArn(trigger ?? '').resource.split(':');
  if (trigger === undefined || name === undefined || name === inputs.NAME) return;
  const tags = await readUndoRecords(lambda, trigger).catch((error: unknown) => {
    // Belongs to somebody else, is in another account, or is not visible to this person.
    if (error instanceof PermissionError || isNamed(error, 'AccessDeniedException')) return undefined;
    throw error;
  });
  if (ownerOf(tags, inputs).ownership !== 'ours') return;
  throw new UsageError(`This migration is there under the name ${name}, not ${inputs.NAME}`, {
    code: 'OTHER_NAME',
    expected: name,
    found: inputs.NAME,
    hint: [
      `${flagOf('NAME')} ${name}  works on it; give the same ${flagOf('ROLE_PATH')} too, if there was one.`,
    ],
  });
}
