/** A local AWS as a migration finds it: both pools, the new one's clients, perhaps somebody else's function. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand } from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { createSandbox, noDelays, type Sandbox } from '../../src/sandbox/index.ts';
import { lambdaTrust } from '../sandbox/support.ts';
import { type FakeClock, fakeClock } from '../support/clock.ts';
import { given } from '../support/errors.ts';
import type { FakeIoOptions } from '../support/run-cli.ts';
import { type Sdk, type Side, sdkOf } from '../support/sdk.ts';
import type { Configuration } from './configurations.ts';
import { shortDelays } from './delays.ts';
import { type Image, putImage } from './image.ts';
import { main } from './sides.ts';

export interface PoolPair {
  readonly oldPool: string;
  readonly newPool: string;
  /** IDs of the new pool's app clients, by name. */
  readonly clients: Readonly<Record<string, string>>;
}

/** Two pools of a local AWS, and a folder for the program. It lives until `close`, with or without a test. */
export interface OpenPools extends PoolPair {
  readonly sandbox: Sandbox;
  readonly clock: FakeClock;
  /** How the program runs in this process: on this clock, its output in pipes. */
  readonly io: FakeIoOptions;
  /** Where the old pool is. */
  readonly oldSide: Side;
  readonly sdk: Sdk;
  /** The same for the old pool's account. */
  readonly oldSdk: Sdk;
  /** Name of role, policy, and function. */
  readonly name: string;
  readonly folder: string;
  /** The state file. */
  readonly state: string;
  /** Flags of every command. */
  readonly flags: readonly string[];
  close(): Promise<void>;
}

/** Pools that are in AWS already: what AWS has, and the time there. */
export interface MadePools extends PoolPair {
  readonly image: Image;
  readonly now: number;
}

/**
 * @param access Flags by which the program gets access to the accounts.
 * @param time `fake`: sleeps pass at once, and AWS takes its time; `real`: for programs in processes of their own.
 * @param made absent: the pools are created.
 */
export async function openPools(
  configuration: Configuration,
  access: readonly string[],
  time: 'fake' | 'real',
  made?: MadePools,
): Promise<OpenPools> {
  const clock = fakeClock(made?.now);
  const sandbox = await createSandbox(
    time === 'fake' ? { now: clock.now, delays: shortDelays } : { delays: noDelays },
  );
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'cognito-migrate-pools-')));
  const oldSide = configuration.old ?? main;
  const sdk = sdkOf(sandbox.url, main);
  const oldSdk = sdkOf(sandbox.url, oldSide);
  if (made !== undefined) putImage(sandbox.world, made.image);
  const { oldPool, newPool, clients } = made ?? (await makePools(configuration, sdk, oldSdk, clock));
  const state = join(folder, 'state.json');
  return {
    oldPool,
    newPool,
    clients,
    sandbox,
    clock,
    io: { clock, isPiped: true },
    oldSide,
    sdk,
    oldSdk,
    name: configuration.name ?? `cognito-migrate-${newPool}`,
    folder,
    state,
    flags: [
      ...['--old-user-pool-id', oldPool, '--new-user-pool-id', newPool],
      ...access,
      ...['--state', state, '--endpoint-url', sandbox.url, ...configuration.names],
    ],
    async close() {
      for (const client of [...Object.values(sdk), ...Object.values(oldSdk)]) client.destroy();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

async function makePools(
  configuration: Configuration,
  sdk: Sdk,
  oldSdk: Sdk,
  clock: FakeClock,
): Promise<PoolPair> {
  const old = {
    ...configuration,
    pool: {
      ...(configuration.oldPool ?? { UsernameAttributes: ['email'] }),
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    },
  } satisfies Configuration;
  const oldPool = await makePool(oldSdk.idp, old, 'legacy');
  for (const [index, GroupName] of (configuration.groups ?? []).entries())
    await oldSdk.idp.send(
      new CreateGroupCommand({ UserPoolId: oldPool, GroupName, Description: 'Of old', Precedence: index }),
    );
  const newPool = await makePool(sdk.idp, configuration, 'fresh');
  const clients: Record<string, string> = {};
  for (const [ClientName, settings] of Object.entries(configuration.clients)) {
    const command = new CreateUserPoolClientCommand({ UserPoolId: newPool, ClientName, ...settings });
    clients[ClientName] = given((await sdk.idp.send(command)).UserPoolClient?.ClientId, 'client ID');
  }
  if (configuration.function !== undefined) await makeFunction(sdk, clock, configuration.function);
  return { oldPool, newPool, clients };
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
