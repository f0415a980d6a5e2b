/** Looks that nobody has to wait for: those of the plan, and others that pass while earlier steps are still being written. */
import { recordName } from './state.ts';
import type { Observed, Step } from './step.ts';
import type { Inputs } from './variables/index.ts';

/** What a plan that was made just now found nothing of, by the names of the records. */
export type Absent = ReadonlyMap<string, Observed>;

interface Ahead<Aws, Id extends string> {
  readonly steps: readonly Step<Aws, Id>[];
  readonly aws: Aws;
  readonly inputs: Inputs;
  /** undefined: there is no plan so fresh. */
  readonly absent: Absent | undefined;
  /** Whether the step has to wait for others; the rest is looked at at once anyway. */
  waits(step: Step<Aws, Id>): boolean;
}

/**
 * Only "there is nothing" is taken over at a step's turn; whatever is there is looked at again. And where that turn comes
 * later, only of steps for which it can be wrong without harm: AWS refuses to make a second one, or the step modifies something
 * and reads it itself before it writes.
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
      if (step.brought(inputs) || (waits(step) && !isHarmless)) continue;
      for (const key of step.keys(inputs)) {
        const name = recordName(step.id, key);
        // A look that fails counts as none: it is repeated at the step's turn, and fails there.
        if (absent !== undefined) this.#found.set(name, Promise.resolve(absent.get(name)));
        else if (waits(step))
          this.#found.set(
            name,
            step.inspect(aws, inputs, key).catch(() => undefined),
          );
      }
    }
  }

  /** What was found ahead of this step's turn, if that was nothing. */
  async peek(step: Step<Aws, Id>, key: string): Promise<Observed | undefined> {
    const found = await this.#found.get(recordName(step.id, key));
    return found?.exists === false ? found : undefined;
  }

  /** What there is: as it was found before if that was nothing, otherwise as it is now. Good for one time. */
  async look(step: Step<Aws, Id>, key: string): Promise<Observed> {
    const name = recordName(step.id, key);
    const early = this.#found.get(name);
    this.#found.delete(name);
    const found = await early;
    return found?.exists === false ? found : step.inspect(this.#aws, this.#inputs, key);
  }
}
