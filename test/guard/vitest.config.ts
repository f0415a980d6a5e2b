/** npm run test:guard: nobody signs up with the name of an old user, everyone else does, and users move. */
import { defineConfig } from 'vitest/config';
import SuiteReporter from '../support/suite-report.ts';
import { tallyOf } from '../support/tally.ts';

export default defineConfig({
  test: {
    include: ['test/guard/*.guard.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/support/no-real-aws.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', tallyOf('cases'), new SuiteReporter()],
  },
});
