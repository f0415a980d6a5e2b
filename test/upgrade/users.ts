/** Users of the old pool. */
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Sdk } from '../support/sdk.ts';

export interface User {
  readonly username: string;
  readonly password: string;
}

/** What people sign in with. */
export type SignInName = 'email' | 'username' | 'phone';

/** Somebody who has not moved, in the old pool of every state. */
export const anaOf = (signInName: SignInName = 'email'): User => ({
  username: { email: 'ana@example.com', username: 'ana', phone: '+4930000000' }[signInName],
  password: 'Old-password-of-ana-1',
});

/** Somebody else for each number. */
export const userOf = (count: number, signInName: SignInName = 'email'): User => ({
  username: {
    email: `user-${count}@example.com`,
    username: `user-${count}`,
    phone: `+4930${1_000_000 + count}`,
  }[signInName],
  password: `Old-password-of-${count}-x`,
});

/** The verified address of a user. */
function attributesOf(username: string) {
  const name = username.startsWith('+') ? 'phone_number' : 'email';
  const value = name === 'phone_number' || username.includes('@') ? username : `${username}@example.com`;
  return [
    { Name: name, Value: value },
    { Name: `${name}_verified`, Value: 'true' },
  ];
}

/** Adds one, confirmed. */
export async function addOldUser({ idp }: Sdk, UserPoolId: string, user: User): Promise<void> {
  const { username: Username, password: Password } = user;
  const UserAttributes = attributesOf(Username);
  const create = { UserPoolId, Username, UserAttributes, MessageAction: 'SUPPRESS' } as const;
  await idp.send(new AdminCreateUserCommand(create));
  await idp.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent: true }));
}
