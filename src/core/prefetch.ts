/** Values fetched ahead of time: those of the plan, and those read while earlier calls still run. */

import { recordName } from './state.ts';
import type { Observed, Step } from './step.ts';
import type { Inputs } from './variables/index.ts';

/** Default maximum age in milliseconds. Its callers compare again right before the write. */
const prefetchMaxAgeMs = 500;

interface Expiry<T> {
  /** Maximum age in milliseconds at which the value counts as current. */
  readonly maxAgeMs?: number;
  /** Whether the value may be used later at all. By default, each one may. */
  keeps?(value: T): boolean;
}

/** One read that may start before its value is needed. */
export class Prefetched<T> {
  readonly #read: () => Promise<T>;
  readonly #maxAgeMs: number;
  readonly #keeps: (value: T) => boolean;
  #begun: Promise<{ readonly value: T; readonly age: () => number } | undefined> | undefined;

  constructor(read: () => Promise<T>, { maxAgeMs = prefetchMaxAgeMs, keeps = () => true }: Expiry<T> = {}) {
    this.#read = read;
    this.#maxAgeMs = maxAgeMs;
    this.#keeps = keeps;
  }

  /**
   * Starts the read, unless it has started. Never rejects: value() reads again and reports the failure.
   * @param now returns the time in milliseconds.
   * @param reading a read that has already started.
   */
  async begin(now: () => number, reading?: Promise<T>): Promise<void> {
    this.#begun ??= (reading ?? this.#read()).then(
      (value) => {
        const at = now();
        return this.#keeps(value) ? { value, age: () => now() - at } : undefined;
      },
      () => undefined,
    );
    await this.#begun;
  }

  /** The prefetched value, if it has not expired. The next value() still returns it. */
  async peek(): Promise<T | undefined> {
    return (await this.#current())?.value;
  }

  /** The prefetched value, once, if it has not expired. Otherwise a new read. */
  async value(): Promise<T> {
    const current = this.#current();
    this.#begun = undefined;
    const prefetched = await current;
    return prefetched === undefined ? this.#read() : prefetched.value;
  }

  async #current(): Promise<{ readonly value: T } | undefined> {
    const prefetched = await this.#begun;
    const age = prefetched?.age() ?? Number.NaN;
    // The age is negative if someone sets the clock back.
    return age >= 0 && age <= this.#maxAgeMs ? prefetched : undefined;
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
  /** Returns the time in milliseconds. */
  now(): number;
}

/**
 * The current state of each step, by record name.
 * Reuses only the result "does not exist" at the turn of a step. Reads existing resources again.
 * If that turn comes later, a wrong result must be harmless.
 * It is harmless if AWS refuses to create a second one, or if the step modifies a resource.
 * A step that modifies reads the resource itself before it writes.
 */
export function prefetchSteps<Aws, Id extends string>({
  steps,
  aws,
  inputs,
  absent,
  waits,
  now,
}: Ahead<Aws, Id>): ReadonlyMap<string, Prefetched<Observed>> {
  const states = new Map<string, Prefetched<Observed>>();
  for (const step of steps.filter((one) => !one.existing(inputs))) {
    const isHarmless = step.isUnique || step.kind === 'modify' || !waits(step);
    for (const key of step.keys(inputs)) {
      const name = recordName(step.id, key);
      const state = new Prefetched(() => step.inspect(aws, inputs, key), {
        maxAgeMs: Number.POSITIVE_INFINITY,
        keeps: ({ exists }) => !exists,
      });
      states.set(name, state);
      const planned = absent?.get(name);
      const isUseful = absent === undefined ? waits(step) : planned !== undefined;
      if (isHarmless && isUseful) void state.begin(now, planned && Promise.resolve(planned));
    }
  }
  return states;
}
