/** Teardown: everything that this migration made is taken away again, in the reverse order of apply. */

import { dependencies, reversed, together, walk } from './dependency-graph.ts';
import { MigrateError } from './errors.ts';
import { assertOurs, isSame, ownerOf } from './plan.ts';
import type { StepRecord } from './state.ts';
import type { Comparison, Observed, SaveSnapshot, Step } from './step.ts';
import { assertGoing, type Finished, type Outcome, type Run, StepRun } from './step-run.ts';

export interface Destruction<Aws, Id extends string> extends Run<Aws, Id> {
  /** IDs of steps that stay, together with what they need. */
  readonly keep: ReadonlySet<Id>;
  /**
   * IDs of steps of which nothing is looked at where something was brought along: what was made there before is out of
   * reach.
   */
  readonly outOfReach?: ReadonlySet<Id>;
}

/** These steps and everything that they stand on: a function is of no use without its role. */
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
 * The run that wrote it, or took it away, ended in the middle: what it may have left undone could not be told any more
 * afterwards. What cannot be finished is told, and is no reason to stay.
 */
async function finish<Aws, Id extends string>(
  record: StepRecord,
  judged: Comparison,
  turn: StepRun<Aws, Id>,
): Promise<void> {
  const isDone = record.status === 'removing' || judged.isRight;
  if (record.latest === undefined || !isDone || judged.waitsFor.length > 0) return;
  try {
    const done = await judged.resume(record.latest, Date.parse(record.at));
    if (done !== undefined) turn.tell(done);
  } catch (error) {
    if (!(error instanceof MigrateError)) throw error;
    turn.tell(error.message);
  }
}

/** What is not ours, was brought along or is to be kept stays; what is gone already counts as removed. */
export async function destroy<Aws, Id extends string>(run: Destruction<Aws, Id>): Promise<Finished<Id>> {
  const { aws, inputs, store, signal, keep } = run;
  const outcomes: Outcome<Id>[] = [];
  const concerned = run.steps.filter((step) => step.when(inputs) || store.keys(step.id).length > 0);

  const wholes = new Map<Id, Promise<Observed>>();
  /** What this belongs to, as it is when the first part of it is taken away. */
  const wholeOf = ({ parent }: Step<Aws, Id>): Promise<Observed> | undefined => {
    const whole = run.steps.find(({ id }) => id === parent);
    if (whole === undefined) return undefined;
    const found = wholes.get(whole.id) ?? whole.inspect(aws, inputs, '');
    wholes.set(whole.id, found);
    return found;
  };

  const take = async (step: Step<Aws, Id>, key: string, turn: StepRun<Aws, Id>): Promise<Outcome<Id>> => {
    const [found, whole] = await Promise.all([step.inspect(aws, inputs, key), wholeOf(step)]);
    const { ours, owner } = ownerOf(found, whole);
    const brought = step.brought(inputs);
    if (brought && (!found.exists || isSame(found, brought))) return turn.done('brought', 'kept');
    const record = store.record(step.id, key);
    if (record !== undefined) await finish(record, found.compare(inputs), turn);
    if (!found.exists) return turn.done('absent');
    if (ours === 'no') return turn.done('left', owner);
    assertOurs(step.title, { ours, owner }, step.describeRemoval(inputs, key));
    assertGoing(signal);
    turn.start('remove');
    await store.set(step.id, key, 'removing');
    const saveSnapshot: SaveSnapshot = (image, since) => store.set(step.id, key, 'removing', image, since);
    const done = await found.remove(record?.before, saveSnapshot, turn.tell);
    return typeof done === 'object' ? turn.done('left', done.left) : turn.done('removed', done);
  };

  await walk(concerned, reversed(dependencies(concerned)), async (step) => {
    const made = store.keys(step.id);
    // What was made before something else was brought along in its place goes too.
    const isOnlyTheirs = step.brought(inputs) && (made.length === 0 || run.outOfReach?.has(step.id));
    if (isOnlyTheirs || keep.has(step.id)) {
      outcomes.push(new StepRun(run, step, '').done(step.brought(inputs) ? 'brought' : 'left', 'kept'));
      return;
    }
    const keys = new Set([...step.keys(inputs), ...made]);
    await together([...keys], async (key) => {
      assertGoing(signal);
      const turn = new StepRun(run, step, key);
      outcomes.push(await turn.attempt(() => take(step, key, turn)));
      await store.drop(step.id, key, step.outputs);
    });
  });
  return { outcomes, vars: inputs };
}
