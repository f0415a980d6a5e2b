/** What teardown finds in place and leaves there, since init has not put it in. */

import { clientsWithRecord } from '../../../aws/function/undo-tags.ts';
import type { Plan } from '../../../core/plan.ts';
import { recordName } from '../../../core/state.ts';
import type { StepId } from '../../../steps/ids.ts';
import { recordOf } from '../../../steps/records.ts';
import type { Beginning } from '../../context.ts';
import type { Discovered } from '../../session/read-pools.ts';

/** Names of the records: app clients that had the password flow before, and the attribute that AWS never takes out again. */
export function leftAlone(
  { items }: Plan<StepId>,
  { ownFunction }: Pick<Discovered, 'ownFunction'>,
  { state }: Pick<Beginning, 'state'>,
): ReadonlySet<string> {
  const changed = new Set(clientsWithRecord(ownFunction.tags));
  const isOurs = (step: StepId, key: string): boolean =>
    changed.has(key) || recordOf(state, step, key)?.before !== undefined;
  const found = items.filter(({ step }) => step === 'new-clients' || step === 'old-sub-attribute');
  const theirs = found.filter(({ step, key }) => !isOurs(step, key));
  return new Set(theirs.map(({ step, key }) => recordName(step, key)));
}
