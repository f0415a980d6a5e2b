/** An AWS whose UpdateUserPool drops the second factors, which are no part of its request: they are put back. */
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { readPool, setTriggers } from '../../src/aws/user-pool/index.ts';
import { paceOf } from '../support/clock.ts';
import { lost, object } from './compare.ts';
import { localCognito } from './local.ts';
import { anyPool } from './pools.ts';
import { makePool, ours, poolNow, withTrigger } from './properties.ts';
import { fewerRuns, patience, Tally } from './tally.ts';

const tally = new Tally('pools with MFA on whose factors the update drops');
afterAll(() => tally.report());

/** Text messages as the only factor survive: they are part of UpdateUserPool's request. */
const withFactors = anyPool.filter(
  ({ mfa }) =>
    mfa.MfaConfiguration !== 'OFF' &&
    (object(mfa.SoftwareTokenMfaConfiguration).Enabled === true || mfa.EmailMfaConfiguration !== undefined),
);

test(
  'MFA that the update has dropped is put back, and said',
  async () => {
    const aws = localCognito();
    aws.settings.mfaFactorsAfterUpdate = 'dropped';
    await fc.assert(
      fc.asyncProperty(withFactors, async (pool) => {
        const id = await makePool(aws, pool);
        const before = await poolNow(aws, id);
        const read = await readPool(aws.idp, id);
        const { repaired } = await setTriggers(aws.idp, read, { UserMigration: ours }, paceOf());
        const differences = lost(withTrigger(before, ours), await poolNow(aws, id));
        tally.count(12, differences.length);
        expect(differences).toEqual([]);
        expect(repaired.length).toBeGreaterThan(0);
      }),
      { numRuns: fewerRuns },
    );
  },
  patience,
);
