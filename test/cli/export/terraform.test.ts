import { execFileSync } from 'node:child_process';
import { parse } from '@cdktf/hcl2json';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { block, Expression, encoded, Nested } from '../../../src/cli/codegen/hcl.ts';
import { terraformResources } from '../../../src/cli/codegen/terraform.ts';
import { decodeSettings } from '../../../src/lambda/settings-codec.ts';

import { snapshot } from '../../fault-injection/snapshot.ts';
import { fakeClock } from '../../support/clock.ts';
import { namesOf, startLocalAws } from '../../support/local-aws.ts';
import { needs } from '../../support/needs.ts';
import { runCli } from '../../support/run-cli.ts';
import { profiles, startTwoAccounts } from '../../support/two-accounts.ts';
import { halfOf } from '../handoff-support.ts';

import { makersIn } from './makers.ts';
import {
  afterInitOf,
  exported,
  farPool,
  handlerZip,
  liveWrites,
  looks,
  sceneOf,
  textIn,
  writesOfInit,
} from './support.ts';
import { apply, configurationOf, wrongArguments } from './terraform-apply.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const formatted = (terraform: string, input: string): string =>
  execFileSync(terraform, ['fmt', '-'], {
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  });

/** main.tf of two accounts. */
async function across(...more: string[]): Promise<{ text: string; stderr: string }> {
  const ground = await startTwoAccounts();
  const words = ['export', '--format', 'terraform', ...profiles, ...ground.pools, ...ground.where];
  const { code, stdout: text, stderr } = await runCli([...words, ...more]);
  expect(code).toBe(0);
  return { text, stderr };
}

describe('export --format terraform', () => {
  test('is a configuration that init takes for its own work: only app client and trigger are left to it', async () => {
    const scene = await sceneOf('plain');
    const folder = await exported(scene, 'terraform');
    const configuration = await configurationOf(await textIn(folder, 'main.tf'));
    expect(wrongArguments(configuration)).toEqual([]);
    expect(configuration.provider.aws).toEqual([
      { region: 'eu-west-1', allowed_account_ids: ['111122223333'] },
    ]);
    const before = snapshot(scene);
    const outputs = await apply(configuration, {}, makersIn(scene, await handlerZip()));
    expect(outputs.lambda_arn).toBe(`arn:aws:lambda:eu-west-1:111122223333:function:${scene.name}`);

    expect(await writesOfInit(scene)).toEqual(liveWrites);
    expect(looks(scene)).toEqual(await afterInitOf('plain'));
    expect((await runCli(scene.status, scene.io)).code).toBe(0);
    expect((await runCli(scene.teardown, scene.io)).code).toBe(0);
    expect(snapshot(scene)).toBe(before);
  });

  test('lets the function search for users where it finds them by their address', async () => {
    const scene = await sceneOf('replaced');
    const configuration = await configurationOf(await textIn(await exported(scene, 'terraform'), 'main.tf'));
    expect(wrongArguments(configuration)).toEqual([]);
    const { aws_lambda_function: lambda, aws_iam_policy: policy } = configuration.resource;
    const { MIGRATION_SETTINGS } = lambda?.migration?.[0]?.environment[0].variables ?? {};
    expect(decodeSettings(MIGRATION_SETTINGS)).toMatchObject({ findBy: 'email' });
    expect(JSON.stringify(policy)).toContain('cognito-idp:ListUsers');
    await apply(configuration, {}, makersIn(scene, await handlerZip()));
    expect(new Set(await writesOfInit(scene))).toEqual(new Set(liveWrites)); // two undo records: the client's, the trigger's
  });

  test('keeps the undo records that init puts into the tags of the function', async () => {
    const scene = await sceneOf('plain');
    const { resource } = await configurationOf(await textIn(await exported(scene, 'terraform'), 'main.tf'));
    const [lifecycle] = resource.aws_lambda_function?.migration?.[0]?.lifecycle ?? [];
    expect(lifecycle).toEqual({ ignore_changes: [`\${tags}`, `\${tags_all}`] });
  });

  test.each([
    ['nodejs24.x', '>= 6.20'],
    ['nodejs22.x', '>= 5.100'],
  ])('asks for a provider that knows %s', async (runtime, version) => {
    const { terraform, resource } = await configurationOf((await across('--runtime', runtime)).text);
    expect(resource.aws_lambda_function?.migration?.[0]?.runtime).toBe(runtime);
    expect(terraform).toEqual([{ required_providers: [{ aws: { source: 'hashicorp/aws', version } }] }]);
  });

  test('tells the provider to use FIPS endpoints in GovCloud, where Cognito has no others', async () => {
    const ground = await startTwoAccounts({ old: 'us-gov-east-1', new: 'us-gov-west-1' });
    const words = [...profiles, ...ground.pools, ...ground.where];
    const { stdout } = await runCli(['export', '--format', 'terraform', ...words]);
    const { provider } = await configurationOf(stdout);
    expect(JSON.stringify(provider)).toContain('"use_fips_endpoint":true');
    expect((await across()).text).not.toContain('use_fips_endpoint');
  });

  test('asks for the app client of another account, and says how its half is written down', async () => {
    const { text, stderr } = await across();
    const configuration = await configurationOf(text);
    expect(wrongArguments(configuration)).toEqual([]);
    expect(Object.keys(configuration.variable ?? {})).toEqual(['old_client_id']);
    const { variables } = configuration.resource.aws_lambda_function?.migration?.[0]?.environment[0] ?? {};
    expect(variables.OLD_CLIENT_ID).toBe(`\${var.old_client_id}`);
    expect(stderr).toContain(`--old-external-id ${variables.OLD_EXTERNAL_ID}`);
    expect(configuration.resource.aws_cognito_user_pool_client).toBeUndefined();
  });

  test('with the other account’s half in place leaves only what is live to init', async () => {
    const ground = await startTwoAccounts();
    const words = [...profiles, ...ground.pools, ...ground.where];
    const init = ['init', ...words, '--all-new-clients', '--yes'];
    expect((await runCli(init)).code).toBe(0);
    const teardown = ['teardown', ...words, '--yes', '--keep', 'old-client', '--keep', 'old-account-role'];
    expect((await runCli(teardown)).code).toBe(0);
    const half = await halfOf(ground);

    const { stdout } = await runCli(['export', '--format', 'terraform', ...words]);
    const place = { sandbox: ground.sandbox, sdk: ground.new, region: ground.new.region, clock: fakeClock() };
    const makers = makersIn(place, await handlerZip());
    await apply(await configurationOf(stdout), { old_client_id: half.clientId }, makers);
    ground.sandbox.journal.clear();
    expect((await runCli(init)).code).toBe(0);
    expect(namesOf(ground.sandbox.journal.writes())).toEqual(liveWrites);
    expect((await runCli(['status', ...words])).code).toBe(0);
    expect(await halfOf(ground)).toEqual(half);
  });

  test('needs no variable for what the other account has given', async () => {
    const role = 'arn:aws:iam::444455556666:role/theirs';
    const brought = ['--old-role-arn', role, '--old-external-id', 'agreed-on', '--old-client-id', 'abc123'];
    const configuration = await configurationOf((await across(...brought)).text);
    expect(wrongArguments(configuration)).toEqual([]);
    expect(configuration.variable).toBeUndefined();
    expect(
      configuration.resource.aws_lambda_function?.migration?.[0]?.environment[0].variables,
    ).toMatchObject({
      OLD_CLIENT_ID: 'abc123',
      OLD_ROLE_ARN: role,
      OLD_EXTERNAL_ID: 'agreed-on',
    });
  });

  test('makes the app client of an old pool in another Region there', async () => {
    const ground = await startLocalAws();
    const words = ['export', '--format', 'terraform', '--new-user-pool-id', ground.newPool, ...ground.where];
    const { code, stdout } = await runCli([...words, '--old-user-pool-id', await farPool(ground)]);
    expect(code).toBe(0);
    const configuration = await configurationOf(stdout);
    expect(wrongArguments(configuration)).toEqual([]);
    expect(configuration.provider.aws).toMatchObject([
      { region: 'eu-west-1' },
      { alias: 'old', region: 'us-east-1', allowed_account_ids: ['111122223333'] },
    ]);
    const { aws_cognito_user_pool_client: client, ...others } = configuration.resource;
    expect(client?.migration?.[0]?.provider).toBe(`\${aws.old}`);
    expect(JSON.stringify(others)).not.toContain('"provider"');
  });
});

describe('the syntax', () => {
  const odd = `o"neil \\b \\ \${x} %{y}\nline\t\u0007é $(id)`;
  const unescaped = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value).replaceAll(/([$%])\1\{/g, '$1{'));

  test('reads back as it was written, whatever a text has in it', async () => {
    const body = {
      name: odd,
      tags: { for: 'first', [odd]: odd, plain: 'x', 'with:colon': 'y' },
      list: ['a', odd, 3],
      no: false,
    };
    const read = await parse('x.tf', block('locals', [], { ...body, none: {}, nil: null }));
    expect(unescaped(read)).toEqual({ locals: [{ ...body, none: {}, nil: null }] });
    const within = block('resource', ['a', odd], { why: new Nested(body, odd) });
    expect(unescaped(await parse('x.tf', within))).toMatchObject({ resource: { a: {} } });
    expect(within).toMatch(/# line/);
  });

  test('lets expressions stand, and policies be read', async () => {
    const policy = { Statement: [{ 'aws:x': odd, list: ['a', odd] }] };
    const text = block('locals', [], { policy: encoded(policy), ref: new Expression('aws_iam_role.a.arn') });
    const [{ policy: found, ref }] = Object(await parse('x.tf', text)).locals;
    expect(ref).toBe(`\${aws_iam_role.a.arn}`);
    const [, inner] = /^\$\{jsonencode\(([\s\S]*)\)\}$/.exec(found) ?? [];
    expect(unescaped(await parse('x.tf', `locals {\n  x = ${inner}\n}\n`))).toEqual({
      locals: [{ x: policy }],
    });
  });

  test('is laid out as terraform fmt does', async (context) => {
    const terraform = needs(context, 'terraform');
    const scene = await sceneOf('rich');
    const text = await textIn(await exported(scene, 'terraform', '--tag', 'team=id'), 'main.tf');
    for (const one of [text, (await across()).text.trimStart()]) expect(formatted(terraform, one)).toBe(one);
  });

  test('names no argument that the provider does not know', async () => {
    const configuration = await configurationOf(block('resource', ['aws_iam_role', 'x'], { nmae: 'x' }));
    const wrong = ['aws_iam_role.nmae is unknown', 'aws_iam_role.assume_role_policy is missing'];
    expect(wrongArguments(configuration)).toEqual(wrong);
  });
});

test('groups of every name have identifiers that Terraform takes, and no two share one', () => {
  const named = (name: string) =>
    ({ type: 'group', name, calls: [{ operation: 'CreateGroup', input: { GroupName: name } }] }) as const;
  const groups = ['admins', 'Admins', 'read-only', 'read.only', 'read_only', 'readOnly', '管理', '1'];
  const text = terraformResources(groups.map(named), { whole: {} }, () => false).join('\n');
  const ids = [...text.matchAll(/^resource "aws_cognito_user_group" "(.*)" \{$/gm)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(groups.length);
  expect(ids.filter((id) => !/^[a-zA-Z_][a-zA-Z0-9_-]*$/.test(id ?? ''))).toEqual([]);
  expect(ids).toEqual(expect.arrayContaining(['admins', 'read_only']));
});
