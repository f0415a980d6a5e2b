/** `npm run coverage`, over two small tests: lines that only a process of the program runs are counted. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { root } from '../pack/support.ts';

test('sums by folder what tests and processes of the program have run', async () => {
  const tests = ['test/core/dependency-graph.test.ts', 'test/e2e/program.test.ts', '-t', 'any folder|graph'];
  // This run's own report is not that of the other.
  const env = { ...process.env, SUITE_REPORT: undefined };
  const { stdout } = await promisify(execFile)(process.execPath, ['scripts/coverage.mjs', ...tests], {
    cwd: root,
    env,
  });
  const [, run = 0, all = 0] = /^all +(\d+) of +(\d+) lines/m.exec(stdout) ?? [];
  const [, processes = 0, without = 0] =
    /^Without the (\d+) processes of the program: (\d+) of/m.exec(stdout) ?? [];
  expect(stdout).toMatch(/^src\/core +\d+ of +\d+ lines/m);
  expect(Number(processes)).toBeGreaterThan(1);
  expect(Number(without)).toBeGreaterThan(0);
  expect(Number(run)).toBeGreaterThan(Number(without));
  expect(Number(all)).toBeGreaterThan(10_000);
}, 120_000);
