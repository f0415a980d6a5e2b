/** Users and sign-ins for the tests. */
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminInitiateAuthCommand,
  AdminSetUserPasswordCommand,
  InitiateAuthCommand,
  type InitiateAuthCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import type { LocalCognito } from './support.ts';

export const password = 'Correct-horse-1';

function list(attributes: Readonly<Record<string, string>>) {
  return Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
}

/** A user with a permanent password, without a message. */
export async function newUser(
  scene: LocalCognito,
  poolId: string,
  name: string,
  attributes: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { User } = await scene.client.send(
    new AdminCreateUserCommand({
      UserPoolId: poolId,
      Username: name,
      MessageAction: 'SUPPRESS',
      UserAttributes: list(attributes),
    }),
  );
  await scene.client.send(
    new AdminSetUserPasswordCommand({
      UserPoolId: poolId,
      Username: name,
      Password: password,
      Permanent: true,
    }),
  );
  return User?.Username ?? '';
}

export function signIn(
  scene: LocalCognito,
  clientId: string,
  name: string,
  secret = password,
  extra: Partial<InitiateAuthCommandInput> = {},
) {
  return scene.client.send(
    new InitiateAuthCommand({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: clientId,
      AuthParameters: { USERNAME: name, PASSWORD: secret },
      ...extra,
    }),
  );
}

export function adminSignIn(
  scene: LocalCognito,
  poolId: string,
  clientId: string,
  name: string,
  secret = password,
) {
  return scene.client.send(
    new AdminInitiateAuthCommand({
      UserPoolId: poolId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      ClientId: clientId,
      AuthParameters: { USERNAME: name, PASSWORD: secret },
    }),
  );
}

export function getUser(scene: LocalCognito, poolId: string, name: string) {
  return scene.client.send(new AdminGetUserCommand({ UserPoolId: poolId, Username: name }));
}

/** A user's attributes as an object. */
export async function attributesOf(
  scene: LocalCognito,
  poolId: string,
  name: string,
): Promise<Record<string, string>> {
  const { UserAttributes } = await getUser(scene, poolId, name);
  return Object.fromEntries((UserAttributes ?? []).map(({ Name, Value }) => [Name ?? '', Value ?? '']));
}
