/** The part of `import` that other commands use: the import of the rest, with its own question. */
export { importRest } from './command.ts';
export type { ImportDocument } from './document.ts';
export { type ImportOptions, parseOptions as parseImportOptions } from './options.ts';
