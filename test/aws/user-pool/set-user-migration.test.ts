import { describe, expect, test } from 'vitest';
import { readPool, setUserMigration } from '../../../src/aws/user-pool/index.ts';
import { type JsonObject, lambdaArn, poolId, poolStub } from './stub.ts';

const options = { sleep: () => Promise.resolve() };

const pool: JsonObject = {
  Id: poolId,
  Name: 'customers',
  Arn: `arn:aws:cognito-idp:eu-west-1:123456789012:userpool/${poolId}`,
  Policies: {
    PasswordPolicy: { MinimumLength: 12, RequireSymbols: false, TemporaryPasswordValidityDays: 3 },
  },
  LambdaConfig: { PreSignUp: 'arn:aws:lambda:eu-west-1:123456789012:function:pre' },
  AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: 3 },
  UserPoolTier: 'LITE',
  LastModifiedDate: 1763812345.678,
  CreationDate: 1663812345.678,
  EstimatedNumberOfUsers: 12,
};

describe('setUserMigration', () => {
  test('sets the trigger and carries everything else', async () => {
    const aws = poolStub(pool);
    const before = await readPool(aws.idp, poolId);
    const { after, repaired } = await setUserMigration(aws.idp, before, lambdaArn, options);
    expect(after.pool.LambdaConfig).toEqual({ PreSignUp: expect.any(String), UserMigration: lambdaArn });
    expect(repaired).toEqual([]);
    const { UnusedAccountValidityDays: _, ...config } = {
      AllowAdminCreateUserOnly: false,
      UnusedAccountValidityDays: 3,
    };
    expect({ ...aws.pool, LastModifiedDate: 0 }).toEqual({
      ...pool,
      LastModifiedDate: 0,
      AdminCreateUserConfig: config,
      LambdaConfig: { PreSignUp: expect.any(String), UserMigration: lambdaArn },
    });
  });
});
