/** Brings every resource to its desired state, from wherever the last run stopped. */

import { dependencies, inOrder, together, walk } from './dependency-graph.ts';
import { forgetUnchosen, removeUnchosen } from './destroy.ts';
import type { JsonObject } from './json.ts';
import type { Plan } from './plan.ts';
import { assertOurs } from './plan-blockers.ts';
import { type Absent, type Prefetched, prefetchSteps } from './prefetch.ts';
import { recordName } from './state.ts';
import type { Comparison, Observed, SaveSnapshot, Step } from './step.ts';
import { assertGoing, type Finished, type Outcome, type Run, StepRun } from './step-run.ts';
import type { Inputs, Vars } from './variables/index.ts';

/**
 * Reads each resource again before writing it, because the plan is only a preview.
 * @param absent resources that the plan did not find. Pass it only if no prompt followed the plan.
 * Then it is as current as a new read.
 */
export async function apply<Aws, Id extends string>(
  run: Run<Aws, Id>,
  absent?: Absent,
): Promise<Finished<Id>> {
  return new Application(run, absent).finish();
}

/**
 * Handles a plan without changes. Records what exists, because the state file may be new.
 * Reads nothing again.
 */
export async function recordUnchanged<Aws, Id extends string>(
  run: Run<Aws, Id>,
  plan: Plan<Id>,
): Promise<Finished<Id>> {
  const { store } = run;
  await store.setVariables(plan.outputs);
  const outcomes = plan.items.map(({ step, key, title, action }): Outcome<Id> => {
    return { step, key, title, done: action === 'existing' ? 'existing' : 'unchanged', ms: 0 };
  });
  for (const { step, key, action, before } of plan.items)
    if (action !== 'existing') await store.set(step, key, 'applied', before);
  await forgetUnchosen(run);
  return { outcomes, vars: plan.outputs };
}

class Application<Aws, Id extends string> {
  readonly #run: Run<Aws, Id>;
  readonly #enabled: readonly Step<Aws, Id>[];
  readonly #checks = new Map<Id, Promise<void>>();
  readonly #comparisons = new WeakMap<Observed, Comparison>();
  readonly #outcomes: Outcome<Id>[] = [];
  readonly #saved: Promise<unknown>[] = [];
  readonly #edges: ReadonlyMap<Id, ReadonlySet<Id>>;
  readonly #states: ReadonlyMap<string, Prefetched<Observed>>;
  #vars: Inputs;

  constructor(run: Run<Aws, Id>, absent: Absent | undefined) {
    const { aws, inputs, now } = run;
    this.#run = run;
    this.#enabled = run.steps.filter((step) => step.when(inputs));
    this.#edges = dependencies(this.#enabled);
    const waits = ({ id }: Step<Aws, Id>): boolean => (this.#edges.get(id)?.size ?? 0) > 0;
    this.#states = prefetchSteps({ steps: this.#enabled, aws, inputs, absent, waits, now });
    this.#vars = inputs;
  }

  async finish(): Promise<Finished<Id>> {
    const edges = new Map<string, ReadonlySet<string>>(this.#edges);
    const visits: { readonly id: string; visit(): Promise<void> }[] = this.#enabled.map((step) => ({
      id: step.id,
      visit: () => this.#visit(step),
    }));
    for (const step of this.#enabled) {
      if (step.checkRequires === undefined) continue;
      const id = `check of ${step.id}`;
      edges.set(id, new Set([step.id, ...step.checkRequires.filter((other) => edges.has(other))]));
      visits.push({ id, visit: () => this.#checkIfWritten(step) });
    }
    // First, because the function's tags name them until they are gone.
    this.#outcomes.push(...(await removeUnchosen(this.#run)));
    try {
      await walk(visits, edges, ({ visit }) => visit());
      for (const step of this.#enabled) await this.#checkIfWritten(step);
    } finally {
      await Promise.allSettled(this.#saved);
    }
    await Promise.all(this.#saved);
    await forgetUnchosen(this.#run);
    return { outcomes: this.#outcomes, vars: this.#vars };
  }

  async #visit(step: Step<Aws, Id>): Promise<void> {
    const { inputs } = this.#run;
    const existing = step.existing(inputs);
    if (existing) return this.#adopt(step, existing);
    const visit = step.isInOrder ? inOrder : together;
    await visit(step.keys(inputs), (key) => this.#applyKey(step, key));
  }

  async #setVariables(outputs: Partial<Vars>): Promise<void> {
    this.#vars = { ...this.#vars, ...outputs };
    await this.#run.store.setVariables(outputs);
  }

  /**
   * Does not wait for the disk.
   * The next step records itself before its own call, in the same file write.
   * If the run ends in between, the next run finds the step `applying`.
   * That is the same as if the run had ended before the response from AWS.
   */
  #applied(step: Step<Aws, Id>, key: string, outputs: Partial<Vars>, before?: JsonObject): void {
    const saved = this.#setVariables(outputs);
    this.#save(this.#isUnproven(step) ? saved : Promise.all([saved, this.#record(step, key, before)]));
  }

  #record(step: Step<Aws, Id>, key: string, before?: JsonObject): Promise<void> {
    return this.#run.store.set(step.id, key, 'applied', before);
  }

  #save(saved: Promise<unknown>): void {
    saved.catch(() => undefined); // reported at the end
    this.#saved.push(saved);
  }

  /**
   * Written by this run or an earlier one, but its check has not passed since.
   * The step stays `applying` until then.
   */
  #isUnproven(step: Step<Aws, Id>): boolean {
    return step.checks && this.#run.store.record(step.id, '')?.status === 'applying';
  }

  async #adopt(step: Step<Aws, Id>, existing: Partial<Vars>): Promise<void> {
    await this.#setVariables(existing);
    this.#outcomes.push(new StepRun(this.#run, step, '').done('existing'));
  }

  /** Applies one resource: keeps it if it is right, otherwise creates or repairs it. */
  async #applyKey(step: Step<Aws, Id>, key: string): Promise<void> {
    const { signal } = this.#run;
    assertGoing(signal);
    const stepRun = new StepRun(this.#run, step, key);
    const observed = await stepRun.attempt(() => this.#observe(step, key));
    const comparison = this.#compare(observed);
    if (comparison.isRight) {
      const detail = await stepRun.attempt(() => this.#resume(step, key, comparison));
      this.#applied(step, key, observed.outputs, observed.before);
      this.#outcomes.push(stepRun.done('unchanged', detail));
      return;
    }
    comparison.prefetch(this.#run.now);
    for (const before of this.#enabled) if (step.after.includes(before.id)) await this.#assertChecked(before);
    assertGoing(signal);
    const isNew = !observed.exists && step.kind === 'create';
    stepRun.start(isNew ? 'create' : 'update');
    if (step.kind === 'modify') await this.#prefetchNext(step);
    const written = await stepRun.attempt(() => this.#write(step, key, observed, comparison, stepRun));
    for (const message of written.notes ?? []) this.#run.emit({ type: 'note', level: 'info', message });
    this.#applied(step, key, written.outputs);
    this.#outcomes.push(stepRun.done(isNew ? 'created' : 'updated', written.detail));
  }

  #compare(observed: Observed): Comparison {
    const comparison = this.#comparisons.get(observed) ?? observed.compare(this.#vars);
    if (comparison.waitsFor.length === 0) this.#comparisons.set(observed, comparison);
    return comparison;
  }

  /** Prefetches for the next `modify` steps, which read while this one writes. */
  async #prefetchNext(step: Step<Aws, Id>): Promise<void> {
    for (const next of this.#enabled) {
      if (next.kind !== 'modify' || !next.after.includes(step.id)) continue;
      for (const key of next.keys(this.#run.inputs)) {
        const observed = await this.#states.get(recordName(next.id, key))?.peek();
        if (observed !== undefined) this.#compare(observed).prefetch(this.#run.now);
      }
    }
  }

  /** Recovers if the last run ended between a write and its record, or if someone deleted the parent. */
  async #resume(step: Step<Aws, Id>, key: string, comparison: Comparison): Promise<string | undefined> {
    const record = this.#run.store.record(step.id, key);
    const isNewParent = this.#outcomes.some(({ step: id, done }) => id === step.parent && done === 'created');
    if (isNewParent && record?.before !== undefined) await comparison.rewriteUndoTag(record.before);
    if (record?.latest === undefined) return undefined;
    return comparison.resume(record.latest, Date.parse(record.at));
  }

  async #observe(step: Step<Aws, Id>, key: string): Promise<Observed> {
    const { aws, inputs } = this.#run;
    const prefetched = this.#states.get(recordName(step.id, key));
    const observed = await (prefetched?.value() ?? step.inspect(aws, inputs, key));
    assertOurs(step.title, observed, step.describe(inputs, key), key);
    return observed;
  }

  async #write(
    step: Step<Aws, Id>,
    key: string,
    observed: Observed,
    comparison: Comparison,
    stepRun: StepRun<Aws, Id>,
  ) {
    const { store, signal } = this.#run;
    const saveSnapshot: SaveSnapshot = (snapshot, since) =>
      store.set(step.id, key, 'applying', snapshot, since);
    await store.set(step.id, key, 'applying');
    try {
      return await comparison.write(saveSnapshot, stepRun.onProgress);
    } catch (error) {
      // The resource exists now. Either the SDK retried a call after a lost response, or another run created
      // it.
      if (observed.exists || signal.aborted || !step.meansAlreadyExists(error)) throw error;
      const again = await this.#observe(step, key).catch(() => undefined);
      if (again?.exists !== true) throw error;
      return again.compare(this.#vars).write(saveSnapshot, stepRun.onProgress);
    }
  }

  /**
   * Runs the step's check if this run wrote the step or created a resource in `checkRequires`.
   * A deleted resource may have taken more with it than anyone can read.
   * Also runs the check if an earlier run ended before or during it. Its writes may be live but unproven.
   */
  async #checkIfWritten(step: Step<Aws, Id>): Promise<void> {
    const isChanged = this.#outcomes.some(({ step: id, done }) => {
      if (id === step.id) return done === 'created' || done === 'updated';
      return done === 'created' && step.checkRequires?.includes(id);
    });
    if (isChanged || this.#isUnproven(step)) await this.#assertChecked(step);
  }

  /** Runs the step's own proof that it works, once per run. */
  #assertChecked(step: Step<Aws, Id>): Promise<void> {
    if (!step.checks) return Promise.resolve();
    const check = this.#checks.get(step.id) ?? this.#check(step);
    this.#checks.set(step.id, check);
    return check;
  }

  async #check(step: Step<Aws, Id>): Promise<void> {
    assertGoing(this.#run.signal);
    const stepRun = new StepRun(this.#run, step, '', 'probe');
    stepRun.start('check');
    try {
      const detail = await stepRun.attempt(() => step.check(this.#run.aws, this.#vars, stepRun.onProgress));
      this.#save(this.#record(step, ''));
      this.#outcomes.push(stepRun.done('checked', detail));
    } catch (error) {
      await this.#run.store.set(step.id, '', 'applying').catch(() => undefined); // the check's error matters
      throw error;
    }
  }
}
