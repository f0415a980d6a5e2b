/** Reads made ahead of time: those of the plan, and those that run while earlier steps still write. */

import { recordName } from './state.ts';
import type { Observed, Step } from './step.ts';
import type { Inputs } from './variables/index.ts';

/**
 * Maximum age in milliseconds at which the value counts as current.
 * Its users compare again right before the write.
 */
const prefetchMaxAgeMs = 500;

export class Prefetched<T> {
  readonly #read: () => Promise<T>;
  #begun: Promise<{ readonly value: T; readonly age: () => number }> | undefined;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  /** @param now returns the time in milliseconds. */
  begin(now: () => number): void {
    if (this.#begun !== undefined) return;
    this.#begun = this.#read().then((value) => {
      const at = now();
      return { value, age: () => now() - at };
    });
    this.#begun.catch(() => undefined); // value() reads again and reports the failure
  }

  /** The prefetched value, once, if it has not expired. Otherwise a new read. */
  async value(): Promise<T> {
    const begun = this.#begun;
    this.#begun = undefined;
    const prefetched = await begun?.catch(() => undefined);
    const age = prefetched?.age() ?? prefetchMaxAgeMs;
    // The age is negative if someone sets the clock back.
    return prefetched !== undefined && age >= 0 && age <= prefetchMaxAgeMs ? prefetched.value : this.#read();
  }
}

/** Resources that a fresh plan found missing, by record name. */
export type Absent = ReadonlyMap<string, Observed>;

interface Ahead<Aws, Id extends string> {
  readonly steps: readonly Step<Aws, Id>[];
  readonly aws: Aws;
  readonly inputs: Inputs;
  /** Undefined if there is no plan that is fresh enough. */
  readonly absent: Absent | undefined;
  /** Whether the step must wait for others. The rest are read immediately anyway. */
  waits(step: Step<Aws, Id>): boolean;
}

/**
 * Reuses only the result "does not exist" at the turn of a step. Reads existing resources again.
 * If that turn comes later, a wrong result must be harmless.
 * It is harmless if AWS refuses to create a second one, or if the step modifies a resource.
 * A step that modifies reads the resource itself before it writes.
 */
export class PrefetchedSteps<Aws, Id extends string> {
  readonly #found = new Map<string, Promise<Observed | undefined>>();
  readonly #aws: Aws;
  readonly #inputs: Inputs;

  constructor({ steps, aws, inputs, absent, waits }: Ahead<Aws, Id>) {
    this.#aws = aws;
    this.#inputs = inputs;
    for (const step of steps) {
      const isHarmless = step.isUnique || step.kind === 'modify';
      if (step.existing(inputs) || (waits(step) && !isHarmless)) continue;
      for (const key of step.keys(inputs)) {
        const name = recordName(step.id, key);
        // A failed read counts as none. The step repeats it at its turn, and fails there.
        if (absent !== undefined) this.#found.set(name, Promise.resolve(absent.get(name)));
        else if (waits(step))
          this.#found.set(
            name,
            step.inspect(aws, inputs, key).catch(() => undefined),
          );
      }
    }
  }

  /** The early result for this step, if it was "does not exist". */
  async peek(step: Step<Aws, Id>, key: string): Promise<Observed | undefined> {
    const found = await this.#found.get(recordName(step.id, key));
    return found?.exists === false ? found : undefined;
  }

  /** The current state. Uses the early result, once, if it was "does not exist". Otherwise reads again. */
  async look(step: Step<Aws, Id>, key: string): Promise<Observed> {
    const name = recordName(step.id, key);
    const earlyResult = this.#found.get(name);
    this.#found.delete(name);
    const found = await earlyResult;
    return found?.exists === false ? found : step.inspect(this.#aws, this.#inputs, key);
  }
}
