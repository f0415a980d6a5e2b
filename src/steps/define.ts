/** `defineStep` for this product's AWS access. */
import type { Aws } from '../aws/clients.ts';
import { stepsFor } from '../core/steps-for.ts';

export const defineStep = stepsFor<Aws>();
