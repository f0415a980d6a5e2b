/** A local AWS with an old pool that has a user, and a new one with three app clients: where every migration begins. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  type UserPoolClientType,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, onTestFinished } from 'vitest';
import { loadState } from '../../src/core/state.ts';
import { createSandbox, noDelays, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.ts';
import type { JournalEntry } from '../../src/sandbox/journal.ts';
import { given } from './errors.ts';
import { type Sdk, sdkOf } from './sdk.ts';
import { tempFolder } from './temp.ts';

export const region = 'eu-west-1';
export const account = '111122223333';

export interface LocalAws {
  readonly sandbox: Sandbox;
  /** IDs of the pools. */
  readonly oldPool: string;
  readonly newPool: string;
  /** App clients of the new pool: SRP only; SRP and custom, with a secret; machines only. */
  readonly clients: { readonly web: string; readonly ios: string; readonly machine: string };
  /** The person who moves. */
  readonly user: { readonly username: string; readonly password: string };
  /** Plain SDK clients of an administrator, for what a test changes or looks at itself. */
  readonly sdk: Sdk;
  pool(id: string): Promise<UserPoolType>;
  client(poolId: string, id: string): Promise<UserPoolClientType>;
  addPool(name: string, more?: Partial<CreateUserPoolCommandInput>): Promise<string>;
  addClient(poolId: string, name: string, more?: Partial<CreateUserPoolClientCommandInput>): Promise<string>;
  /** A folder of this test's own, and the state file in it. */
  readonly folder: string;
  readonly file: string;
  /** The flags that say where: state file and endpoint. */
  readonly where: readonly string[];
  /** `init` with pools, state file and endpoint, and these words behind it. */
  init(...more: string[]): string[];
  /** Neither AWS nor the folder has anything of a migration. */
  expectUntouched(): Promise<void>;
}

/** Starts it without delays; it is closed when the test is over. The journal begins empty. */
export async function startLocalAws(options: SandboxOptions = {}): Promise<LocalAws> {
  const sandbox = await createSandbox({ ...options, delays: { ...noDelays, ...options.delays } });
  onTestFinished(() => sandbox.close());
  const sdk = sdkOf(sandbox.url, { account, region });
  const { idp } = sdk;
  const addPool: LocalAws['addPool'] = async (PoolName, more) => {
    const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName, ...more }));
    return given(UserPool?.Id, 'pool ID');
  };
  const addClient: LocalAws['addClient'] = async (UserPoolId, ClientName, more) => {
    const command = new CreateUserPoolClientCommand({ UserPoolId, ClientName, ...more });
    return given((await idp.send(command)).UserPoolClient?.ClientId, 'client ID');
  };

  const oldPool = await addPool('legacy-users', { UsernameAttributes: ['email'] });
  const user = { username: 'ana@example.com', password: 'Old-password-of-ana-1' };
  await idp.send(
    new AdminCreateUserCommand({
      UserPoolId: oldPool,
      Username: user.username,
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'email', Value: user.username },
        { Name: 'email_verified', Value: 'true' },
      ],
    }),
  );
  await idp.send(
    new AdminSetUserPasswordCommand({
      UserPoolId: oldPool,
      Username: user.username,
      Password: user.password,
      Permanent: true,
    }),
  );
  const newPool = await addPool('customers', {
    UsernameAttributes: ['email'],
    Policies: { PasswordPolicy: { MinimumLength: 12 } },
    UserPoolTags: { team: 'identity' },
  });
  const clients = {
    web: await addClient(newPool, 'web', {
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      AccessTokenValidity: 30,
      TokenValidityUnits: { AccessToken: 'minutes' },
    }),
    ios: await addClient(newPool, 'ios', {
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      GenerateSecret: true,
    }),
    machine: await addMachine(idp, newPool),
  };
  sandbox.journal.clear();
  const folder = await tempFolder();
  const file = join(folder, 'state.json');
  const where = ['--state', file, '--endpoint-url', sandbox.url];
  return {
    sandbox,
    oldPool,
    newPool,
    clients,
    user,
    sdk,
    addPool,
    addClient,
    pool: async (UserPoolId) =>
      given((await idp.send(new DescribeUserPoolCommand({ UserPoolId }))).UserPool, 'pool'),
    client: async (UserPoolId, ClientId) =>
      given(
        (await idp.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }))).UserPoolClient,
        'client',
      ),
    folder,
    file,
    where,
    init: (...more) => [
      ...['init', '--old-user-pool-id', oldPool, '--new-user-pool-id', newPool],
      ...where,
      ...more,
    ],
    async expectUntouched() {
      expect(sandbox.journal.writes().map(({ operation }) => operation)).toEqual([]);
      expect(await readdir(folder)).toEqual([]);
    },
  };
}

async function addMachine(idp: CognitoIdentityProviderClient, UserPoolId: string): Promise<string> {
  const command = new CreateUserPoolClientCommand({
    UserPoolId,
    ClientName: 'machine',
    GenerateSecret: true,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: ['api/read'],
  });
  return given((await idp.send(command)).UserPoolClient?.ClientId, 'client ID');
}

/** `iam:CreateRole` of each of these calls. */
export const namesOf = (calls: readonly JournalEntry[]): string[] =>
  calls.map(({ service, operation }) => `${service}:${operation}`);

/** What the program's calls changed, by name, refused ones included. */
export const writesOf = ({ journal }: Sandbox): string[] => namesOf(journal.writes());

/** The input of the one call of that name. */
export function inputOf({ journal }: Sandbox, operation: string): JournalEntry['input'] {
  const calls = journal.calls.filter((call) => call.operation === operation);
  if (calls.length !== 1) throw new Error(`${calls.length} calls of ${operation}`);
  return given(calls[0]).input;
}

/** Records in the state file: `{ 'lambda-role': 'applied', … }`. */
export async function recordsOf(file: string): Promise<Record<string, string>> {
  const state = await loadState(file);
  return Object.fromEntries(Object.entries(state?.steps ?? {}).map(([name, { status }]) => [name, status]));
}
