/** Apply: everything in place and as it should be, from wherever the last run stopped. */

import { dependencies, together, walk } from './dependency-graph.ts';
import type { JsonObject } from './json.ts';
import { assertOurs, type Plan } from './plan.ts';
import { type Absent, PrefetchedSteps } from './prefetch-steps.ts';
import type { Comparison, Observed, SaveSnapshot, Step } from './step.ts';
import { assertGoing, type Finished, type Outcome, type Run, StepRun } from './step-run.ts';
import type { Inputs, Vars } from './variables/index.ts';

/**
 * Reads each thing again before its own write: the plan was a preview, not a promise.
 * @param absent what the plan found nothing of, where nobody was asked since and it is as good as a look of now.
 */
export async function apply<Aws, Id extends string>(
  run: Run<Aws, Id>,
  absent?: Absent,
): Promise<Finished<Id>> {
  return new Application(run, absent).finish();
}

/** When the plan finds nothing to do: what exists is recorded (the state file may be new), and nothing is read again. */
export async function confirm<Aws, Id extends string>(
  run: Run<Aws, Id>,
  plan: Plan<Id>,
): Promise<Finished<Id>> {
  const { store } = run;
  await store.setVariables(plan.outputs);
  const outcomes = plan.items.map(({ step, key, title, action }): Outcome<Id> => {
    return { step, key, title, done: action === 'brought' ? 'brought' : 'unchanged', ms: 0 };
  });
  for (const { step, key, action, before } of plan.items)
    if (action !== 'brought') await store.set(step, key, 'applied', before);
  return { outcomes, vars: plan.outputs };
}

class Application<Aws, Id extends string> {
  readonly #run: Run<Aws, Id>;
  readonly #enabled: readonly Step<Aws, Id>[];
  readonly #checks = new Map<Id, Promise<void>>();
  readonly #judged = new WeakMap<Observed, Comparison>();
  readonly #outcomes: Outcome<Id>[] = [];
  readonly #saved: Promise<unknown>[] = [];
  readonly #edges: ReadonlyMap<Id, ReadonlySet<Id>>;
  readonly #ahead: PrefetchedSteps<Aws, Id>;
  #vars: Inputs;

  constructor(run: Run<Aws, Id>, absent: Absent | undefined) {
    const { aws, inputs } = run;
    this.#run = run;
    this.#enabled = run.steps.filter((step) => step.when(inputs));
    this.#edges = dependencies(this.#enabled);
    const waits = ({ id }: Step<Aws, Id>): boolean => (this.#edges.get(id)?.size ?? 0) > 0;
    this.#ahead = new PrefetchedSteps({ steps: this.#enabled, aws, inputs, absent, waits });
    this.#vars = inputs;
  }

  async finish(): Promise<Finished<Id>> {
    const edges = new Map<string, ReadonlySet<string>>(this.#edges);
    const visits: { readonly id: string; visit(): Promise<void> }[] = this.#enabled.map((step) => ({
      id: step.id,
      visit: () => this.#visit(step),
    }));
    for (const step of this.#enabled) {
      if (step.checkNeeds === undefined) continue;
      const id = `check of ${step.id}`;
      edges.set(id, new Set([step.id, ...step.checkNeeds.filter((other) => edges.has(other))]));
      visits.push({ id, visit: () => this.#checkIfWritten(step) });
    }
    try {
      await walk(visits, edges, ({ visit }) => visit());
      for (const step of this.#enabled) await this.#checkIfWritten(step);
    } finally {
      await Promise.allSettled(this.#saved);
    }
    await Promise.all(this.#saved);
    return { outcomes: this.#outcomes, vars: this.#vars };
  }

  async #visit(step: Step<Aws, Id>): Promise<void> {
    const { inputs } = this.#run;
    const brought = step.brought(inputs);
    if (brought) return this.#adopt(step, brought);
    await together(step.keys(inputs), (key) => this.#bring(step, key));
  }

  async #learn(outputs: Partial<Vars>): Promise<void> {
    this.#vars = { ...this.#vars, ...outputs };
    await this.#run.store.setVariables(outputs);
  }

  /**
   * Nothing waits for this to be on disk: what comes next records itself before its own call, in the same write of the file.
   * A run that ends in between finds the step applying, as if it had ended before AWS's answer.
   */
  #applied(step: Step<Aws, Id>, key: string, outputs: Partial<Vars>, before?: JsonObject): void {
    const learnt = this.#learn(outputs);
    this.#save(this.#isUnproven(step) ? learnt : Promise.all([learnt, this.#record(step, key, before)]));
  }

  #record(step: Step<Aws, Id>, key: string, before?: JsonObject): Promise<void> {
    return this.#run.store.set(step.id, key, 'applied', before);
  }

  #save(saved: Promise<unknown>): void {
    saved.catch(() => undefined); // told at the end
    this.#saved.push(saved);
  }

  /** It was written, by this run or an earlier one, and its check has not passed since: until then it stays applying. */
  #isUnproven(step: Step<Aws, Id>): boolean {
    return step.checks && this.#run.store.record(step.id, '')?.status === 'applying';
  }

  async #adopt(step: Step<Aws, Id>, brought: Partial<Vars>): Promise<void> {
    await this.#learn(brought);
    this.#outcomes.push(new StepRun(this.#run, step, '').done('brought'));
  }

  /** One thing: left alone when it is right, made or repaired when it is not. */
  async #bring(step: Step<Aws, Id>, key: string): Promise<void> {
    const { signal } = this.#run;
    assertGoing(signal);
    const turn = new StepRun(this.#run, step, key);
    const found = await turn.attempt(() => this.#look(step, key));
    const judged = this.#judge(found);
    if (judged.isRight) {
      const detail = await turn.attempt(() => this.#resume(step, key, judged));
      this.#applied(step, key, found.outputs, found.before);
      this.#outcomes.push(turn.done('unchanged', detail));
      return;
    }
    judged.prefetch(this.#run.now);
    for (const before of this.#enabled) if (step.after.includes(before.id)) await this.#assertChecked(before);
    assertGoing(signal);
    const isNew = !found.exists && step.kind === 'create';
    turn.start(isNew ? 'create' : 'update');
    if (step.kind === 'modify') await this.#foreseeAfter(step);
    const written = await turn.attempt(() => this.#write(step, key, found, judged, turn));
    for (const message of written.notes ?? []) this.#run.emit({ type: 'note', level: 'info', message });
    this.#applied(step, key, written.outputs);
    this.#outcomes.push(turn.done(isNew ? 'created' : 'updated', written.detail));
  }

  #judge(found: Observed): Comparison {
    const judged = this.#judged.get(found) ?? found.compare(this.#vars);
    if (judged.waitsFor.length === 0) this.#judged.set(found, judged);
    return judged;
  }

  /** While this alters one thing of the person's, what comes right after it reads the next one. */
  async #foreseeAfter(step: Step<Aws, Id>): Promise<void> {
    for (const next of this.#enabled) {
      if (next.kind !== 'modify' || !next.after.includes(step.id)) continue;
      for (const key of next.keys(this.#run.inputs)) {
        const found = await this.#ahead.peek(next, key);
        if (found !== undefined) this.#judge(found).prefetch(this.#run.now);
      }
    }
  }

  /** Where the last run was ended between a write and its record, or somebody has deleted what this is part of. */
  async #resume(step: Step<Aws, Id>, key: string, judged: Comparison): Promise<string | undefined> {
    const record = this.#run.store.record(step.id, key);
    const isNewWhole = this.#outcomes.some(({ step: id, done }) => id === step.parent && done === 'created');
    if (isNewWhole && record?.before !== undefined) await judged.rewriteUndoTag(record.before);
    if (record?.latest === undefined) return undefined;
    return judged.resume(record.latest, Date.parse(record.at));
  }

  async #look(step: Step<Aws, Id>, key: string): Promise<Observed> {
    const found = await this.#ahead.look(step, key);
    assertOurs(step.title, found, step.describe(this.#run.inputs, key));
    return found;
  }

  async #write(
    step: Step<Aws, Id>,
    key: string,
    found: Observed,
    judged: Comparison,
    turn: StepRun<Aws, Id>,
  ) {
    const { store, signal } = this.#run;
    const saveSnapshot: SaveSnapshot = (image, since) => store.set(step.id, key, 'applying', image, since);
    await store.set(step.id, key, 'applying');
    try {
      return await judged.write(saveSnapshot, turn.tell);
    } catch (error) {
      // Made after all: by a call whose answer was lost and that the SDK sent again, or by somebody else's run.
      if (found.exists || signal.aborted || !step.meansAlreadyExists(error)) throw error;
      const again = await this.#look(step, key).catch(() => undefined);
      if (again?.exists !== true) throw error;
      return again.compare(this.#vars).write(saveSnapshot, turn.tell);
    }
  }

  /**
   * What the check stands on and is made anew is a reason too: the old may have taken more with it than can be read. And so is
   * an earlier run that ended before the check or in it: what it has written may be live, and nobody knows that it works.
   */
  async #checkIfWritten(step: Step<Aws, Id>): Promise<void> {
    const isChanged = this.#outcomes.some(({ step: id, done }) => {
      if (id === step.id) return done === 'created' || done === 'updated';
      return done === 'created' && step.checkNeeds?.includes(id);
    });
    if (isChanged || this.#isUnproven(step)) await this.#assertChecked(step);
  }

  /** The step's own proof that it works, once per run. */
  #assertChecked(step: Step<Aws, Id>): Promise<void> {
    if (!step.checks) return Promise.resolve();
    const check = this.#checks.get(step.id) ?? this.#check(step);
    this.#checks.set(step.id, check);
    return check;
  }

  async #check(step: Step<Aws, Id>): Promise<void> {
    assertGoing(this.#run.signal);
    const turn = new StepRun(this.#run, step, '', 'probe');
    turn.start('check');
    try {
      const detail = await turn.attempt(() => step.check(this.#run.aws, this.#vars, turn.tell));
      this.#save(this.#record(step, ''));
      this.#outcomes.push(turn.done('checked', detail));
    } catch (error) {
      await this.#run.store.set(step.id, '', 'applying').catch(() => undefined); // the reason is what counts
      throw error;
    }
  }
}
