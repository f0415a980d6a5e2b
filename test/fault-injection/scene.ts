/** Where every fault strikes: two pools of a local AWS, in one of several configurations, and the program run on them. */
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, noDelays, type Sandbox } from '../../src/sandbox/index.ts';
import { type FakeClock, fakeClock } from '../support/clock.ts';
import type { FakeIoOptions } from '../support/run-cli.ts';
import { type Configuration, configurations } from './configurations.ts';
import { shortDelays } from './delays.ts';
import { makePools, type PoolPair, type Sdk, sdkOf } from './ground.ts';
import { type Image, imageOf, putImage } from './image.ts';
import { main, profiles, profilesFile, type Side } from './sides.ts';

export const { account, region }: Side = main;

export type ConfigurationName = keyof typeof configurations;

export interface ConfiguredAws extends PoolPair {
  readonly configuration: ConfigurationName;
  readonly sandbox: Sandbox;
  readonly clock: FakeClock;
  /** How the program runs in this process: on this clock, its output in pipes. */
  readonly io: FakeIoOptions;
  readonly sdk: Sdk;
  /** The same for the old pool's account. */
  readonly oldSdk: Sdk;
  readonly name: string;
  readonly state: string;
  readonly folder: string;
  /** Arguments of `init` and of the other commands, everything given. */
  readonly init: readonly string[];
  readonly teardown: readonly string[];
  readonly status: readonly string[];
  close(): Promise<void>;
}

/** A scene as it is now, AWS and files, to be opened from there as often as needed. */
export interface Moment extends PoolPair {
  readonly image: Image;
  readonly files: readonly (readonly [name: string, text: string])[];
  readonly now: number;
}

export async function momentOf({ sandbox, clock, folder, ...scene }: ConfiguredAws): Promise<Moment> {
  const { oldPool, newPool, clients } = scene;
  const files = await filesOf(folder);
  return { oldPool, newPool, clients, image: imageOf(sandbox.world), files, now: clock.now() };
}

/** Names and contents. */
export const filesOf = async (folder: string): Promise<Moment['files']> =>
  Promise.all(
    (await readdir(folder))
      .sort()
      .map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const),
  );

/**
 * @param time `fake`: sleeps pass at once, and AWS takes its time; `real`: for programs in processes of their own.
 * @param from where it begins; absent: before init.
 */
export async function openConfiguredAws(
  args: ConfigurationName,
  time: 'fake' | 'real',
  from?: Moment,
): Promise<ConfiguredAws> {
  const configuration: Configuration = configurations[args];
  const clock = fakeClock(from?.now);
  const sandbox = await createSandbox(
    time === 'fake' ? { now: clock.now, delays: shortDelays } : { delays: noDelays },
  );
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'cognito-migrate-faults-')));
  const sdk = sdkOf(sandbox.url, main);
  const oldSdk = configuration.old === undefined ? sdk : sdkOf(sandbox.url, configuration.old);
  if (from !== undefined) putImage(sandbox.world, from.image);
  for (const [name, text] of from?.files ?? []) await writeFile(join(folder, name), text, { mode: 0o600 });
  const { oldPool, newPool, clients } = from ?? (await makePools(configuration, sdk, oldSdk, clock));
  sandbox.journal.clear();
  const state = join(folder, 'state.json');
  const common = [
    ...['--old-user-pool-id', oldPool, '--new-user-pool-id', newPool],
    ...accessFlags(configuration),
    ...['--state', state, '--endpoint-url', sandbox.url, ...configuration.names],
  ];
  return {
    configuration: args,
    sandbox,
    clock,
    io: { clock, isPiped: true },
    sdk,
    oldSdk,
    oldPool,
    newPool,
    clients,
    name: configuration.name ?? `cognito-migrate-${newPool}`,
    state,
    folder,
    init: ['init', ...common, '--all-new-clients', '--yes', ...configuration.init],
    // A run without its state file knows the earlier trigger by tags only.
    teardown: ['teardown', ...common, '--yes', ...(args === 'replaced' ? ['--accept', 'CM414'] : [])],
    status: ['status', ...common, '--json'],
    close: async () => {
      for (const client of [...Object.values(sdk), ...Object.values(oldSdk)]) client.destroy();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Across accounts a profile for each; the program looks for them in AWS_CONFIG_FILE, of this process or of its own. */
function accessFlags({ old }: Configuration): readonly string[] {
  if (old === undefined) return ['--region', region];
  process.env.AWS_CONFIG_FILE = profilesFile;
  return profiles;
}
