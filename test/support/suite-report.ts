/** Tells scripts/ci.mjs, in the file that SUITE_REPORT names, how many cases a run of Vitest has. Part of every Vitest config. */
import { appendFileSync } from 'node:fs';
import { env } from 'node:process';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

export interface SuiteReport {
  readonly cases: number;
  /** Failed cases, and files and errors outside of any case. */
  readonly failures: number;
  readonly skipped: readonly { readonly name: string; readonly note?: string }[];
}

export default class SuiteReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    if (env.SUITE_REPORT === undefined) return;
    const cases = modules.flatMap((module) => [...module.children.allTests()]);
    const broken = modules.filter((module) => module.errors().length > 0).length + errors.length;
    const report: SuiteReport = {
      cases: cases.length,
      failures: cases.filter((one) => one.result().state === 'failed').length + broken,
      skipped: cases.flatMap((one) => {
        const result = one.result();
        if (result.state === 'passed' || result.state === 'failed') return [];
        const note = result.state === 'skipped' ? result.note : undefined;
        return {
          name: `${one.module.relativeModuleId} > ${one.fullName}`,
          ...(note === undefined ? {} : { note }),
        };
      }),
    };
    appendFileSync(env.SUITE_REPORT, `${JSON.stringify(report)}\n`);
  }
}
