/** npm run test:faults: every fault at every call. The last line says how many cases there were and how many failed. */
import { defineConfig } from 'vitest/config';
import { tally } from './tally.ts';

export default defineConfig({
  test: {
    include: ['test/faults/full/*.fault.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/support/no-real-aws.ts'],
    testTimeout: 60_000,
    maxWorkers: 2,
    reporters: ['dot', tally],
  },
});
