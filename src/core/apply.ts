/** Apply: everything in place and as it should be, from wherever the last run stopped. */
import { CancelledError } from './errors.ts';
import type { Doing, Done, Emit } from './events.ts';
import { dependencies, together, walk } from './order.ts';
import { foreign, unreadable } from './plan.ts';
import type { Ledger } from './state.ts';
import type { Inspection, Step } from './step.ts';
import type { Inputs } from './variables.ts';

export interface Run<Aws> {
  readonly steps: readonly Step<Aws>[];
  readonly aws: Aws;
  readonly inputs: Inputs;
  readonly ledger: Ledger;
  readonly emit: Emit;
  readonly now: () => number;
  /** Aborted by Ctrl-C: no further write begins; the calls under way are awaited and recorded. */
  readonly signal: AbortSignal;
}

export interface Outcome {
  readonly step: string;
  readonly key: string;
  readonly title: string;
  readonly done: Done;
  readonly ms: number;
  readonly detail?: string;
}

export interface Applied {
  readonly outcomes: readonly Outcome[];
  readonly vars: Inputs;
}

export const cancelled = (): CancelledError =>
  new CancelledError('Stopped. Nothing is half done.', {
    code: 'CANCELLED',
    hint: ['Running the same command again goes on from here.'],
  });

/** The bookkeeping of one step's turn: who is told what, and how long it took. */
export class Turn<Aws> {
  readonly #run: Run<Aws>;
  readonly #step: Step<Aws>;
  readonly #key: string;
  readonly #start: number;
  constructor(run: Run<Aws>, step: Step<Aws>, key: string) {
    this.#run = run;
    this.#step = step;
    this.#key = key;
    this.#start = run.now();
  }
  get #of() {
    return { step: this.#step.id, key: this.#key, title: this.#step.title };
  }
  start(doing: Doing): void {
    this.#run.emit({ type: 'start', doing, ...this.#of });
  }
  readonly tell = (message: string): void => this.#run.emit({ type: 'wait', message, ...this.#of });

  done(done: Done, detail?: string): Outcome {
    const outcome = {
      ...this.#of,
      done,
      ms: this.#run.now() - this.#start,
      ...(detail === undefined ? {} : { detail }),
    };
    this.#run.emit({ type: 'done', ...outcome });
    return outcome;
  }
  failed(): void {
    this.#run.emit({ type: 'failed', ms: this.#run.now() - this.#start, ...this.#of });
  }
}

function assertOurs<Aws>(step: Step<Aws>, found: Inspection, line: string): void {
  if (found.ours === 'no') throw foreign(step.title, line, found.owner);
  if (found.ours === 'unknown') throw unreadable(step.title, line);
}

/** Reads each thing again just before its own write: the plan was a preview, not a promise. */
export async function apply<Aws>(run: Run<Aws>): Promise<Applied> {
  const { aws, inputs, ledger, signal } = run;
  const enabled = run.steps.filter((step) => step.when(inputs));
  const outcomes: Outcome[] = [];
  let vars = inputs;

  const checks = new Map<string, Promise<void>>();
  const assertChecked = (step: Step<Aws>): Promise<void> => {
    const known = checks.get(step.id) ?? check(step);
    checks.set(step.id, known);
    return known;
  };
  const check = async (step: Step<Aws>): Promise<void> => {
    if (signal.aborted) throw cancelled();
    const turn = new Turn(run, step, '');
    turn.start('check');
    try {
      outcomes.push(turn.done('checked', await step.check(aws, vars, turn.tell)));
    } catch (error) {
      turn.failed();
      throw error;
    }
  };

  const bring = async (step: Step<Aws>, key: string): Promise<void> => {
    if (signal.aborted) throw cancelled();
    const turn = new Turn(run, step, key);
    try {
      const found = await step.inspect(aws, vars, key);
      assertOurs(step, found, step.describe(inputs, key));
      if (found.exists && found.differences.length === 0 && found.waitsFor.length === 0) {
        vars = { ...vars, ...found.outputs };
        await ledger.learn(found.outputs);
        await ledger.set(step.id, key, 'applied');
        outcomes.push(turn.done('unchanged'));
        return;
      }
      for (const before of enabled)
        if (before.checks && step.after.includes(before.id)) await assertChecked(before);
      if (signal.aborted) throw cancelled();
      turn.start(found.exists ? 'update' : 'create');
      await ledger.set(step.id, key, 'applying');
      const written = await found.write((before) => ledger.set(step.id, key, 'applying', before), turn.tell);
      vars = { ...vars, ...written.outputs };
      await ledger.learn(written.outputs);
      await ledger.set(step.id, key, 'applied');
      outcomes.push(turn.done(found.exists ? 'updated' : 'created', written.detail));
    } catch (error) {
      turn.failed();
      throw error;
    }
  };

  await walk(enabled, dependencies(enabled), async (step) => {
    const brought = step.brought(inputs);
    if (brought) {
      vars = { ...vars, ...brought };
      await ledger.learn(brought);
      outcomes.push(new Turn(run, step, '').done('brought'));
      return;
    }
    await together(step.keys(inputs), (key) => bring(step, key));
  });
  return { outcomes, vars };
}
