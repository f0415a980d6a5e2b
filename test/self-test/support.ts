/** The self-test on a local AWS, and what that holds afterwards. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { createSandbox, type Delays, noDelays, type Sandbox } from '../../src/sandbox/index.ts';
import { cognitoKind, type Delivery } from '../../src/sandbox/services/cognito/state.ts';
import { iamState } from '../../src/sandbox/services/iam/state.ts';
import { allFunctions } from '../../src/sandbox/services/lambda/state.ts';
import { logsState } from '../../src/sandbox/services/logs/state.ts';
import { adminOf } from '../policy/operator.ts';
import type { Keys } from '../sandbox/support.ts';
import { type CliResult, type FakeIo, fakeIo, runCli } from '../support/run-cli.ts';
import { type RunningProgram, startProgram } from '../support/run-program.ts';
import { tempFolder } from '../support/temp.ts';

export interface Home {
  readonly account: string;
  readonly region: string;
}

export const home: Home = { account: '111122223333', region: 'us-east-2' };
export const oldHome: Home = { account: '444455556666', region: 'eu-west-1' };

export interface SelfTestAws {
  readonly sandbox: Sandbox;
  readonly fake: FakeIo;
  /** Messages that would have been sent, as long as their pools were there. */
  readonly deliveries: Delivery[];
  /** Runs `self-test` there with these words. */
  run(...words: string[]): Promise<CliResult>;
}

/** A local AWS whose time is that of the program, so that nobody waits, whatever the delays, and authenticators work. */
export async function openSelfTestAws(fake = fakeIo(), delays: Delays = noDelays): Promise<SelfTestAws> {
  const { clock } = fake.io;
  const { signal } = new AbortController();
  const sleep = (ms: number) => clock.sleep(ms, signal);
  const sandbox = await createSandbox({ delays, now: clock.now, sleep });
  onTestFinished(() => sandbox.close());
  const deliveries: Delivery[] = [];
  sandbox.faults.onCall('before', (call) => {
    if (call.operation !== 'DeleteUserPool') return;
    const pools = sandbox.world.states(cognitoKind).flatMap(({ state }) => [...state.pools.values()]);
    deliveries.push(
      ...pools.filter(({ id }) => id === call.input.UserPoolId).flatMap((pool) => pool.deliveries),
    );
  });
  const words = ['self-test', '--endpoint-url', sandbox.url];
  return { sandbox, fake, deliveries, run: (...more) => runCli([...words, ...more], fake) };
}

/** Another run on the same local AWS. */
export function openSelfTestOn(sandbox: Sandbox, tty = false): Pick<SelfTestAws, 'fake' | 'run'> {
  const fake = fakeIo({ tty });
  const words = ['self-test', '--endpoint-url', sandbox.url];
  return { fake, run: (...more) => runCli([...words, ...more], fake) };
}

export const here = ['--region', home.region];

/** A profile for each account, with keys of its administrator or those given; AWS_CONFIG_FILE names them until vi.unstubAllEnvs. */
export async function twoProfiles(
  keys: { readonly new: Keys; readonly old: Keys } = {
    new: adminOf(home.account),
    old: adminOf(oldHome.account),
  },
): Promise<readonly string[]> {
  const config = join(await tempFolder(), 'aws-config');
  const profile = (
    name: string,
    { region }: Home,
    { accessKeyId, secretAccessKey, sessionToken }: Keys,
  ): string =>
    [
      `[profile ${name}]`,
      `aws_access_key_id = ${accessKeyId}`,
      `aws_secret_access_key = ${secretAccessKey}`,
      ...(sessionToken === undefined ? [] : [`aws_session_token = ${sessionToken}`]),
      `region = ${region}\n`,
    ].join('\n');
  await writeFile(config, `${profile('new', home, keys.new)}\n${profile('old', oldHome, keys.old)}`);
  vi.stubEnv('AWS_CONFIG_FILE', config);
  return ['--profile', 'new', '--old-profile', 'old'];
}

/** Everything that exists in the local AWS, by kind and name. App clients are gone with their pools. */
export function holds({ world }: Sandbox): string[] {
  const pools = world.states(cognitoKind).flatMap(({ state }) => [...state.pools.values()]);
  const accounts = [home.account, oldHome.account];
  const regions = [home.region, oldHome.region];
  const elsewhere = accounts.flatMap((account) => [
    ...[...iamState(world, account).roles.values()].map(({ name }) => `role ${name}`),
    ...[...iamState(world, account).policies.values()].map(({ name }) => `policy ${name}`),
    ...regions
      .flatMap((region) => [...logsState(world, account, region).groups.values()])
      .map(({ name }) => `log group ${name}`),
  ]);
  return [
    ...pools.map(({ name }) => `user pool ${name}`),
    ...allFunctions(world).map(({ name }) => `function ${name}`),
    ...elsewhere,
  ];
}

/** The built program in a process of its own, which finds the local AWS as any program would: by its environment. */
export const startSelfTest = ({ url }: Sandbox, cwd: string, ...words: string[]): RunningProgram =>
  startProgram(cwd, ['self-test', ...words], {
    TMPDIR: cwd,
    TEMP: cwd,
    AWS_ENDPOINT_URL: url,
    AWS_REGION: home.region,
  });
