/** Where a self-test runs and what it may do, for the policy that lets it. */
export { selfTestPolicy } from '../../../self-test/policy.ts';
export { selfTestInputs } from './inputs.ts';
