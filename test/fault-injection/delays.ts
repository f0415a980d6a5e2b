/** As AWS waits, but never long: enough for each wait of the program to be entered once. */
export const shortDelays = {
  roleToLambda: 1_000,
  policyPropagation: 500,
  functionPending: 500,
  functionUpdate: 500,
  latency: 0,
};
