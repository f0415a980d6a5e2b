/** Which steps teardown is about, and what of them is there. */
import type { Aws } from '../../aws/clients.ts';
import { type Plan, plan } from '../../core/plan.ts';
import type { State } from '../../core/state.ts';
import type { Step } from '../../core/step.ts';
import { oldAccountSteps, steps } from '../../steps/index.ts';
import { isHandedOver } from '../session/access.ts';
import type { Discovered } from '../session/session.ts';

export interface Looked {
  readonly concerned: readonly Step<Aws>[];
  /** IDs of steps whose own things, made before others were handed over, nobody here can see. */
  readonly outOfReach: ReadonlySet<string>;
  readonly planned: Plan;
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
  const planned = await plan(concerned, aws, inputs, (step) => made(step) && !outOfReach.has(step));
  return { concerned, outOfReach, planned };
}

/** Steps with a record, whether or not the flags of today would have them made. */
const madeBy = (state: State | undefined) => {
  const recorded = new Set(Object.keys(state?.steps ?? {}).map((name) => name.split(':')[0]));
  return (step: string): boolean => recorded.has(step);
};
