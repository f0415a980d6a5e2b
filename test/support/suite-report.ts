/** Tells scripts/ci.mjs, in the file that SUITE_REPORT names, how many cases a run of Vitest has. Part of every Vitest config. */
import { appendFileSync } from 'node:fs';
import { env } from 'node:process';
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';

export interface SuiteReport {
  readonly cases: number;
  /** Failed cases, and files and errors outside of any case. `message` is the first line of the error. */
  readonly failures: readonly { readonly name: string; readonly message: string }[];
  readonly skipped: readonly { readonly name: string; readonly note?: string }[];
}

export default class SuiteReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    if (env.SUITE_REPORT === undefined) return;
    const cases = modules.flatMap((module) => [...module.children.allTests()]);
    const report: SuiteReport = {
      cases: cases.length,
      failures: [
        ...cases.flatMap((one) => {
          const result = one.result();
          return result.state === 'failed' ? [failure(nameOf(one), result.errors)] : [];
        }),
        ...modules
          .filter((module) => module.errors().length > 0)
          .map((module) => failure(module.relativeModuleId, module.errors())),
        ...errors.map((error) => failure('outside of any test', [error])),
      ],
      skipped: cases.flatMap((one) => {
        const result = one.result();
        if (result.state === 'passed' || result.state === 'failed') return [];
        const note = result.state === 'skipped' ? result.note : undefined;
        return {
          name: nameOf(one),
          ...(note === undefined ? {} : { note }),
        };
      }),
    };
    appendFileSync(env.SUITE_REPORT, `${JSON.stringify(report)}\n`);
  }
}

const nameOf = (test: TestCase): string => `${test.module.relativeModuleId} > ${test.fullName}`;

function failure(name: string, errors: readonly { readonly message: string }[]) {
  const [message = ''] = errors.map((error) => error.message.split('\n')[0] ?? '');
  return { name, message: message.slice(0, 200) };
}
