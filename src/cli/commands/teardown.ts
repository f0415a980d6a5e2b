/** teardown: everything back to where init began. Users who have moved stay. */

import type { Aws } from '../../aws/clients.ts';
import { readOutcomes } from '../../aws/outcomes.ts';
import { destroy, keptWith } from '../../core/destroy.ts';
import { CancelledError, ConflictError, type ExitKind, UsageError } from '../../core/errors.ts';
import { assertReadable, type Plan, plan } from '../../core/plan.ts';
import { assertSameMigration, openLedger, type State } from '../../core/state.ts';
import type { Step } from '../../core/step.ts';
import type { Finished } from '../../core/turn.ts';
import { oldAccountSteps, steps } from '../../steps/index.ts';
import { isCrossAccount, logGroupName } from '../../steps/names.ts';
import { isHandedOver } from '../access.ts';
import { type Beginning, begin, type Context } from '../begin.ts';
import { leftover, writeRemoval } from '../handoff/leftover.ts';
import { lookAround } from '../look-around.ts';
import { stepIds } from '../options.ts';
import type { Prompts } from '../prompts.ts';
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
  if (leaveOldAccount && !isCrossAccount(inputs)) throw oneAccount(caller.account);

  const concerned = leaveOldAccount ? steps.filter((step) => !oldAccountSteps.includes(step)) : steps;
  const outOfReach = new Set(isHandedOver(inputs) ? oldAccountSteps.map(({ id }) => id) : []);
  const made = madeBy(beginning.state);
  const planned = await plan(concerned, aws, inputs, (step) => made(step) && !outOfReach.has(step));
  assertReadable(planned);
  assertThisMigration(planned);
  const stays = leaveOldAccount || isHandedOver(inputs);
  const left = await stillToMove(found, !stays);
  const lost = lostRecords(planned, beginning.state);
  if (lost !== undefined) reporter.emit({ type: 'note', level: 'warning', message: lost });
  if (planned.items.some((item) => isGoing(item, keep))) {
    reporter.text(`\n${goingText(planned, keep, left, inputs, reporter.style)}\n`);
    await approve(context, beginning, found, left);
  }
  const finished = await io.interrupt.during('Finishing the call under way.', () =>
    takeDown(context, beginning, found, { concerned, keep, outOfReach, planned }),
  );
  const rest = stays ? leftover(inputs, leaveOldAccount) : undefined;
  const file = rest && out !== undefined ? await writeRemoval(out, rest) : undefined;
  reporter.data(teardownDocument(finished, left, rest, file));
  return 'ok';
}

/** The function is somebody else's and nothing else is ours: pools or name are wrong, and "nothing is there" would be too. */
function assertThisMigration({ items }: Plan): void {
  const wholes = new Set(steps.map(({ partOf }) => partOf));
  const foreign = items.find(({ step, action }) => action === 'foreign' && wholes.has(step));
  const isAnyOurs = items.some(
    ({ exists, action }) => exists && action !== 'foreign' && action !== 'brought',
  );
  if (foreign === undefined || isAnyOurs) return;
  const whose = foreign.owner ?? 'not of this migration';
  throw new ConflictError(`The ${foreign.title} of this name is ${whose}: ${foreign.line}`, {
    code: 'FOREIGN',
    found: whose,
    hint: [
      'Nothing was changed. Compare the IDs of both pools, and the name, with those that init was given.',
    ],
  });
}

/** What undo needs is in the function's tags and in the state file: where both are gone, nobody must believe it undone. */
function lostRecords({ items }: Plan, state: State | undefined): string | undefined {
  const isThere = items.some(({ exists, action }) => exists && action !== 'foreign' && action !== 'brought');
  const isRecorded = items.some(({ step, exists }) => step === 'lambda-function' && exists);
  if (state !== undefined || isRecorded || !isThere) return undefined;
  return (
    'The function and the state file are both gone: which app clients got password sign-in, and which trigger was there\n' +
    'before, is not known any more, and stays as it is. ALLOW_USER_PASSWORD_AUTH is in the settings of an app client.'
  );
}

/** Steps with a record, whether or not the flags of today would have them made. */
const madeBy = (state: State | undefined) => {
  const recorded = new Set(Object.keys(state?.steps ?? {}).map((name) => name.split(':')[0]));
  return (step: string): boolean => recorded.has(step);
};

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
  readonly outOfReach: ReadonlySet<string>;
  readonly planned: Plan;
}

async function takeDown(
  { io, reporter }: Context,
  { file, state }: Beginning,
  { aws, inputs, caller }: Discovered,
  { concerned, keep, outOfReach, planned }: Going,
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
      outOfReach,
    };
    const finished = await destroy(run);
    // A later run with access to the old account still needs it.
    if (keep.size === 0 && concerned.length === steps.length) await ledger.forget();
    return finished;
  } finally {
    await ledger.close();
  }
}
