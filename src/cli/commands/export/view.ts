/** The output of export: the document, or a summary of the written folder. */

import { initCommandHere, overLines } from '../../codegen/init-command.ts';
import type { Document } from '../../terminal/reporter.ts';
import { columns } from '../../terminal/style.ts';
import type { Export } from './export.ts';
import { type FormatName, fileNames, mainFile } from './formats.ts';

const isJson = (format: FormatName): boolean => format === 'cloudformation' || format === 'json';

const about = ({ inputs }: Export) => ({
  codeSha256: inputs.CODE_SHA256,
  init: initCommandHere(inputs).join(' '),
});

/** The document itself. */
export const exportedDocument = (format: FormatName, text: string, args: Export): Document => ({
  json: { command: 'export', format, document: isJson(format) ? JSON.parse(text) : text, ...about(args) },
  text: () => text.trimEnd(),
  isVerbatim: true,
});

const what: Readonly<Record<string, string>> = {
  [fileNames.readme]: 'how to create it, set the trigger, and remove it',
  [mainFile.cloudformation]: 'CloudFormation template',
  [mainFile.cdk]: 'stack of the AWS CDK, in TypeScript',
  [mainFile.terraform]: 'Terraform',
  [mainFile['aws-cli']]: 'AWS CLI script',
  [mainFile.json]: 'every call, and the expected settings of each step',
  [fileNames.code]: "the function's code",
  [fileNames.oldPool]: "CloudFormation template for the old pool's Region",
  [fileNames.oldPoolStack]: "stack of the AWS CDK for the old pool's Region",
};

/** The written files, and the next command. */
export const writtenDocument = (
  folder: string,
  files: readonly string[],
  format: FormatName,
  args: Export,
): Document => ({
  json: { command: 'export', format, folder, files, ...about(args) },
  text: (style) =>
    [
      `\n  ${style.ok} ${folder}   everything except the live pool`,
      '',
      columns(
        files.map((name) => [name, what[name] ?? "for the old pool's account"] as const),
        '    ',
      ),
      '',
      '  After you create these, test the function and then set the trigger:',
      '',
      overLines(initCommandHere(args.inputs), '    '),
    ].join('\n'),
});
