/** The last line of a full run: how many cases there were and how many failed. */
import { stdout } from 'node:process';
import type { Reporter } from 'vitest/node';

/** @param what the cases are called. A file that could not even say its cases counts as a failure. */
export const tallyOf = (what: string): Reporter => ({
  onTestRunEnd(modules, errors) {
    const cases = modules.flatMap((module) => [...module.children.allTests()]);
    const failed = cases.filter((one) => one.result().state !== 'passed').length;
    const broken = modules.filter((module) => module.errors().length > 0).length + errors.length;
    stdout.write(`${what}: ${cases.length}, failures: ${failed + broken}\n`);
  },
});
