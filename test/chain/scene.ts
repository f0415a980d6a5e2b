/** Three old pools, one new pool, and a migration from each into it, with a state file of its own. */
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  DescribeUserPoolCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { expect } from 'vitest';
import { decodeSettings } from '../../src/lambda/settings-codec.ts';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { shortDelays } from '../fault-injection/delays.ts';
import { type Image, imageOf, putImage } from '../fault-injection/image.ts';
import { main } from '../fault-injection/sides.ts';
import { type FakeClock, fakeClock } from '../support/clock.ts';
import { given } from '../support/errors.ts';
import { type CliResult, type FakeIoOptions, runCli } from '../support/run-cli.ts';
import { type Sdk, sdkOf } from '../support/sdk.ts';

/** The migrations in the order in which they are set up. The last one has the trigger. */
export const members = ['first', 'second', 'third'] as const;
export type Member = (typeof members)[number];

/** A person with an account in one old pool. */
export interface ChainPerson {
  readonly username: string;
  readonly password: string;
}

interface Ids {
  readonly newPool: string;
  readonly oldPools: Readonly<Record<Member, string>>;
  /** App clients of the new pool: with SRP only, and with password sign-in from the beginning. */
  readonly clients: { readonly web: string; readonly ready: string };
}

/** A scene as it was, to be opened from there as often as needed. */
export interface ChainMoment extends Ids {
  readonly image: Image;
  readonly now: number;
  readonly files: readonly (readonly [name: string, text: string])[];
}

export interface ChainScene extends Ids {
  readonly sandbox: Sandbox;
  readonly clock: FakeClock;
  readonly sdk: Sdk;
  readonly io: FakeIoOptions;
  readonly folder: string;
  close(): Promise<void>;
}

export const functionOf = (member: Member): string => `chain-${member}`;
export const arnOf = (member: Member): string =>
  `arn:aws:lambda:${main.region}:${main.account}:function:${functionOf(member)}`;

export async function openScene(from?: ChainMoment): Promise<ChainScene> {
  const clock = fakeClock(from?.now);
  const sandbox = await createSandbox({ now: clock.now, delays: shortDelays });
  const sdk = sdkOf(sandbox.url, main);
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'cognito-migrate-chain-')));
  if (from !== undefined) putImage(sandbox.world, from.image);
  for (const [name, text] of from?.files ?? []) await writeFile(join(folder, name), text, { mode: 0o600 });
  const ids = from ?? (await makePools(sdk));
  sandbox.journal.clear();
  return {
    ...{ sandbox, clock, sdk, folder, io: { clock, isPiped: true } },
    ...{ newPool: ids.newPool, oldPools: ids.oldPools, clients: ids.clients },
    async close() {
      for (const client of Object.values(sdk)) client.destroy();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

export async function momentOf({
  sandbox,
  clock,
  folder,
  newPool,
  oldPools,
  clients,
}: ChainScene): Promise<ChainMoment> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const reading = names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const);
  const files = await Promise.all(reading);
  return { newPool, oldPools, clients, image: imageOf(sandbox.world), now: clock.now(), files };
}

/** A pool with settings that an update could lose, and one in which people sign in by email for each migration. */
async function makePools({ idp }: Sdk): Promise<Ids> {
  const addPool = async (PoolName: string): Promise<string> => {
    const { UserPool } = await idp.send(
      new CreateUserPoolCommand({
        PoolName,
        UsernameAttributes: ['email'],
        AutoVerifiedAttributes: ['email'],
        UserPoolTags: { team: 'identity' },
        DeletionProtection: 'ACTIVE',
      }),
    );
    return given(UserPool?.Id, 'pool ID');
  };
  const newPool = await addPool('customers');
  const addClient = async (
    ClientName: string,
    ...flows: ('ALLOW_USER_PASSWORD_AUTH' | 'ALLOW_USER_SRP_AUTH')[]
  ) => {
    const ExplicitAuthFlows = [...flows, 'ALLOW_REFRESH_TOKEN_AUTH' as const];
    const command = new CreateUserPoolClientCommand({ UserPoolId: newPool, ClientName, ExplicitAuthFlows });
    return given((await idp.send(command)).UserPoolClient?.ClientId, 'client ID');
  };
  return {
    newPool,
    oldPools: {
      first: await addPool('legacy-users'),
      second: await addPool('partners'),
      third: await addPool('acquired'),
    },
    clients: {
      web: await addClient('web', 'ALLOW_USER_SRP_AUTH'),
      ready: await addClient('ready', 'ALLOW_USER_PASSWORD_AUTH'),
    },
  };
}

export const stateFileOf = ({ folder }: ChainScene, member: Member): string => join(folder, `${member}.json`);

/** Runs a command of one migration. */
export const run = (
  scene: ChainScene,
  command: string,
  member: Member,
  ...more: string[]
): Promise<CliResult> =>
  runCli(
    [
      ...[command, '--old-user-pool-id', scene.oldPools[member], '--new-user-pool-id', scene.newPool],
      ...['--name', functionOf(member), '--state', stateFileOf(scene, member)],
      ...['--endpoint-url', scene.sandbox.url, '--region', main.region, ...more],
    ],
    scene.io,
  );

/** `init` with the flags that this place in the chain takes. */
export const init = (scene: ChainScene, member: Member, ...more: string[]): Promise<CliResult> =>
  run(
    scene,
    'init',
    member,
    ...['--all-new-clients', '--yes', ...(member === 'first' ? [] : ['--replace-trigger', '--chain'])],
    ...more,
  );

export const teardown = (scene: ChainScene, member: Member, ...more: string[]): Promise<CliResult> =>
  run(scene, 'teardown', member, '--yes', '--no-report', ...more);

export function assertDone(ended: CliResult): void {
  expect(ended.stdout + ended.stderr).not.toMatch(/This is a bug|^\s+at .*:\d+:\d+\)?$/m);
  expect(ended.code, ended.stderr).toBe(0);
}

/** The scene before any migration, with the first two, and with all three. */
export async function openMoments(): Promise<
  readonly [empty: ChainMoment, two: ChainMoment, three: ChainMoment]
> {
  const scene = await openScene();
  try {
    const empty = await momentOf(scene);
    assertDone(await init(scene, 'first'));
    const second = await init(scene, 'second');
    assertDone(second);
    // Another migration's function on the trigger is no remainder of a lost one.
    expect(second.stderr).not.toContain('both gone');
    const two = await momentOf(scene);
    assertDone(await init(scene, 'third'));
    return [empty, two, await momentOf(scene)];
  } finally {
    await scene.close();
  }
}

let number = 0;

/** Adds somebody to an old pool. */
export async function addUser(
  { sdk: { idp }, oldPools }: ChainScene,
  member: Member,
  username?: string,
): Promise<ChainPerson> {
  number += 1;
  const person = {
    username: username ?? `${member}-${number}@example.com`,
    password: `Old-password-${number}`,
  };
  const UserPoolId = oldPools[member];
  const UserAttributes = [
    { Name: 'email', Value: person.username },
    { Name: 'email_verified', Value: 'true' },
  ];
  await idp.send(
    new AdminCreateUserCommand({
      ...{ UserPoolId, Username: person.username, MessageAction: 'SUPPRESS', UserAttributes },
    }),
  );
  await idp.send(
    new AdminSetUserPasswordCommand({
      ...{ UserPoolId, Username: person.username, Password: person.password, Permanent: true },
    }),
  );
  return person;
}

/** `signed in`, or the error with its sentence. */
export const signIn = (
  { sdk: { idp }, clients }: ChainScene,
  { username: USERNAME, password: PASSWORD }: ChainPerson,
): Promise<string> =>
  idp
    .send(
      new InitiateAuthCommand({
        ClientId: clients.ready,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME, PASSWORD },
      }),
    )
    .then(
      ({ AuthenticationResult }) => (AuthenticationResult === undefined ? 'challenge' : 'signed in'),
      (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'),
    );

/** The function of this name, or nothing. */
export const functionHere = async ({ sdk: { lambda } }: ChainScene, FunctionName: string) =>
  lambda.send(new GetFunctionCommand({ FunctionName })).catch(() => undefined);

/** The migrations that decide, from the trigger on. */
export async function orderOf(scene: ChainScene): Promise<string[]> {
  const names: string[] = [];
  const found = await scene.sdk.idp.send(new DescribeUserPoolCommand({ UserPoolId: scene.newPool }));
  for (let arn = found.UserPool?.LambdaConfig?.UserMigration; arn !== undefined; ) {
    names.push((arn.split(':')[6] ?? arn).replace('chain-', ''));
    const text = (await functionHere(scene, arn))?.Configuration?.Environment?.Variables?.MIGRATION_SETTINGS;
    arn = text === undefined ? undefined : decodeSettings(text).next;
  }
  return names;
}
