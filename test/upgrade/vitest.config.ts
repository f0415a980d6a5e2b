/** npm run test:upgrade: today's program on what version 1.0.0 left. The last line says how many cases there were and how many failed. */
import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import SuiteReporter from '../support/suite-report.ts';
import { tallyOf } from '../support/tally.ts';
import { table } from './table.ts';

/** Linux keeps it in memory: the state file is flushed after every step. */
const memory = '/dev/shm';

export default defineConfig({
  test: {
    include: ['test/upgrade/*.upgrade.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/support/no-real-aws.ts'],
    env: existsSync(memory) ? { TMPDIR: memory } : {},
    testTimeout: 60_000,
    reporters: ['dot', new SuiteReporter(), table, tallyOf('cases')],
  },
});
