/** A run that was killed right after UpdateUserPool: the next one finishes what it left undone, and only that. */
import { rm } from 'node:fs/promises';
import {
  GetUserPoolMfaConfigCommand,
  SetUserPoolMfaConfigCommand,
  type SetUserPoolMfaConfigCommandInput,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { loadState } from '../../src/core/state.ts';
import { cognitoSettings } from '../../src/sandbox/services/cognito/index.ts';
import { given } from '../support/errors.ts';
import { writesOf } from '../support/local-aws.ts';
import { type Migration, startMigration } from './support.ts';

const factors = {
  MfaConfiguration: 'OPTIONAL' as const,
  SoftwareTokenMfaConfiguration: { Enabled: true },
};

async function mfaOf({ sdk, newPool: UserPoolId }: Migration) {
  const { $metadata: _, ...mfa } = await sdk.idp.send(new GetUserPoolMfaConfigCommand({ UserPoolId }));
  return mfa;
}

const setMfa = (
  { sdk, newPool: UserPoolId }: Migration,
  mfa: Omit<SetUserPoolMfaConfigCommandInput, 'UserPoolId'>,
) => sdk.idp.send(new SetUserPoolMfaConfigCommand({ UserPoolId, ...mfa }));

/** Ends a run as kill -9 would right after UpdateUserPool: no later call gets through. */
async function killAfterUpdate({ sandbox }: Migration, run: () => Promise<unknown>): Promise<void> {
  let isDead = false;
  const stop = sandbox.faults.onCall('after', ({ operation }) => {
    isDead ||= operation === 'UpdateUserPool';
  });
  sandbox.faults.add({ kind: 'access-denied', predicate: () => isDead, times: 100 });
  await expect(run()).rejects.toThrow();
  stop();
  sandbox.faults.clear();
}

/** init of a pool with TOTP, killed there. */
async function killedAfterUpdate(mfaFactorsAfterUpdate: 'kept' | 'dropped'): Promise<Migration> {
  const migration = await startMigration();
  const { sandbox } = migration;
  await setMfa(migration, factors);
  cognitoSettings(sandbox.world).mfaFactorsAfterUpdate = mfaFactorsAfterUpdate;
  await killAfterUpdate(migration, migration.apply);
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
      detail: "restored after the last run's update: SoftwareTokenMfaConfiguration",
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
    const { UserPoolTags, Policies, LambdaConfig, MfaConfiguration } = await migration.pool(
      migration.newPool,
    );
    expect(MfaConfiguration).toBe('OPTIONAL');
    // They have turned MFA off for good, and changed a tag.
    await sdk.idp.send(
      new SetUserPoolMfaConfigCommand({ UserPoolId: migration.newPool, MfaConfiguration: 'OFF' }),
    );
    await sdk.idp.send(
      new UpdateUserPoolCommand({
        UserPoolId: migration.newPool,
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
    expect((await migration.pool(migration.newPool)).UserPoolTags).toMatchObject({ changed: 'later' });
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
    expect((await migration.pool(migration.newPool)).LambdaConfig).toEqual({});
  });

  test('that is taken down at once gets its factors back too', async () => {
    const migration = await killedAfterUpdate('dropped');
    // The command line has the function's ARN from the state file, as every later run has.
    const LAMBDA_ARN = given((await loadState(migration.file))?.variables.LAMBDA_ARN);
    await migration.destroy({ LAMBDA_ARN });
    expect(await mfaOf(migration)).toEqual(factors);
    expect((await migration.pool(migration.newPool)).LambdaConfig).toEqual({});
  });
});

describe.each(['kept', 'dropped'] as const)(
  'MFA that its owner has switched on since, factors %s by updates',
  (factorsAre) => {
    /** Set up without MFA; then the owner's own settings, and something that has dropped the trigger. */
    async function drifted(): Promise<Migration> {
      const migration = await startMigration();
      await migration.apply();
      await setMfa(migration, factors);
      const { LambdaConfig: _trigger, ...settings } = await migration.pool(migration.newPool);
      const { Policies, MfaConfiguration, UserPoolTags } = settings;
      const update = { UserPoolId: migration.newPool, Policies, MfaConfiguration, UserPoolTags };
      await migration.sdk.idp.send(new UpdateUserPoolCommand(update));
      cognitoSettings(migration.sandbox.world).mfaFactorsAfterUpdate = factorsAre;
      expect(await mfaOf(migration)).toEqual(factors);
      return migration;
    }
    const known = async ({ file }: Migration) => ({
      LAMBDA_ARN: given((await loadState(file))?.variables.LAMBDA_ARN),
    });

    test('is as they left it after a repair that was killed, and the next one', async () => {
      const migration = await drifted();
      await killAfterUpdate(migration, migration.apply);
      expect(triggerOf(await migration.apply())?.done).toBe('unchanged');
      expect(await mfaOf(migration)).toEqual(factors);
      expect((await loadState(migration.file))?.steps['migration-trigger']).not.toHaveProperty('latest');
      await migration.destroy();
      expect(await mfaOf(migration)).toEqual(factors);
    });

    test('is as they left it after a repair that was killed, and a teardown', async () => {
      const migration = await drifted();
      await killAfterUpdate(migration, migration.apply);
      await migration.destroy(await known(migration));
      expect(await mfaOf(migration)).toEqual(factors);
    });

    test('is as they left it after a teardown that was killed, and the next one', async () => {
      const migration = await drifted();
      await migration.apply();
      const outputs = await known(migration);
      await killAfterUpdate(migration, () => migration.destroy(outputs));
      await migration.destroy(outputs);
      expect(await mfaOf(migration)).toEqual(factors);
      expect((await migration.pool(migration.newPool)).LambdaConfig).toEqual({});
    });
  },
);
