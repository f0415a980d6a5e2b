/** A local AWS with an old pool of usernames, and a new pool that signs in with email addresses. */
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  InitiateAuthCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { persistently } from '../../src/cli/commands/demo/sign-in.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';

const password = 'Old-password-of-dora-1';
export interface Named extends LocalAws {
  addUser(name: string, attributes?: Readonly<Record<string, string>>): Promise<void>;
  signIn(name: string, metadata?: Readonly<Record<string, string>>): Promise<unknown>;
  /** Self-registration of the old pool. */
  signUpIs(value: 'on' | 'off'): Promise<unknown>;
  /** The user's attributes in the new pool; undefined where there is none. */
  moved(name: string): Promise<Record<string, string> | undefined>;
}

/** An old pool of usernames, which nobody can sign up in. */
export async function namedPool(closed = true): Promise<Named> {
  const aws = await startLocalAws();
  const old = await aws.addPool('named', { AdminCreateUserConfig: { AllowAdminCreateUserOnly: closed } });
  const { idp } = aws.sdk;
  aws.sandbox.journal.clear();
  return {
    ...aws,
    oldPool: old,
    init: (...more) => [
      ...['init', '--old-user-pool-id', old, '--new-user-pool-id', aws.newPool, ...aws.where],
      ...['--new-client-id', aws.clients.web, ...more],
    ],
    async addUser(Username, attributes = {}) {
      const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
      const user = { UserPoolId: old, Username };
      await idp.send(new AdminCreateUserCommand({ ...user, UserAttributes, MessageAction: 'SUPPRESS' }));
      await idp.send(new AdminSetUserPasswordCommand({ ...user, Password: password, Permanent: true }));
    },
    signUpIs: (value) =>
      idp.send(
        new UpdateUserPoolCommand({
          UserPoolId: old,
          AdminCreateUserConfig: { AllowAdminCreateUserOnly: value === 'off' },
        }),
      ),
    signIn: (USERNAME, ClientMetadata) =>
      persistently(() =>
        idp.send(
          new InitiateAuthCommand({
            ClientId: aws.clients.web,
            AuthFlow: 'USER_PASSWORD_AUTH',
            AuthParameters: { USERNAME, PASSWORD: password },
            ClientMetadata,
          }),
        ),
      ),
    async moved(Username) {
      const user = await idp
        .send(new AdminGetUserCommand({ UserPoolId: aws.newPool, Username }))
        .catch(() => undefined);
      return (
        user && Object.fromEntries((user.UserAttributes ?? []).map(({ Name, Value = '' }) => [Name, Value]))
      );
    },
  };
}
