import { describe, expect, test } from 'vitest';
import { readPool, restorePool, setTriggers } from '../../../src/aws/user-pool/index.ts';
import { paceOf } from '../../support/clock.ts';
import { totpMfa } from './fixtures.ts';
import { type JsonObject, lambdaArn, poolId, poolStub, Refusal } from './stub.ts';

const options = paceOf();

const pool: JsonObject = {
  Id: poolId,
  Name: 'customers',
  LambdaConfig: { PreSignUp: 'arn:aws:lambda:eu-west-1:123456789012:function:pre' },
  Policies: { PasswordPolicy: { MinimumLength: 12 } },
  MfaConfiguration: 'OPTIONAL',
  DcrConfiguration: { EnableStatus: 'Disabled', OpenDcrEnabled: false },
  FutureSetting: { a: [1] },
  LastModifiedDate: 1763812345,
};

async function image(aws: ReturnType<typeof poolStub>) {
  const { raw, mfa } = await readPool(aws.idp, poolId);
  // As it comes out of the state file.
  return structuredClone({ raw, mfa });
}

describe('restorePool', () => {
  test('writes the before-image back and says what was different', async () => {
    const aws = poolStub(pool, totpMfa());
    const before = await image(aws);
    await setTriggers(aws.idp, await readPool(aws.idp, poolId), { UserMigration: lambdaArn }, options);
    aws.pool = { ...aws.pool, Policies: { PasswordPolicy: { MinimumLength: 8 } }, FutureSetting: 'reset' };
    aws.mfa = { MfaConfiguration: 'OPTIONAL' };
    const { restored } = await restorePool(aws.idp, before, options);
    expect(restored.map(({ path }) => path).sort()).toEqual([
      'FutureSetting',
      'LambdaConfig.UserMigration',
      'Policies.PasswordPolicy.MinimumLength',
      'mfa.SoftwareTokenMfaConfiguration',
    ]);
    expect({ ...aws.pool, LastModifiedDate: 0 }).toEqual({ ...pool, LastModifiedDate: 0 });
    expect(aws.mfa).toEqual(totpMfa());
  });

  test('writes nothing when nothing is different', async () => {
    const aws = poolStub(pool, totpMfa());
    const before = await image(aws);
    aws.pool = { ...aws.pool, LastModifiedDate: 1763819999, EstimatedNumberOfUsers: 7 };
    await expect(restorePool(aws.idp, before, options)).resolves.toMatchObject({ restored: [] });
    expect(aws.count('UpdateUserPool')).toBe(0);
    expect(aws.count('SetUserPoolMfaConfig')).toBe(0);
  });

  test('sends dynamic registration, whole, only if it is not as it was', async () => {
    const aws = poolStub(pool, totpMfa());
    const update = aws.operations.UpdateUserPool;
    const before = await image(aws);
    aws.operations.UpdateUserPool = (input) => {
      const sent = input.DcrConfiguration;
      update?.(input);
      if (sent !== undefined) aws.pool = { ...aws.pool, DcrConfiguration: sent };
      return {};
    };
    aws.pool = { ...aws.pool, DcrConfiguration: { EnableStatus: 'Enabled', OpenDcrEnabled: true } };
    await restorePool(aws.idp, before, options);
    expect(aws.pool.DcrConfiguration).toEqual(pool.DcrConfiguration);
  });

  test('restores the factors after the pool where they need something of it', async () => {
    const aws = poolStub({ ...pool, EmailConfiguration: { EmailSendingAccount: 'DEVELOPER' } }, totpMfa());
    const set = aws.operations.SetUserPoolMfaConfig;
    const before = await image(aws);
    aws.operations.SetUserPoolMfaConfig = (input) => {
      if (aws.pool.EmailConfiguration === undefined)
        throw new Refusal('InvalidParameterException', 'No sender.');
      return set?.(input) ?? {};
    };
    aws.pool = { ...pool };
    aws.mfa = { MfaConfiguration: 'OPTIONAL' };
    await restorePool(aws.idp, before, options);
    expect(aws.mfa).toEqual(totpMfa());
    expect(aws.pool.EmailConfiguration).toEqual({ EmailSendingAccount: 'DEVELOPER' });
  });
});
