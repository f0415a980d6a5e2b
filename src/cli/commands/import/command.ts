/** import: creates the users who haven't moved in the new pool, without their passwords. */
import { CheckError, type ExitKind } from '../../../core/errors.ts';
import { type Finding, findingTitles } from '../../../core/findings.ts';
import { number } from '../../../core/format-number.ts';
import { jsonText } from '../../../core/printable.ts';
import { createDisabled, type DisabledUsers } from '../../../users/import/disabled.ts';
import { RefusedUsers } from '../../../users/import/refused.ts';
import { type Imported, totalOf } from '../../../users/import/run.ts';
import { type ImportScan, type ImportSource, scanImport } from '../../../users/import/source.ts';
import { Budgets } from '../../../users/limits.ts';
import { NewFile } from '../../../users/new-file.ts';
import { type Format, lineWriter } from '../../../users/rows.ts';
import type { Context } from '../../context.ts';
import { type Given, loadInputs } from '../../inputs/load-inputs.ts';
import { findMigration } from '../../migration/find-migration.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { type Surveyed, surveyedPools, surveyProgress } from '../../migration/surveyed-pools.ts';
import { showBefore } from '../../terminal/reporter.ts';
import type { Style } from '../../terminal/style.ts';
import { clean } from './clean.ts';
import type { ImportDocument } from './document.ts';
import { consent, type ImportOptions, parseOptions } from './options.ts';
import { assertImportable, preflight } from './preflight.ts';
import { recordImported } from './record.ts';
import { type Importing, importAll, openImportJournal, readColumns } from './run.ts';
import { undo } from './undo.ts';
import { importPlanText, importText } from './view.ts';

export async function importUsers(context: Context): Promise<ExitKind> {
  const { io, command } = context;
  const options = parseOptions(command, io.env);
  if (options.wantsSchema) {
    const { importJsonSchema } = await import('./document.ts');
    io.stdout.write(`${jsonText(importJsonSchema(), 2)}\n`);
    return 'ok';
  }
  const given = await loadInputs(context);
  return options.cleans ? clean(context, given) : importOrUndo(context, given, options);
}

async function importOrUndo(context: Context, given: Given, options: ImportOptions): Promise<ExitKind> {
  const migration = await findMigration(context, given, 'read');
  if (options.undoes) {
    const pools = await surveyedPools(migration);
    return undo(context, { given, migration, pools, budgets: budgetsOf(context, options, pools) });
  }
  const { document, text } = await importRest(context, { given, migration, options });
  context.reporter.data({ json: document, text });
  return document.ok ? 'ok' : 'refused';
}

const budgetsOf = ({ io }: Context, { rate }: ImportOptions, { old, settings }: Surveyed): Budgets =>
  new Budgets(rate, { clock: io.clock, signal: io.interrupt.signal }, { arn: old.arn, settings });

interface ImportResult {
  readonly document: ImportDocument;
  /** The same for people. */
  readonly text: (style: Style) => string;
}

interface ImportArgs {
  readonly given: Given;
  readonly migration: Migration;
  readonly options: ImportOptions;
}

/**
 * Shows what an import does, asks, and does it. With --dry-run, only shows it. Continues an earlier run.
 * With --out, writes the users whom a job refuses.
 */
export async function importRest(context: Context, args: ImportArgs): Promise<ImportResult> {
  const { out } = args.options;
  const refused = new RefusedUsers();
  if (out === undefined || args.migration.inputs.DRY_RUN) return importShown(context, args, refused);
  const file = await NewFile.open(out.file);
  const stay = context.io.interrupt.beforeExit(file.discardNow);
  try {
    const result = await importShown(context, args, refused);
    await writeRefused(file, out.format, refused);
    return result;
  } catch (error) {
    // A run that stops has refused users, too. Their jobs have ended, and no later run finds them there.
    if (refused.size > 0) await writeRefused(file, out.format, refused);
    throw error;
  } finally {
    await file.discard();
    stay();
  }
}

const outColumns = ['Username', 'Reason'] as const;

/** Writes the users whom import jobs could not create. */
async function writeRefused(file: NewFile, format: Format, refused: RefusedUsers): Promise<void> {
  const { head, line } = lineWriter(format, outColumns);
  await file.write(head);
  for (const row of refused.rows) await file.write(line(row));
  await file.finish();
}

async function importShown(
  context: Context,
  { given, migration, options }: ImportArgs,
  refused: RefusedUsers,
): Promise<ImportResult> {
  const { io, reporter } = context;
  const pools = await surveyedPools(migration);
  const { newPool, inputs } = migration;
  const pace = { clock: io.clock, signal: io.interrupt.signal };
  if (newPool === undefined) throw new Error('the pool was surveyed');
  const findings = await reporter.busy('Looking at the new pool', () => preflight(migration, newPool));
  assertImportable(findings);
  const show = { report: (_text: string): void => undefined };
  const source: ImportSource = {
    ...pools,
    importPool: {
      columns: await readColumns(migration),
      autoVerified: newPool.pool.AutoVerifiedAttributes ?? [],
      requiresMfa: newPool.pool.MfaConfiguration === 'ON',
    },
    readsMfa: pools.settings.mfa === 'block' && pools.settings.oldPoolMfa === 'OPTIONAL',
    budgets: budgetsOf(context, options, pools),
    pace,
    onProgress: surveyProgress(pools, (text) => show.report(text), io.clock.now),
  };
  const scan = await reporter.busy('Reading both pools', (onProgress) => {
    show.report = onProgress;
    return scanImport(source);
  });
  show.report = () => undefined;
  const planned = documentOf(pools, scan, findings, inputs.DRY_RUN === true);
  if (inputs.DRY_RUN) return { document: planned, text: (style) => importPlanText(planned, options, style) };
  const disabled = options.withDisabled ? (scan.leftOut.disabled ?? 0) : 0;
  const oldSubs = options.withDisabled ? oldSubNameOf(pools) : undefined;
  if (scan.importable + disabled > 0) {
    const plan = importPlanText(planned, options, reporter.style);
    showBefore(given.prompts !== undefined, reporter, `\n${plan}\n`);
    await consent(given, options, inputs.NEW_USER_POOL_NAME);
  }
  const journal = await openImportJournal(context, migration);
  try {
    const isDone = scan.importable === 0 && journal.chunks.length === 0;
    const { jobSize } = options;
    const work = { migration, source, scan, journal, jobSize, refused };
    const result = isDone ? nothing : await importRecorded(context, work);
    await journal.deleteFile();
    const more = oldSubs === undefined ? {} : { disabled: await withDisabled(context, source, oldSubs) };
    const { reasons } = refused;
    const file = options.out === undefined ? {} : { file: summaryOf(options.out, refused) };
    const ok = result.failed === 0 && (more.disabled?.refused ?? 0) === 0;
    const document = { ...planned, ...result, ...more, reasons, ...file, ok };
    return { document, text: (style) => importText(document, style) };
  } finally {
    await journal.close();
  }
}

/** Imports, and records how many users for status: of a run that stops, those until then. */
async function importRecorded(context: Context, args: Importing): Promise<Imported> {
  const { migration, journal } = args;
  try {
    return await context.io.interrupt.during('Finishing the current call.', () => importAll(context, args));
  } finally {
    await recordImported(context, migration, journal, totalOf(journal.chunks));
  }
}

const summaryOf = (
  { file: path, format }: NonNullable<ImportOptions['out']>,
  { size: users }: RefusedUsers,
): NonNullable<ImportDocument['file']> => ({ path, format, users, columns: [...outColumns] });

/** Names prove nothing, so a run that was killed could not tell its own user from somebody else's. */
function oldSubNameOf({ oldSubName }: Surveyed): string {
  if (oldSubName !== undefined) return oldSubName;
  throw new CheckError(`${findingTitles.CM120}: --with-disabled needs it`, {
    code: 'CM120',
    hint: ['init --add-old-sub  keeps the old sub. Without --with-disabled, import needs none.'],
  });
}

const withDisabled = (
  { io, reporter }: Context,
  source: ImportSource,
  oldSubName: string,
): Promise<DisabledUsers> =>
  io.interrupt.during('Finishing the current call.', () =>
    reporter.busy('Creating disabled users', (onProgress) =>
      createDisabled({ ...source, oldSubName }, (created) =>
        onProgress(`Creating disabled users: ${number(created)}`),
      ),
    ),
  );

const nothing: Imported = { imported: 0, skipped: 0, failed: 0, jobs: 0 };

function documentOf(
  { old, new: newPool, oldName, newName }: Surveyed,
  { importable, leftOut }: ImportScan,
  findings: readonly Finding[],
  dryRun: boolean,
): ImportDocument {
  const { moved = 0, ...others } = leftOut;
  return {
    ok: true,
    command: 'import',
    version: 1,
    oldUserPool: { id: old.id, name: oldName },
    newUserPool: { id: newPool.id, name: newName },
    dryRun,
    importable,
    moved,
    leftOut: { ...others },
    findings: [...findings],
    ...nothing,
    reasons: {},
  };
}
