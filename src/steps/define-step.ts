/** Binds `defineStep` to this product's AWS clients and step IDs. */
import type { Aws } from '../aws/clients.ts';
import { stepsFor } from '../core/define-step.ts';
import { type StepId, stepIds } from './ids.ts';

export const defineStep = stepsFor<Aws, StepId>(stepIds);
