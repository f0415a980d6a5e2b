/** The package as npm makes and installs it. */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { given } from '../support/errors.ts';
import { systemEnv } from '../support/run-program.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const onWindows = process.platform === 'win32';

/** Runs npm with a home and a cache of its own that are empty: nothing is there already, nothing is configured. */
async function npm(home: string, cwd: string, ...args: string[]): Promise<string> {
  const env = {
    ...systemEnv(),
    HOME: home,
    USERPROFILE: home,
    npm_config_cache: join(home, 'cache'),
    npm_config_update_notifier: 'false',
  };
  // npm is a batch file there, which only a shell starts.
  const { stdout } = await promisify(execFile)('npm', args, { cwd, env, shell: onWindows });
  return stdout;
}

const Packed = z.tuple([
  z.object({
    name: z.string(),
    version: z.string(),
    filename: z.string(),
    unpackedSize: z.number(),
    bundled: z.array(z.unknown()),
    files: z.array(z.object({ path: z.string(), size: z.number(), mode: z.number() })),
  }),
]);
export type Packed = z.output<typeof Packed>[0];

export interface InstalledPackage {
  readonly packed: Packed;
  readonly tarball: string;
  /** Where it was installed: an empty folder before. */
  readonly folder: string;
  /** The package's own folder there. */
  readonly package: string;
  /** What a shell would find in node_modules/.bin. */
  readonly bin: string;
}

/** Packs the project as it was built, and installs the tarball in an empty folder without any network. */
export async function packAndInstall(home: string): Promise<InstalledPackage> {
  // Built already: the scripts would build it again.
  const out = await npm(home, root, 'pack', '--ignore-scripts', '--json', '--pack-destination', home);
  const [packed] = Packed.parse(JSON.parse(out));
  const tarball = join(home, packed.filename);
  const folder = join(home, 'empty');
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  await npm(home, folder, 'install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', tarball);
  return {
    packed,
    tarball,
    folder,
    package: join(folder, 'node_modules', packed.name),
    bin: join(folder, 'node_modules', '.bin', onWindows ? `${packed.name}.cmd` : packed.name),
  };
}

const Manifest = z.looseObject({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  bin: z.record(z.string(), z.string()),
  files: z.array(z.string()),
  engines: z.object({ node: z.string() }),
  scripts: z.record(z.string(), z.string()),
});

/** A package.json. */
export const readManifest = (text: string): z.output<typeof Manifest> => Manifest.parse(JSON.parse(text));

/** The oldest Node that `engines` allows: [20, 19] of ">=20.19". */
export function oldestNode(engines: string): readonly [major: number, minor: number] {
  const [, major, minor] = given(/^>=(\d+)\.(\d+)$/.exec(engines) ?? undefined, 'range of Node versions');
  return [Number(major), Number(minor)];
}
