/** The part of `sign-ins` that other commands use: why nothing reaches the function, and whether an app sends passwords. */
export { readWhyNothing } from './evidence.ts';
export { type PasswordUse, type PasswordUses, readPasswordUse } from './password-use.ts';
export { signInsMean, signInsOf, whyNothingText } from './view.ts';
