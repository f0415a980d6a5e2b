/** The details of a list only inform: a list without them is a list. */
import { expect, test } from 'vitest';
import { listPools, poolDetails } from '../../../src/aws/user-pool/list.ts';
import { startLocalAws } from '../../support/local-aws.ts';

test.each(['access-denied', 'throttle', 'internal-error', 'connection-reset'] as const)(
  'pools are listed where describing them fails: %s',
  async (kind) => {
    const { sandbox, sdk, oldPool, ...pools } = await startLocalAws();
    sandbox.faults.inject({ kind, service: 'cognito-idp', operation: 'DescribeUserPool', times: 99 });
    const found = await listPools(sdk.idp);
    expect(found).toHaveLength(2);
    expect(found).toContainEqual({ id: oldPool, name: 'legacy-users' });
    expect(found).toContainEqual({ id: pools.newPool, name: 'customers' });
    expect(await poolDetails(sdk.idp, oldPool)).toBe(undefined);
  },
);
