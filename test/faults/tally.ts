/** The last line of the full run. */
import { stdout } from 'node:process';
import type { Reporter } from 'vitest/node';

/** A file that could not even say its cases counts as a failure. */
export const tally: Reporter = {
  onTestRunEnd(modules, errors) {
    const cases = modules.flatMap((module) => [...module.children.allTests()]);
    const failed = cases.filter((one) => one.result().state !== 'passed').length;
    const broken = modules.filter((module) => module.errors().length > 0).length + errors.length;
    stdout.write(`cases: ${cases.length}, failures: ${failed + broken}\n`);
  },
};
