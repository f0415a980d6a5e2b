/** Everything that is printed for Terraform is in the AWS provider's published types. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from '@cdktf/hcl2json';
import { afterEach, expect, test, vi } from 'vitest';
import { block } from '../../../src/cli/codegen/hcl.ts';
import type { ConfigurationName } from '../../fault-injection/scene.ts';
import { runCli } from '../../support/run-cli.ts';
import { startTwoAccounts } from '../../support/two-accounts.ts';
import { exportWords, sceneOf } from './support.ts';
import { readSchema, resourcesIn, type Schema, schemaProblems } from './terraform-schema.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const topic = 'arn:aws:sns:eu-west-1:111122223333:on-call';
const names = ['--role-path', '/apps/', '--permissions-boundary', 'arn:aws:iam::aws:policy/ReadOnlyAccess'];
const guarded = ['--guard-sign-up', '--guard-federated'];

/** Options that change what is exported, in the scenes that allow them. */
const choices: readonly (readonly [ConfigurationName, readonly string[]])[] = [
  ['plain', []],
  [
    'plain',
    [...names, '--name', 'move', '--tag', 'team=id', '--log-retention', '90', '--runtime', 'nodejs22.x'],
  ],
  ['plain', ['--role-arn', 'arn:aws:iam::111122223333:role/theirs']],
  ['plain', ['--alarms', 'on']],
  ['rich', ['--mfa', 'reset', '--forgot-password', 'off', '--weak-password', 'reset', '--tag', 'a=b']],
  ['replaced', []],
  ['accounts', []],
  ['watched', ['--tag', 'team=id']],
  ['grouped', []],
  ['grouped', ['--alarms', topic, '--move-once', 'disable', ...guarded]],
  ['grouped', ['--move-once', 'mark']],
];

async function printed(name: ConfigurationName, more: readonly string[]): Promise<unknown> {
  const scene = await sceneOf(name);
  const { code, stdout, stderr } = await runCli([...exportWords(scene, 'terraform'), ...more], scene.io);
  expect(code, stderr).toBe(0);
  return parse('main.tf', stdout);
}

const seen = new Set<string>();

test.each(choices)('export of %s %s', async (name, more) => {
  const resources = resourcesIn(await printed(name, more));
  for (const type of Object.keys(resources)) seen.add(type);
  expect(schemaProblems(resources, await readSchema())).toEqual([]);
});

test.each([
  [[]],
  [['--find-by', 'email', '--tag', 'team=id']],
  [['--old-permissions-boundary', 'arn:aws:iam::aws:policy/ReadOnlyAccess', '--role-path', '/apps/']],
  [['--map', 'sub=custom:old_sub', '--groups', 'all', '--move-once', 'disable']],
])('handoff of %s', async (more) => {
  const ground = await startTwoAccounts();
  const out = join(ground.folder, 'handoff');
  const words = ['handoff', '--profile', 'new', ...ground.pools, ...ground.where, '--out', out, ...more];
  const { code, stderr } = await runCli(words);
  expect(code, stderr).toBe(0);
  const text = await readFile(join(out, 'terraform/main.tf'), 'utf8');
  const resources = resourcesIn(await parse('main.tf', text));
  for (const type of Object.keys(resources)) seen.add(type);
  expect(schemaProblems(resources, await readSchema())).toEqual([]);
});

test('every type of the schema is printed', async () => {
  const { resources } = await readSchema();
  expect([...seen].sort()).toEqual(Object.keys(resources).sort());
});

test('the schema says where it comes from', async () => {
  const { source } = await readSchema();
  expect(source).toEqual({
    package: '@cdktf/provider-aws',
    version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
    license: 'MPL-2.0',
    provider: expect.stringMatching(/^hashicorp\/aws 6\./),
  });
});

test.each([
  [{ nmae: 'x', assume_role_policy: '{}' }, 'aws_iam_role.nmae is unknown'],
  [{ name: 'x' }, 'aws_iam_role.assume_role_policy is missing'],
  [{ name: 3, assume_role_policy: '{}' }, 'aws_iam_role.name must be string'],
  [{ tags: ['a'], assume_role_policy: '{}' }, 'aws_iam_role.tags must be map(string)'],
  [
    { force_detach_policies: 'yes', assume_role_policy: '{}' },
    'aws_iam_role.force_detach_policies must be bool',
  ],
])('what is wrong in %j is found', async (body, problem) => {
  const configuration = await parse('x.tf', block('resource', ['aws_iam_role', 'x'], body));
  expect(schemaProblems(resourcesIn(configuration), await readSchema())).toEqual([problem]);
});

test.each([
  [
    'aws_lambda_function',
    { role: `\${aws_iam_role.x.anr}`, function_name: 'x' },
    'aws_iam_role.x.anr cannot be read',
  ],
  [
    'aws_lambda_function',
    { role: 'x', function_name: 'x', environment: [{ vars: {} }] },
    'aws_lambda_function.environment.vars is unknown',
  ],
  [
    'aws_lambda_function',
    { role: 'x', function_name: 'x', environment: [{}, {}] },
    'aws_lambda_function.environment can be there once',
  ],
  ['aws_lambda_functoin', {}, 'aws_lambda_functoin is unknown'],
])('what is wrong in %s %j is found', async (type, body, problem) => {
  const schema: Schema = await readSchema();
  expect(schemaProblems({ [type]: { x: [body] } }, schema)).toEqual([problem]);
});
