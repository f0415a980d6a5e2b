/** npm run test:clients. Prints a table for each client library: step, result. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/clients/*.clients.ts', 'test/clients/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/support/no-real-aws.ts'],
    reporters: ['verbose'],
  },
});
