/** Measures duration and number of AWS calls. */
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

  /** Counts calls, from sign-ins and our own commands alike. */
  readonly emit: Emit = (event) => {
    if (event.type === 'call') this.#calls += 1;
  };

  /** Starts a measurement. The returned function reads it. */
  start(): () => Measured {
    const [began, before] = [this.#clock.now(), this.#calls];
    return () => ({ ms: this.#clock.now() - began, calls: this.#calls - before });
  }
}
