/** npm run test:users: each user's state, against what a real sign-in then does. */
import { defineConfig } from 'vitest/config';
import SuiteReporter from '../support/suite-report.ts';

export default defineConfig({
  test: {
    include: ['test/users/full/*.users.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/support/no-real-aws.ts'],
    testTimeout: 600_000,
    reporters: ['default', new SuiteReporter()],
  },
});
