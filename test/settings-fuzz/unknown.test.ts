/** Settings that AWS adds after this program was built: the SDK does not know them, and they survive all the same. */
import {
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Json } from '../../src/sandbox/operation.ts';
import { clientChange, poolChange, withoutClientField, withoutPoolField } from './changes.ts';
import { lost } from './compare.ts';
import { localCognito } from './local.ts';
import { clientNow, makeClient, makePool, ours, poolNow } from './properties.ts';
import { fewerRuns, patience, Tally } from './tally.ts';

const tally = new Tally('pools and app clients with settings that the SDK does not know');
afterAll(() => tally.report());

const off = { MfaConfiguration: 'OFF' };

/** A local AWS of next year. */
function later() {
  const aws = localCognito();
  aws.settings.futureFields.pool = [
    { path: 'FutureSetting', default: 'reset' },
    { path: 'LambdaConfig.FutureTrigger' },
    { path: 'EmailConfiguration.FutureSender', default: 'reset' },
  ];
  aws.settings.futureFields.client = [
    { path: 'FutureSetting', default: 'reset' },
    { path: 'TokenValidityUnits.FutureToken' },
  ];
  return aws;
}

const anything = fc
  .jsonValue({ maxDepth: 3 })
  .map((value): Json => JSON.parse(JSON.stringify(value)))
  .filter((value) => value !== null && JSON.stringify(value).indexOf('null') < 0);

const somePool = (first: Json, second: Json) => ({
  PoolName: 'later',
  FutureSetting: first,
  LambdaConfig: { FutureTrigger: second },
  EmailConfiguration: { FutureSender: first },
});

const someClient = (first: Json, second: Json) => ({
  ClientName: 'later',
  FutureSetting: first,
  AccessTokenValidity: 1,
  TokenValidityUnits: { AccessToken: 'hours', FutureToken: second },
});

describe('settings that the SDK does not know', () => {
  test(
    'survive init and teardown of a pool, at the top and nested',
    async () => {
      const aws = later();
      const { init, teardown } = poolChange();
      await fc.assert(
        fc.asyncProperty(anything, anything, async (first, second) => {
          const id = await makePool(aws, { create: somePool(first, second), mfa: off });
          const before = await poolNow(aws, id);
          const memory = await init(aws, id);
          const between = lost(before, await poolNow(aws, id));
          await teardown(aws, id, memory);
          const after = lost(before, await poolNow(aws, id));
          tally.count(6, between.length - 1 + after.length);
          expect({ between, after }).toEqual({ between: ['/pool/LambdaConfig/UserMigration'], after: [] });
        }),
        { numRuns: fewerRuns },
      );
    },
    patience,
  );

  test(
    'survive init and teardown of a client, at the top and nested',
    async () => {
      const aws = later();
      const poolId = await makePool(aws, { create: { PoolName: 'later' }, mfa: off });
      const { init, teardown } = clientChange();
      await fc.assert(
        fc.asyncProperty(anything, anything, async (first, second) => {
          const id = await makeClient(aws, poolId, someClient(first, second));
          const before = await clientNow(aws, poolId, id);
          const record = await init(aws, poolId, id);
          const between = lost(before, await clientNow(aws, poolId, id));
          await teardown(aws, poolId, id, record);
          const after = lost(before, await clientNow(aws, poolId, id));
          tally.count(4, between.length - 1 + after.length);
          expect({ between, after }).toEqual({ between: ['/ExplicitAuthFlows/3'], after: [] });
        }),
        { numRuns: fewerRuns },
      );
    },
    patience,
  );

  test('are lost by the SDK alone, in both directions: this is what the raw JSON is for', async () => {
    const aws = later();
    const poolId = await makePool(aws, { create: somePool('kept', 'kept'), mfa: off });
    const before = await poolNow(aws, poolId);
    const { UserPool } = await aws.idp.send(new DescribeUserPoolCommand({ UserPoolId: poolId }));
    delete UserPool?.AdminCreateUserConfig?.UnusedAccountValidityDays;
    await aws.idp.send(
      new UpdateUserPoolCommand({
        ...UserPool,
        UserPoolId: poolId,
        LambdaConfig: { ...UserPool?.LambdaConfig, UserMigration: ours },
      }),
    );
    expect(lost(before, await poolNow(aws, poolId))).toEqual(
      expect.arrayContaining([
        '/pool/FutureSetting',
        '/pool/LambdaConfig/FutureTrigger',
        '/pool/EmailConfiguration/FutureSender',
      ]),
    );

    const id = await makeClient(aws, poolId, someClient('kept', 'kept'));
    const client = await clientNow(aws, poolId, id);
    const ids = { UserPoolId: poolId, ClientId: id };
    const { UserPoolClient } = await aws.idp.send(new DescribeUserPoolClientCommand(ids));
    await aws.idp.send(new UpdateUserPoolClientCommand({ ...UserPoolClient, ...ids }));
    expect(lost(client, await clientNow(aws, poolId, id)).sort()).toEqual([
      '/FutureSetting',
      '/TokenValidityUnits/FutureToken',
    ]);
  });

  test('at the top are lost when they are not carried through, and that is found', async () => {
    const aws = later();
    const poolId = await makePool(aws, { create: somePool('kept', 'kept'), mfa: off });
    const unsent = 'FutureSetting';
    const initPool = () => poolChange().init(aws, poolId);
    await expect(withoutPoolField(unsent)(initPool)).rejects.toMatchObject({
      code: 'SETTINGS_DIFFER',
      found: ['FutureSetting: "kept" → "reset"'],
    });
    const id = await makeClient(aws, poolId, someClient('kept', 'kept'));
    const initClient = () => clientChange().init(aws, poolId, id);
    await expect(withoutClientField(unsent)(initClient)).rejects.toMatchObject({
      code: 'SETTINGS_DIFFER',
      found: ['FutureSetting: "kept" → "reset"'],
    });
  });

  test('stop the run where AWS refuses them, and nothing is changed', async () => {
    const aws = later();
    const poolId = await makePool(aws, { create: somePool('kept', 'kept'), mfa: off });
    const before = await poolNow(aws, poolId);
    aws.settings.futureFields.pool = [];
    await expect(poolChange().init(aws, poolId)).rejects.toThrow('Unknown parameter');
    expect(lost(before, await poolNow(aws, poolId))).toEqual([]);
  });
});
