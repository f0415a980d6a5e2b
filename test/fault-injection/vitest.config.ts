/** npm run test:faults: every fault at every call. The last line says how many cases there were and how many failed. */
import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import SuiteReporter from '../support/suite-report.ts';
import { tallyOf } from '../support/tally.ts';
import { LongestFirst } from './longest-first.ts';

/** Linux keeps it in memory: the state file is flushed after every step, which is half of the time otherwise. */
const memory = '/dev/shm';

export default defineConfig({
  test: {
    include: ['test/fault-injection/full/*.fault.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/support/no-real-aws.ts'],
    env: { ...(existsSync(memory) ? { TMPDIR: memory } : {}), FAULTS_REQUEST_TIMEOUT: '500' },
    testTimeout: 60_000,
    sequence: { sequencer: LongestFirst },
    maxWorkers: 3, // for two processors: a third of the time is spent waiting for functions to start
    reporters: ['dot', new SuiteReporter(), tallyOf('cases')],
  },
});
