/** Teardown: everything that this migration made is taken away again, in the reverse order of apply. */
import { MigrateError } from './errors.ts';
import { dependencies, reversed, together, walk } from './order.ts';
import { assertOurs } from './plan.ts';
import type { StepRecord } from './state.ts';
import type { Judgement, Step } from './step.ts';
import { assertGoing, type Finished, type Outcome, type Run, Turn } from './turn.ts';

export interface Destruction<Aws> extends Run<Aws> {
  /** IDs of steps that stay, together with what they need. */
  readonly keep: ReadonlySet<string>;
}

/** These steps and everything that they stand on: a function is of no use without its role. */
export function keptWith<Aws>(steps: readonly Step<Aws>[], keep: Iterable<string>): ReadonlySet<string> {
  const edges = dependencies(steps);
  const kept = new Set<string>();
  const add = (id: string): void => {
    if (kept.has(id)) return;
    kept.add(id);
    for (const other of edges.get(id) ?? []) add(other);
  };
  for (const id of keep) add(id);
  return kept;
}

/**
 * The run that wrote it ended in the middle: what it may have left undone could not be told any more once it is removed.
 * What cannot be finished is told, and is no reason to stay.
 */
async function finish<Aws>(record: StepRecord, judged: Judgement, turn: Turn<Aws>): Promise<void> {
  if (record.before === undefined || !judged.isRight) return;
  try {
    const done = await judged.resume(record.before, Date.parse(record.at));
    if (done !== undefined) turn.tell(done);
  } catch (error) {
    if (!(error instanceof MigrateError)) throw error;
    turn.tell(error.message);
  }
}

/** What is not ours, was brought along or is to be kept stays; what is gone already counts as removed. */
export async function destroy<Aws>(run: Destruction<Aws>): Promise<Finished> {
  const { aws, inputs, ledger, signal, keep } = run;
  const outcomes: Outcome[] = [];
  const concerned = run.steps.filter((step) => step.when(inputs) || ledger.keys(step.id).length > 0);

  const take = async (step: Step<Aws>, key: string, turn: Turn<Aws>): Promise<Outcome> => {
    const found = await step.inspect(aws, inputs, key);
    if (!found.exists) return turn.done('absent');
    if (found.ours === 'no') return turn.done('left', found.owner);
    assertOurs(step.title, found, step.describe(inputs, key));
    assertGoing(signal);
    turn.start('remove');
    const record = ledger.record(step.id, key);
    if (record?.status === 'applying') await finish(record, found.judge(inputs), turn);
    const before = record?.before;
    await ledger.set(step.id, key, 'removing');
    return turn.done('removed', await found.remove(before, turn.tell));
  };

  await walk(concerned, reversed(dependencies(concerned)), async (step) => {
    if (step.brought(inputs) || keep.has(step.id)) {
      outcomes.push(new Turn(run, step, '').done(step.brought(inputs) ? 'brought' : 'left', 'kept'));
      return;
    }
    const keys = new Set([...step.keys(inputs), ...ledger.keys(step.id)]);
    await together([...keys], async (key) => {
      assertGoing(signal);
      const turn = new Turn(run, step, key);
      outcomes.push(await turn.attempt(() => take(step, key, turn)));
      await ledger.drop(step.id, key, step.gives);
    });
  });
  return { outcomes, vars: inputs };
}
