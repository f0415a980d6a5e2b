import { rm } from 'node:fs/promises';
import {
  SetUserPoolMfaConfigCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { refusalOf } from '../support/errors.ts';
import { namesOf, writesOf } from '../support/local-aws.ts';
import { makeOtherFunction } from '../support/other-function.ts';
import { type Migration, outputOf, startMigration } from './support.ts';

const foreign = 'arn:aws:lambda:eu-west-1:111122223333:function:theirs';

const settings = async (migration: Migration) => {
  const { LastModifiedDate: _date, ...rest } = await migration.pool(migration.newPool);
  return rest;
};

/** Puts a function on the trigger, as somebody would who knows what UpdateUserPool resets. */
async function setTrigger(migration: Migration, UserMigration: string | undefined): Promise<void> {
  const { UserPoolTags, Policies } = await migration.pool(migration.newPool);
  await migration.sdk.idp.send(
    new UpdateUserPoolCommand({
      UserPoolId: migration.newPool,
      UserPoolTags,
      Policies,
      LambdaConfig: UserMigration === undefined ? {} : { UserMigration },
    }),
  );
  migration.sandbox.journal.clear();
}

describe('the trigger', () => {
  test('is the one setting of the new pool that changes', async () => {
    const migration = await startMigration();
    await migration.sdk.idp.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId: migration.newPool,
        SoftwareTokenMfaConfiguration: { Enabled: true },
        MfaConfiguration: 'OPTIONAL',
      }),
    );
    const before = await settings(migration);
    const finished = await migration.apply();
    expect(await settings(migration)).toEqual({
      ...before,
      LambdaConfig: { UserMigration: outputOf(finished, 'LAMBDA_ARN') },
    });
    expect(finished.outcomes.find(({ step }) => step === 'migration-trigger')?.detail).toMatch(
      /^set; (\d+) of \1 other settings verified unchanged$/,
    );
    await migration.destroy();
    expect(await settings(migration)).toEqual(before);
  });

  test('that was dropped is put back, after a new probe', async () => {
    const migration = await startMigration();
    await migration.apply();
    await setTrigger(migration, undefined);
    expect(await migration.repair()).toEqual(['cognito-idp:UpdateUserPool']);
    expect(namesOf(migration.sandbox.journal.calls)).toContain('lambda:Invoke');
    expect(await migration.repair()).toEqual([]);
  });

  test('of somebody else is refused before anything live is touched, and stays', async () => {
    const migration = await startMigration();
    await setTrigger(migration, foreign);
    const { items } = await migration.plan();
    expect(items.at(-1)).toMatchObject({ action: 'foreign', owner: foreign });
    const error = await refusalOf(migration.apply());
    expect(error).toMatchObject({ code: 'FOREIGN', exitCode: 4, found: foreign });
    expect(error.hint.join()).toContain('--replace-trigger');
    expect(writesOf(migration.sandbox)).not.toContain('cognito-idp:UpdateUserPool');
    expect((await settings(migration)).LambdaConfig?.UserMigration).toBe(foreign);
  });

  test.each(['with', 'without'])(
    'of somebody else is replaced when asked, and put back %s the state file',
    async (how) => {
      const migration = await startMigration();
      await makeOtherFunction(migration.sdk);
      await setTrigger(migration, foreign);
      const before = await settings(migration);
      const finished = await migration.apply({ REPLACE_TRIGGER: true });
      expect((await settings(migration)).LambdaConfig?.UserMigration).toBe(outputOf(finished, 'LAMBDA_ARN'));
      if (how === 'without') await rm(migration.file);
      // Then only the function's tags know it, and the person has been asked.
      await migration.destroy(how === 'without' ? { RESTORE_TRIGGER: foreign } : {});
      expect(await settings(migration)).toEqual(before);
    },
  );

  test('that only tags name is not put back unasked', async () => {
    const migration = await startMigration();
    await makeOtherFunction(migration.sdk);
    await setTrigger(migration, foreign);
    await migration.apply({ REPLACE_TRIGGER: true });
    await rm(migration.file);
    const { outcomes } = await migration.destroy();
    expect((await settings(migration)).LambdaConfig?.UserMigration).toBeUndefined();
    expect(outcomes.find(({ step }) => step === 'migration-trigger')?.detail).toContain(
      `${foreign}, which only tags name, is not restored`,
    );
  });

  test('of somebody else is not put back when its function is gone: every unknown user would fail', async () => {
    const migration = await startMigration();
    await setTrigger(migration, foreign);
    await migration.apply({ REPLACE_TRIGGER: true });
    const { outcomes } = await migration.destroy();
    expect((await settings(migration)).LambdaConfig?.UserMigration).toBeUndefined();
    expect(outcomes.find(({ step }) => step === 'migration-trigger')?.detail).toContain(
      `the earlier function ${foreign} no longer exists`,
    );
  });

  test('that somebody has replaced since is left by removal, even with --replace-trigger', async () => {
    const migration = await startMigration();
    await migration.apply();
    await setTrigger(migration, foreign);
    await migration.destroy();
    expect((await settings(migration)).LambdaConfig?.UserMigration).toBe(foreign);
    await migration.apply({ REPLACE_TRIGGER: true });
    await setTrigger(migration, foreign);
    await migration.destroy({ REPLACE_TRIGGER: true });
    expect((await settings(migration)).LambdaConfig?.UserMigration).toBe(foreign);
    expect(writesOf(migration.sandbox)).not.toContain('cognito-idp:UpdateUserPool');
  });

  test('keeps what somebody changes between our read and our write', async () => {
    const migration = await startMigration();
    const { sandbox, sdk } = migration;
    let reads = 0;
    const stop = sandbox.faults.onCall('after', async ({ operation }) => {
      if (operation !== 'DescribeUserPool') return;
      reads += 1;
      if (reads !== 2) return;
      stop();
      migration.clock.advance(1000);
      await sdk.idp.send(
        new UpdateUserPoolCommand({
          UserPoolId: migration.newPool,
          UserPoolTags: { team: 'other' },
          DeletionProtection: 'ACTIVE',
        }),
      );
    });
    await migration.apply();
    expect(await settings(migration)).toMatchObject({
      UserPoolTags: { team: 'other' },
      DeletionProtection: 'ACTIVE',
      LambdaConfig: { UserMigration: expect.stringContaining(':function:') },
    });
  });
});
