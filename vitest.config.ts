import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import SuiteReporter from './test/support/suite-report.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    reporters: ['default', new SuiteReporter()],
    setupFiles: ['test/support/no-real-aws.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Vitest itself leaves one processor free, which is half of a machine with two; much of the time here is waiting.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
