/** import --clean: removes what killed imports have left: files on this machine, and the role in AWS. */
import { isRunningImport, listImportJobs } from '../../../aws/user-pool/index.ts';
import { destroy } from '../../../core/destroy.ts';
import type { ExitKind } from '../../../core/errors.ts';
import type { Note } from '../../../core/events.ts';
import { number } from '../../../core/format-number.ts';
import { lockJournal } from '../../../core/journal.ts';
import { printable } from '../../../core/printable.ts';
import { flagOf } from '../../../core/variables/index.ts';
import { findImportRole, importSteps } from '../../../steps/import-role.ts';
import { chunkFolders, removeChunkFolder } from '../../../users/import/chunk-file.ts';
import type { Context } from '../../context.ts';
import type { Given } from '../../inputs/load-inputs.ts';
import { breaksLock } from '../../inputs/options.ts';
import { findMigration } from '../../migration/find-migration.ts';
import type { Style } from '../../terminal/style.ts';
import { noStore } from './run.ts';

/** The files go first, since they hold personal data. They need neither AWS nor the names of the pools. */
export async function clean(context: Context, given: Given): Promise<ExitKind> {
  const { reporter } = context;
  const dryRun = given.resolved.values.DRY_RUN === true;
  const folders = await chunkFolders();
  const removed: string[] = [];
  for (const folder of folders) if (dryRun || (await removeChunkFolder(folder))) removed.push(folder);
  const role = await cleanRole(context, given, dryRun);
  const json = { ok: true, command: 'import', version: 1, dryRun, removed, role: role ?? null };
  reporter.data({ json, text: (style) => cleanText(removed, role, dryRun, style) });
  return 'ok';
}

/** Name of the role that is gone, or would be. */
async function cleanRole(context: Context, given: Given, dryRun: boolean): Promise<string | undefined> {
  const { reporter, io, command } = context;
  const { now } = io.clock;
  if (given.resolved.values.NEW_USER_POOL_ID === undefined) {
    reporter.emit(unknownPool);
    return undefined;
  }
  const { aws, inputs, file } = await findMigration(context, given, 'read');
  const name = await findImportRole(aws.new.iam, inputs);
  if (name === undefined || dryRun) return name;
  // A run that works at this moment uses the role between its jobs, too.
  const unlock = await lockJournal(file, 'import', now, breaksLock(command));
  try {
    const jobs = await listImportJobs(aws.new.idp, inputs.NEW_USER_POOL_ID);
    const running = jobs.find(isRunningImport);
    if (running !== undefined) {
      reporter.emit(inUse(name, printable(running.JobName ?? '')));
      return undefined;
    }
    const { emit } = reporter;
    const store = noStore();
    await destroy({
      steps: importSteps,
      aws,
      inputs,
      store,
      emit,
      now,
      signal: aws.signal,
      keep: new Set<never>(),
    });
    return name;
  } finally {
    await unlock();
  }
}

const unknownPool: Note = {
  type: 'note',
  level: 'info',
  message: `Looked only for files on this machine. ${flagOf('NEW_USER_POOL_ID')} ID  looks for the role of a killed import, too.`,
};

const inUse = (role: string, job: string): Note => ({
  type: 'note',
  level: 'warning',
  message: `The role ${role} stays: the import job ${job} writes its log with it. Run this again once the job has ended.`,
});

/** What killed runs had left. */
function cleanText(
  folders: readonly string[],
  role: string | undefined,
  dryRun: boolean,
  style: Style,
): string {
  const count = `${number(folders.length)} ${folders.length === 1 ? 'folder' : 'folders'}`;
  const files =
    folders.length === 0
      ? [`  ${style.ok} No import has left a file on this machine.`]
      : dryRun
        ? [`  ${count} of killed imports would be deleted:`]
        : [`  ${style.ok} ${count} of killed imports deleted:`];
  const roles =
    role === undefined
      ? []
      : [dryRun ? `  The role ${role} would be removed.` : `  ${style.ok} The role ${role} is removed.`];
  return [...files, ...folders.map((folder) => `    ${folder}`), ...roles].join('\n');
}
