/** What a command needs from its beginning, in one piece. */
export { letThrough } from './misplaced.ts';
export { addOptions, catalogue } from './options.ts';
export { run } from './run.ts';
