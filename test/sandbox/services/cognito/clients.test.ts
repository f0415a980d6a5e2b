import {
  AddCustomAttributesCommand,
  DeleteUserPoolClientCommand,
  DescribeUserPoolClientCommand,
  ListUserPoolClientsCommand,
  UpdateUserPoolClientCommand,
  type UpdateUserPoolClientCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { clientSettable } from '../../../../src/sandbox/services/cognito/client-fields.ts';
import {
  cognitoSettings,
  markDynamicallyRegistered,
} from '../../../../src/sandbox/services/cognito/index.ts';
import {
  errorOf,
  inner,
  type LocalCognito,
  newClient,
  newPool,
  rawCall,
  startLocalCognito,
} from './support.ts';

/** Every member that can be set: a value, and what UpdateUserPoolClient leaves when it is not sent. */
const members = {
  RefreshTokenValidity: { sent: 10, reset: 30 },
  AccessTokenValidity: { sent: 2, reset: undefined },
  IdTokenValidity: { sent: 3, reset: undefined },
  TokenValidityUnits: {
    sent: { AccessToken: 'minutes' },
    reset: {},
    needs: { AccessTokenValidity: 60 },
  },
  ReadAttributes: { sent: ['email', 'email_verified'], reset: undefined },
  WriteAttributes: { sent: ['email'], reset: undefined },
  ExplicitAuthFlows: { sent: ['ALLOW_USER_PASSWORD_AUTH'], reset: undefined },
  SupportedIdentityProviders: { sent: ['COGNITO'], reset: undefined },
  CallbackURLs: { sent: ['https://example.com'], reset: undefined },
  LogoutURLs: { sent: ['https://example.com'], reset: undefined },
  DefaultRedirectURI: {
    sent: 'https://example.com',
    reset: undefined,
    needs: { CallbackURLs: ['https://example.com'] },
  },
  AllowedOAuthFlows: { sent: ['code'], reset: undefined },
  AllowedOAuthScopes: { sent: ['openid'], reset: undefined },
  AllowedOAuthFlowsUserPoolClient: { sent: true, reset: false },
  AnalyticsConfiguration: { sent: { ApplicationId: 'x', UserDataShared: true }, reset: undefined },
  PreventUserExistenceErrors: { sent: 'ENABLED', reset: 'LEGACY' },
  EnableTokenRevocation: { sent: false, reset: true },
  EnablePropagateAdditionalUserContextData: { sent: true, reset: false },
  AuthSessionValidity: { sent: 15, reset: 3 },
  RefreshTokenRotation: { sent: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 }, reset: undefined },
} as const;

async function rawClient(scene: LocalCognito, poolId: string, clientId: string) {
  const answer = await rawCall(scene, 'DescribeUserPoolClient', { UserPoolId: poolId, ClientId: clientId });
  return inner(answer, 'UserPoolClient');
}

async function stage() {
  const scene = await startLocalCognito();
  return { scene, poolId: await newPool(scene) };
}

describe('UpdateUserPoolClient', () => {
  test('the table names every member that can be set', () => {
    expect(Object.keys(members).sort()).toEqual([...clientSettable].sort());
  });

  test.each(Object.entries(members))('%s is kept when sent, and reset when left out', async (name, row) => {
    const { scene, poolId } = await stage();
    const fields = { ...('needs' in row ? row.needs : {}), [name]: row.sent };
    const created = await rawCall(scene, 'CreateUserPoolClient', {
      UserPoolId: poolId,
      ClientName: 'c',
      GenerateSecret: true,
      ...fields,
    });
    const { ClientId, ClientSecret } = inner(created, 'UserPoolClient');
    const clientId = String(ClientId);
    expect((await rawClient(scene, poolId, clientId))[name]).toEqual(row.sent);
    await rawCall(scene, 'UpdateUserPoolClient', { UserPoolId: poolId, ClientId: clientId, ...fields });
    expect((await rawClient(scene, poolId, clientId))[name]).toEqual(row.sent);
    await rawCall(scene, 'UpdateUserPoolClient', { UserPoolId: poolId, ClientId: clientId });
    const after = await rawClient(scene, poolId, clientId);
    expect(after[name]).toEqual(row.reset);
    expect(after).toMatchObject({ ClientName: 'c', ClientSecret, ClientType: 'REGULAR' });
  });

  test.each<[string, string, Partial<UpdateUserPoolClientCommandInput>]>([
    [
      'legacy and new flow names together',
      'Legacy ExplicitAuthFlows values can not be combined with values that begin with ALLOW_.',
      { ExplicitAuthFlows: ['ADMIN_NO_SRP_AUTH', 'ALLOW_USER_SRP_AUTH'] },
    ],
    [
      'rotation with the refresh flow',
      "Refresh token rotation isn't compatible with REFRESH_TOKEN_AUTH; you must disable this flow.",
      { ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'], RefreshTokenRotation: { Feature: 'ENABLED' } },
    ],
    ['60 hours, whose minutes were lost', 'Invalid range for token validity.', { AccessTokenValidity: 60 }],
    [
      'a refresh token of minutes',
      'Invalid range for token validity.',
      { RefreshTokenValidity: 59, TokenValidityUnits: { RefreshToken: 'minutes' } },
    ],
    [
      'an attribute to read that is not there',
      'Invalid read attributes specified while creating a client',
      { ReadAttributes: ['custom:x'] },
    ],
    [
      'an attribute to write that is for Cognito alone',
      'Invalid write attributes specified while creating a client',
      { WriteAttributes: ['email_verified'] },
    ],
    [
      'context data without a secret',
      'EnablePropagateAdditionalUserContextData can only be activated for a client with a client secret.',
      { EnablePropagateAdditionalUserContextData: true },
    ],
    [
      'client credentials without a secret',
      'client_credentials flow can not be selected if client does not have a client secret.',
      { AllowedOAuthFlows: ['client_credentials'] },
    ],
  ])('refuses %s', async (_, message, input) => {
    const { scene, poolId } = await stage();
    const clientId = await newClient(scene, poolId);
    const before = await rawClient(scene, poolId, clientId);
    const command = new UpdateUserPoolClientCommand({ UserPoolId: poolId, ClientId: clientId, ...input });
    expect(await errorOf(scene.client.send(command))).toEqual({ name: 'InvalidParameterException', message });
    expect(await rawClient(scene, poolId, clientId)).toEqual(before);
  });

  test('RefreshTokenValidity 0 means 30 days', async () => {
    const { scene, poolId } = await stage();
    const clientId = await newClient(scene, poolId, {
      RefreshTokenValidity: 0,
      TokenValidityUnits: { RefreshToken: 'minutes' },
    });
    expect(await rawClient(scene, poolId, clientId)).toMatchObject({
      RefreshTokenValidity: 30,
      TokenValidityUnits: { RefreshToken: 'days' },
    });
  });

  test('WriteAttributes must hold the required attributes, and may hold custom ones', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene, { Schema: [{ Name: 'email', Required: true }] });
    await scene.client.send(
      new AddCustomAttributesCommand({
        UserPoolId: poolId,
        CustomAttributes: [{ Name: 'x', AttributeDataType: 'String' }],
      }),
    );
    expect((await errorOf(newClient(scene, poolId, { WriteAttributes: ['custom:x'] }))).message).toContain(
      'Invalid write attributes',
    );
    await newClient(scene, poolId, { WriteAttributes: ['email', 'custom:x'] });
  });

  test('fields of a later Cognito are described, taken, and reset', async () => {
    const { scene, poolId } = await stage();
    cognitoSettings(scene.sandbox.world).futureFields.client.push(
      { path: 'FutureFlag', default: false },
      { path: 'TokenValidityUnits.FutureToken' },
    );
    const clientId = await newClient(scene, poolId);
    const future = { FutureFlag: true, TokenValidityUnits: { FutureToken: 'days' } };
    await rawCall(scene, 'UpdateUserPoolClient', { UserPoolId: poolId, ClientId: clientId, ...future });
    expect(await rawClient(scene, poolId, clientId)).toMatchObject(future);
    await rawCall(scene, 'UpdateUserPoolClient', { UserPoolId: poolId, ClientId: clientId });
    const after = await rawClient(scene, poolId, clientId);
    expect(after.FutureFlag).toBe(false);
    expect(after.TokenValidityUnits).toEqual({});
  });

  test('the refresh flow can be made compulsory by setting', async () => {
    const { scene, poolId } = await stage();
    cognitoSettings(scene.sandbox.world).requireRefreshFlow = true;
    const only = { ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH' as const] };
    expect(await errorOf(newClient(scene, poolId, only))).toEqual({
      name: 'InvalidParameterException',
      message: 'REFRESH_TOKEN_AUTH should always be allowed.',
    });
    await newClient(scene, poolId, {
      ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
  });
});

describe('clients of a pool', () => {
  test('the same name twice is two clients; lists are paged', async () => {
    const { scene, poolId } = await stage();
    const ids = [];
    for (let index = 0; index < 3; index += 1)
      ids.push(await newClient(scene, poolId, { ClientName: 'same' }));
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toMatch(/^[a-z0-9]{26}$/);
    const first = await scene.client.send(
      new ListUserPoolClientsCommand({ UserPoolId: poolId, MaxResults: 2 }),
    );
    const { NextToken } = first;
    const second = await scene.client.send(
      new ListUserPoolClientsCommand({ UserPoolId: poolId, MaxResults: 2, NextToken }),
    );
    const all = [...(first.UserPoolClients ?? []), ...(second.UserPoolClients ?? [])];
    expect(all.map(({ ClientId }) => ClientId)).toEqual(ids);
    expect(second.NextToken).toBeUndefined();
    const [gone = ''] = ids;
    await scene.client.send(new DeleteUserPoolClientCommand({ UserPoolId: poolId, ClientId: gone }));
    const describeGone = new DescribeUserPoolClientCommand({ UserPoolId: poolId, ClientId: gone });
    expect(await errorOf(scene.client.send(describeGone))).toEqual({
      name: 'ResourceNotFoundException',
      message: `User pool client ${gone} does not exist.`,
    });
  });

  test('a client can be one that was registered dynamically', async () => {
    const { scene, poolId } = await stage();
    const clientId = await newClient(scene, poolId);
    markDynamicallyRegistered(scene.sandbox.world, poolId, clientId);
    expect(await rawClient(scene, poolId, clientId)).toMatchObject({ ClientType: 'DCR' });
  });
});
