/** npm run test:policy: the whole journey with nothing but the printed policy. */
import { defineConfig } from 'vitest/config';
import SuiteReporter from '../support/suite-report.ts';
import { tally } from './tally.ts';

export default defineConfig({
  test: {
    include: ['test/policy/**/*.test.ts', 'test/policy/full/*.policy.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/support/no-real-aws.ts'],
    testTimeout: 60_000,
    reporters: ['default', new SuiteReporter(), tally],
  },
});
