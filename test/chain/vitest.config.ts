/** npm run test:chain: migrations into one pool ask each other, and leave in any order. */
import { defineConfig } from 'vitest/config';
import SuiteReporter from '../support/suite-report.ts';
import { tallyOf } from '../support/tally.ts';

export default defineConfig({
  test: {
    include: ['test/chain/*.chain.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/support/no-real-aws.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', tallyOf('cases'), new SuiteReporter()],
  },
});
