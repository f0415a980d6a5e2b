/** The removal itself. */
import { destroy } from '../../../core/destroy.ts';
import type { Emit } from '../../../core/events.ts';
import { dropJournal } from '../../../core/journal.ts';
import { dropDeadLock } from '../../../core/state-lock.ts';
import { openStateStore } from '../../../core/state-store.ts';
import type { Finished } from '../../../core/step-run.ts';
import { lockOf } from '../../../core/stored-file.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import type { StepId } from '../../../steps/ids.ts';
import { steps } from '../../../steps/index.ts';
import type { PlannedTeardown } from './plan.ts';

/** Inputs that were approved after the plan was created. */
const restored = ({ RESTORE_TRIGGER }: Inputs): Partial<Inputs> =>
  RESTORE_TRIGGER === undefined ? {} : { RESTORE_TRIGGER };

interface Executing {
  readonly breakLock: boolean;
  readonly emit: Emit;
  /** Writes the last report. Runs once nobody else can change this migration, and before any removal. */
  readonly writeReport: () => Promise<string | undefined>;
}

interface TornDown {
  readonly finished: Finished<StepId>;
  /** Name of the last report, if one was written. */
  readonly report?: string | undefined;
}

/** Nothing continues what a killed import or sync has left to do. The next migration must not, either. */
async function dropJournals(file: string, now: () => number, emit: Emit): Promise<void> {
  await dropJournal(file, 'sync', now);
  if (!(await dropJournal(file, 'import', now))) return;
  const message =
    'An import had not ended. To delete its files on this machine:  cognito-migrate import --clean';
  emit({ type: 'note', level: 'warning', message });
}

/** Removes the resources. Does not open the state file if there is nothing to remove. */
export async function executeTeardown(
  { aws, inputs, caller, file, state, concerned, keep, outOfReach, leftBehind, planned }: PlannedTeardown,
  { breakLock, emit, writeReport }: Executing,
): Promise<TornDown> {
  const isThere = planned.items.some((item) => item.exists) || state !== undefined;
  if (!isThere) {
    // A run that was killed at its very end leaves this lock. If it cannot be removed, it does no harm.
    await dropDeadLock(lockOf(file)).catch(() => undefined);
    return { finished: { outcomes: [], vars: inputs } };
  }
  const { now } = aws.clock;
  const store = await openStateStore({ file, account: caller.account, inputs, now, breakLock });
  try {
    const report = await writeReport();
    // Record these again. If this run ends early, the next one then removes them too.
    for (const id of leftBehind) await store.set(id, '', 'applied');
    const run = {
      steps: concerned,
      aws,
      inputs: { ...planned.outputs, ...restored(inputs) },
      store,
      emit,
      now,
      signal: aws.signal,
      keep,
      outOfReach,
    };
    const finished = await destroy(run);
    // A later run with access to the old account still needs the file.
    if (keep.size === 0 && concerned.length === steps.length) {
      await store.deleteFile();
      await dropJournals(file, now, emit);
    }
    return { finished, report };
  } finally {
    await store.close();
  }
}
