/** Request rates by category, and GetProvisionedLimit. */
import {
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  GetProvisionedLimitCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { choose, keysOf } from '../../../../src/sandbox/index.ts';
import { cognitoSettings } from '../../../../src/sandbox/services/cognito/index.ts';
import { errorOf, newClient, newPool, startLocalCognito } from './support.ts';

async function limitedScene() {
  const scene = await startLocalCognito();
  const UserPoolId = await newPool(scene);
  const ClientId = await newClient(scene, UserPoolId);
  choose(scene.sandbox.world, 'requestRates', 'documented');
  return { scene, UserPoolId, ClientId };
}

/** The number of calls that pass before the first is refused. */
async function callsUntilRefused(send: () => Promise<unknown>): Promise<number> {
  for (let calls = 0; calls < 1000; calls += 1) {
    const refusal = await send().then(
      () => undefined,
      (error: Error) => error,
    );
    if (refusal === undefined) continue;
    expect(refusal).toMatchObject({ name: 'TooManyRequestsException', message: 'Rate exceeded' });
    return calls;
  }
  return 1000;
}

const limitOf = (Category: string) =>
  new GetProvisionedLimitCommand({
    LimitDefinition: { LimitClass: 'API_CATEGORY', Attributes: { Category } },
  });

describe('request rates', () => {
  test('are unlimited by default', async () => {
    const scene = await startLocalCognito();
    const UserPoolId = await newPool(scene);
    for (let calls = 0; calls < 40; calls += 1)
      await scene.client.send(new ListUsersCommand({ UserPoolId, Limit: 1 }));
  });

  test('hold for a category, and refill with the clock', async () => {
    const { scene, UserPoolId } = await limitedScene();
    const list = () => scene.client.send(new ListUsersCommand({ UserPoolId, Limit: 1 }));
    expect(await callsUntilRefused(list)).toBe(30);
    // Another category has its own.
    await scene.client.send(new DescribeUserPoolCommand({ UserPoolId }));
    scene.clock.advance(500);
    expect(await callsUntilRefused(list)).toBe(15);
    scene.clock.advance(60_000);
    expect(await callsUntilRefused(list)).toBe(30);
  });

  test('count for all pools of an account in a Region, and for no other account', async () => {
    const { scene, UserPoolId } = await limitedScene();
    const otherPool = await newPool(scene);
    scene.clock.advance(1000);
    const describe = (id: string) => scene.client.send(new DescribeUserPoolCommand({ UserPoolId: id }));
    for (let calls = 0; calls < 8; calls += 1) await describe(otherPool);
    expect(await callsUntilRefused(() => describe(UserPoolId))).toBe(7);
    const elsewhere = scene.clientOf(keysOf('444455556666'));
    expect((await errorOf(elsewhere.send(new DescribeUserPoolCommand({ UserPoolId })))).name).toBe(
      'ResourceNotFoundException',
    );
  });

  test('of app clients are 5 a second for one pool', async () => {
    const { scene, UserPoolId, ClientId } = await limitedScene();
    const read = () => scene.client.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
    expect(await callsUntilRefused(read)).toBe(5);
  });

  test('can be raised', async () => {
    const { scene, UserPoolId } = await limitedScene();
    cognitoSettings(scene.sandbox.world).provisionedLimits.set('UserPoolRead', 40);
    expect((await scene.client.send(limitOf('UserPoolRead'))).Limit).toMatchObject({
      ProvisionedLimitValue: 40,
      FreeLimitValue: 15,
    });
    const read = () => scene.client.send(new DescribeUserPoolCommand({ UserPoolId }));
    expect(await callsUntilRefused(read)).toBe(40);
  });
});

describe('GetProvisionedLimit', () => {
  test('returns the definition and both values, and is in the journal', async () => {
    const scene = await startLocalCognito();
    const { Limit } = await scene.client.send(limitOf('UserList'));
    expect(Limit).toEqual({
      LimitDefinition: { LimitClass: 'API_CATEGORY', Attributes: { Category: 'UserList' } },
      ProvisionedLimitValue: 30,
      FreeLimitValue: 30,
    });
    expect(scene.sandbox.journal.calls.at(-1)).toMatchObject({
      operation: 'GetProvisionedLimit',
      result: 'ok',
      actions: [{ action: 'cognito-idp:GetProvisionedLimit', resource: '*', allowed: true }],
    });
  });

  test('refuses an unknown category', async () => {
    const scene = await startLocalCognito();
    expect((await errorOf(scene.client.send(limitOf('Users')))).name).toBe('InvalidParameterException');
  });
});
