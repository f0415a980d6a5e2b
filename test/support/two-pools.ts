/** A local AWS with an old pool that has a user, and a new one with three app clients: where every migration begins. */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  type UserPoolClientType,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import { onTestFinished } from 'vitest';
import {
  createSandbox,
  keysOf,
  noDelays,
  type Sandbox,
  type SandboxOptions,
} from '../../src/sandbox/index.ts';
import type { JournalEntry } from '../../src/sandbox/journal.ts';
import { given } from './errors.ts';

export const region = 'eu-west-1';
export const account = '111122223333';

export interface TwoPools {
  readonly sandbox: Sandbox;
  readonly old: string;
  readonly new: string;
  /** App clients of the new pool: SRP only; SRP and custom, with a secret; machines only. */
  readonly clients: { readonly web: string; readonly ios: string; readonly machine: string };
  /** The person who moves. */
  readonly user: { readonly username: string; readonly password: string };
  /** Plain SDK clients of an administrator, for what a test changes or looks at itself. */
  readonly sdk: {
    readonly idp: CognitoIdentityProviderClient;
    readonly iam: IAMClient;
    readonly lambda: LambdaClient;
    readonly logs: CloudWatchLogsClient;
    readonly sts: STSClient;
  };
  pool(id: string): Promise<UserPoolType>;
  client(poolId: string, id: string): Promise<UserPoolClientType>;
  addPool(name: string, more?: Partial<CreateUserPoolCommandInput>): Promise<string>;
  addClient(poolId: string, name: string, more?: Partial<CreateUserPoolClientCommandInput>): Promise<string>;
}

/** Starts it without delays; it is closed when the test is over. The journal begins empty. */
export async function startTwoPools(options: SandboxOptions = {}): Promise<TwoPools> {
  const sandbox = await createSandbox({ ...options, delays: { ...noDelays, ...options.delays } });
  onTestFinished(() => sandbox.close());
  const config = {
    endpoint: sandbox.url,
    region,
    credentials: keysOf(account),
    maxAttempts: 1,
  };
  const sdk = {
    idp: new CognitoIdentityProviderClient(config),
    iam: new IAMClient(config),
    lambda: new LambdaClient(config),
    logs: new CloudWatchLogsClient(config),
    sts: new STSClient(config),
  };
  const { idp } = sdk;
  const addPool: TwoPools['addPool'] = async (PoolName, more) => {
    const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName, ...more }));
    return given(UserPool?.Id, 'pool ID');
  };
  const addClient: TwoPools['addClient'] = async (UserPoolId, ClientName, more) => {
    const command = new CreateUserPoolClientCommand({ UserPoolId, ClientName, ...more });
    return given((await idp.send(command)).UserPoolClient?.ClientId, 'client ID');
  };

  const old = await addPool('legacy-users', { UsernameAttributes: ['email'] });
  const user = { username: 'ana@example.com', password: 'Old-password-of-ana-1' };
  await idp.send(
    new AdminCreateUserCommand({
      UserPoolId: old,
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
      UserPoolId: old,
      Username: user.username,
      Password: user.password,
      Permanent: true,
    }),
  );
  const fresh = await addPool('customers', {
    UsernameAttributes: ['email'],
    Policies: { PasswordPolicy: { MinimumLength: 12 } },
    UserPoolTags: { team: 'identity' },
  });
  const clients = {
    web: await addClient(fresh, 'web', {
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      AccessTokenValidity: 30,
      TokenValidityUnits: { AccessToken: 'minutes' },
    }),
    ios: await addClient(fresh, 'ios', {
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      GenerateSecret: true,
    }),
    machine: await addMachine(idp, fresh),
  };
  sandbox.journal.clear();
  return {
    sandbox,
    old,
    new: fresh,
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
