/** Users of both pools, and `users` over them. */
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect } from 'vitest';
import { given } from '../support/errors.ts';
import type { LocalAws } from '../support/local-aws.ts';
import { runCli } from '../support/run-cli.ts';

const password = 'Some-password-1';

interface Person {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly temporary?: true;
  readonly pool?: string;
}

/** Adds a user, to the old pool unless another is named. */
export async function add(aws: LocalAws, { name, attributes = {}, temporary, pool = aws.oldPool }: Person) {
  const { idp } = aws.sdk;
  await idp.send(
    new AdminCreateUserCommand({
      UserPoolId: pool,
      Username: name,
      MessageAction: 'SUPPRESS',
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    }),
  );
  if (temporary) return;
  await idp.send(
    new AdminSetUserPasswordCommand({
      UserPoolId: pool,
      Username: name,
      Password: password,
      Permanent: true,
    }),
  );
}

export const email = (address: string, verified = 'true') => ({ email: address, email_verified: verified });
export const byEmail = (aws: LocalAws, address: string, more: Partial<Person> = {}) =>
  add(aws, { name: address, attributes: email(address), ...more });

export const usersOf = (aws: LocalAws, ...more: readonly string[]): string[] => [
  'users',
  '--old-user-pool-id',
  aws.oldPool,
  '--new-user-pool-id',
  aws.newPool,
  ...aws.where,
  ...more,
];

export const install = async (aws: LocalAws, ...more: readonly string[]): Promise<void> => {
  const { code, stderr } = await runCli(aws.init('--new-client-id', aws.clients.web, '--yes', ...more));
  expect(code, stderr).toBe(0);
};

/** Adds the new user that the function would have created for this old one. */
export async function addMoved(aws: LocalAws, name: string, address = name): Promise<void> {
  const { UserAttributes } = await aws.sdk.idp.send(
    new AdminGetUserCommand({ UserPoolId: aws.oldPool, Username: name }),
  );
  const sub = given(UserAttributes?.find(({ Name }) => Name === 'sub')?.Value);
  const attributes = { ...email(address), 'custom:old_sub': sub };
  await add(aws, { name: address, attributes, pool: aws.newPool });
}

export const statesOf = (document: Record<string, unknown>): Record<string, number> => {
  const { states } = document;
  if (typeof states !== 'object' || states === null) throw new Error('no states');
  return Object.fromEntries(Object.entries(states).filter(([, count]) => count !== 0));
};
