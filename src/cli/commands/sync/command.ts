/**
 * sync: users get the groups that they lack, because the work after their move failed, or because an import job
 * has created them.
 */

import type { Command } from 'commander';
import { coveredImportsTag, coveredTag, writeUndoRecord } from '../../../aws/function/undo-tags.ts';
import { CancelledError, type ExitKind, UnhealthyError, UsageError } from '../../../core/errors.ts';
import type { Note } from '../../../core/events.ts';
import { isBlocking, reviewed } from '../../../core/findings.ts';
import { number } from '../../../core/format-number.ts';
import { jsonText } from '../../../core/printable.ts';
import { oldSubWriters, readWriters, thorough } from '../../../doctor/index.ts';
import { functionArn } from '../../../steps/names.ts';
import { Budgets } from '../../../users/limits.ts';
import { NewFile } from '../../../users/new-file.ts';
import { type Format, formatByEnding, type LineWriter, lineWriter } from '../../../users/rows.ts';
import type { Counts, Lacking, LackingReason } from '../../../users/sync/chunks.ts';
import { copiedGroups, runSync, type SyncArgs } from '../../../users/sync/run.ts';
import { without } from '../../../users/sync/windows.ts';
import type { Context } from '../../context.ts';
import { type Given, loadInputs } from '../../inputs/load-inputs.ts';
import { missing } from '../../inputs/missing.ts';
import { breaksLock, ownValueOf } from '../../inputs/options.ts';
import { parseRate } from '../../inputs/rate.ts';
import { assertNoneBlocks } from '../../migration/blocking-findings.ts';
import { coveredBySync, failedMoves, readImportWindows } from '../../migration/failed-moves.ts';
import { findMigration } from '../../migration/find-migration.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { type Surveyed, surveyedPools } from '../../migration/surveyed-pools.ts';
import type { Io } from '../../terminal/io.ts';
import type { SyncDocument } from './document.ts';
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
  const { io, reporter, command } = context;
  const given = await loadInputs(context);
  const migration = await findMigration(context, given, 'read');
  const pools = await surveyedPools(migration);
  const groups = groupsOf(pools);
  const { aws, inputs } = migration;
  const isDry = inputs.DRY_RUN === true;
  const from = io.clock.now();
  const { until: covered } = coveredBySync(migration);
  const imports = await readImportWindows(migration);
  if (imports.runningSince !== undefined) reporter.emit(runningNote);
  const failed = options.all ? undefined : await failedMoves(migration, covered ?? 0, from);
  const spans = failed && without(failed, imports.covered);
  if (spans?.length !== 0 || imports.open.length > 0) await assertProof(migration, pools);
  if (options.all && !isDry) await approveAll(given, pools);
  const pace = { clock: io.clock, signal: io.interrupt.signal };
  const rows = new LackingRows(options.out?.format ?? 'csv');
  await file?.write(rows.head);
  const run = (onProgress: SyncArgs['onProgress']): Promise<Counts> =>
    runSync({
      ...{ old: pools.old, new: pools.new, groups, spans, imports, pace, isDry, onProgress },
      budgets: new Budgets(options.rate, pace, { arn: pools.old.arn, settings: pools.settings }),
      stateFile: migration.file,
      breakLock: breaksLock(command),
      each: async (user, reason) => file?.write(rows.rowOf(user, reason)),
      cover: (until, imported) =>
        writeUndoRecord(aws.new.lambda, functionArn(inputs), {
          ...coveredTag(until),
          ...(imported === undefined ? {} : coveredImportsTag(imported)),
        }),
    });
  const counts = await reporter.busy('Reading groups', (show) =>
    io.interrupt.during('Finishing the current calls.', () => run(progressOf(pools, show))),
  );
  await file?.finish();
  const document: SyncDocument = {
    ...documentOf(pools, counts, { isDry, all: options.all }),
    since: covered === undefined ? null : new Date(covered).toISOString(),
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
  reporter.data({ json: document, text: (style) => syncText(document, style) });
  return document.ok ? 'ok' : 'refused';
}

const runningNote: Note = {
  type: 'note',
  level: 'info',
  message: 'An import job is running. Users created since it began get their groups by the next run of sync.',
};

/** The groups that the installed function copies. Throws if there is none. */
function groupsOf({ isInstalled, settings, newName }: Surveyed): SyncArgs['groups'] {
  if (!isInstalled)
    throw new UnhealthyError(`No migration to ${newName} is installed`, {
      code: 'NOT_INSTALLED',
      hint: ['Install one: cognito-migrate init'],
    });
  const groups = copiedGroups(settings);
  if (groups !== undefined) return groups;
  throw new UsageError('This migration copies no groups, so there is nothing to repeat', {
    code: 'GROUPS_UNFIT',
    hint: ['Copy groups: cognito-migrate init --groups all'],
  });
}

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
async function approveAll({ prompts, resolved }: Given, { newName }: Surveyed): Promise<void> {
  if (resolved.values.YES === true) return;
  if (prompts === undefined) throw missing(['YES']);
  const message = `Groups that someone has removed in ${newName} since the move come back. Continue?`;
  if (await prompts.confirm({ message, default: false })) return;
  throw new CancelledError('Nothing was changed.', { code: 'DECLINED' });
}

/** `Reading customers  34,020 of 48,210 · 12 users have got groups` */
function progressOf(pools: Surveyed, show: (text: string) => void): SyncArgs['onProgress'] {
  let [users, repeated] = [0, 0];
  return (read, done) => {
    users += read;
    repeated += done;
    const size = number(Math.max(users, pools.new.estimate));
    const got = repeated === 0 ? '' : ` · ${number(repeated)} users have got groups`;
    show(`Reading ${pools.newName}  ${number(users)} of ${size}${got}`);
  };
}

function documentOf(
  { old, new: fresh, oldName, newName }: Surveyed,
  { users, repeated, added, gone, notRepeated, failed }: Counts,
  { isDry, all }: { readonly isDry: boolean; readonly all: boolean },
): Omit<SyncDocument, 'since' | 'from' | 'to'> {
  return {
    ok: Object.values(failed).every((count) => count === 0),
    command: 'sync',
    version: 1,
    oldUserPool: { id: old.id, name: oldName },
    newUserPool: { id: fresh.id, name: newName },
    dryRun: isDry,
    all,
    users,
    repeated,
    memberships: added,
    gone,
    notRepeated,
    failed: { ...failed },
  };
}

interface SyncOptions {
  /** Everyone who lacks groups, whatever the reason. Never from the environment, since rights come back. */
  readonly all: boolean;
  readonly out: { readonly file: string; readonly format: Format } | undefined;
  /** Requests per second. */
  readonly rate: number | undefined;
  readonly wantsSchema: boolean;
}

/** Throws UsageError for wrong values. */
function parseSyncOptions(command: Command, env: Io['env']): SyncOptions {
  const file = ownValueOf('--out', command, env);
  if (file?.text === '')
    throw new UsageError(`${file.source} must name a file`, { code: 'BAD_INPUT', found: file.text });
  return {
    all: command.getOptionValue('all') === true,
    out: file && { file: file.text, format: formatByEnding(file.text) },
    rate: parseRate(ownValueOf('--rate', command, env)),
    wantsSchema: command.getOptionValue('jsonSchema') === true,
  };
}

const outColumns: readonly string[] = ['Username', 'sub', 'custom:old_sub', 'Groups', 'Reason'];

/** The file of users who still lack groups. */
class LackingRows {
  readonly #writer: LineWriter;
  users = 0;

  constructor(format: Format) {
    this.#writer = lineWriter(format, outColumns);
  }

  get head(): string {
    return this.#writer.head;
  }

  rowOf({ userName, sub, oldSub, groups }: Lacking, reason: LackingReason): string {
    this.users += 1;
    return this.#writer.line([userName, sub, oldSub, groups.join(' '), reason]);
  }
}
