/**
 * init: sets up a working migration from two pool IDs.
 * Run again, it repairs and changes nothing else.
 */

import { parseArn } from '../../../aws/arn.ts';
import { isClosed } from '../../../aws/user-pool-client/index.ts';
import { additionsOf } from '../../../core/additions.ts';
import { apply, confirm } from '../../../core/apply.ts';
import { CancelledError, type ExitKind } from '../../../core/errors.ts';
import { isChange, type Plan } from '../../../core/plan.ts';
import { assertSameMigration, wasInterrupted } from '../../../core/state.ts';
import { openStateStore } from '../../../core/state-store.ts';
import type { Finished } from '../../../core/step-run.ts';
import type { StepId } from '../../../steps/ids.ts';
import { steps } from '../../../steps/index.ts';
import { isCrossAccount } from '../../../steps/names.ts';
import { type Beginning, begin, type Context } from '../../context.ts';
import { breaksLock } from '../../inputs/options.ts';
import { clearedBy, missing } from '../../inputs/resolve.ts';
import { lookAround } from '../../migration/discover.ts';
import { isHandedOver } from '../../session/access.ts';
import type { Discovered } from '../../session/read-pools.ts';
import { planText, showPlan } from '../plan/index.ts';
import { lostRecords } from '../teardown/index.ts';
import { prepare } from './prepare.ts';
import { initDocument } from './view.ts';

export async function init(context: Context): Promise<ExitKind> {
  const { io, reporter } = context;
  const beginning = await begin(context);
  const looked = await lookAround(context, beginning, 'init');
  const { caller } = looked;
  if (beginning.state) assertSameMigration(beginning.file, beginning.state, caller.account, looked.inputs);

  if (looked.inputs.DRY_RUN) return showPlan(context, beginning, looked);
  const { found, planned, way } = await prepare(context, beginning, looked);
  const lost = isOnTrigger(planned) ? lostRecords(planned, beginning.state) : undefined;
  if (lost !== undefined) reporter.emit({ type: 'note', level: 'warning', message: lost });
  await approve(context, beginning, found, planned);

  const finished = await io.interrupt.during('Finishing the call under way.', () =>
    write(context, beginning, found, planned),
  );
  const isAccepted = found.inputs.ACCEPT.includes('CM202');
  const end = { additions: additionsOf(planned.items), way, isAccepted };
  reporter.data(initDocument(finished, beginning.file, caller, end));
  return isClosed(way) && !isAccepted ? 'refused' : 'ok';
}

/** Whether the trigger still shows that a function of ours existed once. */
const isOnTrigger = ({ items }: Plan<StepId>): boolean =>
  items.some(({ step, exists, action }) => step === 'migration-trigger' && exists && action !== 'foreign');

async function write(
  { io, reporter, command }: Context,
  { file, state, resolved }: Beginning,
  { aws, inputs, caller }: Discovered,
  planned: Plan<StepId>,
): Promise<Finished<StepId>> {
  const { now } = io.clock;
  const cleared = clearedBy(resolved);
  const store = await openStateStore({
    file,
    account: caller.account,
    inputs,
    cleared,
    now,
    breakLock: breaksLock(command),
  });
  const run = { steps, aws, inputs, store, emit: reporter.emit, now, signal: io.interrupt.signal };
  try {
    const isToDo = planned.items.some(isChange) || wasInterrupted(state);
    if (!isToDo) return await confirm(run, planned);
    return await apply(run, inputs.YES ? planned.absent : undefined);
  } finally {
    await store.close();
  }
}

/**
 * Shows the plan and asks for approval. --yes approves in advance.
 * Without changes, there is nothing to approve.
 */
async function approve(
  { reporter }: Context,
  { prompts }: Beginning,
  { inputs, caller }: Discovered,
  planned: Plan<StepId>,
): Promise<void> {
  if (!planned.items.some(isChange)) return;
  reporter.text(`\n${planText(planned, inputs, reporter.style)}\n`);
  if (inputs.YES) return;
  if (prompts === undefined) throw missing(['YES']);
  const isElsewhere = isCrossAccount(inputs) && !isHandedOver(inputs);
  const both = isElsewhere ? ` and ${parseArn(inputs.OLD_USER_POOL_ARN).account}` : '';
  const isApproved = await prompts.confirm({
    message: `Apply in account ${caller.account}${both}?`,
    default: true,
  });
  if (!isApproved) throw new CancelledError('Nothing was changed.', { code: 'DECLINED' });
  reporter.text('');
}
