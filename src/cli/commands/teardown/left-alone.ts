/** Finds settings that teardown keeps, because init did not add them. */

import { clientsWithRecord } from '../../../aws/function/flow-records.ts';
import type { Plan } from '../../../core/plan.ts';
import { recordName } from '../../../core/state.ts';
import type { StepId } from '../../../steps/ids.ts';
import { recordOf } from '../../../steps/records.ts';
import type { Beginning } from '../../context.ts';
import type { Discovered } from '../../session/read-pools.ts';

/**
 * Record names of app clients that already had the password flow, and of the old-sub attribute.
 * AWS never removes an attribute.
 */
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
