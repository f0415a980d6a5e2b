/** What teardown leaves in the old account, and the script by which that account's administrator removes it. */
import { chmod, writeFile } from 'node:fs/promises';
import { parseArn, regionOfPool } from '../../../aws/arn.ts';
import { UsageError } from '../../../core/errors.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import { oldClientName, oldRoleArn } from '../../../steps/names.ts';
import { inlinePolicyName } from '../../../steps/old-account-role.ts';
import { removalScript } from './script.ts';

export interface Leftover {
  /** '' where nothing tells which account it is. */
  readonly account: string;
  readonly roleName: string;
  readonly clientName: string;
  readonly script: string;
  /** The next teardown with access there takes it away too. */
  readonly isForLater: boolean;
}

/** @param isForLater this run was told to leave it; otherwise the administrator has made it. */
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

/** Writes the script. Throws UsageError where that file cannot be written; teardown can simply be run again. */
export async function writeRemoval(file: string, { script }: Leftover): Promise<string> {
  try {
    await writeFile(file, script);
    await chmod(file, 0o755);
    return file;
  } catch (error) {
    throw new UsageError(`--out ${file}: ${error instanceof Error ? error.message : String(error)}`, {
      code: 'BAD_INPUT',
      found: file,
      hint: ['Everything else is taken down. Running teardown again writes the script elsewhere.'],
    });
  }
}
