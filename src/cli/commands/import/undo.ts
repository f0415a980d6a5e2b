/** import --undo: deletes imported users who have never used their account. They move by signing in again. */
import { importRunning, isRunningImport, listImportJobs } from '../../../aws/user-pool/index.ts';
import { CheckError, type ExitKind } from '../../../core/errors.ts';
import { findingTitles } from '../../../core/findings.ts';
import { number } from '../../../core/format-number.ts';
import { isOwnJob } from '../../../users/import/chunks.ts';
import {
  type Kept,
  keptFor,
  scanUndo,
  type UndoArgs,
  type UndoScan,
  undoImport,
} from '../../../users/import/undo.ts';
import type { Context } from '../../context.ts';
import type { Given } from '../../inputs/load-inputs.ts';
import { missing } from '../../inputs/missing.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { type Surveyed, surveyProgress } from '../../migration/surveyed-pools.ts';
import { showBefore } from '../../terminal/reporter.ts';
import type { Style } from '../../terminal/style.ts';
import { recordUndone } from './record.ts';

/** Older jobs stay: AWS doesn't document which later events change the date of a user. */
const oldestJobMs = 24 * 60 * 60_000;

export interface Undoing {
  readonly given: Given;
  readonly migration: Migration;
  readonly pools: Surveyed;
  readonly budgets: UndoArgs['budgets'];
}

export async function undo(context: Context, args: Undoing): Promise<ExitKind> {
  const { io, reporter } = context;
  const { given, migration, pools, budgets } = args;
  const { aws, inputs } = migration;
  const { oldSubName } = pools;
  if (oldSubName === undefined) throw withoutProof();
  const all = await listImportJobs(aws.new.idp, inputs.NEW_USER_POOL_ID);
  const running = all.find(isRunningImport);
  if (running !== undefined) throw importRunning(running);
  const since = io.clock.now() - oldestJobMs;
  const jobs = all.filter(
    (job) => isOwnJob(job, inputs.OLD_USER_POOL_ID) && (job.CompletionDate?.getTime() ?? 0) >= since,
  );
  const show = { report: (_text: string): void => undefined };
  const undoing: UndoArgs = {
    ...pools,
    oldSubName,
    jobs,
    budgets,
    pace: { clock: io.clock, signal: io.interrupt.signal },
    onProgress: surveyProgress(pools, (text) => show.report(text), io.clock.now),
  };
  const scan: UndoScan = await reporter.busy('Reading both pools', async (onProgress) => {
    show.report = onProgress;
    return jobs.length === 0 ? { names: [], kept: {} } : scanUndo(undoing);
  });
  const deletable = scan.names.length;
  const base = { command: 'import', version: 1, undo: true, dryRun: inputs.DRY_RUN === true, deletable };
  if (inputs.DRY_RUN || deletable === 0) {
    const json = { ok: true, ...base, deleted: 0, kept: scan.kept };
    reporter.data({ json, text: (style) => undoPlanText(scan, pools, style) });
    return 'ok';
  }
  showBefore(given.prompts !== undefined, reporter, `\n${undoPlanText(scan, pools, reporter.style)}\n`);
  await consent(given, inputs.NEW_USER_POOL_NAME);
  const done = await io.interrupt.during('Finishing the current call.', () =>
    reporter.busy('Deleting imported users', (onProgress) =>
      undoImport(undoing, scan, (deleted) =>
        onProgress(`Deleting imported users: ${number(deleted)} of ${number(deletable)}`),
      ),
    ),
  );
  await recordUndone(context, migration, done.deleted);
  const kept = sum(scan.kept, done.kept);
  const json = { ok: true, ...base, deleted: done.deleted, kept };
  reporter.data({ json, text: (style) => undoneText(done.deleted, kept, pools, style) });
  return 'ok';
}

const withoutProof = (): CheckError =>
  new CheckError(`${findingTitles.CM120}: nothing proves which user was imported`, {
    code: 'CM120',
    hint: ['Names prove nothing: somebody else could have signed up with one.', 'Nothing was changed.'],
  });

async function consent({ prompts, resolved }: Given, name: string): Promise<void> {
  if (resolved.values.YES === true) return;
  if (prompts === undefined) throw missing(['YES']);
  await prompts.input({
    message: `To delete them, type the new pool's name (${name})`,
    validate: async (answer) =>
      answer === name || `That is not ${name}. Ctrl-C cancels, and nothing changes.`,
  });
}

type Counts = Readonly<Partial<Record<Kept, number>>>;

function sum(one: Counts, other: Counts): Counts {
  const total: Partial<Record<Kept, number>> = { ...one };
  for (const reason of keptFor)
    if (other[reason] !== undefined) total[reason] = (one[reason] ?? 0) + other[reason];
  return total;
}

/** Why an imported user stays, after their number. */
const words: Readonly<Record<Kept, string>> = {
  used: 'have a password by now',
  changed: 'were changed after the import',
  'in-a-group': 'are in a group',
  'not-from-the-old-pool': 'have no user in the old pool',
};

const usersOf = (count: number): string => `${number(count)} ${count === 1 ? 'user' : 'users'}`;

const keptLines = (kept: Counts): string[] =>
  keptFor.flatMap((reason) => {
    const count = kept[reason] ?? 0;
    return count === 0 ? [] : [`  = ${usersOf(count)} stay: they ${words[reason]}`];
  });

function undoPlanText({ names, kept }: UndoScan, { newName }: Surveyed, style: Style): string {
  if (names.length === 0 && Object.keys(kept).length === 0)
    return `  ${style.ok} No import of the last 24 hours has left users in "${newName}".`;
  return [
    `  Undo the imports of the last 24 hours into "${newName}"`,
    `  - ${usersOf(names.length)} to delete: they have never used their account. They move by signing in again`,
    ...keptLines(kept),
  ].join('\n');
}

const undoneText = (deleted: number, kept: Counts, { newName }: Surveyed, style: Style): string =>
  [
    `  ${style.ok} ${usersOf(deleted)} deleted from "${newName}". They move by signing in again.`,
    ...keptLines(kept),
  ].join('\n');
