/** The doctor as a phase of init. */
export { assertNothingFinal, comparing, consult, factsOf } from './phase.ts';
