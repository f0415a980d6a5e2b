/** Teardown: removes everything that this migration created, in the reverse order of apply. */

import { dependencies, inOrder, reversed, together, walk } from './dependency-graph.ts';
import { MigrateError } from './errors.ts';
import type { Emit } from './events.ts';
import { isSame, ownerOf } from './plan.ts';
import { assertOurs } from './plan-blockers.ts';
import type { StepRecord } from './state.ts';
import type { Comparison, Observed, SaveSnapshot, Step } from './step.ts';
import { assertGoing, type Finished, type Outcome, type Run, StepRun } from './step-run.ts';

export interface Destruction<Aws, Id extends string> extends Run<Aws, Id> {
  /** IDs of steps to keep, together with their dependencies. */
  readonly keep: ReadonlySet<Id>;
  /**
   * IDs of steps to skip if the operator provided an existing resource for them.
   * Their earlier resource is out of reach.
   */
  readonly outOfReach?: ReadonlySet<Id>;
}

/** These steps and all their dependencies. A function is useless without its role, for example. */
export function keptWith<Aws, Id extends string>(
  steps: readonly Step<Aws, Id>[],
  keep: Iterable<Id>,
): ReadonlySet<Id> {
  const edges = dependencies(steps);
  const kept = new Set<Id>();
  const add = (id: Id): void => {
    if (kept.has(id)) return;
    kept.add(id);
    for (const other of edges.get(id) ?? []) add(other);
  };
  for (const id of keep) add(id);
  return kept;
}

/**
 * Finishes an interrupted write or removal. Later, nothing would show what that run left undone.
 * Reports work that it cannot finish, and continues with teardown.
 */
async function finish<Aws, Id extends string>(
  record: StepRecord,
  comparison: Comparison,
  stepRun: StepRun<Aws, Id>,
): Promise<void> {
  const isDone = record.status === 'removing' || comparison.isRight;
  if (record.latest === undefined || !isDone || comparison.waitsFor.length > 0) return;
  try {
    const message = await comparison.resume(record.latest, Date.parse(record.at));
    if (message !== undefined) stepRun.onProgress(message);
  } catch (error) {
    if (!(error instanceof MigrateError)) throw error;
    stepRun.onProgress(error.message);
  }
}

/**
 * Keeps resources that are not ours, existing ones, and those in `keep`.
 * Counts missing ones as removed.
 */
export async function destroy<Aws, Id extends string>(run: Destruction<Aws, Id>): Promise<Finished<Id>> {
  const { inputs, store, keep } = run;
  const outcomes: Outcome<Id>[] = [];
  const removeOne = remover(run);
  const relevantSteps = run.steps.filter(
    (step) => step.when(inputs) || store.keys(step.id).length > 0 || step.unchosen(inputs, []).length > 0,
  );
  await walk(relevantSteps, reversed(dependencies(relevantSteps)), async (step) => {
    const recordedKeys = store.keys(step.id);
    // Also remove resources that were created before the operator provided an existing one.
    const isOnlyExisting =
      step.existing(inputs) && (recordedKeys.length === 0 || run.outOfReach?.has(step.id));
    if (isOnlyExisting || keep.has(step.id)) {
      outcomes.push(new StepRun(run, step, '').done(step.existing(inputs) ? 'existing' : 'left', 'kept'));
      return;
    }
    const chosenKeys = step.when(inputs) || recordedKeys.length > 0 ? step.keys(inputs) : [];
    const keys = [...new Set([...chosenKeys, ...recordedKeys, ...step.unchosen(inputs, [])])];
    const visit = step.isInOrder ? inOrder : together;
    await visit(step.isInOrder ? keys.toReversed() : keys, async (key) => {
      outcomes.push(await removeOne(step, key));
      await store.drop(step.id, key, step.outputs);
    });
  });
  return { outcomes, vars: inputs };
}

/**
 * Removes resources of earlier runs that are no longer chosen.
 * Keeps their records: other resources may still refer to them. See forgetUnchosen.
 */
export async function removeUnchosen<Aws, Id extends string>(run: Run<Aws, Id>): Promise<Outcome<Id>[]> {
  const outcomes: Outcome<Id>[] = [];
  // Nobody asked for what is already gone.
  const emit: Emit = (event) =>
    event.type === 'done' && event.done === 'absent' ? undefined : run.emit(event);
  const removeOne = remover({ ...run, emit });
  const unchosen = (step: Step<Aws, Id>) => step.unchosen(run.inputs, run.store.keys(step.id));
  const concerned = run.steps.filter((step) => unchosen(step).length > 0);
  await walk(concerned, reversed(dependencies(concerned)), async (step) => {
    await together([...unchosen(step)], async (key) => {
      const outcome = await removeOne(step, key);
      if (outcome.done !== 'absent') outcomes.push(outcome);
    });
  });
  return outcomes;
}

/** Removes resources of one step while the others stay, and drops their records. */
export async function removeKeys<Aws, Id extends string>(
  run: Run<Aws, Id>,
  step: Step<Aws, Id>,
  keys: readonly string[],
): Promise<Outcome<Id>[]> {
  const outcomes: Outcome<Id>[] = [];
  const removeOne = remover(run);
  await together(keys, async (key) => {
    outcomes.push(await removeOne(step, key));
    await run.store.drop(step.id, key, step.outputs);
  });
  return outcomes;
}

/** Drops the records of resources that are no longer chosen, and gone. */
export async function forgetUnchosen<Aws, Id extends string>({
  steps,
  inputs,
  store,
}: Pick<Run<Aws, Id>, 'steps' | 'inputs' | 'store'>): Promise<void> {
  for (const step of steps) {
    const recorded = store.keys(step.id);
    const gone = step.unchosen(inputs, recorded).filter((key) => recorded.includes(key));
    for (const key of gone) await store.drop(step.id, key, step.outputs);
  }
}

/** Removes one resource, and says what came of it. */
function remover<Aws, Id extends string>(
  run: Run<Aws, Id>,
): (step: Step<Aws, Id>, key: string) => Promise<Outcome<Id>> {
  const { aws, inputs, store, signal } = run;
  const parents = new Map<Id, Promise<Observed>>();
  /** The state of the parent when teardown removed its first part. */
  const parentOf = ({ parent }: Step<Aws, Id>): Promise<Observed> | undefined => {
    const parentStep = run.steps.find(({ id }) => id === parent);
    if (parentStep === undefined) return undefined;
    const observed = parents.get(parentStep.id) ?? parentStep.inspect(aws, inputs, '');
    parents.set(parentStep.id, observed);
    return observed;
  };

  const removeOne = async (
    step: Step<Aws, Id>,
    key: string,
    stepRun: StepRun<Aws, Id>,
  ): Promise<Outcome<Id>> => {
    const [observed, parent] = await Promise.all([step.inspect(aws, inputs, key), parentOf(step)]);
    const { ownership, owner } = ownerOf(observed, parent);
    const existing = step.existing(inputs);
    if (existing && (!observed.exists || isSame(observed, existing))) return stepRun.done('existing', 'kept');
    const record = store.record(step.id, key);
    if (record !== undefined) await finish(record, observed.compare(inputs), stepRun);
    if (!observed.exists) return stepRun.done('absent');
    if (ownership === 'foreign') return stepRun.done('left', owner);
    assertOurs(step.title, { ownership, owner }, step.describeRemoval(inputs, key), key);
    assertGoing(signal);
    stepRun.start('remove');
    await store.set(step.id, key, 'removing');
    const saveSnapshot: SaveSnapshot = (snapshot, since) =>
      store.set(step.id, key, 'removing', snapshot, since);
    const removal = await observed.remove(record?.before, saveSnapshot, stepRun.onProgress);
    return typeof removal === 'object'
      ? stepRun.done('left', removal.left)
      : stepRun.done('removed', removal);
  };

  return async (step, key) => {
    assertGoing(signal);
    const stepRun = new StepRun(run, step, key);
    return stepRun.attempt(() => removeOne(step, key, stepRun));
  };
}
