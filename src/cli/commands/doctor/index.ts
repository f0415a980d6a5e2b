/** The doctor as a phase of init. */
export { assertNothingFinal, consult } from './consult.ts';
export { comparing, factsOf } from './read-facts.ts';
export { comparedText } from './view.ts';
