/**
 * export: prints everything up to the invoke permission.
 * It is for people who keep their infrastructure as code.
 */

import { join } from 'node:path';
import { type ExitKind, UsageError } from '../../../core/errors.ts';
import { type Plan, plan } from '../../../core/plan.ts';
import { assertClear } from '../../../core/plan-blockers.ts';
import type { Inputs, VarName } from '../../../core/variables/index.ts';
import { anyOf } from '../../../core/variables/word-list.ts';
import type { StepId } from '../../../steps/ids.ts';
import { steps } from '../../../steps/index.ts';
import { assertEmpty, type Files, writeFiles } from '../../codegen/folder.ts';
import { commandFor, initCommand } from '../../codegen/init-command.ts';
import { agreedExternalId } from '../../codegen/old-account/external-id.ts';
import type { Context } from '../../context.ts';
import { loadInputs } from '../../inputs/load-inputs.ts';
import type { LackingFlag } from '../../inputs/missing.ts';
import { findMigration } from '../../migration/find-migration.ts';
import { missingWith } from '../../migration/settle-inputs.ts';
import type { Export } from './export.ts';
import { type FormatName, fileNames, formatNames, mainFile, type Printed, print } from './formats.ts';
import { readLive } from './live.ts';
import { readme } from './readme.ts';
import { exportedDocument, writtenDocument } from './view.ts';

export async function exportWanted(context: Context): Promise<ExitKind> {
  const { command, reporter } = context;
  const options = command.opts<{ format?: string; out?: string; force?: boolean }>();
  const given = await loadInputs(context);
  if (options.format === undefined) throw missingWith([lackingFormat], given, 'plan');
  const format = parseFormat(options.format);
  if (options.out !== undefined && !options.force) await assertEmpty(options.out);
  const found = await findMigration(context, given, 'plan');
  const made = steps.filter(({ kind }) => kind === 'create');
  const [planned, live] = await reporter.busy('Reading existing resources', () =>
    Promise.all([plan(made, found.aws, found.inputs), readLive(found)]),
  );
  assertClear(planned);

  const agreed =
    planned.outputs.OLD_EXTERNAL_ID || // from the role itself
    (await agreedExternalId(found.inputs, {
      state: given.state,
      function: found.ownFunction,
      folder: options.out && join(options.out, fileNames.oldAccount),
    }));
  const inputs = { ...found.inputs, FRESH_EXTERNAL_ID: agreed ?? found.inputs.FRESH_EXTERNAL_ID };
  const exported = { inputs, live, init: initCommand(inputs) };
  const printed = print(format, exported);
  const note = (level: 'info' | 'warning', message: string): void =>
    reporter.emit({ type: 'note', level, message });
  if (refusesWhatExists(format)) noteExisting(planned, note);
  if (options.out !== undefined) {
    const files = exportFiles(format, exported, printed, found.aws.handler.bytes);
    reporter.data(writtenDocument(options.out, await writeFiles(options.out, files), format, exported));
    return 'ok';
  }
  noteMissing(format, inputs, Object.keys(printed.elsewhere), note);
  reporter.data(exportedDocument(format, printed.text, exported));
  return 'ok';
}

const formats = anyOf(formatNames);

/** Describes the flag if no format is given. */
const lackingFormat: LackingFlag = {
  flag: '--format',
  describe: formats,
  hint: `cognito-migrate export --format ${formatNames[0]} --out FOLDER  writes a folder, with a page about it.`,
};

function parseFormat(given: string): FormatName {
  const format = formatNames.find((name) => name === given);
  if (format !== undefined) return format;
  throw new UsageError(`--format must be ${formats} (got ${JSON.stringify(given)})`, {
    code: 'BAD_INPUT',
    expected: formatNames,
    found: given,
    hint: ['--help  says what each flag takes.'],
  });
}

type Note = (level: 'info' | 'warning', message: string) => void;

const refusesWhatExists = (format: FormatName): boolean =>
  format === 'cloudformation' || format === 'cdk' || format === 'terraform';

function noteExisting({ items }: Plan<StepId>, note: Note): void {
  const existing = items
    .filter(({ exists, action }) => exists && action !== 'existing')
    .map(({ title }) => title);
  if (existing.length === 0) return;
  note('warning', `Already in AWS: ${existing.join(', ')}. Import them there, or remove them first.`);
}

/** Notes the parts that standard output does not contain. */
function noteMissing(format: FormatName, inputs: Inputs, elsewhere: readonly string[], note: Note): void {
  if (format === 'json') return;
  note('info', `The function's code, ${fileNames.code}, is not in it: --out FOLDER writes both.`);
  if (elsewhere.length === 0) return;
  note(
    'info',
    "The resources in the old pool's account or Region are not included. --out FOLDER writes them too.",
  );
  if (!elsewhere.some((name) => name.startsWith(fileNames.oldAccount))) return;
  const words = commandFor(
    'handoff',
    { ...inputs, EXISTING_OLD_EXTERNAL_ID: inputs.FRESH_EXTERNAL_ID },
    handoffNames,
  );
  note('info', `To get only the old account's half, with the same external ID:\n${words.join(' ')}`);
}

/** The variables that handoff takes. */
const handoffNames = [
  'OLD_USER_POOL_ID',
  'NEW_USER_POOL_ID',
  'NAME',
  'ROLE_PATH',
  'TAGS',
  'EXISTING_ROLE_ARN',
  'EXISTING_OLD_EXTERNAL_ID',
  'OLD_PERMISSIONS_BOUNDARY',
] as const satisfies readonly VarName[];

/** All its files, by name: the page, the document, the code, and the files for the old pool. */
const exportFiles = (format: FormatName, args: Export, printed: Printed, code: Uint8Array): Files => ({
  [fileNames.readme]: readme(format, args, printed),
  [mainFile[format]]: printed.text,
  [fileNames.code]: code,
  ...printed.elsewhere,
});
