/** npm run test:import: imports that are killed at any call, or lose any answer. */
import { defineConfig } from 'vitest/config';
import SuiteReporter from '../support/suite-report.ts';
import { tallyOf } from '../support/tally.ts';

export default defineConfig({
  test: {
    include: ['test/import/*.import.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/support/no-real-aws.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    reporters: ['default', tallyOf('cases'), new SuiteReporter()],
  },
});
