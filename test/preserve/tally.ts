/** Counts what the properties have tried, and hands the numbers to scripts/preserve.mjs. */
import { appendFileSync } from 'node:fs';
import { env } from 'node:process';

/** How many configurations each property tries. */
export const runs = Number(env.PRESERVE_RUNS ?? 1000);

export class Tally {
  readonly #what: string;
  #configurations = 0;
  #compared = 0;
  #lost = 0;

  constructor(what: string) {
    this.#what = what;
  }

  /** One configuration: how many settings were compared, how many of them were not as they should be. */
  count(compared: number, lost: number): void {
    this.#configurations += 1;
    this.#compared += compared;
    this.#lost += lost;
  }

  report(): void {
    if (env.PRESERVE_REPORT === undefined) return;
    const line = {
      what: this.#what,
      configurations: this.#configurations,
      compared: this.#compared,
      lost: this.#lost,
    };
    appendFileSync(env.PRESERVE_REPORT, `${JSON.stringify(line)}\n`);
  }
}

/** Milliseconds that a test of many runs may take. */
export const patience = 600_000;
