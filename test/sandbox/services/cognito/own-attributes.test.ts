import {
  GetUserCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
  type VerifyUserAttributeCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { cognitoSettings, deliveries } from '../../../../src/sandbox/services/cognito/index.ts';
import { given } from '../../../support/errors.ts';
import { errorOf, newClient, newPool, startLocalCognito } from './support.ts';
import { newUser, signIn } from './users-support.ts';

type Settings = Parameters<typeof newPool>[1];

/** A user who is signed in through a client with these attributes to write; undefined: without a list. */
async function signedIn(WriteAttributes: string[] | undefined, settings: Settings = {}) {
  const scene = await startLocalCognito();
  const poolId = await newPool(scene, {
    Schema: [{ Name: 'role', AttributeDataType: 'String', Mutable: true }],
    ...settings,
  });
  const clientId = await newClient(scene, poolId, WriteAttributes === undefined ? {} : { WriteAttributes });
  await newUser(scene, poolId, 'ana', { email: 'ana@example.com', email_verified: 'true' });
  const { AuthenticationResult } = await signIn(scene, clientId, 'ana');
  const AccessToken = given(AuthenticationResult?.AccessToken, 'access token');
  const update = (attributes: Readonly<Record<string, string>>) =>
    scene.client.send(
      new UpdateUserAttributesCommand({
        AccessToken,
        UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      }),
    );
  const verify = (Code: string, AttributeName: VerifyUserAttributeCommandInput['AttributeName'] = 'email') =>
    scene.client.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName, Code }));
  const attributes = async () => {
    const { UserAttributes = [] } = await scene.client.send(new GetUserCommand({ AccessToken }));
    return Object.fromEntries(UserAttributes.map(({ Name = '', Value }) => [Name, Value]));
  };
  const lastCode = () =>
    given(
      deliveries(scene.sandbox.world, poolId).findLast(({ purpose }) => purpose === 'attribute')?.secret,
      'code',
    );
  return { scene, poolId, update, verify, attributes, lastCode };
}

describe('a user changes their own attributes', () => {
  test('a custom attribute that the client lists, and no other', async () => {
    const { update, attributes } = await signedIn(['email', 'custom:role']);
    await update({ 'custom:role': 'admin' });
    expect(await attributes()).toMatchObject({ 'custom:role': 'admin' });
    expect(await errorOf(update({ nickname: 'a' }))).toEqual({
      name: 'NotAuthorizedException',
      message: 'A client attempted to write unauthorized attribute',
    });
    expect(await errorOf(update({ email_verified: 'true' }))).toMatchObject({
      name: 'NotAuthorizedException',
    });
  });

  test.each([
    ['standard', 'NotAuthorizedException'],
    ['all', undefined],
  ] as const)('without a list of the client: %s attributes', async (writesWithoutList, refusal) => {
    const { scene, update, attributes } = await signedIn(undefined);
    Object.assign(cognitoSettings(scene.sandbox.world), { writesWithoutList });
    const ended = await update({ 'custom:role': 'admin' }).then(
      () => undefined,
      ({ name }: Error) => name,
    );
    expect(ended).toBe(refusal);
    expect((await attributes())['custom:role']).toBe(refusal === undefined ? 'admin' : undefined);
  });

  test('a new address is unverified until its code is entered', async () => {
    const { update, verify, attributes, lastCode } = await signedIn(['email'], {
      AutoVerifiedAttributes: ['email'],
    });
    expect((await update({ email: 'new@example.com' })).CodeDeliveryDetailsList).toEqual([
      { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'n***@e***' },
    ]);
    expect(await attributes()).toMatchObject({ email: 'new@example.com', email_verified: 'false' });
    expect(await errorOf(verify(lastCode() === '000000' ? '111111' : '000000'))).toMatchObject({
      name: 'CodeMismatchException',
    });
    await verify(lastCode());
    expect(await attributes()).toMatchObject({ email: 'new@example.com', email_verified: 'true' });
    expect(await errorOf(verify(lastCode()))).toMatchObject({ name: 'ExpiredCodeException' });
  });

  test('or stays as it was until then, where the pool says so', async () => {
    const { update, verify, attributes, lastCode } = await signedIn(['email'], {
      AutoVerifiedAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
    });
    await update({ email: 'new@example.com' });
    expect(await attributes()).toMatchObject({ email: 'ana@example.com', email_verified: 'true' });
    await verify(lastCode());
    expect(await attributes()).toMatchObject({ email: 'new@example.com', email_verified: 'true' });
  });
});
