/** What the state file says of a step of this program. Its other records, of a newer version, are read by nobody. */
import { recordName, type State, type StepRecord } from '../core/state.ts';
import type { StepId } from './ids.ts';

export const recordOf = (state: State | undefined, step: StepId, key = ''): StepRecord | undefined =>
  state?.steps[recordName(step, key)];
