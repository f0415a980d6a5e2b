import { describe, expect, test } from 'vitest';
import {
  ConcurrentChange,
  finishTriggers,
  readPool,
  replanOnChange,
  SettingsDiffer,
  setTriggers,
} from '../../../src/aws/user-pool/index.ts';
import { fakeClock, paceOf } from '../../support/clock.ts';
import { fullPool, totpMfa } from './fixtures.ts';
import { type JsonObject, lambdaArn, poolId, poolStub, Refusal } from './stub.ts';

const clock = fakeClock();
const options = paceOf(clock);

function settings({ LastModifiedDate: _, ...pool }: JsonObject): JsonObject {
  return pool;
}

/** The pool as it should be with the trigger set. */
function wanted(pool: JsonObject): JsonObject {
  const { AdminCreateUserConfig: _, ...rest } = settings(pool);
  const LambdaConfig = {
    PreSignUp: 'arn:aws:lambda:eu-west-1:123456789012:function:pre',
    UserMigration: lambdaArn,
  };
  // The stub, other than AWS, does not show the older name of a setting again that was sent under the newer one.
  const { AcrConfiguration: _acr, ...withoutDefaults } = rest;
  return { ...withoutDefaults, LambdaConfig, AdminCreateUserConfig: { AllowAdminCreateUserOnly: false } };
}

/** AWS merges default names into what it shows. */
function acrStub(pool = fullPool(), mfa = totpMfa()) {
  const aws = poolStub(pool, mfa);
  const describe = aws.operations.DescribeUserPool;
  const { AcrConfiguration } = fullPool();
  aws.operations.DescribeUserPool = (input) => ({
    UserPool: {
      AcrConfiguration: AcrConfiguration ?? null,
      ...aws.pool,
      ...(describe === undefined ? input : {}),
    },
  });
  return aws;
}

async function set(aws: ReturnType<typeof acrStub>) {
  return setTriggers(aws.idp, await readPool(aws.idp, poolId), { UserMigration: lambdaArn }, options);
}

describe('setTriggers', () => {
  test('sets the trigger, keeps everything else, and says how many settings it has compared', async () => {
    const aws = acrStub();
    const { after, verified, repaired } = await set(aws);
    expect(after.pool.LambdaConfig?.UserMigration).toBe(lambdaArn);
    expect(settings(aws.pool)).toEqual(wanted(fullPool()));
    expect(repaired).toEqual([]);
    expect(verified).toBeGreaterThan(25);
    expect(aws.count('UpdateUserPool')).toBe(1);
    expect(aws.count('SetUserPoolMfaConfig')).toBe(0);
  });

  test('signs the body that it sends: length and hash are those of the carried JSON', async () => {
    const aws = acrStub({ ...fullPool(), Name: 'Kundschaft ✓' });
    await set(aws);
    const call = aws.calls.find(({ operation }) => operation === 'UpdateUserPool');
    expect(call?.headers['content-length']).toBe(String(Buffer.byteLength(JSON.stringify(call?.body))));
    expect(call?.headers.authorization).toContain('AWS4-HMAC-SHA256');
  });

  test('takes the trigger out again and leaves no empty value behind', async () => {
    const aws = acrStub();
    await set(aws);
    await setTriggers(aws.idp, await readPool(aws.idp, poolId), { UserMigration: undefined }, options);
    expect(aws.pool.LambdaConfig).toEqual(fullPool().LambdaConfig);
  });

  test('sets two slots in one update, and gives each its own function back', async () => {
    const aws = acrStub();
    const { PreSignUp } = (await readPool(aws.idp, poolId)).pool.LambdaConfig ?? {};
    const before = await readPool(aws.idp, poolId);
    await setTriggers(aws.idp, before, { UserMigration: lambdaArn, PreSignUp: lambdaArn }, options);
    expect(aws.count('UpdateUserPool')).toBe(1);
    expect(aws.pool.LambdaConfig).toEqual({ UserMigration: lambdaArn, PreSignUp: lambdaArn });
    await setTriggers(aws.idp, await readPool(aws.idp, poolId), { UserMigration: undefined }, options);
    expect(aws.pool.LambdaConfig).toEqual({ PreSignUp: lambdaArn });
    await setTriggers(aws.idp, await readPool(aws.idp, poolId), { PreSignUp }, options);
    expect(settings(aws.pool).LambdaConfig).toEqual(fullPool().LambdaConfig);
  });

  test('writes nothing when the trigger is as it should be', async () => {
    const aws = acrStub();
    await set(aws);
    await set(aws);
    expect(aws.count('UpdateUserPool')).toBe(1);
  });

  test('compares everything afterwards, and names what differs', async () => {
    const aws = acrStub();
    const update = aws.operations.UpdateUserPool;
    aws.operations.UpdateUserPool = (input) => {
      update?.(input);
      aws.pool = { ...aws.pool, UserPoolTier: 'PLUS', DeviceConfiguration: {} };
      return {};
    };
    const error = await set(aws).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SettingsDiffer);
    expect(error).toMatchObject({
      code: 'SETTINGS_DIFFER',
      exitCode: 7,
      found: ['UserPoolTier: "ESSENTIALS" → "PLUS"', 'DeviceConfiguration: (not set) → {}'],
    });
  });

  test('cuts long texts in the message, and waits before it calls a stale read a difference', async () => {
    clock.slept.length = 0;
    const aws = acrStub();
    const update = aws.operations.UpdateUserPool;
    aws.operations.UpdateUserPool = (input) => {
      update?.(input);
      aws.pool = { ...aws.pool, EmailVerificationMessage: 'x'.repeat(500) };
      return {};
    };
    const error = await set(aws).catch((thrown: unknown) => thrown);
    expect(clock.slept).toEqual([250, 500, 1000]);
    expect(JSON.stringify(error)).toContain('xxx…');
    expect(JSON.stringify(error).length).toBeLessThan(800);
  });

  test('takes a read that is a moment behind for what it is', async () => {
    const aws = acrStub();
    const old = aws.pool;
    const describe = aws.operations.DescribeUserPool;
    aws.operations.DescribeUserPool = (input) => {
      const behind = aws.count('DescribeUserPool') === 3;
      return behind ? { UserPool: old } : (describe?.(input) ?? {});
    };
    await expect(set(aws)).resolves.toMatchObject({ repaired: [] });
  });
});

describe('concurrent changes', () => {
  test('a change since the plan stops the write', async () => {
    const aws = acrStub();
    const before = await readPool(aws.idp, poolId);
    aws.pool = { ...aws.pool, DeletionProtection: 'INACTIVE', LastModifiedDate: 1763812999 };
    const error = await setTriggers(aws.idp, before, { UserMigration: lambdaArn }, options).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ConcurrentChange);
    expect(error).toMatchObject({ code: 'CHANGED_MEANWHILE', exitCode: 4 });
    expect(JSON.stringify(error)).toContain('DeletionProtection');
    expect(aws.count('UpdateUserPool')).toBe(0);
  });

  test('a later date alone stops it too, and so does a change of MFA; a new user does not', async () => {
    const aws = acrStub();
    const before = await readPool(aws.idp, poolId);
    aws.pool = { ...aws.pool, LastModifiedDate: 1763812999 };
    await expect(setTriggers(aws.idp, before, { UserMigration: lambdaArn }, options)).rejects.toBeInstanceOf(
      ConcurrentChange,
    );
    aws.pool = fullPool();
    aws.mfa = { ...totpMfa(), MfaConfiguration: 'ON' };
    await expect(setTriggers(aws.idp, before, { UserMigration: lambdaArn }, options)).rejects.toBeInstanceOf(
      ConcurrentChange,
    );
    aws.mfa = totpMfa();
    aws.pool = { ...fullPool(), EstimatedNumberOfUsers: 48_211 };
    await expect(setTriggers(aws.idp, before, { UserMigration: lambdaArn }, options)).resolves.toMatchObject({
      repaired: [],
    });
  });

  test('the change of somebody else survives a new plan', async () => {
    const aws = acrStub();
    let changed = false;
    aws.before = (operation, nth) => {
      if (operation !== 'DescribeUserPool' || nth !== 2 || changed) return;
      changed = true;
      aws.pool = { ...aws.pool, DeletionProtection: 'INACTIVE', LastModifiedDate: 1763812999 };
    };
    await replanOnChange(
      () => readPool(aws.idp, poolId),
      (before) => setTriggers(aws.idp, before, { UserMigration: lambdaArn }, options),
    );
    expect(aws.pool).toMatchObject({
      DeletionProtection: 'INACTIVE',
      LambdaConfig: { UserMigration: lambdaArn },
    });
  });

  test('after three plans that were out of date it gives up, and says what keeps changing', async () => {
    const aws = acrStub();
    aws.before = (operation) => {
      if (operation === 'DescribeUserPool')
        aws.pool = { ...aws.pool, LastModifiedDate: Number(aws.pool.LastModifiedDate) + 1 };
    };
    const plan = replanOnChange(
      () => readPool(aws.idp, poolId),
      (before) => setTriggers(aws.idp, before, { UserMigration: lambdaArn }, options),
    );
    await expect(plan).rejects.toMatchObject({ code: 'KEEPS_CHANGING', exitCode: 4 });
    expect(aws.count('UpdateUserPool')).toBe(0);
    expect(aws.count('DescribeUserPool')).toBe(6);
  });
});

describe('failures', () => {
  test('a failed write is not sent again as it was: the pool is read again first', async () => {
    const aws = acrStub();
    aws.before = (operation, nth) => {
      if (operation === 'UpdateUserPool' && nth === 1)
        throw new Refusal('InternalErrorException', 'sorry', 500);
    };
    await set(aws);
    const order = aws.calls
      .map(({ operation }) => operation)
      .filter((operation) => operation !== 'GetUserPoolMfaConfig');
    expect(order.slice(1, 6)).toEqual([
      'DescribeUserPool',
      'UpdateUserPool',
      'DescribeUserPool',
      'UpdateUserPool',
      'DescribeUserPool',
    ]);
  });

  test('what somebody changes between a failure and the next attempt is not undone', async () => {
    const aws = acrStub();
    aws.before = (operation, nth) => {
      if (operation !== 'UpdateUserPool' || nth !== 1) return;
      aws.pool = { ...aws.pool, DeletionProtection: 'INACTIVE', LastModifiedDate: 1763812999 };
      throw new Refusal('TooManyRequestsException');
    };
    await expect(set(aws)).rejects.toBeInstanceOf(ConcurrentChange);
    expect(aws.pool.DeletionProtection).toBe('INACTIVE');
    expect(aws.count('UpdateUserPool')).toBe(1);
  });

  test('a lost answer is found to have been a success', async () => {
    const aws = acrStub();
    aws.after = (operation, nth) => {
      if (operation === 'UpdateUserPool' && nth === 1)
        throw new Refusal('InternalErrorException', 'lost', 500);
    };
    await expect(set(aws)).resolves.toMatchObject({
      after: { pool: { LambdaConfig: { UserMigration: lambdaArn } } },
    });
    expect(aws.count('UpdateUserPool')).toBe(1);
  });

  test('a refusal comes through as AWS said it, at once', async () => {
    const aws = acrStub();
    aws.before = (operation) => {
      if (operation === 'UpdateUserPool')
        throw new Refusal('FeatureUnavailableInTierException', 'Not in this tier.');
    };
    await expect(set(aws)).rejects.toMatchObject({
      name: 'FeatureUnavailableInTierException',
      message: 'Not in this tier.',
    });
    expect(aws.count('UpdateUserPool')).toBe(1);
  });

  test('an import job that cannot be read is in the way all the same', async () => {
    const aws = acrStub();
    aws.before = (operation) => {
      if (operation === 'UpdateUserPool')
        throw new Refusal('UserImportInProgressException', 'An import is running.');
    };
    await expect(set(aws)).rejects.toMatchObject({
      code: 'IMPORT_RUNNING',
      exitCode: 4,
      message: 'An import job of the pool is running',
    });
    expect(aws.count('UpdateUserPool')).toBe(1);
  });

  test('gives up after five attempts', async () => {
    const aws = acrStub();
    aws.before = (operation) => {
      if (operation === 'UpdateUserPool') throw new Refusal('ConcurrentModificationException');
    };
    await expect(set(aws)).rejects.toMatchObject({ name: 'ConcurrentModificationException' });
    expect(aws.count('UpdateUserPool')).toBe(5);
  });

  test('tags of AWS are sent at first, and left out when they are refused', async () => {
    const tags = { 'aws:cloudformation:stack-name': 'stack', team: 'identity' };
    const aws = acrStub({ ...fullPool(), UserPoolTags: tags });
    const update = aws.operations.UpdateUserPool;
    aws.operations.UpdateUserPool = (input) => {
      if (JSON.stringify(input.UserPoolTags).includes('aws:')) {
        throw new Refusal(
          'InvalidParameterException',
          'aws: prefixed tag key names are not allowed for external use.',
        );
      }
      update?.(input);
      aws.pool = { ...aws.pool, UserPoolTags: tags };
      return {};
    };
    await expect(set(aws)).resolves.toMatchObject({ repaired: [] });
    const sent = aws.calls
      .filter(({ operation }) => operation === 'UpdateUserPool')
      .map(({ body }) => body.UserPoolTags);
    expect(sent).toEqual([tags, { team: 'identity' }]);
  });
});

describe('MFA', () => {
  function dropping(mfa: JsonObject) {
    const aws = acrStub(fullPool(), mfa);
    const update = aws.operations.UpdateUserPool;
    aws.operations.UpdateUserPool = (input) => {
      update?.(input);
      aws.mfa = { MfaConfiguration: mfa.MfaConfiguration ?? 'OFF' };
      return {};
    };
    return aws;
  }

  test('is put back when the update has dropped a factor, unknown factors too', async () => {
    const mfa = { ...totpMfa(), FutureFactor: { Enabled: true } };
    const aws = dropping(mfa);
    const { repaired } = await set(aws);
    expect(repaired).toEqual(['SoftwareTokenMfaConfiguration', 'FutureFactor']);
    expect(aws.mfa).toEqual(mfa);
  });

  test('that cannot be put back is said, with the reason', async () => {
    const aws = dropping(totpMfa());
    aws.before = (operation) => {
      if (operation === 'SetUserPoolMfaConfig') throw new Refusal('AccessDeniedException', 'not you');
    };
    const error = await set(aws).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'SETTINGS_DIFFER',
      found: ['mfa.SoftwareTokenMfaConfiguration: {"Enabled":true} → (not set)'],
    });
    expect(error instanceof Error && error.cause).toMatchObject({ name: 'AccessDeniedException' });
  });

  test('is put back although the first attempt is throttled', async () => {
    const aws = dropping(totpMfa());
    aws.before = (operation, nth) => {
      if (operation === 'SetUserPoolMfaConfig' && nth === 1) throw new Refusal('TooManyRequestsException');
    };
    await expect(set(aws)).resolves.toMatchObject({ repaired: ['SoftwareTokenMfaConfiguration'] });
  });

  test('is put back by the next run, if the first was ended right after the write', async () => {
    const aws = dropping(totpMfa());
    const before = await readPool(aws.idp, poolId);
    aws.before = (operation) => {
      if (operation === 'GetUserPoolMfaConfig' && aws.count('UpdateUserPool') > 0) throw new Error('killed');
    };
    await expect(setTriggers(aws.idp, before, { UserMigration: lambdaArn }, options)).rejects.toThrow(
      'killed',
    );
    expect(aws.mfa).toEqual({ MfaConfiguration: 'OPTIONAL' });
    aws.before = () => undefined;
    const { repaired } = await finishTriggers(aws.idp, before, { UserMigration: lambdaArn }, options);
    expect(repaired).toEqual(['SoftwareTokenMfaConfiguration']);
    expect(aws.mfa).toEqual(totpMfa());
    expect(aws.count('UpdateUserPool')).toBe(1);
  });
});
