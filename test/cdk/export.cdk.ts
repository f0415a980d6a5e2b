/** `export --format cdk` against the real AWS CDK: it compiles, and synthesizes to what `--format cloudformation` prints. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { CreateGroupCommand } from '@aws-sdk/client-cognito-identity-provider';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { plantPoolFields } from '../../src/sandbox/services/cognito/index.ts';
import { farPool } from '../cli/export/support.ts';
import { startLocalAws } from '../support/local-aws.ts';
import { runCli } from '../support/run-cli.ts';
import { profiles, startTwoAccounts } from '../support/two-accounts.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

let home: string;
beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'cognito-migrate-cdk-')));
  await symlink(join(root, 'test/cdk/node_modules'), join(home, 'node_modules'), 'junction');
});
afterAll(() => rm(home, { recursive: true, force: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

/** The compiler settings of `cdk init app --language typescript`, and the strictest ones beside. */
const compilerOptions = {
  target: 'ES2022',
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  lib: ['es2022'],
  types: [],
  strict: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitReturns: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
  noEmit: true,
};

/** Everything that the compiler reports about the files of a folder. */
async function compileErrors(folder: string): Promise<string> {
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const ended: { stdout: string } = await run(process.execPath, [compiler, '-p', folder]).catch(
    (error: { stdout: string }) => error,
  );
  return ended.stdout;
}

/** The template that a stack of this file synthesizes to. */
async function synthesized(folder: string, file: string, className: string): Promise<unknown> {
  const app = `import { App, DefaultStackSynthesizer } from 'aws-cdk-lib';
    import { ${className} } from './${file}';
    const synthesizer = new DefaultStackSynthesizer({ generateBootstrapVersionRule: false });
    const app = new App({ analyticsReporting: false, outdir: ${JSON.stringify(join(folder, 'cdk.out'))} });
    const stack = new ${className}(app, 'stack', { synthesizer });
    process.stdout.write(JSON.stringify(app.synth().getStackArtifact(stack.artifactId).template));`;
  const outfile = join(folder, `${className}.mjs`);
  await build({
    stdin: { contents: app, resolveDir: folder, loader: 'ts' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outfile,
  });
  const { stdout } = await run(process.execPath, [pathToFileURL(outfile).pathname], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout);
}

/** The CDK sorts tags by their keys, and writes a list of dependencies. */
function normal(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (key, member) => {
    if (key === 'DependsOn') return [member].flat();
    if (key !== 'Tags' || !Array.isArray(member)) return member;
    return member.toSorted((a, b) => (a.Key < b.Key ? -1 : 1));
  });
}

const readJson = async (...path: string[]): Promise<unknown> =>
  JSON.parse(await readFile(join(...path), 'utf8'));

/**
 * Exports both formats into one folder, and compares them. Returns the template.
 * One folder, because the second export then has the external ID of the first.
 */
async function expectSame(words: readonly string[], name: string): Promise<unknown> {
  const folder = join(home, name);
  for (const format of ['cdk', 'cloudformation']) {
    const { code, stderr } = await runCli([
      'export',
      '--format',
      format,
      '--out',
      folder,
      '--force',
      ...words,
    ]);
    expect(code, stderr).toBe(0);
  }
  expect(await compileErrors(folder)).toBe('');
  const template = normal(await synthesized(folder, 'migration-stack', 'MigrationStack'));
  expect(template).toEqual(normal(await readJson(folder, 'cloudformation.json')));
  return template;
}

describe('export --format cdk', () => {
  test('compiles, and synthesizes to the template of --format cloudformation', async () => {
    const aws = await startLocalAws();
    const template = await expectSame(aws.init('--all-new-clients').slice(1), 'plain');
    expect(Object.keys(Object(template).Resources)).toHaveLength(6);
  });

  test('with alarms, groups, tags, a boundary, and texts that TypeScript must quote', async () => {
    const aws = await startLocalAws();
    plantPoolFields(aws.sandbox.world, aws.newPool, {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    });
    for (const GroupName of ['admins', 'read.only', `it's"quoted"\${x}*/`])
      await aws.sdk.idp.send(
        new CreateGroupCommand({ UserPoolId: aws.oldPool, GroupName, Description: `\`\${y}\` "z"` }),
      );
    const words = [
      ...aws.init('--all-new-clients').slice(1),
      ...['--add-old-sub', '--groups', 'all'],
      ...['--alarms', 'arn:aws:sns:eu-west-1:111122223333:on-call'],
      ...['--tag', `owner=o.neil @ home`, '--tag', 'toString=constructor'],
      ...['--permissions-boundary', 'arn:aws:iam::aws:policy/AdministratorAccess'],
      ...['--set', `custom:source=old \${pool} \`x\``],
    ];
    const template = await expectSame(words, 'choices');
    const types = Object.values<{ Type: string }>(Object(template).Resources).map(({ Type }) => Type);
    expect(types.filter((type) => type === 'AWS::CloudWatch::Alarm')).toHaveLength(4);
    expect(types.filter((type) => type === 'AWS::Cognito::UserPoolGroup')).toHaveLength(3);
  });

  test('has a stack of its own for an old pool in another Region', async () => {
    const aws = await startLocalAws();
    const pools = ['--old-user-pool-id', await farPool(aws), '--new-user-pool-id', aws.newPool];
    await expectSame([...pools, ...aws.where], 'far');
    const old = await synthesized(join(home, 'far'), 'old-pool-stack', 'OldPoolStack');
    expect(normal(old)).toEqual(normal(await readJson(home, 'far', 'cloudformation-old-pool.json')));
  });

  test('asks for the app client of another account', async () => {
    const aws = await startTwoAccounts();
    const words = [...profiles, ...aws.pools, ...aws.where];
    await expectSame(words, 'accounts');
  });
});
