/** The part of `sign-ins` that other commands use: why nothing reaches the function. */
export { readWhyNothing } from './evidence.ts';
export { signInsMean, signInsOf, whyNothingText } from './view.ts';
