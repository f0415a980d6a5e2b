/** Runs teardown on the open state file. */

import { destroy } from '../../../core/destroy.ts';
import { dropDeadLock } from '../../../core/state-lock.ts';
import { lockOf, openStateStore } from '../../../core/state-store.ts';
import type { Finished } from '../../../core/step-run.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import type { StepId } from '../../../steps/ids.ts';
import { steps } from '../../../steps/index.ts';
import type { Beginning, Context } from '../../context.ts';
import { breaksLock } from '../../inputs/options.ts';
import type { Discovered } from '../../session/read-pools.ts';
import type { Looked } from './plan.ts';

/** Inputs that were approved after the plan was created. */
const restored = ({ RESTORE_TRIGGER }: Inputs): Partial<Inputs> =>
  RESTORE_TRIGGER === undefined ? {} : { RESTORE_TRIGGER };

/** Removes the resources. Does not open the state file if there is nothing to remove. */
export async function takeDown(
  { io, reporter, command }: Context,
  { file, state }: Beginning,
  { aws, inputs, caller }: Discovered,
  { concerned, keep, outOfReach, leftBehind, planned }: Looked & { readonly keep: ReadonlySet<StepId> },
): Promise<Finished<StepId>> {
  const isThere = planned.items.some((item) => item.exists) || state !== undefined;
  if (!isThere) {
    // A run that was killed at its very end leaves this lock. If it cannot be removed, it locks nobody out.
    await dropDeadLock(lockOf(file)).catch(() => undefined);
    return { outcomes: [], vars: inputs };
  }
  const { now } = io.clock;
  const store = await openStateStore({
    file,
    account: caller.account,
    inputs,
    now,
    breakLock: breaksLock(command),
  });
  try {
    // Record these again. If this run ends early, the next one then removes them too.
    for (const id of leftBehind) await store.set(id, '', 'applied');
    const { signal } = io.interrupt;
    const run = {
      steps: concerned,
      aws,
      inputs: { ...planned.outputs, ...restored(inputs) },
      store,
      emit: reporter.emit,
      now,
      signal,
      keep,
      outOfReach,
    };
    const finished = await destroy(run);
    // A later run with access to the old account still needs the file.
    if (keep.size === 0 && concerned.length === steps.length) await store.deleteFile();
    return finished;
  } finally {
    await store.close();
  }
}
