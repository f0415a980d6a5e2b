/** The commands that come with the local AWS. */
export { demo } from './demo.ts';
export { sandbox } from './sandbox.ts';
export { selfTest } from './self-test.ts';
