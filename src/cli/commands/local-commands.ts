/** The commands that include the local AWS. */
export { demo } from './demo/command.ts';
export { sandbox } from './sandbox/command.ts';
export { selfTest } from './self-test/command.ts';
