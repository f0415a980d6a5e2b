/** The newest entries of a log, which can contain hundreds of thousands. */
import type { LoggedOutcome } from '../../../aws/migration-log.ts';

/** Keeps the newest entries of a stream. */
export class Newest {
  readonly #limit: number;
  #kept: LoggedOutcome[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(outcome: LoggedOutcome): void {
    this.#kept.push(outcome);
    if (this.#kept.length > 2 * this.#limit) this.#kept = this.list();
  }

  /** Oldest first. */
  list(): LoggedOutcome[] {
    return this.#limit === 0 ? [] : this.#kept.slice(-this.#limit);
  }
}
