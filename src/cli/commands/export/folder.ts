/** Builds the folder of an export. */
import type { Files } from '../../codegen/folder.ts';
import type { Export } from './export.ts';
import { type FormatName, fileNames, mainFile, type Printed } from './formats.ts';
import { readme } from './readme.ts';

/** All its files, by name: the page, the document, the code, and the files for the old pool. */
export const exportFiles = (format: FormatName, args: Export, printed: Printed, code: Uint8Array): Files => ({
  [fileNames.readme]: readme(format, args, printed),
  [mainFile[format]]: printed.text,
  [fileNames.code]: code,
  ...printed.elsewhere,
});
