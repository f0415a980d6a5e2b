/** The work of teardown, on the open state file. */
import type { Aws } from '../../aws/clients.ts';
import { destroy } from '../../core/destroy.ts';
import type { Plan } from '../../core/plan.ts';
import { openLedger } from '../../core/state.ts';
import type { Step } from '../../core/step.ts';
import type { Finished } from '../../core/turn.ts';
import { steps } from '../../steps/index.ts';
import type { Beginning, Context } from '../begin.ts';
import type { Discovered } from '../session.ts';

interface Going {
  readonly concerned: readonly Step<Aws>[];
  readonly keep: ReadonlySet<string>;
  readonly outOfReach: ReadonlySet<string>;
  readonly planned: Plan;
}

/** Nothing is opened where there is nothing to take away. */
export async function takeDown(
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
