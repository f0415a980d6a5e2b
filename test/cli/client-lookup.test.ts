/** App clients of the new pool, looked up for the question about them. */
import { expect, test } from 'vitest';
import { clientLookup } from '../../src/cli/session/client-lookup.ts';
import { startLocalAws } from '../support/local-aws.ts';

test('an app client is read once, and again after a failure', async () => {
  const { sandbox, sdk, newPool, clients } = await startLocalAws();
  const lookup = clientLookup(sdk, newPool);
  const web = [{ id: clients.web, name: 'web' }];
  sandbox.faults.add({ kind: 'access-denied', operation: 'DescribeUserPoolClient' });
  await expect(lookup.describe(web)).rejects.toThrow();
  sandbox.journal.clear();
  expect(await lookup.describe(web)).toMatchObject([{ id: clients.web, hasPassword: false }]);
  expect(await lookup.describe(web)).toHaveLength(1);
  expect(sandbox.journal.names()).toEqual(['cognito-idp:DescribeUserPoolClient']);
});
