/** Where every fault strikes: two pools of a local AWS, in one of several configurations, and the program run on them. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { createSandbox, noDelays, type Sandbox } from '../../src/sandbox/index.ts';
import { lambdaTrust } from '../sandbox/support.ts';
import { type FakeClock, fakeClock } from '../support/clock.ts';
import { given } from '../support/errors.ts';
import { type Configuration, configurations } from './configurations.ts';

export const account = '111122223333';
export const region = 'eu-west-1';

export type ConfigurationName = keyof typeof configurations;

/** An administrator's own SDK clients, for what others do to the account. */
export interface Sdk {
  readonly idp: CognitoIdentityProviderClient;
  readonly iam: IAMClient;
  readonly lambda: LambdaClient;
}

export interface Scene {
  readonly configuration: ConfigurationName;
  readonly sandbox: Sandbox;
  readonly clock: FakeClock;
  readonly sdk: Sdk;
  readonly oldPool: string;
  readonly newPool: string;
  /** IDs of the new pool's app clients, by name. */
  readonly clients: Readonly<Record<string, string>>;
  readonly name: string;
  readonly state: string;
  readonly folder: string;
  /** Arguments of `init` and of the other commands, everything given. */
  readonly init: readonly string[];
  readonly teardown: readonly string[];
  readonly status: readonly string[];
  close(): Promise<void>;
}

/** As AWS waits, but never long: enough for each wait of the program to be entered once. */
const shortDelays = {
  roleToLambda: 1_000,
  policyPropagation: 500,
  functionPending: 500,
  functionUpdate: 500,
  latency: 0,
};

/** @param time `fake`: sleeps pass at once, and AWS takes its time; `real`: for programs in processes of their own. */
export async function openScene(of: ConfigurationName, time: 'fake' | 'real'): Promise<Scene> {
  const configuration: Configuration = configurations[of];
  const clock = fakeClock();
  const sandbox = await createSandbox(
    time === 'fake' ? { now: clock.now, delays: shortDelays } : { delays: noDelays },
  );
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'cognito-migrate-faults-')));
  const sdk = sdkOf(sandbox.url);
  const oldPool = await makePool(
    sdk.idp,
    { ...configuration, pool: { UsernameAttributes: ['email'] } },
    'legacy',
  );
  const newPool = await makePool(sdk.idp, configuration, 'fresh');
  const clients: Record<string, string> = {};
  for (const [ClientName, settings] of Object.entries(configuration.clients)) {
    const command = new CreateUserPoolClientCommand({ UserPoolId: newPool, ClientName, ...settings });
    clients[ClientName] = given((await sdk.idp.send(command)).UserPoolClient?.ClientId, 'client ID');
  }
  if (configuration.function !== undefined) await makeFunction(sdk, clock, configuration.function);
  sandbox.journal.clear();
  const state = join(folder, 'state.json');
  const common = [
    ...['--old-user-pool-id', oldPool, '--new-user-pool-id', newPool, '--region', region],
    ...['--state', state, '--endpoint-url', sandbox.url, ...configuration.names],
  ];
  return {
    configuration: of,
    sandbox,
    clock,
    sdk,
    oldPool,
    newPool,
    clients,
    name: configuration.name ?? `cognito-migrate-${newPool}`,
    state,
    folder,
    init: ['init', ...common, '--all-new-clients', '--yes', ...configuration.init],
    teardown: ['teardown', ...common, '--yes'],
    status: ['status', ...common, '--json'],
    close: async () => {
      for (const client of Object.values(sdk)) client.destroy();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function sdkOf(endpoint: string): Sdk {
  const credentials = { accessKeyId: account, secretAccessKey: 'local' };
  const config = { endpoint, region, credentials, maxAttempts: 1 };
  return {
    idp: new CognitoIdentityProviderClient(config),
    iam: new IAMClient(config),
    lambda: new LambdaClient(config),
  };
}

async function makePool(
  idp: CognitoIdentityProviderClient,
  { pool, mfa }: Configuration,
  PoolName: string,
): Promise<string> {
  const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName, ...pool }));
  const UserPoolId = given(UserPool?.Id, 'pool ID');
  if (mfa !== undefined) await idp.send(new SetUserPoolMfaConfigCommand({ UserPoolId, ...mfa }));
  return UserPoolId;
}

/** With a date of its own, so that it is the same in two scenes. */
const otherCode = zipSync(
  { 'index.mjs': strToU8('export const handler = async (event) => event;') },
  { mtime: '2026-01-01T00:00:00Z' },
);

/** Somebody else's function, with a role of its own. */
async function makeFunction({ iam, lambda }: Sdk, clock: FakeClock, name: string): Promise<void> {
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: lambdaTrust }),
  );
  clock.advance(shortDelays.roleToLambda);
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: Role?.Arn,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: otherCode },
    }),
  );
}
