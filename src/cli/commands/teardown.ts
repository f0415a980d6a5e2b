/** teardown: everything back to where init began. Users who have moved stay. */
import { readOutcomes } from '../../aws/outcomes.ts';
import { destroy, keptWith } from '../../core/destroy.ts';
import { CancelledError, type ExitKind } from '../../core/errors.ts';
import { type Plan, plan } from '../../core/plan.ts';
import { assertSameMigration, openLedger } from '../../core/state.ts';
import type { Finished } from '../../core/turn.ts';
import { steps } from '../../steps/index.ts';
import { logGroupName } from '../../steps/names.ts';
import { type Beginning, begin, type Context } from '../begin.ts';
import { lookAround } from '../look-around.ts';
import { stepIds } from '../options.ts';
import { goingText, isGoing, type Left, teardownDocument } from '../render/teardown-view.ts';
import { missing } from '../resolve.ts';
import type { Discovered } from '../session.ts';
import { restore } from './restore.ts';

export async function teardown(context: Context): Promise<ExitKind> {
  const { reporter, command, io } = context;
  const beginning = await begin(context);
  if (command.getOptionValue('restore') === true) return restore(context, beginning);
  const keep = keptWith(steps, stepIds(command.getOptionValue('keep'), steps));
  const found = await lookAround(context, beginning, 'read');
  const { inputs, caller, aws } = found;
  if (beginning.state) assertSameMigration(beginning.file, beginning.state, caller.account, inputs);

  const planned = await plan(steps, aws, inputs);
  const left = await stillToMove(found);
  if (planned.items.some((item) => isGoing(item, keep))) {
    reporter.text(`\n${goingText(planned, keep, left, inputs, reporter.style)}\n`);
    await approve(beginning, found, left);
  }
  const finished = await io.interrupt.during('Finishing the call under way.', () =>
    takeDown(context, beginning, found, keep, planned),
  );
  reporter.data(teardownDocument(finished, left));
  return 'ok';
}

/** Users of the old pool who have not moved, as far as two estimates can tell. */
async function stillToMove({ aws, inputs, oldPool }: Discovered): Promise<Left> {
  const { migrated, reset, isComplete } = await readOutcomes(aws.new.logs, logGroupName(inputs));
  const users = oldPool?.pool.EstimatedNumberOfUsers ?? 0;
  return { moved: migrated + reset, notMoved: Math.max(0, users - migrated - reset), isComplete };
}

async function approve({ prompts }: Beginning, { inputs }: Discovered, { notMoved }: Left): Promise<void> {
  if (inputs.YES) return;
  if (prompts === undefined) throw missing(['YES']);
  const name = inputs.NEW_USER_POOL_NAME;
  if (notMoved > 0) {
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

async function takeDown(
  { io, reporter }: Context,
  { file, state }: Beginning,
  { aws, inputs, caller }: Discovered,
  keep: ReadonlySet<string>,
  planned: Plan,
): Promise<Finished> {
  const isThere = planned.items.some((item) => item.exists) || state !== undefined;
  if (!isThere) return { outcomes: [], vars: inputs };
  const { now } = io.clock;
  const ledger = await openLedger({ file, account: caller.account, inputs, now });
  try {
    const { signal } = io.interrupt;
    const finished = await destroy({ steps, aws, inputs, ledger, emit: reporter.emit, now, signal, keep });
    if (keep.size === 0) await ledger.forget();
    return finished;
  } finally {
    await ledger.close();
  }
}
