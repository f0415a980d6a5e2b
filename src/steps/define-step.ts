/** Binds `defineStep` to this product's AWS clients. */
import type { Aws } from '../aws/clients.ts';
import { stepsFor } from '../core/define-step.ts';

export const defineStep = stepsFor<Aws>();

/** The teardown flag that keeps the step's resource. */
export const keepFlag = (step: string): string => `--keep ${step}`;
