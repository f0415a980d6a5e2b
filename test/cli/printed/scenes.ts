/** Pools with the choices of a migration, and every command that prints documents for them. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import {
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { createSandbox, keysOf, noDelays } from '../../../src/sandbox/index.ts';
import { given } from '../../support/errors.ts';
import { type Side, sdkOf } from '../../support/sdk.ts';
import { hideNames, type Names } from '../../upgrade/names.ts';

const newSide = { account: '111122223333', region: 'eu-west-1' };
const otherSide = { account: '444455556666', region: 'us-east-2' };
const boundary = 'arn:aws:iam::aws:policy/AdministratorAccess';

const names = ['--tag', 'owner=o.neil @ home', '--role-path', '/teams/', '--permissions-boundary', boundary];
const choices = [
  ...['--mfa', 'reset', '--weak-password', 'reset', '--on-bad-attribute', 'refuse'],
  ...['--forgot-password', 'off'],
  ...['--map', 'nickname=preferred_username', '--drop', 'name', '--set', `custom:source=old \${pool}`],
  ...['--add-old-sub', '--log-retention', '90', '--runtime', 'nodejs22.x'],
];
const otherAccount = ['--old-profile', 'old'];

interface SceneSettings {
  readonly oldSide: Side;
  /** Options of `export`. */
  readonly export: readonly string[];
  /** Options of each `policy`, by the name of its fixture. */
  readonly policies: Readonly<Record<string, readonly string[]>>;
  /** Options of `handoff`, if the pools are in two accounts. */
  readonly handoff?: readonly string[];
}

const scenes = {
  'one-account': {
    oldSide: newSide,
    export: [],
    policies: { policy: [], 'policy-self-test': ['--side', 'self-test'] },
  },
  'one-account-all-choices': {
    oldSide: newSide,
    export: ['--name', 'moves', ...names, ...choices],
    policies: { policy: ['--name', 'moves', ...names.slice(2), '--add-old-sub'] },
  },
  'two-accounts': {
    oldSide: otherSide,
    export: otherAccount,
    policies: { policy: otherAccount, 'policy-old': [...otherAccount, '--side', 'old'] },
    handoff: ['--old-external-id', 'agreed-on'],
  },
  'two-accounts-all-choices': {
    oldSide: otherSide,
    export: [...otherAccount, '--old-permissions-boundary', boundary, ...names, ...choices],
    policies: {
      policy: [...otherAccount, ...names.slice(2), '--add-old-sub'],
      'policy-old': [...otherAccount, '--side', 'old', '--old-permissions-boundary', boundary],
    },
    handoff: ['--old-external-id', 'agreed-on', ...names.slice(0, 4), '--old-permissions-boundary', boundary],
  },
} as const satisfies Record<string, SceneSettings>;

export type SceneName = keyof typeof scenes;
export const sceneNames = Object.keys(scenes) as SceneName[];

/** One command, and what its fixtures are named after. */
export interface Printing {
  readonly name: string;
  readonly argv: readonly string[];
  /** Folder that the command writes. */
  readonly out?: string;
}

export interface PrintingAws {
  readonly printings: readonly Printing[];
  /** File with the profiles `new` and `old`. */
  readonly profiles: string;
  readonly folder: string;
  /** What differs between two scenes. */
  readonly names: Names;
  close(): Promise<void>;
}

const formats = ['cloudformation', 'terraform', 'aws-cli', 'json'];

/** Starts a local AWS with the pools of a scene. */
export async function openPrintingAws(name: SceneName): Promise<PrintingAws> {
  const settings: SceneSettings = scenes[name];
  const sandbox = await createSandbox({ delays: noDelays });
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'cognito-migrate-printed-')));
  const profiles = join(folder, 'profiles.ini');
  await writeFile(profiles, [profileOf('new', newSide), profileOf('old', settings.oldSide)].join('\n'));
  const oldPool = await addPool(sandbox.url, settings.oldSide, 'legacy-users');
  const newPool = await addPool(sandbox.url, newSide, 'customers');
  const [ios, web] = [
    await addClient(sandbox.url, newPool, 'ios'),
    await addClient(sandbox.url, newPool, 'web'),
  ];
  const pools = ['--old-user-pool-id', oldPool, '--new-user-pool-id', newPool];
  const where = ['--profile', 'new', '--state', join(folder, 'state.json'), '--endpoint-url', sandbox.url];
  const out = (what: string): string => join(folder, what);
  return {
    printings: [
      ...formats.map((format) => ({
        name: `export-${format}`,
        argv: [
          ...['export', '--format', format, '--out', out(format), '--new-client-id', web, '--no-input'],
          ...[...pools, ...where, ...settings.export],
        ],
        out: out(format),
      })),
      ...Object.entries(settings.policies).map(([policy, options]) => ({
        name: policy,
        argv: ['policy', ...pools, ...where, ...options],
      })),
      ...(settings.handoff === undefined
        ? []
        : [
            {
              name: 'handoff',
              argv: ['handoff', '--out', out('handoff'), ...pools, ...where, ...settings.handoff],
              out: out('handoff'),
            },
          ]),
    ],
    profiles,
    folder,
    names: {
      'old pool': oldPool,
      'new pool': newPool,
      'new pool, as a word': newPool.replace('_', '-'),
      'client ios': ios,
      'client web': web,
      folder,
      endpoint: sandbox.url,
    },
    async close() {
      await sandbox.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

const profileOf = (name: string, { account, region }: Side): string =>
  `[profile ${name}]\naws_access_key_id = ${keysOf(account).accessKeyId}\naws_secret_access_key = local\nregion = ${region}\n`;

async function addPool(endpoint: string, side: Side, PoolName: string): Promise<string> {
  const command = new CreateUserPoolCommand({ PoolName, UsernameAttributes: ['email'] });
  return given((await sdkOf(endpoint, side).idp.send(command)).UserPool?.Id, 'pool ID');
}

async function addClient(endpoint: string, UserPoolId: string, ClientName: string): Promise<string> {
  const command = new CreateUserPoolClientCommand({
    UserPoolId,
    ClientName,
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  return given((await sdkOf(endpoint, newSide).idp.send(command)).UserPoolClient?.ClientId, 'client ID');
}

/** Files of a fixture by their names: standard output, and each text that the command wrote. */
export async function printedBy(
  { name, out }: Printing,
  stdout: string,
  { names }: PrintingAws,
): Promise<Map<string, string>> {
  const code = await readFile(join(out ?? '', 'handler.zip')).catch(() => undefined);
  const all = { ...names, ...(code === undefined ? {} : hashesOf(code)) };
  const hide = (text: string): string =>
    hideNames(text, all).replaceAll(/\b[0-9a-f]{32}\b/g, '{{external ID}}');
  const files = new Map([[`${name}/stdout.txt`, hide(stdout)]]);
  if (out === undefined) return files;
  for (const file of (await readdir(out, { recursive: true, withFileTypes: true })).filter((f) =>
    f.isFile(),
  )) {
    const path = join(file.parentPath, file.name);
    const inside = relative(out, path).replaceAll('\\', '/');
    // handoff writes the same folder, as test/cli/export/export.test.ts shows.
    if (inside.startsWith('old-account/') || inside === 'handler.zip') continue;
    files.set(`${name}/${inside}`, hide(await readFile(path, 'utf8')));
  }
  return files;
}

/** The two ways in which documents name the function's code. */
const hashesOf = (code: Uint8Array): Names => ({
  'code in base64': createHash('sha256').update(code).digest('base64'),
  'start of the code': createHash('sha256').update(code).digest('hex').slice(0, 16),
});
