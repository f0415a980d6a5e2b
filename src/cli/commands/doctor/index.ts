/** The doctor as a phase of init. */
export { assertNothingFinal, consult, factsOf } from './phase.ts';
