/**
 * sync: repeats the work after moves that failed. Users get the groups that they lack because of it, or because an
 * import job has created them, and old users are closed.
 */

import {
  coveredImportsTag,
  coveredTags,
  type SyncPart,
  writeUndoRecord,
} from '../../../aws/function/undo-tags.ts';
import { CancelledError, type ExitKind, UnhealthyError, UsageError } from '../../../core/errors.ts';
import type { Note } from '../../../core/events.ts';
import { isBlocking, reviewed } from '../../../core/findings.ts';
import { number } from '../../../core/format-number.ts';
import { jsonText } from '../../../core/printable.ts';
import { oldSubWriters, readWriters, thorough } from '../../../doctor/index.ts';
import { functionArn } from '../../../steps/names.ts';
import { Budgets } from '../../../users/limits.ts';
import { NewFile } from '../../../users/new-file.ts';
import { type Counts, noCounts } from '../../../users/sync/chunks.ts';
import { runSync, type SyncArgs, type SyncWork, workAfterMove } from '../../../users/sync/run.ts';
import { type ImportWindows, without } from '../../../users/sync/windows.ts';
import type { Context } from '../../context.ts';
import { type Given, loadInputs } from '../../inputs/load-inputs.ts';
import { missing } from '../../inputs/missing.ts';
import { breaksLock } from '../../inputs/options.ts';
import { assertNoneBlocks } from '../../migration/blocking-findings.ts';
import { coveredBySync, failedMoves, readImportWindows, unmarkedAt } from '../../migration/failed-moves.ts';
import { findMigration } from '../../migration/find-migration.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { type Surveyed, surveyedPools } from '../../migration/surveyed-pools.ts';
import type { SyncDocument } from './document.ts';
import { LackingRows, outColumns, parseSyncOptions, type SyncOptions } from './options.ts';
import { syncText } from './view.ts';

export async function sync(context: Context): Promise<ExitKind> {
  const { io, command } = context;
  const options = parseSyncOptions(command, io.env);
  if (options.wantsSchema) {
    const { syncJsonSchema } = await import('./document.ts');
    io.stdout.write(`${jsonText(syncJsonSchema(), 2)}\n`);
    return 'ok';
  }
  if (options.out === undefined) return repeatWork(context, options, undefined);
  const file = await NewFile.open(options.out.file);
  const stay = io.interrupt.beforeExit(file.discardNow);
  try {
    return await repeatWork(context, options, file);
  } finally {
    await file.discard();
    stay();
  }
}

async function repeatWork(
  context: Context,
  options: SyncOptions,
  file: NewFile | undefined,
): Promise<ExitKind> {
  const { io, reporter } = context;
  const given = await loadInputs(context);
  const migration = await findMigration(context, given, 'read');
  const pools = await surveyedPools(migration);
  const works = worksOf(pools, options.only);
  const isDry = migration.inputs.DRY_RUN === true;
  const from = io.clock.now();
  const imports = await readImportWindows(migration);
  if (imports.runningSince !== undefined) reporter.emit(runningNote);
  const tasks = await Promise.all(works.map((work) => taskOf(migration, work, imports, options, from)));
  if (tasks.some(({ spans, imports: { open } }) => spans?.length !== 0 || open.length > 0))
    await assertProof(migration, pools);
  if (options.all && !isDry) await approveAll(given, pools, works);
  const rows = new LackingRows(options.out?.format ?? 'csv');
  await file?.write(rows.head);
  const run = runnerOf(context, options, { migration, pools, isDry }, async (user, reason) =>
    file?.write(rows.rowOf(user, reason)),
  );
  const done: Done[] = [];
  for (const task of tasks) done.push({ ...task, counts: await run(task) });
  await file?.finish();
  const document: SyncDocument = {
    ...documentOf(pools, done, { isDry, ...options }),
    from: new Date(from).toISOString(),
    to: new Date(io.clock.now()).toISOString(),
    ...(options.out && {
      file: {
        path: options.out.file,
        format: options.out.format,
        users: rows.users,
        columns: [...outColumns],
      },
    }),
  };
  const parts = works.map(({ part }) => part);
  reporter.data({ json: document, text: (style) => syncText(document, parts, style) });
  return document.ok ? 'ok' : 'refused';
}

const runningNote: Note = {
  type: 'note',
  level: 'info',
  message: 'An import job is running. Users created since it began get their groups by the next run of sync.',
};

/** One kind of work, and when it failed. */
interface Task extends Pick<SyncArgs, 'work' | 'spans' | 'imports' | 'notBefore'> {
  readonly covered: number | undefined;
}

interface Done extends Task {
  readonly counts: Counts;
}

async function taskOf(
  migration: Migration,
  work: SyncWork,
  imports: ImportWindows,
  { all }: SyncOptions,
  now: number,
): Promise<Task> {
  const { until: covered } = coveredBySync(migration, work.part);
  const failed = all ? undefined : await failedMoves(migration, covered ?? 0, now);
  const spans = failed && without(failed, imports.covered);
  if (work.part === 'groups') return { work, spans, imports, covered };
  // Imported users have not moved, and may still need their old sessions.
  const { open, runningSince } = imports;
  const ofMoves = { spans: spans && without(spans, open), imports: { open: [], runningSince } };
  // Nothing says whom unmark has opened again, so nobody who moved before it is closed without being asked for.
  return { work, ...ofMoves, covered, notBefore: unmarkedAt(migration) };
}

/** Runs one kind of work after the other. */
function runnerOf(
  { io, reporter, command }: Context,
  { rate }: SyncOptions,
  { migration, pools, isDry }: { migration: Migration; pools: Surveyed; isDry: boolean },
  each: SyncArgs['each'],
): (task: Task) => Promise<Counts> {
  const { aws, inputs, file } = migration;
  const pace = { clock: io.clock, signal: io.interrupt.signal };
  const budgets = new Budgets(rate, pace, { arn: pools.old.arn, settings: pools.settings });
  return ({ work, spans, imports, notBefore }) => {
    const run = (onProgress: SyncArgs['onProgress']): Promise<Counts> =>
      runSync({
        ...{ old: pools.old, new: pools.new, work, spans, imports, notBefore },
        ...{ pace, isDry, onProgress, budgets, each },
        stateFile: file,
        breakLock: breaksLock(command),
        cover: (until, imported) =>
          writeUndoRecord(aws.new.lambda, functionArn(inputs), {
            ...coveredTags(until, [work.part]),
            ...(imported === undefined ? {} : coveredImportsTag(imported)),
          }),
      });
    const doing = work.part === 'groups' ? 'Reading groups' : `Reading ${pools.oldName}`;
    return reporter.busy(doing, (show) =>
      io.interrupt.during('Finishing the current calls.', () => run(progressOf(pools, work.part, show))),
    );
  };
}

/** The chosen work that the installed function does after a move. Throws if there is none. */
function worksOf(
  { isInstalled, settings, newName }: Surveyed,
  only: SyncPart | undefined,
): readonly SyncWork[] {
  if (!isInstalled)
    throw new UnhealthyError(`No migration to ${newName} is installed`, {
      code: 'NOT_INSTALLED',
      hint: ['Install one: cognito-migrate init'],
    });
  const works = workAfterMove(settings).filter(({ part }) => only === undefined || part === only);
  if (works.length > 0) return works;
  const [what, code] = lacking[only ?? 'all'];
  throw new UsageError(`This migration ${what}, so there is nothing to repeat`, {
    code,
    hint: [
      ...(only === 'marks' ? [] : ['Copy groups: cognito-migrate init --groups all']),
      ...(only === 'groups'
        ? []
        : ['Close old users after the move: cognito-migrate init --move-once disable']),
    ],
  });
}

const lacking = {
  groups: ['copies no groups', 'GROUPS_UNFIT'],
  marks: ['closes no old users', 'MOVE_ONCE_UNFIT'],
  all: ['copies no groups and closes no old users', 'GROUPS_UNFIT'],
} as const;

/**
 * An app client or provider that writes the old sub can be newer than init. Then the old sub proves nothing.
 * Throws CheckError in that case, and the error of AWS if it cannot be told.
 */
async function assertProof({ aws, inputs }: Migration, pools: Surveyed): Promise<void> {
  const { settings, newPool, oldSubName } = pools;
  if (oldSubName === undefined) return;
  const writers = await readWriters(aws.new, newPool, thorough, () => (failure) => {
    throw failure;
  });
  const findings = oldSubWriters(writers, oldSubName, settings.afterMove);
  assertNoneBlocks(reviewed(findings, inputs.ACCEPT).filter(isBlocking));
}

/** Someone may have taken rights away on purpose. Asks before they come back, and needs --yes if nobody can answer. */
async function approveAll(
  { prompts, resolved }: Given,
  { newName, oldName }: Surveyed,
  works: readonly SyncWork[],
): Promise<void> {
  if (resolved.values.YES === true) return;
  if (prompts === undefined) throw missing(['YES']);
  const prices: Readonly<Record<SyncPart, string>> = {
    groups: `Groups that someone has removed in ${newName} since the move come back.`,
    marks: `Users of ${oldName} whom unmark or an administrator has opened again since the move are closed.`,
  };
  const message = [...works.map(({ part }) => prices[part]), 'Continue?'].join(' ');
  if (await prompts.confirm({ message, default: false })) return;
  throw new CancelledError('Nothing was changed.', { code: 'DECLINED' });
}

/** `Reading customers  34,020 of 48,210 · 12 users have got groups` */
function progressOf(pools: Surveyed, part: SyncPart, show: (text: string) => void): SyncArgs['onProgress'] {
  const what = part === 'groups' ? 'users have got groups' : 'old users looked at';
  let [users, repeated] = [0, 0];
  return (read, done) => {
    users += read;
    repeated += done;
    const size = number(Math.max(users, pools.new.estimate));
    const got = repeated === 0 ? '' : ` · ${number(repeated)} ${what}`;
    show(`Reading ${pools.newName}  ${number(users)} of ${size}${got}`);
  };
}

const sinceOf = ({ covered }: Task): string | null =>
  covered === undefined ? null : new Date(covered).toISOString();

function documentOf(
  { old, new: fresh, oldName, newName }: Surveyed,
  done: readonly Done[],
  { isDry, all, only }: { isDry: boolean } & Pick<SyncOptions, 'all' | 'only'>,
): Omit<SyncDocument, 'from' | 'to'> {
  const groups = done.find(({ work }) => work.part === 'groups');
  const { users, repeated, added, gone, notRepeated, failed } = groups?.counts ?? noCounts;
  return {
    ok: Object.values(failed).every((count) => count === 0),
    command: 'sync',
    version: 1,
    oldUserPool: { id: old.id, name: oldName },
    newUserPool: { id: fresh.id, name: newName },
    dryRun: isDry,
    all,
    only: only ?? null,
    since: groups === undefined ? null : sinceOf(groups),
    users,
    repeated,
    memberships: added,
    gone,
    notRepeated,
    failed: { ...failed },
    ...marksOf(done),
  };
}

/** The member of the closed old users, if that is a part of the run. */
function marksOf(done: readonly Done[]): Pick<SyncDocument, 'marks'> {
  for (const task of done) {
    const { work, counts } = task;
    if (work.part !== 'marks') continue;
    const { users, added: closed, gone, notRepeated } = counts;
    return { marks: { how: work.how, since: sinceOf(task), users, closed, gone, notRepeated } };
  }
  return {};
}
