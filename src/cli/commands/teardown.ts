/** teardown: everything back to where init began. Users who have moved stay. */

import type { Aws } from '../../aws/clients.ts';
import { readOutcomes } from '../../aws/outcomes.ts';
import { destroy, keptWith } from '../../core/destroy.ts';
import { CancelledError, type ExitKind, UsageError } from '../../core/errors.ts';
import { type Plan, plan } from '../../core/plan.ts';
import { assertSameMigration, openLedger } from '../../core/state.ts';
import type { Step } from '../../core/step.ts';
import type { Finished } from '../../core/turn.ts';
import { oldAccountSteps, steps } from '../../steps/index.ts';
import { isCrossAccount, logGroupName } from '../../steps/names.ts';
import { isHandedOver } from '../access.ts';
import { type Beginning, begin, type Context } from '../begin.ts';
import { tellGonePools } from '../gone-pools.ts';
import { leftover, writeRemoval } from '../handoff/leftover.ts';
import { leftAlone } from '../left-alone.ts';
import { lookAround } from '../look-around.ts';
import { stepIds } from '../options.ts';
import type { Prompts } from '../prompts.ts';
import { isBlocked, teardownPlanDocument } from '../render/teardown-plan-view.ts';
import { goingText, isGoing, type Left, teardownDocument } from '../render/teardown-view.ts';
import { missing } from '../resolve.ts';
import type { Discovered } from '../session.ts';
import { restore } from './restore.ts';

export async function teardown(context: Context): Promise<ExitKind> {
  const { reporter, command, io } = context;
  const beginning = await begin(context);
  if (command.getOptionValue('restore') === true) return restore(context, beginning);
  const keep = keptWith(steps, stepIds(command.getOptionValue('keep'), steps));
  const { leaveOldAccount = false, out } = command.opts<{ leaveOldAccount?: boolean; out?: string }>();
  const found = await lookAround(context, beginning, leaveOldAccount ? 'leave' : 'read');
  const { inputs, caller, aws } = found;
  if (beginning.state) assertSameMigration(beginning.file, beginning.state, caller.account, inputs);
  tellGonePools(context, found);
  if (leaveOldAccount && !isCrossAccount(inputs)) throw oneAccount(caller.account);

  const concerned = leaveOldAccount ? steps.filter((step) => !oldAccountSteps.includes(step)) : steps;
  const planned = await plan(concerned, aws, inputs);
  const stays = leaveOldAccount || isHandedOver(inputs);
  const left = await stillToMove(found, !stays);
  const staying = new Set([...keep, ...leftAlone(planned, found, beginning)]);
  const rest = stays ? leftover(inputs, leaveOldAccount) : undefined;
  if (inputs.DRY_RUN) {
    reporter.data(teardownPlanDocument({ planned, keep: staying, left, inputs, rest }));
    return isBlocked(planned, staying) ? 'permission' : 'ok';
  }
  if (planned.items.some((item) => isGoing(item, staying))) {
    reporter.text(`\n${goingText(planned, staying, left, inputs, reporter.style)}\n`);
    await approve(context, beginning, found, left);
  }
  const finished = await io.interrupt.during('Finishing the call under way.', () =>
    takeDown(context, beginning, found, { concerned, keep, planned }),
  );
  const file = rest && out !== undefined ? await writeRemoval(out, rest) : undefined;
  reporter.data(teardownDocument(finished, left, rest, file));
  return 'ok';
}

const oneAccount = (account: string): UsageError =>
  new UsageError(`--leave-old-account: both pools are in the account ${account}`, {
    code: 'ONE_ACCOUNT',
    hint: ['--keep old-client  leaves the app client in the old pool.'],
  });

/** Users of the old pool who have not moved, as far as two estimates can tell. */
async function stillToMove({ aws, inputs, oldPool }: Discovered, isSeen: boolean): Promise<Left> {
  const { migrated, reset, isComplete } = await readOutcomes(aws.new.logs, logGroupName(inputs));
  const users = oldPool?.pool.EstimatedNumberOfUsers;
  const moved = migrated + reset;
  if (users === undefined) return { moved, notMoved: isSeen ? 0 : undefined, isComplete };
  return { moved, notMoved: Math.max(0, users - moved), isComplete };
}

async function approve(
  { reporter }: Context,
  { prompts }: Beginning,
  found: Discovered,
  left: Left,
): Promise<void> {
  if (found.inputs.YES) return;
  if (prompts === undefined) throw missing(['YES']);
  await askForApproval(prompts, found, left);
  reporter.text('');
}

async function askForApproval(prompts: Prompts, { inputs }: Discovered, { notMoved }: Left): Promise<void> {
  const name = inputs.NEW_USER_POOL_NAME;
  if (notMoved !== 0) {
    await prompts.input({
      message: `Type the new pool's name (${name}) to go on`,
      validate: async (answer) =>
        answer === name || `That is not ${name}. Ctrl-C leaves everything as it is.`,
    });
    return;
  }
  if (await prompts.confirm({ message: 'Take it down?', default: false })) return;
  throw new CancelledError('Nothing was changed.', { code: 'DECLINED' });
}

interface Going {
  readonly concerned: readonly Step<Aws>[];
  readonly keep: ReadonlySet<string>;
  readonly planned: Plan;
}

async function takeDown(
  { io, reporter }: Context,
  { file, state }: Beginning,
  { aws, inputs, caller }: Discovered,
  { concerned, keep, planned }: Going,
): Promise<Finished> {
  const isThere = planned.items.some((item) => item.exists) || state !== undefined;
  if (!isThere) return { outcomes: [], vars: inputs };
  const { now } = io.clock;
  const ledger = await openLedger({ file, account: caller.account, inputs, now });
  try {
    const { signal } = io.interrupt;
    const run = {
      steps: concerned,
      aws,
      inputs: planned.outputs,
      ledger,
      emit: reporter.emit,
      now,
      signal,
      keep,
    };
    const finished = await destroy(run);
    // A later run with access to the old account still needs it.
    if (keep.size === 0 && concerned.length === steps.length) await ledger.forget();
    return finished;
  } finally {
    await ledger.close();
  }
}
