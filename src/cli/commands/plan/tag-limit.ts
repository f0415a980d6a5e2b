/** The function's tags store each app client's original state. Lambda limits the number of tags. */

import {
  clientsWithRecord,
  countsTowardLimit,
  fitting,
  maxTags,
} from '../../../aws/function/flow-records.ts';
import { alarmsTag, flowPrefix, laterTags, previousTriggerTag } from '../../../aws/function/undo-tags.ts';
import { ownTags } from '../../../aws/ownership.ts';
import { UsageError } from '../../../core/errors.ts';
import type { Plan } from '../../../core/plan.ts';
import { flagOf } from '../../../core/variables/index.ts';
import type { StepId } from '../../../steps/ids.ts';
import { recordOf } from '../../../steps/records.ts';
import type { Migration } from '../../migration/read-migration.ts';

/**
 * Throws UsageError if the records of all app clients would not fit.
 * Checks this before changing the first one.
 */
export function assertRoomForRecords(
  { items }: Plan<StepId>,
  { ownFunction, inputs, state }: Pick<Migration, 'ownFunction' | 'inputs' | 'state'>,
): void {
  const clients = items.filter(({ step }) => step === 'new-clients');
  const changed = clients.filter(({ exists, key }) => {
    return !exists || recordOf(state, 'new-clients', key)?.before !== undefined;
  });
  const others = [
    ...Object.keys(ownFunction.tags).filter((key) => countsTowardLimit(key) && !key.startsWith(flowPrefix)),
    ...Object.keys(ownTags(inputs)),
    ...(inputs.ALARMS === undefined ? [] : [alarmsTag]),
    ...(inputs.REPLACE_TRIGGER ? [previousTriggerTag] : []),
    ...(inputs.GROUPS === undefined && inputs.MOVE_ONCE === undefined ? [] : laterTags),
  ];
  const records = changed.map(({ key }) => key);
  const recorded = clientsWithRecord(ownFunction.tags).filter((id) => !records.includes(id));
  const room = Math.max(0, maxTags - new Set(others).size);
  const maxClients = Math.max(0, fitting([...recorded, ...records], room) - recorded.length);
  if (maxClients >= records.length) return;
  throw new UsageError(
    `Too many app clients: ${records.length} would be changed, but there is room for the earlier settings of only ${maxClients}`,
    {
      code: 'TOO_MANY_CLIENTS',
      expected: maxClients,
      found: records.length,
      hint: [
        `The function's tags record it. Lambda allows ${maxTags} tags, and each holds nine app clients. Every ${flagOf('TAGS')} uses one tag.`,
        `Name the app clients that matter most with ${flagOf('NEW_CLIENT_IDS')}, and leave ${flagOf('ALL_NEW_CLIENTS')} out.`,
        'An app client to which you add ALLOW_USER_PASSWORD_AUTH yourself needs no tag. teardown does not change it.',
      ],
    },
  );
}
