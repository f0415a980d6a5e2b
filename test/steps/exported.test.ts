import { CreatePolicyCommand, GetPolicyCommand } from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  GetPolicyCommand as GetFunctionPolicyCommand,
  RemovePermissionCommand,
} from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { refusalOf } from '../support/errors.ts';
import { writesOf } from '../support/local-aws.ts';
import { type Migration, startMigration } from './support.ts';

/** A policy of our name without our tags, as CloudFormation makes it: it cannot tag a managed policy. */
async function untaggedPolicy(migration: Migration, Resource: string): Promise<void> {
  const Statement = [
    {
      Sid: 'CheckPasswordsInTheOldPool',
      Effect: 'Allow',
      Action: ['cognito-idp:AdminInitiateAuth', 'cognito-idp:AdminGetUser'],
      Resource,
    },
  ];
  const PolicyDocument = JSON.stringify({ Statement, Version: '2012-10-17' });
  await migration.sdk.iam.send(
    new CreatePolicyCommand({ PolicyName: migration.inputs.NAME, PolicyDocument }),
  );
  migration.sandbox.journal.clear();
}

describe('a policy without tags', () => {
  test('that says just what ours says is ours, and is tagged', async () => {
    const migration = await startMigration();
    await untaggedPolicy(migration, migration.inputs.OLD_USER_POOL_ARN);
    const { vars } = await migration.apply();
    const writes = writesOf(migration.sandbox);
    expect(writes).toContain('iam:TagPolicy');
    expect(writes).not.toContain('iam:CreatePolicy');
    const { Policy } = await migration.sdk.iam.send(new GetPolicyCommand({ PolicyArn: vars.POLICY_ARN }));
    expect(Policy?.Tags).toContainEqual({ Key: 'cognito-migrate:pool', Value: migration.newPool });
    expect(await migration.repair()).toEqual([]);
  });

  test('that says anything else is somebody else’s', async () => {
    const migration = await startMigration();
    await untaggedPolicy(migration, '*');
    expect(await refusalOf(migration.apply())).toMatchObject({ exitCode: 4, code: 'FOREIGN' });
    expect(writesOf(migration.sandbox).filter((name) => /^iam:.*Policy/.test(name))).toEqual([]);
  });
});

describe('a permission under another statement ID', () => {
  const FunctionName = (migration: Migration): string => migration.inputs.NAME;
  const sidsOf = async (migration: Migration): Promise<string[]> => {
    const command = new GetFunctionPolicyCommand({ FunctionName: FunctionName(migration) });
    const { Policy } = await migration.sdk.lambda.send(command);
    return JSON.parse(Policy ?? '').Statement.map(({ Sid }: { Sid: string }) => Sid);
  };
  /** In the place of ours, as CloudFormation names it. */
  const replaceWith = async (migration: Migration, SourceArn: string | undefined): Promise<void> => {
    const { lambda } = migration.sdk;
    const target = { FunctionName: FunctionName(migration) };
    await lambda.send(new RemovePermissionCommand({ ...target, StatementId: 'cognito-migrate' }));
    const Principal = 'cognito-idp.amazonaws.com';
    const more = { Action: 'lambda:InvokeFunction', Principal, SourceArn, SourceAccount: '111122223333' };
    await lambda.send(new AddPermissionCommand({ ...target, StatementId: 'stack-Permission-1A2B', ...more }));
  };

  test('that says the same is in place, and is what removal removes', async () => {
    const migration = await startMigration();
    await migration.apply();
    await replaceWith(migration, migration.inputs.NEW_USER_POOL_ARN);
    expect(await migration.repair()).toEqual([]);
    expect(await sidsOf(migration)).toEqual(['stack-Permission-1A2B']);
    migration.sandbox.journal.clear();
    await migration.destroy();
    const removed = migration.sandbox.journal.calls.filter(
      ({ operation }) => operation === 'RemovePermission',
    );
    expect(removed.map(({ input, result }) => [input.StatementId, result])).toContainEqual([
      'stack-Permission-1A2B',
      'ok',
    ]);
  });

  test('that allows more is not: ours is made beside it', async () => {
    const migration = await startMigration();
    await migration.apply();
    await replaceWith(migration, undefined);
    expect(await migration.repair()).toEqual(['lambda:AddPermission']);
    expect(await sidsOf(migration)).toEqual(['stack-Permission-1A2B', 'cognito-migrate']);
  });
});
