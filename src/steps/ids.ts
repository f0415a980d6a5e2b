/**
 * The IDs of all steps. They never change.
 * People type them after --keep. State files and `--json` contain them.
 */
import { keepFlag } from './define-step.ts';
import { type StepId, steps } from './index.ts';

export type { StepId, StepOutput } from './index.ts';

/** In the order in which the plan lists independent steps. */
export const stepIds: readonly StepId[] = steps.map(({ id }) => id);

/** The teardown flag that keeps the step's resource. */
export const keeping: (step: StepId) => string = keepFlag;
