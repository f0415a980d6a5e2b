/** npm run test:preserve. Its last lines come from scripts/fuzz-settings.mjs. */
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import SuiteReporter from '../support/suite-report.ts';

export default defineConfig({
  test: {
    include: ['test/settings-fuzz/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/support/no-real-aws.ts'],
    testTimeout: 30_000,
    maxWorkers: Math.max(2, availableParallelism() - 1), // as vitest.config.ts
    hookTimeout: 60_000,
    reporters: ['dot', new SuiteReporter()],
  },
});
