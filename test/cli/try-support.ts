/** `try` against a migration that is set up. */
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect } from 'vitest';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { type CliResult, type FakeIo, fakeIo, runCli } from '../support/run-cli.ts';

export interface TryGround extends LocalAws {
  /** `try` with the password on standard input. */
  attempt(username: string, password: string, ...more: readonly string[]): Promise<CliResult>;
  addUser(username: string, password: string, attributes?: Readonly<Record<string, string>>): Promise<void>;
  /** E-mail addresses of everybody in the new pool. */
  moved(): Promise<string[]>;
}

export async function startTry(...more: readonly string[]): Promise<TryGround> {
  const aws = await startLocalAws();
  const { sdk } = aws;
  expect((await runCli(aws.init('--new-client-id', aws.clients.web, '--yes', ...more))).code).toBe(0);
  aws.sandbox.journal.clear();
  return {
    ...aws,
    attempt: (username, password, ...words) =>
      runCli(['try', '--username', username, '--password-stdin', ...aws.where, ...words], piping(password)),
    async addUser(Username, Password, attributes = {}) {
      const UserAttributes = Object.entries({ email: Username, email_verified: 'true', ...attributes }).map(
        ([Name, Value]) => ({ Name, Value }),
      );
      const user = { UserPoolId: aws.oldPool, Username };
      await sdk.idp.send(new AdminCreateUserCommand({ ...user, UserAttributes, MessageAction: 'SUPPRESS' }));
      await sdk.idp.send(new AdminSetUserPasswordCommand({ ...user, Password, Permanent: true }));
    },
    async moved() {
      const { Users = [] } = await sdk.idp.send(new ListUsersCommand({ UserPoolId: aws.newPool }));
      return Users.map(({ Attributes = [] }) => Attributes.find(({ Name }) => Name === 'email')?.Value ?? '');
    },
  };
}

/** Standard input is a pipe with this in it. */
export function piping(text: string): FakeIo {
  const fake = fakeIo();
  fake.stdin.end(text);
  return fake;
}
