/** How long something took, and how many AWS calls it made. */
import type { Clock } from '../aws/clock.ts';
import type { Emit } from '../core/events.ts';

export interface Measured {
  readonly ms: number;
  readonly calls: number;
}

export class Meter {
  readonly #clock: Clock;
  #calls = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts calls. Sign-ins and commands of ours are counted by the same. */
  readonly emit: Emit = (event) => {
    if (event.type === 'call') this.#calls += 1;
  };

  /** Begins a measurement; the function given back reads it. */
  start(): () => Measured {
    const [began, before] = [this.#clock.now(), this.#calls];
    return () => ({ ms: this.#clock.now() - began, calls: this.#calls - before });
  }
}
