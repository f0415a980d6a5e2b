/** npm run test:worlds. The last line says how many worlds there were and how many failed. */
import { defineConfig } from 'vitest/config';
import SuiteReporter from '../support/suite-report.ts';
import { tallyOf } from '../support/tally.ts';

export default defineConfig({
  test: {
    include: ['test/self-test/full/*.world.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/support/no-real-aws.ts'],
    testTimeout: 120_000,
    reporters: ['dot', new SuiteReporter(), tallyOf('worlds')],
  },
});
