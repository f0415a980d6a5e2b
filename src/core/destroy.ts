/** Teardown: everything that this migration made is taken away again, in the reverse order of apply. */
import { type Applied, cancelled, type Outcome, type Run, Turn } from './apply.ts';
import { dependencies, reversed, together, walk } from './order.ts';
import { unreadable } from './plan.ts';
import type { Step } from './step.ts';

export interface Destruction<Aws> extends Run<Aws> {
  /** IDs of steps that stay. */
  readonly keep: ReadonlySet<string>;
}

/** What is not ours, was brought along or is to be kept stays; what is gone already counts as removed. */
export async function destroy<Aws>(run: Destruction<Aws>): Promise<Applied> {
  const { aws, inputs, ledger, signal, keep } = run;
  const outcomes: Outcome[] = [];
  const concerned = run.steps.filter((step) => step.when(inputs) || ledger.keys(step.id).length > 0);

  const remove = async (step: Step<Aws>, key: string): Promise<void> => {
    if (signal.aborted) throw cancelled();
    const turn = new Turn(run, step, key);
    try {
      const found = await step.inspect(aws, inputs, key);
      if (!found.exists) {
        await ledger.drop(step.id, key);
        outcomes.push(turn.done('absent'));
        return;
      }
      if (found.ours === 'unknown') throw unreadable(step.title, step.describe(inputs, key));
      if (found.ours === 'no') {
        await ledger.drop(step.id, key);
        outcomes.push(turn.done('left', found.owner));
        return;
      }
      if (signal.aborted) throw cancelled();
      turn.start('remove');
      const before = ledger.record(step.id, key)?.before;
      await ledger.set(step.id, key, 'removing');
      const detail = await found.remove(before, turn.tell);
      await ledger.drop(step.id, key);
      outcomes.push(turn.done('removed', detail));
    } catch (error) {
      turn.failed();
      throw error;
    }
  };

  await walk(concerned, reversed(dependencies(concerned)), async (step) => {
    if (keep.has(step.id) || step.brought(inputs)) {
      outcomes.push(new Turn(run, step, '').done(step.brought(inputs) ? 'brought' : 'left', 'kept'));
      return;
    }
    const keys = new Set([...step.keys(inputs), ...ledger.keys(step.id)]);
    await together([...keys], (key) => remove(step, key));
  });
  return { outcomes, vars: inputs };
}
