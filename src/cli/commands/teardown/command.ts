/** teardown: restores the state from before init. Users who have moved stay. */

import { keptWith } from '../../../core/destroy.ts';
import { type ExitKind, UsageError } from '../../../core/errors.ts';
import { assertReadable } from '../../../core/plan.ts';
import { assertSameMigration } from '../../../core/state.ts';
import type { Finished } from '../../../core/step-run.ts';
import { keeping, type StepId, stepIds } from '../../../steps/ids.ts';
import { steps } from '../../../steps/index.ts';
import { isCrossAccount } from '../../../steps/names.ts';
import { leftover, writeRemoval } from '../../codegen/old-account/leftover.ts';
import { begin, type Context } from '../../context.ts';
import { parseStepIds } from '../../inputs/options.ts';
import { lookAround } from '../../migration/discover.ts';
import { tellGonePools } from '../../migration/warn-missing-pools.ts';
import { isHandedOver } from '../../session/access.ts';
import type { Reporter } from '../../terminal/reporter.ts';
import { approve, stillToMove } from './approve.ts';
import { assertNotUndermined, assertThisMigration, lostRecords } from './checks.ts';
import { takeDown } from './execute.ts';
import { leftAlone } from './left-alone.ts';
import { look } from './plan.ts';
import { isBlocked, teardownPlanDocument } from './plan-view.ts';
import { approvePrevious } from './previous-trigger.ts';
import { restore } from './restore.ts';
import {
  goingText,
  isGoing,
  type Left,
  outliving,
  type Rest,
  stayingText,
  teardownDocument,
  teardownEnd,
} from './view.ts';

export async function teardown(context: Context): Promise<ExitKind> {
  const { reporter, command, io } = context;
  const beginning = await begin(context);
  if (command.getOptionValue('restore') === true) return restore(context, beginning);
  const keep = keptWith(steps, parseStepIds(command.getOptionValue('keep'), stepIds));
  const { leaveOldAccount = false, out } = command.opts<{ leaveOldAccount?: boolean; out?: string }>();
  const found = await lookAround(context, beginning, leaveOldAccount ? 'leave' : 'take down');
  const { inputs, caller } = found;
  if (beginning.state) assertSameMigration(beginning.file, beginning.state, caller.account, inputs);
  tellGonePools(context, found);
  if (leaveOldAccount && !isCrossAccount(inputs)) throw oneAccount(caller.account);

  const looked = await reporter.busy('Looking for what init has made', () =>
    look(found, beginning.state, leaveOldAccount),
  );
  const { planned } = looked;
  assertThisMigration(planned);
  assertNotUndermined(planned, keep, inputs);
  const stays = leaveOldAccount || isHandedOver(inputs);
  const left = await reporter.busy('Counting who has moved', () => stillToMove(reporter, found, !stays));
  const staying = new Set([...keep, ...leftAlone(planned, found, beginning)]);
  const rest = stays ? leftover(inputs, leaveOldAccount) : undefined;
  const lost = lostRecords(planned, beginning.state);
  if (lost !== undefined) reporter.emit({ type: 'note', level: 'warning', message: lost });
  for (const { finding, ...one } of outliving(planned, staying))
    reporter.emit({ type: 'note', level: 'warning', id: finding, message: stayingText(one) });
  const approved = await approvePrevious(context, beginning, found, planned, staying);
  if (inputs.DRY_RUN) {
    reporter.data(teardownPlanDocument({ planned, keep: staying, left, inputs, rest }));
    return isBlocked(planned, staying) ? 'permission' : 'ok';
  }
  assertReadable(planned, staying);
  if (planned.items.some((item) => isGoing(item, staying))) {
    reporter.text(`\n${goingText(planned, staying, left, inputs, reporter.style)}\n`);
    await approve(context, beginning, found, left);
  }
  const finished = await io.interrupt.during('Finishing the call under way.', () =>
    takeDown(context, beginning, { ...found, inputs: approved }, { ...looked, keep }),
  );
  const remains = rest && {
    leftover: rest,
    file: out === undefined ? undefined : await writeRemoval(out, rest),
  };
  report(reporter, finished, left, remains);
  return 'ok';
}

/** A printed script is alone on standard output. Any message beside it would run with it. */
function report(reporter: Reporter, finished: Finished<StepId>, left: Left, rest: Rest | undefined): void {
  if (rest !== undefined && rest.file === undefined) reporter.text(teardownEnd(finished, rest));
  reporter.data(teardownDocument(finished, left, rest));
}

const oneAccount = (account: string): UsageError =>
  new UsageError(`--leave-old-account: both pools are in the account ${account}`, {
    code: 'ONE_ACCOUNT',
    hint: [`${keeping('old-client')}  leaves the app client in the old pool.`],
  });
