/** Counts what the properties have tried, and hands the numbers to scripts/fuzz-settings.mjs. */
import { appendFileSync } from 'node:fs';
import { env } from 'node:process';
import fc from 'fast-check';

const asked = env.PRESERVE_RUNS;

/** How many configurations the properties try; variants of them a fourth. */
export const runs = Number(asked ?? 120);
export const fewerRuns = Math.ceil(runs / 4);
/** How many of them go through the whole program, with a function of its own for each. */
export const programRuns = Math.min(200, Math.max(25, Math.ceil(runs / 25)));

// Every change of the program is held against the same configurations; the long script chooses new ones each time.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(env.PRESERVE_SEED ?? 20_261_122) });

/** For the name of a test: how many, and whether it is the short round. */
export const configurations = (count: number): string =>
  asked === undefined
    ? `${count} configurations, always the same (others: npm run test:preserve -- --runs 5000)`
    : `${count} configurations`;

/** Hands a line to scripts/fuzz-settings.mjs. `lost` is what must be 0. */
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
export const patience = 3_600_000;
