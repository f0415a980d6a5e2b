/** The tarball that people get: what is in it, and that it is all they need. */
import { constants } from 'node:fs';
import { access, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AdminGetUserCommand, InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { init, spawned } from '../e2e/support.ts';
import { startLocalAws } from '../support/local-aws.ts';
import { type ProgramResult, programEnv } from '../support/run-program.ts';
import { tempFolder } from '../support/temp.ts';
import { type Bundled, bundledPackages } from './bundled.ts';
import { type InstalledPackage, oldestNode, packAndInstall, readManifest, root } from './support.ts';

const Component = z.object({
  'bom-ref': z.string(),
  group: z.string().optional(),
  name: z.string(),
  version: z.string(),
  purl: z.string(),
  licenses: z.tuple([
    z.union([
      z.strictObject({ license: z.strictObject({ id: z.string() }) }),
      z.strictObject({ expression: z.string() }),
    ]),
  ]),
});

/** The parts of CycloneDX that a build writes. */
const BillOfMaterials = z.strictObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.literal('1.6'),
  version: z.literal(1),
  metadata: z.strictObject({ component: Component }),
  components: z.array(
    Component.extend({
      hashes: z.tuple([
        z.strictObject({ alg: z.literal('SHA-512'), content: z.string().regex(/^[0-9a-f]{128}$/) }),
      ]),
    }),
  ),
  dependencies: z.array(z.strictObject({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

let home: string;
let installed: InstalledPackage;
let bundled: readonly Bundled[];

beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'cognito-migrate-pack-')));
  [installed, bundled] = await Promise.all([packAndInstall(home), bundledPackages()]);
});
afterAll(() => rm(home, { recursive: true, force: true }));

const shipped = (...path: string[]): Promise<string> => readFile(join(installed.package, ...path), 'utf8');
const manifest = async () => readManifest(await shipped('package.json'));

describe('the package', () => {
  test('is one package without dependencies, at most 2 MB unpacked', async () => {
    const found = await readdir(join(installed.folder, 'node_modules'));
    expect(found.filter((name) => !name.startsWith('.'))).toEqual(['cognito-migrate']);
    expect(await readdir(installed.package)).not.toContain('node_modules');
    const { dependencies, optionalDependencies, peerDependencies, bundleDependencies } = await manifest();
    expect([dependencies, optionalDependencies, peerDependencies, bundleDependencies]).toEqual(
      Array(4).fill(undefined),
    );
    expect(installed.packed.bundled).toEqual([]);
    expect(installed.packed.unpackedSize).toBeLessThanOrEqual(2 * 1024 * 1024);
  });

  test('has dist, README, LICENSE and package.json, and in dist nothing but what is run and its licences', async () => {
    const paths = installed.packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !path.startsWith('dist/')).toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'package.json',
    ]);
    const unexpected = paths.filter(
      (path) =>
        path.startsWith('dist/') &&
        !/^dist\/(package\.json|completion\.json\.br|config\.schema\.json|cli\/main\.js|chunks\/[\w.-]+\.js|docs\.json\.br|handler\.zip|THIRD-PARTY-NOTICES\.txt)$/.test(
          path,
        ),
    );
    expect(unexpected).toEqual([]);
  });

  test('is under the licence that it says', async () => {
    expect((await manifest()).license).toBe('Apache-2.0');
    expect(await shipped('LICENSE')).toMatch(/^\s+Apache License\n\s+Version 2\.0, January 2004\n/);
  });

  test('has the notices of exactly the packages that are bundled, with the licence of each', async () => {
    const printed = await shipped('dist', 'THIRD-PARTY-NOTICES.txt');
    // The terms of the Apache License are in the package once, in LICENSE. Each package's text is whole with them.
    const title = 'Terms of the Apache License, Version 2.0';
    const [terms = ''] =
      /Apache License\s+Version 2\.0, January 2004\n.*END OF TERMS AND CONDITIONS/s.exec(
        await shipped('LICENSE'),
      ) ?? [];
    expect(printed).not.toContain('END OF TERMS AND CONDITIONS');
    const notices = printed.replaceAll(`${title}: in the file LICENSE of this package`, terms);
    const words = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
    expect(bundled.length).toBeGreaterThan(30);
    const named = [...notices.matchAll(/^(\S+ \d+\.\d+\.\d+\S*) \((.+)\)$/gm)].map(([line]) => line);
    const wanted = bundled.map(({ name, version, license }) => `${name} ${version} (${license})`);
    expect(named.toSorted()).toEqual([...new Set(wanted)].toSorted());
    const urlOf = ({ repository }: Bundled): string | undefined =>
      typeof repository === 'object' ? repository.url : repository;
    for (const one of bundled) {
      const { name, license, texts } = one;
      for (const text of texts) expect(words(notices).includes(words(text)), name).toBe(true);
      // Some packages of the SDK ship no licence file; the text of theirs is there for the others.
      if (texts.length > 0 || license === 'Apache-2.0') continue;
      // Of a package of another licence, the text is that of its repository.
      const part = notices.split(/^-{80}$/m).find((one) => one.includes(`\n${name} `)) ?? '';
      const siblings = bundled.filter((other) => urlOf(other) === urlOf(one) && other.texts.length > 0);
      expect(
        siblings.some((other) => other.texts.every((text) => part.includes(text.trim()))),
        name,
      ).toBe(true);
    }
  });

  test('has the same packages in its bill of materials, each with its checksum', async () => {
    const bill = BillOfMaterials.parse(
      JSON.parse(await readFile(join(root, 'dist', 'sbom.cdx.json'), 'utf8')),
    );
    const notices = await shipped('dist', 'THIRD-PARTY-NOTICES.txt');
    const named = [...notices.matchAll(/^(\S+ \d+\.\d+\.\d+\S* \(.+\))$/gm)].map(([line]) => line);
    const listed = bill.components.map(({ group, name, version, licenses: [first] }) => {
      const license = 'license' in first ? first.license.id : first.expression;
      return `${group === undefined ? '' : `${group}/`}${name} ${version} (${license})`;
    });
    expect(listed.toSorted()).toEqual(named.toSorted());
    const { name, version } = await manifest();
    expect(bill.metadata.component).toMatchObject({ name, version, purl: `pkg:npm/${name}@${version}` });
    expect(bill.dependencies).toEqual([
      { ref: bill.metadata.component.purl, dependsOn: bill.components.map((one) => one['bom-ref']) },
    ]);
    expect(
      bill.components.filter(({ purl }) => purl.startsWith('pkg:npm/%40smithy/signature-v4@')),
    ).toHaveLength(1);
  });

  test('has a program that a shell can run, and nothing to import', async () => {
    const { bin, name } = await manifest();
    const [[command, path] = ['', '']] = Object.entries(bin);
    expect(command).toBe('cognito-migrate');
    const file = installed.packed.files.find((one) => one.path === path.replace(/^\.\//, ''));
    expect(file?.mode.toString(8)).toBe('755');
    expect(await shipped(path)).toMatch(/^#!\/usr\/bin\/env node\n/);
    if (process.platform !== 'win32') await access(installed.bin, constants.X_OK);
    const require = createRequire(pathToFileURL(join(installed.folder, 'index.js')));
    expect(() => require.resolve(name)).toThrow();
    expect(require.resolve(`${name}/package.json`)).toBe(join(installed.package, 'package.json'));
  });

  test('says which Node it needs, and that one can run what was built for it', async () => {
    const { engines } = await manifest();
    const [major, minor] = oldestNode(engines.node);
    expect([major, minor]).toEqual([20, 19]);
    const [here, hereMinor] = process.versions.node.split('.').map(Number);
    expect((here ?? 0) * 1000 + (hereMinor ?? 0)).toBeGreaterThanOrEqual(major * 1000 + minor);
  });

  test('publint has nothing to say', async () => {
    const { buffer } = new Uint8Array(await readFile(installed.tarball));
    const { messages, pkg } = await publint({ pack: { tarball: buffer }, level: 'suggestion', strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });
});

describe('installed in an empty folder', () => {
  /** Runs node_modules/.bin/cognito-migrate. */
  const run = (
    args: readonly string[],
    env: Record<string, string> = {},
    cwd = installed.folder,
  ): Promise<ProgramResult> => {
    const isBatch = installed.bin.endsWith('.cmd');
    const [command, ...first] = isBatch ? ['cmd.exe', '/d', '/c', installed.bin] : [installed.bin];
    const own = { ...programEnv(cwd), TMPDIR: cwd };
    return spawned(command ?? '', [...first, ...args], { cwd, env: { ...own, ...env } }).ended;
  };

  test('--version', async () => {
    const { version } = await manifest();
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('demo shows a user who moves, in under a minute, and leaves nothing', {
    timeout: 60_000,
  }, async () => {
    const folder = await tempFolder();
    const { code, stdout, stderr } = await run(['demo'], {}, folder);
    expect(code).toBe(0);
    expect(stdout).toContain('signs in to customers-2026 for the first time');
    expect(stdout).toMatch(/with a wrong password +refused \((UserNotFound|NotAuthorized)Exception\)/);
    expect(stdout).toMatch(/with the old password +signed in/);
    expect(stdout).toMatch(/UserStatus +CONFIRMED/);
    expect(stdout).toMatch(
      /\(cognito-migrate users\)\n +1 {2}has probably moved: .*\n +2 {2}move when they sign in\n/,
    );
    expect(stdout).toMatch(
      /\(cognito-migrate status --watch\)\n +Users +\S* *about 1 handed over, of about 3\n/,
    );
    expect(stdout).toMatch(/\(cognito-migrate sign-ins\)\n +web: 40 attempts, 0 successful\./);
    expect(stdout).toContain("This app hasn't switched yet.");
    expect(stdout).toContain('For your own pools: cognito-migrate init');
    expect(stderr).not.toContain('cognito-migrate doctor'); // there is nothing left that it could look at
    expect(await readdir(folder)).toEqual([]);
  });

  test('init, a user who moves at the first sign-in, status, teardown', { timeout: 60_000 }, async () => {
    const pools = await startLocalAws();
    const folder = await tempFolder();
    const env = { AWS_ENDPOINT_URL: pools.sandbox.url };
    const before = await pools.pool(pools.newPool);

    const made = await run(init(pools, '--json'), env, folder);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(made.stdout)).toMatchObject({ ok: true, changes: 10 });
    expect((await readdir(folder)).filter((name) => !name.startsWith('.'))).toEqual([
      'cognito-migrate.state.json',
    ]);

    const { username: USERNAME, password: PASSWORD } = pools.user;
    const AuthParameters = { USERNAME, PASSWORD };
    const signIn = new InitiateAuthCommand({
      ClientId: pools.clients.web,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters,
    });
    expect((await pools.sdk.idp.send(signIn)).AuthenticationResult?.IdToken).toBeDefined();
    const moved = await pools.sdk.idp.send(
      new AdminGetUserCommand({ UserPoolId: pools.newPool, Username: USERNAME }),
    );
    expect(moved.UserStatus).toBe('CONFIRMED');

    const status = await run(['status', '--json'], env, folder);
    expect(status.code).toBe(0);
    expect(JSON.parse(status.stdout)).toMatchObject({ healthy: true, users: { total: { migrated: 1 } } });

    const gone = await run(['teardown', '--yes', '--json'], env, folder);
    expect(gone).toMatchObject({ code: 0, stderr: '' });
    expect(await readdir(folder)).toEqual([
      expect.stringMatching(/^cognito-migrate-report-\d{4}-\d\d-\d\d\.html$/),
    ]);
    const {
      LastModifiedDate: _now,
      EstimatedNumberOfUsers: _users,
      ...after
    } = await pools.pool(pools.newPool);
    const { LastModifiedDate: _then, EstimatedNumberOfUsers: _none, ...wanted } = before;
    expect(after).toEqual(wanted);
    expect((await run(['status'], env, folder)).code).toBe(2); // the pools were in the state file
  });
});
