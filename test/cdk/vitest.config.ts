/** npm run test:cdk. The first start of the AWS CDK takes many seconds. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/cdk/*.cdk.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/support/no-real-aws.ts'],
    testTimeout: 120_000,
    reporters: ['verbose'],
  },
});
