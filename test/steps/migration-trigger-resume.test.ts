/** A run that was killed right after UpdateUserPool: the next one finishes what it left undone, and only that. */
import { rm } from 'node:fs/promises';
import {
  GetUserPoolMfaConfigCommand,
  SetUserPoolMfaConfigCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { loadState } from '../../src/core/state.ts';
import { cognitoSettings } from '../../src/sandbox/cognito/index.ts';
import { given } from '../support/errors.ts';
import { writesOf } from '../support/two-pools.ts';
import { type Migration, startMigration } from './support.ts';

const factors = {
  MfaConfiguration: 'OPTIONAL' as const,
  SoftwareTokenMfaConfiguration: { Enabled: true },
};

async function mfaOf({ sdk, new: UserPoolId }: Migration) {
  const { $metadata: _, ...mfa } = await sdk.idp.send(new GetUserPoolMfaConfigCommand({ UserPoolId }));
  return mfa;
}

/** init of a pool with TOTP, ended as kill -9 would right after UpdateUserPool: no later call gets through. */
async function killedAfterUpdate(mfaFactorsAfterUpdate: 'kept' | 'dropped'): Promise<Migration> {
  const migration = await startMigration();
  const { sandbox, sdk } = migration;
  await sdk.idp.send(new SetUserPoolMfaConfigCommand({ UserPoolId: migration.new, ...factors }));
  cognitoSettings(sandbox.world).mfaFactorsAfterUpdate = mfaFactorsAfterUpdate;
  let isDead = false;
  const stop = sandbox.faults.onCall('after', ({ operation }) => {
    isDead ||= operation === 'UpdateUserPool';
  });
  sandbox.faults.add({ kind: 'access-denied', predicate: () => isDead, times: 100 });
  await expect(migration.apply()).rejects.toThrow();
  stop();
  sandbox.faults.clear();
  const state = await loadState(migration.file);
  expect(state?.steps['migration-trigger']).toMatchObject({ status: 'applying', before: { mfa: factors } });
  sandbox.journal.clear();
  return migration;
}

const triggerOf = ({ outcomes }: Awaited<ReturnType<Migration['apply']>>) =>
  outcomes.find(({ step }) => step === 'migration-trigger');

describe('a run that was killed right after UpdateUserPool', () => {
  test('leaves MFA without its factors where the update drops them; the next run puts them back and says so', async () => {
    const migration = await killedAfterUpdate('dropped');
    expect(await mfaOf(migration)).toEqual({ MfaConfiguration: 'OPTIONAL' });
    migration.sandbox.journal.clear();
    expect(triggerOf(await migration.apply())).toMatchObject({
      done: 'unchanged',
      detail: "put back after the last run's update: SoftwareTokenMfaConfiguration",
    });
    expect(writesOf(migration.sandbox)).toEqual(['cognito-idp:SetUserPoolMfaConfig']);
    expect(await mfaOf(migration)).toEqual(factors);
    expect(await migration.repair()).toEqual([]);
  });

  test('leaves nothing to do where the update keeps the factors', async () => {
    const migration = await killedAfterUpdate('kept');
    expect(triggerOf(await migration.apply())).toMatchObject({ done: 'unchanged' });
    expect(writesOf(migration.sandbox)).toEqual([]);
    expect((await loadState(migration.file))?.steps['migration-trigger']?.status).toBe('applied');
  });

  test('is not finished once somebody else has changed the pool later: their settings are theirs', async () => {
    const migration = await killedAfterUpdate('dropped');
    const { sdk, clock } = migration;
    clock.advance(61_000);
    const { UserPoolTags, Policies, LambdaConfig, MfaConfiguration } = await migration.pool(migration.new);
    expect(MfaConfiguration).toBe('OPTIONAL');
    // They have turned MFA off for good, and changed a tag.
    await sdk.idp.send(
      new SetUserPoolMfaConfigCommand({ UserPoolId: migration.new, MfaConfiguration: 'OFF' }),
    );
    await sdk.idp.send(
      new UpdateUserPoolCommand({
        UserPoolId: migration.new,
        Policies,
        LambdaConfig,
        UserPoolTags: { ...UserPoolTags, changed: 'later' },
      }),
    );
    migration.sandbox.journal.clear();
    const outcome = triggerOf(await migration.apply());
    expect(outcome?.done).toBe('unchanged');
    expect(outcome?.detail).toBeUndefined();
    expect(writesOf(migration.sandbox)).toEqual([]);
    expect(await mfaOf(migration)).toEqual({ MfaConfiguration: 'OFF' });
    expect((await migration.pool(migration.new)).UserPoolTags).toMatchObject({ changed: 'later' });
  });

  test('with its state file lost too, is left as it is: nothing tells any more what was before', async () => {
    const migration = await killedAfterUpdate('dropped');
    await rm(migration.file);
    expect(await migration.repair()).toEqual([]);
    expect(await mfaOf(migration)).toEqual({ MfaConfiguration: 'OPTIONAL' });
  });

  test('is taken down to where it began', async () => {
    const migration = await killedAfterUpdate('dropped');
    await migration.apply();
    await migration.destroy();
    expect(await mfaOf(migration)).toEqual(factors);
    expect((await migration.pool(migration.new)).LambdaConfig).toEqual({});
  });

  test('that is taken down at once gets its factors back too', async () => {
    const migration = await killedAfterUpdate('dropped');
    // The command line has the function's ARN from the state file, as every later run has.
    const LAMBDA_ARN = given((await loadState(migration.file))?.variables.LAMBDA_ARN);
    await migration.destroy({ LAMBDA_ARN });
    expect(await mfaOf(migration)).toEqual(factors);
    expect((await migration.pool(migration.new)).LambdaConfig).toEqual({});
  });
});
