/** The removal of a migration: what goes, the question, the last report, and the work. Reports no result. */
import { type ExitKind, UsageError } from '../../../core/errors.ts';
import type { Note } from '../../../core/events.ts';
import { assertReadable } from '../../../core/plan-blockers.ts';
import { keeping, type StepId } from '../../../steps/ids.ts';
import { isCrossAccount } from '../../../steps/names.ts';
import { writeRemoval } from '../../codegen/old-account/leftover.ts';
import type { Context } from '../../context.ts';
import type { Given } from '../../inputs/load-inputs.ts';
import { breaksLock } from '../../inputs/options.ts';
import { assertChainRead } from '../../migration/chain-fits.ts';
import { lacksGroups } from '../../migration/failed-moves.ts';
import { lostRecordsNotes } from '../../migration/lost-records.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { noticeNotes } from '../../terminal/notice-text.ts';
import type { Document } from '../../terminal/reporter.ts';
import { approve, approvePrevious } from './approve.ts';
import { assertNotUndermined, assertThisMigration } from './checks.ts';
import { countUsers } from './count-users.ts';
import { executeTeardown } from './execute.ts';
import { type PlannedTeardown, planTeardown } from './plan.ts';
import {
  goingText,
  isBlocked,
  isGoing,
  outlivingNotes,
  teardownDocument,
  teardownEnd,
  teardownPlanDocument,
} from './view.ts';

interface TearDownOptions {
  /** Steps that stay, with all that they need. */
  readonly keep: ReadonlySet<StepId>;
  readonly leaveOldAccount: boolean;
  /** The file for the script that removes the rest of the old account. */
  readonly out: string | undefined;
  readonly writesReport: boolean;
}

interface TearingDown {
  readonly given: Given;
  readonly migration: Migration;
  readonly options: TearDownOptions;
}

interface TornDown {
  readonly document: Document;
  readonly exit: ExitKind;
  /** Resources that were removed, or would be. */
  readonly removed: number;
}

/** Shows what a teardown removes, asks, and removes it. With --dry-run, only shows it. */
export async function tearDown(
  context: Context,
  { given, migration: found, options }: TearingDown,
): Promise<TornDown> {
  const { reporter, command, io } = context;
  const { busy, emit } = reporter;
  const { keep, leaveOldAccount, out } = options;
  if (leaveOldAccount && !isCrossAccount(found.inputs)) throw oneAccount(found.caller.account);
  const wanted = await busy('Looking for resources to remove', () =>
    planTeardown(found, keep, leaveOldAccount),
  );
  const { planned, staying, rest } = wanted;
  if (out !== undefined && rest === undefined)
    emit({ type: 'note', level: 'warning', message: nothingToWrite(out) });
  assertChainRead(found);
  const lost = lostRecordsNotes(planned, found.state);
  assertThisMigration(planned);
  assertNotUndermined(planned, keep, found.inputs);
  const pace = { clock: io.clock, signal: io.interrupt.signal };
  const left = await busy('Counting users who have moved', (onProgress) =>
    countUsers(wanted, pace, onProgress),
  );
  noticeNotes(left.unread, 'warning').forEach(emit);
  const owed = await owedNotes(planned, found);
  [...lost, ...outlivingNotes(planned, staying), ...owed].forEach(emit);
  if (!found.inputs.DRY_RUN) assertReadable(planned, staying);
  const isAnyGoing = planned.items.some((item) => isGoing(item, staying));
  const isReported = isAnyGoing && options.writesReport && !found.inputs.DRY_RUN;
  // The code for reports loads only if there is one to write.
  const reports = isReported ? await import('../status/index.ts') : undefined;
  const canReport = await reports?.canWriteLastReport(context);
  const inputs = await approvePrevious(wanted, given.prompts, emit);
  const migration = { ...wanted, inputs };
  if (inputs.DRY_RUN) {
    const document = teardownPlanDocument(migration, left);
    const removed = planned.items.filter((item) => isGoing(item, staying)).length;
    return { document, exit: isBlocked(planned, staying) ? 'permission' : 'ok', removed };
  }
  if (isAnyGoing) {
    const going = goingText(planned, staying, left, inputs, reporter.style);
    await approve(migration, left, given.prompts, reporter, going);
  }
  const writeReport = async () => (canReport ? reports?.writeLastReport(context, migration) : undefined);
  const { finished, report } = await io.interrupt.during('Finishing the current call.', () =>
    executeTeardown(migration, { breakLock: breaksLock(command), emit, writeReport }),
  );
  const remains = rest && {
    leftover: rest,
    file: out === undefined ? undefined : await writeRemoval(out, rest),
  };
  // A printed script is alone on standard output. Any message beside it would run with it.
  if (remains !== undefined && remains.file === undefined) reporter.text(teardownEnd(finished, remains));
  const removed = finished.outcomes.filter(({ done }) => done === 'removed').length;
  return { document: teardownDocument(finished, left, { rest: remains, report }), exit: 'ok', removed };
}

/** Only the settings of the function name the groups. Without it, nothing can be copied. */
async function owedNotes({ items }: PlannedTeardown['planned'], found: Migration): Promise<Note[]> {
  const isThere = items.some(({ step, exists }) => step === 'lambda-function' && exists);
  if (!isThere || (await lacksGroups(found)) !== true) return [];
  const message =
    'Imported users lack their groups, and only this migration knows which. To copy them first:  cognito-migrate sync';
  return [{ type: 'note', level: 'warning', message }];
}

const nothingToWrite = (file: string): string =>
  `--out ${file}: not written. This run leaves nothing in the old pool's account for its administrator to remove.`;

const oneAccount = (account: string): UsageError =>
  new UsageError(`--leave-old-account: both pools are in the account ${account}`, {
    code: 'ONE_ACCOUNT',
    hint: [`${keeping('old-client')}  keeps the app client in the old pool.`],
  });
