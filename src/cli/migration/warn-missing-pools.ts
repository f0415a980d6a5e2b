/** Warns about missing pools. They don't stop a teardown, but may come from a mistyped ID. */
import { parseArn } from '../../aws/arn.ts';
import type { Note } from '../../core/events.ts';
import { flagOf } from '../../core/variables/index.ts';
import type { Migration } from './read-migration.ts';

const variables = {
  old: { id: 'OLD_USER_POOL_ID', arn: 'OLD_USER_POOL_ARN' },
  new: { id: 'NEW_USER_POOL_ID', arn: 'NEW_USER_POOL_ARN' },
} as const;

/** A warning for each missing pool. */
export const gonePoolNotes = ({ gone, inputs }: Migration): Note[] =>
  gone.map((side) => {
    const { id, arn } = variables[side];
    const { account, region } = parseArn(inputs[arn]);
    const message = `There is no user pool ${inputs[id]} in account ${account}, Region ${region}. If it was not deleted, check ${flagOf(id)}: capital letters count`;
    return { type: 'note', level: 'warning', message };
  });
