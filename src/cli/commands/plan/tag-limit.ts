/** The function's tags store each app client's original state. Lambda limits the number of tags. */

import { flowTag, previousTriggerTag } from '../../../aws/function/undo-tags.ts';
import { ownTags } from '../../../aws/ownership.ts';
import { UsageError } from '../../../core/errors.ts';
import type { Plan } from '../../../core/plan.ts';
import { flagOf } from '../../../core/variables/index.ts';
import type { StepId } from '../../../steps/ids.ts';
import { recordOf } from '../../../steps/records.ts';
import type { Beginning } from '../../context.ts';
import type { Discovered } from '../../session/read-pools.ts';

/**
 * The maximum number of tags of a function.
 * Source: Lambda Developer Guide, "Using tags on Lambda functions", tag restrictions.
 */
const maxTags = 50;

/** AWS's own tags, such as CloudFormation's, do not count. */
const countsTowardLimit = (key: string): boolean => !key.toLowerCase().startsWith('aws:');

/**
 * Throws UsageError if the records of all app clients would not fit.
 * Checks this before changing the first one.
 */
export function assertRoomForRecords(
  { items }: Plan<StepId>,
  { ownFunction, inputs }: Pick<Discovered, 'ownFunction' | 'inputs'>,
  { state }: Pick<Beginning, 'state'>,
): void {
  const clients = items.filter(({ step }) => step === 'new-clients');
  const changed = clients.filter(({ exists, key }) => {
    return !exists || recordOf(state, 'new-clients', key)?.before !== undefined;
  });
  const others = [
    ...Object.keys(ownFunction.tags).filter(countsTowardLimit),
    ...Object.keys(ownTags(inputs)),
    ...(inputs.REPLACE_TRIGGER ? Object.values(previousTriggerTag) : []),
  ];
  const records = changed.map(({ key }) => flowTag(key));
  const tags = new Set([...others, ...records]);
  if (tags.size <= maxTags) return;
  const maxClients = maxTags - (tags.size - records.length);
  throw new UsageError(
    `Too many app clients: ${records.length} would be changed, and there is room to remember how ${maxClients} of them were`,
    {
      code: 'TOO_MANY_CLIENTS',
      expected: maxClients,
      found: records.length,
      hint: [
        `That is kept in the function's tags, of which Lambda takes ${maxTags}; each ${flagOf('TAGS')} takes one too.`,
        `Name the app clients that matter most with ${flagOf('NEW_CLIENT_IDS')}, and leave ${flagOf('ALL_NEW_CLIENTS')} out.`,
        'One to which you have added ALLOW_USER_PASSWORD_AUTH yourself needs no room: teardown leaves it as it is.',
      ],
    },
  );
}
