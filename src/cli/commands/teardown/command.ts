/** teardown: restores the state from before init. Users who have moved stay. */

import { keptWith } from '../../../core/destroy.ts';
import { type ExitKind, UsageError } from '../../../core/errors.ts';
import { assertReadable } from '../../../core/plan-blockers.ts';
import { quoted } from '../../../core/shell.ts';
import { keeping, stepIds } from '../../../steps/ids.ts';
import { steps } from '../../../steps/index.ts';
import { isCrossAccount } from '../../../steps/names.ts';
import { writeRemoval } from '../../codegen/old-account/leftover.ts';
import type { Context } from '../../context.ts';
import { type Given, loadInputs } from '../../inputs/load-inputs.ts';
import { breaksLock, isOn, ownValueOf, parseStepIds } from '../../inputs/options.ts';
import { continuable } from '../../migration/continuable.ts';
import { findMigration, openTalk, type Talk } from '../../migration/find-migration.ts';
import { lostRecordsNotes } from '../../migration/lost-records.ts';
import { gonePoolNotes } from '../../migration/warn-missing-pools.ts';
import { noticeNotes } from '../../terminal/notice-text.ts';
import { showBefore } from '../../terminal/reporter.ts';
import { repeatCommand } from '../../wizard/repeat.ts';
import { assertNotUndermined, assertThisMigration } from './checks.ts';
import { countUsers } from './count-users.ts';
import { approve, approvePrevious, executeTeardown } from './execute.ts';
import { type PlannedTeardown, planTeardown } from './plan.ts';
import { restore } from './restore.ts';
import {
  goingText,
  isBlocked,
  isGoing,
  outlivingNotes,
  teardownDocument,
  teardownEnd,
  teardownPlanDocument,
} from './view.ts';

export async function teardown(context: Context): Promise<ExitKind> {
  const { command } = context;
  const given = await loadInputs(context);
  if (command.getOptionValue('restore') === true) return restore(context, given);
  const talk = openTalk(context, given);
  const work = (): Promise<ExitKind> => remove(context, given, talk);
  if (talk === undefined) return work();
  const { conversation } = talk;
  const continued = (): string =>
    [repeatCommand('teardown', given.resolved, conversation.values), ...ownFlags(context)].join(' ');
  return continuable(conversation, context, continued, work);
}

interface OwnOptions {
  readonly leaveOldAccount?: boolean;
  readonly out?: string;
}

/** The given flags that only teardown has. */
function ownFlags({ command, io }: Context): string[] {
  const { leaveOldAccount = false, out } = command.opts<OwnOptions>();
  return [
    ...parseStepIds(command.getOptionValue('keep'), stepIds).map(keeping),
    ...(leaveOldAccount ? ['--leave-old-account'] : []),
    ...(out === undefined ? [] : [`--out ${quoted(out)}`]),
    ...(ownValueOf('--no-report', command, io.env)?.isTyped ? ['--no-report'] : []),
  ];
}

async function remove(context: Context, given: Given, talk: Talk | undefined): Promise<ExitKind> {
  const { reporter, command, io } = context;
  const { busy, emit } = reporter;
  const keep = keptWith(steps, parseStepIds(command.getOptionValue('keep'), stepIds));
  const { leaveOldAccount = false, out } = command.opts<OwnOptions>();
  const writesReport = !isOn(ownValueOf('--no-report', command, io.env));
  const found = await findMigration(context, given, leaveOldAccount ? 'leave' : 'take down', talk);
  gonePoolNotes(found).forEach(emit);
  if (leaveOldAccount && !isCrossAccount(found.inputs)) throw oneAccount(found.caller.account);

  const wanted = await busy('Looking for resources to remove', () =>
    planTeardown(found, keep, leaveOldAccount),
  );
  const { planned, staying, rest } = wanted;
  if (out !== undefined && rest === undefined)
    emit({ type: 'note', level: 'warning', message: nothingToWrite(out) });
  const lost = lostRecordsNotes(planned, found.state);
  assertThisMigration(planned);
  assertNotUndermined(planned, keep, found.inputs);
  const pace = { clock: io.clock, signal: io.interrupt.signal };
  const left = await busy('Counting users who have moved', (onProgress) =>
    countUsers(wanted, pace, onProgress),
  );
  noticeNotes(left.unread, 'warning').forEach(emit);
  [...lost, ...outlivingNotes(planned, staying)].forEach(emit);
  const inputs = await approvePrevious(wanted, given.prompts, emit);
  const migration = { ...wanted, inputs };
  if (inputs.DRY_RUN) {
    reporter.data(teardownPlanDocument(migration, left));
    return isBlocked(planned, staying) ? 'permission' : 'ok';
  }
  assertReadable(planned, staying);
  const isAnyGoing = planned.items.some((item) => isGoing(item, staying));
  const reports = isAnyGoing && writesReport && (await canReport(context));
  if (isAnyGoing) {
    const going = goingText(planned, staying, left, inputs, reporter.style);
    showBefore(given.prompts !== undefined, reporter, `\n${going}\n`);
    await approve(migration, left, given.prompts, reporter);
  }
  const writeReport = async (): Promise<string | undefined> =>
    reports ? lastReport(context, migration) : undefined;
  const { finished, report } = await io.interrupt.during('Finishing the current call.', () =>
    executeTeardown(migration, { breakLock: breaksLock(command), emit, writeReport }),
  );
  const remains = rest && {
    leftover: rest,
    file: out === undefined ? undefined : await writeRemoval(out, rest),
  };
  // A printed script is alone on standard output. Any message beside it would run with it.
  if (remains !== undefined && remains.file === undefined) reporter.text(teardownEnd(finished, remains));
  reporter.data(teardownDocument(finished, left, { rest: remains, report }));
  return 'ok';
}

/** The code for reports loads only if there is one to write. */
async function canReport(context: Context): Promise<boolean> {
  const { canWriteLastReport } = await import('../status/index.ts');
  return canWriteLastReport(context);
}

/** Writes the last report, and says where it is. */
async function lastReport(context: Context, migration: PlannedTeardown): Promise<string | undefined> {
  const { writeLastReport } = await import('../status/index.ts');
  const name = await writeLastReport(context, migration);
  if (name !== undefined) context.reporter.text(`  The last report of this migration: ${name}\n`);
  return name;
}

const nothingToWrite = (file: string): string =>
  `--out ${file}: not written. This run leaves nothing in the old pool's account for its administrator to remove.`;

const oneAccount = (account: string): UsageError =>
  new UsageError(`--leave-old-account: both pools are in the account ${account}`, {
    code: 'ONE_ACCOUNT',
    hint: [`${keeping('old-client')}  keeps the app client in the old pool.`],
  });
