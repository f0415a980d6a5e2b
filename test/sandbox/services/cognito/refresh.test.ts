import {
  GetTokensFromRefreshTokenCommand,
  RevokeTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { given } from '../../../support/errors.ts';
import { errorOf, newClient, newPool, startLocalCognito } from './support.ts';
import { newUser, signIn } from './users-support.ts';

const invalid = { name: 'NotAuthorizedException', message: 'Invalid Refresh Token' };

async function stage(rotation?: { readonly graceSeconds: number }) {
  const scene = await startLocalCognito();
  const poolId = await newPool(scene);
  const ClientId = await newClient(scene, poolId, {
    ...(rotation && {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: rotation.graceSeconds },
    }),
  });
  await newUser(scene, poolId, 'bob');
  const { AuthenticationResult } = await signIn(scene, ClientId, 'bob');
  const refreshed = (RefreshToken: string) =>
    scene.client.send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken }));
  return { scene, ClientId, token: given(AuthenticationResult?.RefreshToken), refreshed };
}

test('GetTokensFromRefreshToken gives new tokens, and a new refresh token only with rotation', async () => {
  const { token, refreshed } = await stage();
  const { AuthenticationResult } = await refreshed(token);
  expect(AuthenticationResult?.AccessToken).toBeDefined();
  expect(AuthenticationResult?.RefreshToken).toBeUndefined();
  expect((await refreshed(token)).AuthenticationResult?.IdToken).toBeDefined();
});

test('with rotation the old refresh token ends after the grace period', async () => {
  const { scene, token, refreshed } = await stage({ graceSeconds: 10 });
  const next = given((await refreshed(token)).AuthenticationResult?.RefreshToken);
  expect(next).not.toBe(token);
  scene.clock.advance(9000);
  expect((await refreshed(token)).AuthenticationResult?.AccessToken).toBeDefined();
  scene.clock.advance(10_000);
  expect((await errorOf(refreshed(token))).message).toBe('Refresh Token has expired');
  expect((await refreshed(next)).AuthenticationResult?.AccessToken).toBeDefined();
});

test('RevokeToken ends the session of a refresh token, and takes no access token', async () => {
  const { scene, ClientId, token, refreshed } = await stage();
  const revoke = (Token: string) => scene.client.send(new RevokeTokenCommand({ ClientId, Token }));
  const access = given((await refreshed(token)).AuthenticationResult?.AccessToken);
  expect((await errorOf(revoke(access))).name).toBe('UnsupportedTokenTypeException');
  await revoke(token);
  expect(await errorOf(refreshed(token))).toEqual(invalid);
  await revoke(token);
});
