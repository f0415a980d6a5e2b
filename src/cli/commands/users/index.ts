/** The document and its counts, for demo. */
export { UsersDocument } from './document.ts';
export { countLines } from './view.ts';
