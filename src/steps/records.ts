/** The state record of a step of this program. Nothing reads records of steps from newer versions. */
import { recordName, type State, type StepRecord } from '../core/state.ts';
import type { StepId } from './ids.ts';

export const recordOf = (state: State | undefined, step: StepId, key = ''): StepRecord | undefined =>
  state?.steps[recordName(step, key)];
