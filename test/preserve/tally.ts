/** Counts what the properties have tried, and hands the numbers to scripts/preserve.mjs. */
import { appendFileSync } from 'node:fs';
import { env } from 'node:process';

/** How many configurations the properties try: pools and clients that many each, variants of them a fourth. */
export const runs = Number(env.PRESERVE_RUNS ?? 1000);
export const fewerRuns = Math.ceil(runs / 4);

/** Hands a line to scripts/preserve.mjs. `lost` is what must be 0. */
export function report(line: string, lost: number): void {
  if (env.PRESERVE_REPORT !== undefined)
    appendFileSync(env.PRESERVE_REPORT, `${JSON.stringify({ line, lost })}\n`);
}

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
    const number = (value: number) => value.toLocaleString('en');
    const tried = `${number(this.#configurations)} ${this.#what}: ${number(this.#compared)} settings compared`;
    report(`${tried}, ${this.#lost} lost`, this.#lost);
  }
}

/** Milliseconds that a test of many runs may take. */
export const patience = 600_000;
