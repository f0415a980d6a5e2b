/** The half that teardown leaves in the old account, and the removal script for its administrator. */
import { chmod, writeFile } from 'node:fs/promises';
import { parseArn, regionOfPool } from '../../../aws/arn.ts';
import { UsageError } from '../../../core/errors.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import { oldClientName, oldRoleArn } from '../../../steps/names.ts';
import { inlinePolicyName } from '../../../steps/role-cleanup.ts';
import { removalScript } from './script.ts';

export interface Leftover {
  /** '' if the account is unknown. */
  readonly account: string;
  readonly roleName: string;
  readonly clientName: string;
  readonly script: string;
  /** Whether the next teardown with access to that account removes it too. */
  readonly isForLater: boolean;
}

/** @param isForLater true if this run must leave it. Otherwise, the administrator created it. */
export function leftover(inputs: Inputs, isForLater: boolean): Leftover {
  const roleName = oldRoleArn(inputs).split('/').at(-1) ?? inputs.NAME;
  const clientName = oldClientName(inputs);
  const script = removalScript({
    oldUserPoolId: inputs.OLD_USER_POOL_ID,
    newUserPoolId: inputs.NEW_USER_POOL_ID,
    newAccount: parseArn(inputs.NEW_USER_POOL_ARN).account,
    region: regionOfPool(inputs.OLD_USER_POOL_ID),
    roleName,
    policyName: inlinePolicyName,
    clientName,
  });
  return { account: parseArn(inputs.OLD_USER_POOL_ARN).account, roleName, clientName, script, isForLater };
}

/** Writes the script. Throws UsageError if it cannot. Teardown can then simply run again. */
export async function writeRemoval(file: string, { script }: Leftover): Promise<string> {
  try {
    await writeFile(file, script);
    await chmod(file, 0o755);
    return file;
  } catch (error) {
    throw new UsageError(`--out ${file}: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'BAD_INPUT',
      found: file,
      hint: ['Everything else is removed. Run teardown again to write the script to another file.'],
    });
  }
}
