/** What a command needs from its beginning, in one piece. */
export { addOptions, catalogue } from './options.ts';
export { run } from './run.ts';
