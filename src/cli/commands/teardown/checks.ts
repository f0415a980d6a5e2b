/** Refusals of teardown, and the resources that it keeps. */

import { clientsWithRecord } from '../../../aws/function/flow-records.ts';
import { oldPoolTag, ownTags, poolTag } from '../../../aws/ownership.ts';
import { ConflictError } from '../../../core/errors.ts';
import type { Plan } from '../../../core/plan.ts';
import { recordName } from '../../../core/state.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import { keeping, type StepId } from '../../../steps/ids.ts';
import { steps } from '../../../steps/index.ts';
import { functionArn } from '../../../steps/names.ts';
import { recordOf } from '../../../steps/records.ts';
import type { Migration } from '../../migration/read-migration.ts';

/**
 * Throws ConflictError if the function is foreign and nothing else is ours.
 * The pools or the name are then wrong. Reporting that nothing exists would be wrong too.
 */
export function assertThisMigration({ items }: Plan<StepId>): void {
  const parents = new Set(steps.map(({ parent }) => parent));
  const foreign = items.find(({ step, action }) => action === 'foreign' && parents.has(step));
  const isAnyOurs = items.some(
    ({ exists, action }) => exists && action !== 'foreign' && action !== 'existing',
  );
  if (foreign === undefined || isAnyOurs) return;
  const owner = foreign.owner ?? 'not of this migration';
  throw new ConflictError(`The ${foreign.title} of this name is ${owner}: ${foreign.line}`, {
    code: 'FOREIGN',
    found: owner,
    hint: [
      'Nothing was changed. Compare the IDs of both pools, and the name, with those that init was given.',
    ],
  });
}

/**
 * Throws ConflictError if the trigger calls a function of our name that lacks our tags.
 * teardown would keep the function and the trigger, but remove the resources that the function needs.
 * Users unknown to the new pool would then get an error at sign-in.
 */
export function assertNotUndermined(
  { items }: Plan<StepId>,
  keep: ReadonlySet<string>,
  inputs: Inputs,
): void {
  const foreignFunction = items.find(
    ({ step, action }) => step === 'lambda-function' && action === 'foreign',
  );
  const foreignTrigger = items.find(
    ({ step, action }) => step === 'migration-trigger' && action === 'foreign',
  );
  if (
    foreignFunction === undefined ||
    foreignTrigger?.owner !== foreignFunction.owner ||
    keep.has(foreignFunction.step)
  )
    return;
  const arn = functionArn(inputs);
  const { [poolTag]: pool, [oldPoolTag]: oldPool } = ownTags(inputs);
  throw new ConflictError(`The trigger calls a function without the tags of this migration: ${arn}`, {
    code: 'FUNCTION_UNTAGGED',
    found: foreignFunction.owner,
    hint: [
      "Nothing was changed. Without its role and app client, users who haven't moved couldn't sign in.",
      'If init created it, restore its tags, and run teardown again:',
      `aws lambda tag-resource --resource ${arn} --tags ${poolTag}=${pool},${oldPoolTag}=${oldPool}`,
      `Or keep it, with everything that it needs:  ${keeping('lambda-function')}`,
    ],
  });
}

/**
 * Record names of app clients that already had the password flow, and of the attributes that init adds.
 * AWS never removes an attribute.
 */
export function keptByRecord(
  { items }: Plan<StepId>,
  { ownFunction, state }: Migration,
): ReadonlySet<string> {
  const changed = new Set(clientsWithRecord(ownFunction.tags));
  const isOurs = (step: StepId, key: string): boolean =>
    changed.has(key) || recordOf(state, step, key)?.before !== undefined;
  const kept = items.filter(({ step, key }) => {
    if (step === 'moved-marks') return true;
    return (step === 'new-clients' || step === 'old-sub-attribute') && !isOurs(step, key);
  });
  return new Set(kept.map(({ step, key }) => recordName(step, key)));
}
