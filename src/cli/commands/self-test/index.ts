/** The inputs and the policy of a self-test, for the policy command. */
export { selfTestPolicy } from '../../../self-test/policy.ts';
export { selfTestInputs } from './inputs.ts';
