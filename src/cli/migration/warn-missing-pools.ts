/** Warns about missing pools. They don't stop a teardown, but may come from a mistyped ID. */
import { parseArn } from '../../aws/arn.ts';
import { flagOf } from '../../core/variables/index.ts';
import type { Context } from '../context.ts';
import type { Discovered } from '../session/read-pools.ts';

const variables = {
  old: { id: 'OLD_USER_POOL_ID', arn: 'OLD_USER_POOL_ARN' },
  new: { id: 'NEW_USER_POOL_ID', arn: 'NEW_USER_POOL_ARN' },
} as const;

/** Emits a warning for each missing pool. */
export function tellGonePools({ reporter }: Context, { gone, inputs }: Discovered): void {
  for (const side of gone) {
    const { id, arn } = variables[side];
    const { account, region } = parseArn(inputs[arn]);
    const message = `There is no user pool ${inputs[id]} in account ${account}, Region ${region}. If it is not deleted, check ${flagOf(id)}: capital letters count`;
    reporter.emit({ type: 'note', level: 'warning', message });
  }
}
