/** Which steps teardown is about, and what of them is there. */

import { undefinedIfDenied } from '../../../aws/errors.ts';
import { isSame, type Plan, plan } from '../../../core/plan.ts';
import type { State } from '../../../core/state.ts';
import type { StepId } from '../../../steps/ids.ts';
import { type MigrationStep, oldAccountSteps, steps } from '../../../steps/index.ts';
import { isHandedOver } from '../../session/access.ts';
import type { Discovered } from '../../session/read-pools.ts';

export interface Looked {
  readonly concerned: readonly MigrationStep[];
  /** IDs of steps whose own things, made before others were handed over, nobody here can see. */
  readonly outOfReach: ReadonlySet<StepId>;
  /** IDs of steps whose own things are there though this run has no record of them and needs them no more. */
  readonly leftBehind: ReadonlySet<StepId>;
  readonly planned: Plan<StepId>;
}

/** Reads only. */
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

/** What init makes unless the person brings their own along; across accounts the role there comes with a handoff only. */
const replaceable: readonly StepId[] = ['lambda-role', 'lambda-policy', 'policy-attachments', 'old-client'];

/**
 * Our own things beside what was brought along in their place. The file that knew of them may be lost, or on the machine that
 * made them. Whoever brings a role along may have no permission to look for another: then there is none to take away either.
 */
async function besideTheirs(
  steps: readonly MigrationStep[],
  { aws, inputs }: Pick<Discovered, 'aws' | 'inputs'>,
): Promise<ReadonlySet<StepId>> {
  const replaced = steps.filter(({ id, when, brought }) => {
    return replaceable.includes(id) && (!when(inputs) || brought(inputs) !== undefined);
  });
  const looks = replaced.map(async (step) => {
    const [found, theirs] = [await undefinedIfDenied(step.inspect(aws, inputs, '')), step.brought(inputs)];
    const isTheirs = found !== undefined && theirs !== undefined && isSame(found, theirs);
    return found?.exists && found.ours === 'yes' && !isTheirs ? [step.id] : [];
  });
  return new Set((await Promise.all(looks)).flat());
}

/** Steps with a record, whether or not the flags of today would have them made. */
const madeBy = (state: State | undefined) => {
  const recorded = new Set(Object.keys(state?.steps ?? {}).map((name) => name.split(':')[0]));
  return (step: string): boolean => recorded.has(step);
};
