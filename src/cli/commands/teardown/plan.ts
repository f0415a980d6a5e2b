/** Finds the steps that teardown covers, and their existing resources. */

import { undefinedIfDenied } from '../../../aws/errors.ts';
import { isSame, type Plan, plan } from '../../../core/plan.ts';
import type { State } from '../../../core/state.ts';
import type { StepId } from '../../../steps/ids.ts';
import { type MigrationStep, oldAccountSteps, steps } from '../../../steps/index.ts';
import { isHandedOver } from '../../session/access.ts';
import type { Discovered } from '../../session/read-pools.ts';

export interface Looked {
  readonly concerned: readonly MigrationStep[];
  /** IDs of steps whose own resources nobody here can see. They predate the handoff. */
  readonly outOfReach: ReadonlySet<StepId>;
  /** IDs of steps whose own resources exist. This run has no record of them and no longer needs them. */
  readonly leftBehind: ReadonlySet<StepId>;
  readonly planned: Plan<StepId>;
}

/** Plans a teardown. Reads only. */
export async function look(
  { aws, inputs }: Discovered,
  state: State | undefined,
  leaveOldAccount: boolean,
): Promise<Looked> {
  const concerned = leaveOldAccount ? steps.filter((step) => !oldAccountSteps.includes(step)) : steps;
  const outOfReach = new Set(isHandedOver(inputs) ? oldAccountSteps.map(({ id }) => id) : []);
  const made = madeBy(state);
  const unrecorded = concerned.filter(({ id }) => !made(id) && !outOfReach.has(id));
  const leftBehind = await besideTheirs(unrecorded, { aws, inputs });
  const planned = await plan(
    concerned,
    aws,
    inputs,
    (step) => (made(step) || leftBehind.has(step)) && !outOfReach.has(step),
  );
  return { concerned, outOfReach, leftBehind, planned };
}

/**
 * Steps whose resources init creates unless the operator provides existing ones.
 * Across accounts, an existing role in the old account comes only with a handoff.
 */
const replaceable: readonly StepId[] = ['lambda-role', 'lambda-policy', 'policy-attachments', 'old-client'];

/**
 * Our own resources beside existing ones that replaced them.
 * The state file that recorded them may be lost, or on the machine that created them.
 * An operator who provides a role may lack permission to look for ours.
 * Then there is no resource to remove either.
 */
async function besideTheirs(
  steps: readonly MigrationStep[],
  { aws, inputs }: Pick<Discovered, 'aws' | 'inputs'>,
): Promise<ReadonlySet<StepId>> {
  const replaced = steps.filter(({ id, when, existing }) => {
    return replaceable.includes(id) && (!when(inputs) || existing(inputs) !== undefined);
  });
  const looks = replaced.map(async (step) => {
    const [found, theirs] = [await undefinedIfDenied(step.inspect(aws, inputs, '')), step.existing(inputs)];
    const isTheirs = found !== undefined && theirs !== undefined && isSame(found, theirs);
    return found?.exists && found.ownership === 'ours' && !isTheirs ? [step.id] : [];
  });
  return new Set((await Promise.all(looks)).flat());
}

/** Whether a step has a record, even if today's flags would not create its resources. */
const madeBy = (state: State | undefined) => {
  const recorded = new Set(Object.keys(state?.steps ?? {}).map((name) => name.split(':')[0]));
  return (step: string): boolean => recorded.has(step);
};
