import { AddPermissionCommand, GetPolicyCommand, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { inputOf } from '../support/local-aws.ts';
import { type Migration, outputOf, startMigration } from './support.ts';

const StatementId = 'cognito-migrate';

async function statements({ sdk, inputs }: Migration): Promise<unknown> {
  const { Policy } = await sdk.lambda.send(new GetPolicyCommand({ FunctionName: inputs.NAME }));
  return JSON.parse(Policy ?? '').Statement;
}

describe('the invoke permission', () => {
  test('is for Cognito, for this pool, of this account only', async () => {
    const migration = await startMigration();
    const LAMBDA_ARN = outputOf(await migration.apply(), 'LAMBDA_ARN');
    expect(inputOf(migration.sandbox, 'AddPermission')).toEqual({
      FunctionName: migration.inputs.NAME,
      StatementId,
      Action: 'lambda:InvokeFunction',
      Principal: 'cognito-idp.amazonaws.com',
      SourceArn: migration.inputs.NEW_USER_POOL_ARN,
      SourceAccount: '111122223333',
    });
    expect(await statements(migration)).toEqual([
      {
        Sid: StatementId,
        Effect: 'Allow',
        Principal: { Service: 'cognito-idp.amazonaws.com' },
        Action: 'lambda:InvokeFunction',
        Resource: LAMBDA_ARN,
        Condition: {
          StringEquals: { 'AWS:SourceAccount': '111122223333' },
          ArnLike: { 'AWS:SourceArn': migration.inputs.NEW_USER_POOL_ARN },
        },
      },
    ]);
  });

  test('that is gone is made again; one that was widened is replaced; others stay', async () => {
    const migration = await startMigration();
    const { lambda } = migration.sdk;
    const FunctionName = migration.inputs.NAME;
    await migration.apply();
    const before = await statements(migration);
    await lambda.send(new RemovePermissionCommand({ FunctionName, StatementId }));
    expect(await migration.repair()).toEqual(['lambda:AddPermission']);

    await lambda.send(new RemovePermissionCommand({ FunctionName, StatementId }));
    await lambda.send(
      new AddPermissionCommand({
        FunctionName,
        StatementId,
        Action: 'lambda:InvokeFunction',
        Principal: 'cognito-idp.amazonaws.com',
      }),
    );
    expect(await migration.repair()).toEqual(['lambda:RemovePermission', 'lambda:AddPermission']);
    expect(await statements(migration)).toEqual(before);

    const other = {
      FunctionName,
      StatementId: 'theirs',
      Action: 'lambda:GetFunction',
      Principal: '444455556666',
    };
    await lambda.send(new AddPermissionCommand(other));
    expect(await migration.repair()).toEqual([]);
    expect(await statements(migration)).toHaveLength(2);
  });

  test('whose answer was lost, and that the SDK then finds taken, goes on', async () => {
    const migration = await startMigration();
    migration.sandbox.faults.inject({ kind: 'lost-response', operation: 'AddPermission' });
    await migration.apply();
    expect(await statements(migration)).toHaveLength(1);
    expect(await migration.repair()).toEqual([]);
  });
});
