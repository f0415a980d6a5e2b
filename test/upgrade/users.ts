/** Users of the old pool. */
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Sdk } from '../fault-injection/ground.ts';

export interface User {
  readonly username: string;
  readonly password: string;
}

/** Somebody who has not moved, in the old pool of every state. */
export const ana: User = { username: 'ana@example.com', password: 'Old-password-of-ana-1' };

/** Adds one, confirmed. */
export async function addOldUser({ idp }: Sdk, UserPoolId: string, user: User): Promise<void> {
  const { username: Username, password: Password } = user;
  const UserAttributes = [
    { Name: 'email', Value: Username },
    { Name: 'email_verified', Value: 'true' },
  ];
  const create = { UserPoolId, Username, UserAttributes, MessageAction: 'SUPPRESS' } as const;
  await idp.send(new AdminCreateUserCommand(create));
  await idp.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent: true }));
}
