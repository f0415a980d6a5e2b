/** Where every fault strikes: two pools of a local AWS, in one of several configurations, and the program run on them. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Side } from '../support/sdk.ts';
import { type Configuration, configurations } from './configurations.ts';
import { imageOf } from './image.ts';
import { type MadePools, type OpenPools, openPools } from './pools.ts';
import { main, profiles, profilesFile } from './sides.ts';

export const { account, region }: Side = main;

export type ConfigurationName = keyof typeof configurations;

export interface ConfiguredAws extends OpenPools {
  readonly configuration: ConfigurationName;
  /** Arguments of `init` and of the other commands, everything given. */
  readonly init: readonly string[];
  readonly teardown: readonly string[];
  readonly finish: readonly string[];
  readonly status: readonly string[];
}

/** A scene as it is now, AWS and files, to be opened from there as often as needed. */
export interface Moment extends MadePools {
  readonly files: readonly (readonly [name: string, text: string])[];
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
 * @param time as for {@link openPools}.
 * @param from where it begins; absent: before init.
 */
export async function openConfiguredAws(
  name: ConfigurationName,
  time: 'fake' | 'real',
  from?: Moment,
): Promise<ConfiguredAws> {
  const configuration: Configuration = configurations[name];
  const pools = await openPools(configuration, accessFlags(configuration), time, from);
  for (const [file, text] of from?.files ?? [])
    await writeFile(join(pools.folder, file), text, { mode: 0o600 });
  pools.sandbox.journal.clear();
  return {
    ...pools,
    configuration: name,
    init: ['init', ...pools.flags, '--all-new-clients', '--yes', ...configuration.init],
    // A run without its state file knows the earlier trigger by tags only.
    teardown: ['teardown', ...pools.flags, '--yes', ...(name === 'replaced' ? ['--accept', 'CM414'] : [])],
    finish: ['finish', ...pools.flags, '--yes', '--end-password-sign-in', '--end-migration'],
    status: ['status', ...pools.flags, '--json'],
  };
}

/** Across accounts a profile for each; the program looks for them in AWS_CONFIG_FILE, of this process or of its own. */
function accessFlags({ old }: Configuration): readonly string[] {
  if (old === undefined) return ['--region', region];
  process.env.AWS_CONFIG_FILE = profilesFile;
  return profiles;
}
