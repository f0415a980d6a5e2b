/** Looks that pass while earlier steps are still being written, so that nobody waits for them one after the other. */
import { recordName } from './state.ts';
import type { Inspection, Step } from './step.ts';
import type { Inputs } from './variables.ts';

/**
 * Begins the looks of the steps of which AWS refuses to make a second one, and of those that alter something and read it
 * themselves before they write. Only "there is nothing" is taken over at the step's turn, which can then be wrong without
 * harm; whatever is there is looked at again.
 * @param waits whether the step has to wait for others; the rest is looked at now anyway.
 */
export class LookAhead<Aws> {
  readonly #found = new Map<string, Promise<Inspection | undefined>>();
  readonly #aws: Aws;
  readonly #inputs: Inputs;

  constructor(steps: readonly Step<Aws>[], aws: Aws, inputs: Inputs, waits: (step: Step<Aws>) => boolean) {
    this.#aws = aws;
    this.#inputs = inputs;
    for (const step of steps) {
      if (!waits(step) || !(step.isUnique || step.alters) || step.brought(inputs)) continue;
      for (const key of step.keys(inputs)) {
        // A look that fails counts as none: it is repeated at the step's turn, and fails there.
        const look = step.inspect(aws, inputs, key).catch(() => undefined);
        this.#found.set(recordName(step.id, key), look);
      }
    }
  }

  /** What there is: as it was found at the beginning if that was nothing, otherwise as it is now. Good for one time. */
  async look(step: Step<Aws>, key: string): Promise<Inspection> {
    const name = recordName(step.id, key);
    const early = this.#found.get(name);
    this.#found.delete(name);
    const found = await early;
    return found?.exists === false ? found : step.inspect(this.#aws, this.#inputs, key);
  }
}
