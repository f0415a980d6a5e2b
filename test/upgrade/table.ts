/** What comes before the last line: how many users signed in during the upgrade from each state, and what became of them. */
import { stdout } from 'node:process';
import type { Reporter } from 'vitest/node';

/** What a test says of its users. */
export interface Upgrade {
  readonly state: string;
  readonly signIns: number;
  /** Of them while the function had the new code and the old environment. */
  readonly between: number;
  readonly failed: number;
}

declare module 'vitest' {
  interface TaskMeta {
    upgrade?: Upgrade;
  }
}

const row = (state: string, ...counts: readonly (string | number)[]): string =>
  `${state.padEnd(20)}${counts.map((count) => String(count).padStart(32)).join('')}\n`;

export const table: Reporter = {
  onTestRunEnd(modules) {
    const all = modules
      .flatMap((module) => [...module.children.allTests()])
      .flatMap((one) => one.meta().upgrade ?? []);
    const sum = (args: readonly Upgrade[], what: 'signIns' | 'between' | 'failed'): number =>
      args.reduce((total, one) => total + one[what], 0);
    stdout.write(row('state', 'sign-ins during init', 'on new code, old environment', 'failed'));
    for (const state of new Set(all.map((one) => one.state))) {
      const its = all.filter((one) => one.state === state);
      stdout.write(row(state, sum(its, 'signIns'), sum(its, 'between'), sum(its, 'failed')));
    }
    stdout.write(row('all', sum(all, 'signIns'), sum(all, 'between'), sum(all, 'failed')));
  },
};
