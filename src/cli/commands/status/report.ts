/** status --report, and the last report of teardown: one HTML page in a new file. */
import type { Command } from 'commander';
import { readRecentReasons } from '../../../aws/migration-log.ts';
import { UsageError } from '../../../core/errors.ts';
import { isInstalled } from '../../../core/status.ts';
import type { StatusDocument } from '../../../core/status-document.ts';
import { openToStrangers } from '../../../doctor/index.ts';
import { logGroupName } from '../../../steps/names.ts';
import type { NewFile } from '../../../users/new-file.ts';
import type { Context } from '../../context.ts';
import { isOn, ownValueOf } from '../../inputs/options.ts';
import type { Migration, PlannedMigration } from '../../migration/read-migration.ts';
import type { Io } from '../../terminal/io.ts';
import { orFailure, readCounts } from './counts.ts';
import { statusDocument } from './document.ts';
import { healthNotes } from './notes.ts';
import type { Reading } from './reading.ts';
import { type Recent, reportOf, type Source } from './report-data.ts';
import { writeLastReportFile } from './report-file.ts';
import { verdictOf } from './verdict.ts';

export interface ReportOptions {
  readonly file: string;
  /** `--report`, or its environment variable. */
  readonly source: string;
  readonly isTyped: boolean;
  readonly withAccount: boolean;
}

/** The file to write, if any. Throws UsageError for wrong values. */
export function parseReport(command: Command, env: Io['env']): ReportOptions | undefined {
  const file = ownValueOf('--report', command, env);
  const account = ownValueOf('--with-account', command, env);
  if (file === undefined) {
    // A variable for all runs is no mistake in a run without a report.
    if (account?.isTyped !== true) return undefined;
    throw new UsageError('--with-account is about the page of --report, and there is no --report', {
      code: 'BAD_INPUT',
      found: '--with-account',
      hint: ['Add  --report FILE.'],
    });
  }
  const { text, source, isTyped } = file;
  if (text === '') throw new UsageError(`${source} must name a file`, { code: 'BAD_INPUT', found: text });
  return { file: text, source, isTyped, withAccount: isOn(account) };
}

/** Writes the page about a reading into the file, and completes it. Returns the document, with the report. */
export async function writeReport(
  { io, reporter }: Context,
  { document, migration, health, heard, notes }: Reading,
  { file, withAccount }: ReportOptions,
  out: NewFile,
): Promise<StatusDocument> {
  const recent = await reporter.busy('Reading reasons from the log', () => readRecent(migration));
  const at = io.clock.now();
  const source = { migration, health, document, notes: [...heard, ...notes], recent, at };
  await out.write(await pageOf({ ...source, isLast: false, withAccount }));
  await out.finish();
  return { ...document, report: reportMember(file, recent, at) };
}

/** The log is only informative here, so no failure of it ends the command. */
const readRecent = ({ aws, inputs }: Migration): Promise<Recent> =>
  orFailure(readRecentReasons(aws.new.logs, logGroupName(inputs), aws.clock.now()));

/** The page and its scales load only if there is a report to write. */
async function pageOf(source: Source): Promise<string> {
  const { page } = await import('../../../report/page.ts');
  return page(reportOf(source));
}

function reportMember(path: string, recent: Recent, at: number): NonNullable<StatusDocument['report']> {
  if ('failure' in recent) {
    const since = new Date(at).toISOString();
    return { path, reasons: {}, since, complete: false, unread: recent.failure.code };
  }
  const { reasons, since, isComplete } = recent;
  return { path, reasons: { ...reasons }, since: new Date(since).toISOString(), complete: isComplete };
}

/**
 * Writes the last report of a migration into the working folder, and says where it is. Returns the name of the file.
 * Its health is the plan of teardown, and everything else is read now.
 * Undefined, and a warning, if it cannot be written.
 */
export async function writeLastReport(
  context: Context,
  planned: PlannedMigration,
): Promise<string | undefined> {
  const { reporter } = context;
  const text = await reporter.busy('Writing the last report', () => lastPage(planned));
  const name = await writeLastReportFile(context, text);
  if (name !== undefined) reporter.text(`  The last report of this migration: ${name}\n`);
  return name;
}

async function lastPage(migration: PlannedMigration): Promise<string> {
  const { aws, inputs, oldPool, planned } = migration;
  const at = aws.clock.now();
  const [counts, recent] = await Promise.all([readCounts(aws.new, inputs, at), readRecent(migration)]);
  const health = {
    planned,
    installed: isInstalled(planned),
    counts,
    // Reads nothing that teardown has no permission for.
    way: inputs.NEW_CLIENT_IDS.length > 0 ? ('sign-in' as const) : undefined,
    unread: [],
    oldSub: { findings: [], notRead: [] },
    isGuardOpen: false,
    strangers: openToStrangers(inputs, oldPool?.pool),
  };
  const verdict = verdictOf(migration, health, undefined);
  const document = statusDocument(migration, health, verdict, undefined, undefined);
  const notes = healthNotes(migration, health, []);
  return pageOf({ migration, health, document, notes, recent, at, isLast: true, withAccount: false });
}
