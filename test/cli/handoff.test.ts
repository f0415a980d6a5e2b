import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { parse } from '@cdktf/hcl2json';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { lambdaTrust } from '../sandbox/support.ts';
import { given } from '../support/errors.ts';
import { json, runCli } from '../support/run-cli.ts';
import { accounts, profiles, startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts';
import { configurationOf, wrongArguments } from './export/terraform-apply.ts';
import { externalIdIn, halfOf, handoff, textOf } from './handoff-support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const files = ['README.md', 'cloudformation.json', 'make.sh', 'remove.sh', 'terraform'];

/** Any JSON of the folder, for looking into. */
async function jsonOf(ground: TwoAccounts, ...name: string[]) {
  return JSON.parse(await textOf(ground, ...name));
}

/** The JSON of a `jsonencode(…)`, with the number of the account that applies it. */
async function encodedIn(expression: string): Promise<unknown> {
  const [, inner] = /^\$\{jsonencode\(([\s\S]*)\)\}$/.exec(expression) ?? [];
  const [{ value }] = Object(await parse('main.tf', `locals {\n  value = ${inner}\n}\n`)).locals;
  const caller = `\${data.aws_caller_identity.old.account_id}`;
  return JSON.parse(JSON.stringify(value).replaceAll(caller, accounts.old));
}

const roleOf = (name: string): string => `arn:aws:iam::${accounts.new}:role/${name}`;

describe('handoff', () => {
  test('writes a folder with everything, makes nothing, and says how to go on', async () => {
    const ground = await startTwoAccounts();
    const { code, stdout } = await handoff(ground);
    expect(code).toBe(0);
    expect((await readdir(join(ground.folder, 'handoff'))).sort()).toEqual(files.toSorted());
    expect(stdout).toContain('--old-role-arn OldRoleArn');
    expect(stdout).toContain('--old-external-id OldExternalId');
    expect(stdout).toContain('--old-client-id OldClientId');
    expect(stdout).toContain('--old-sign-in OldSignIn');
    expect(ground.sandbox.journal.writes()).toEqual([]);
    const page = await textOf(ground, 'README.md');
    for (const word of [
      ground.old.pool,
      accounts.new,
      'OldRoleArn',
      'OldExternalId',
      'OldClientId',
      'OldSignIn',
    ])
      expect(page).toContain(word);
    expect(page).toContain(`arn:aws:iam::${accounts.new}:role/${ground.name}`);
    expect(page.split('\n').length).toBeLessThan(60);
    // Of this migration alone: another one into the same account must not replace it.
    const stacks = [...page.matchAll(/--stack-name (\S+)/g)].map(([, name]) => name);
    expect(stacks).toEqual(Array(3).fill(`cognito-migrate-${ground.new.pool.replace('_', '-')}`));
    if (process.platform !== 'win32')
      expect((await stat(join(ground.folder, 'handoff', 'make.sh'))).mode & 0o111).not.toBe(0);
  });

  test('writes one external ID of 128 bits into all of them, and the same when it writes that folder again', async () => {
    const ground = await startTwoAccounts();
    const { externalId } = json(await handoff(ground, '--json'));
    expect(externalId).toMatch(/^[0-9a-f]{32}$/);
    for (const name of [['README.md'], ['cloudformation.json'], ['make.sh'], ['terraform', 'main.tf']])
      expect(await textOf(ground, ...name)).toContain(externalId);
    const again = json(await handoff(ground, '--force', '--json'));
    expect(again.externalId).toBe(externalId);
    const given = json(await handoff(ground, '--force', '--old-external-id', 'agreed-on', '--json'));
    expect(given.externalId).toBe('agreed-on');
  });

  test.each([
    [
      'of another migration',
      { Description: 'Lets the migration to us-east-2_x check passwords in us-east-2_y' },
    ],
    ['without a valid one', { Outputs: { OldExternalId: { Value: 'not one' } } }],
  ])('a folder %s has no external ID to keep', async (_what, change) => {
    const ground = await startTwoAccounts();
    const { externalId } = json(await handoff(ground, '--json'));
    const template = await jsonOf(ground, 'cloudformation.json');
    const file = join(ground.folder, 'handoff', 'cloudformation.json');
    await writeFile(file, JSON.stringify({ ...template, ...change }));
    const again = json(await handoff(ground, '--force', '--json'));
    expect(again.externalId).toMatch(/^[0-9a-f]{32}$/);
    expect(again.externalId).not.toBe(externalId);
  });

  test('keeps the external ID of a migration that is live, with and without the state file', async () => {
    const ground = await startTwoAccounts();
    const live = ['--all-new-clients', '--yes', '--json'];
    await runCli(['init', ...profiles, ...ground.pools, ...ground.where, ...live]);
    const externalId = externalIdIn((await halfOf(ground)).trust);
    for (const state of [ground.state, join(ground.folder, 'lost.json')]) {
      const out = ['--out', join(ground.folder, `for ${state.length}`)];
      const written = json(await handoff(ground, '--state', state, ...out, '--json'));
      expect(written.externalId).toBe(externalId);
    }
    // Where the function may not be read, the state file is enough.
    ground.sandbox.faults.add({ kind: 'access-denied', operation: 'GetFunction' });
    expect(json(await handoff(ground, '--json')).externalId).toBe(externalId);
  });

  test.each([
    ['brought along', ['--role-arn', roleOf('corp/migrates')]],
    ['under a path', ['--role-path', '/corp/']],
  ])('lets in the role that a live function has, %s, without the state file too', async (_what, words) => {
    const ground = await startTwoAccounts();
    await ground.new.iam.send(
      new CreateRoleCommand({ RoleName: 'migrates', Path: '/corp/', AssumeRolePolicyDocument: lambdaTrust }),
    );
    // The role of the person's own may not enter the old account: the probe refuses, and the function is there.
    await runCli(['init', ...profiles, ...ground.pools, ...ground.where, '--yes', ...words]);
    const { trust } = await halfOf(ground);
    const lost = ['--state', join(ground.folder, 'lost.json')];
    const { functionRole } = json(await handoff(ground, ...lost, '--json'));
    expect(JSON.stringify(trust)).toContain(`"aws:PrincipalArn":"${functionRole}"`);
    expect(functionRole).toContain('/corp/');
    expect(await textOf(ground, 'make.sh')).toContain(`"aws:PrincipalArn": "${functionRole}"`);
  });

  test('takes nothing from the state file of another migration', async () => {
    const ground = await startTwoAccounts();
    await runCli(['init', ...profiles, ...ground.pools, ...ground.where, '--yes']);
    const { UserPool } = await ground.new.idp.send(new CreateUserPoolCommand({ PoolName: 'other' }));
    const { code, stderr } = await handoff(ground, '--new-user-pool-id', given(UserPool?.Id));
    expect(code).toBe(6);
    expect(stderr).toContain('belongs to another migration');
  });

  test('CloudFormation and Terraform say what the steps make, in every detail', async () => {
    const ground = await startTwoAccounts();
    const tag = 'owner=o.neil @ home';
    const boundary = 'arn:aws:iam::aws:policy/AdministratorAccess';
    const words = ['--tag', tag, '--role-path', '/teams/', '--old-permissions-boundary', boundary];
    await runCli(['init', ...profiles, ...ground.pools, ...ground.where, ...words, '--yes']);
    const made = await halfOf(ground);
    const externalId = externalIdIn(made.trust);
    await handoff(ground, ...words, '--old-external-id', externalId);

    const { Resources, Outputs } = await jsonOf(ground, 'cloudformation.json');
    const { MigrationRole: role, MigrationClient: client } = Resources;
    expect(role.Type).toBe('AWS::IAM::Role');
    expect(role.Properties).toMatchObject({
      RoleName: ground.name,
      Path: '/teams/',
      Description: made.description,
      AssumeRolePolicyDocument: made.trust,
      PermissionsBoundary: boundary,
    });
    expect(made.boundary).toBe(boundary);
    expect(await textOf(ground, 'make.sh')).toContain(`--permissions-boundary ${boundary} >/dev/null`);
    expect(role.Properties.Tags).toEqual(expect.arrayContaining(made.tags));
    expect(role.Properties.Tags).toHaveLength(made.tags.length);
    const [{ PolicyName, PolicyDocument }] = role.Properties.Policies;
    expect(PolicyName).toBe('cognito-migrate');
    // What Fn::Sub makes of it in the old account.
    const [statement] = PolicyDocument.Statement;
    const Resource = statement.Resource['Fn::Sub'].replace(`\${AWS::AccountId}`, accounts.old);
    expect({ ...PolicyDocument, Statement: [{ ...statement, Resource }] }).toEqual(made.policy);
    expect(client.Type).toBe('AWS::Cognito::UserPoolClient');
    const { GenerateSecret, ...settings } = client.Properties;
    expect(GenerateSecret).toBe(false);
    expect(made.settings).toMatchObject(settings);
    expect(Object.keys(Outputs)).toEqual(['OldRoleArn', 'OldExternalId', 'OldClientId', 'OldSignIn']);
    expect(Outputs.OldExternalId.Value).toBe(externalId);

    const configuration = await configurationOf(await textOf(ground, 'terraform', 'main.tf'));
    expect(wrongArguments(configuration)).toEqual([]);
    const { resource, output, provider } = configuration;
    expect(provider.aws[0]?.region).toBe('eu-west-1');
    const terraform = given(resource.aws_iam_role?.migration?.[0]);
    expect(await encodedIn(terraform.assume_role_policy)).toEqual(made.trust);
    expect(terraform).toMatchObject({ name: ground.name, path: '/teams/', description: made.description });
    expect(terraform.permissions_boundary).toBe(boundary);
    expect(terraform.tags.owner).toBe('o.neil @ home');
    const inline = given(resource.aws_iam_role_policy?.migration?.[0]);
    expect(inline.role).toBe(`\${aws_iam_role.migration.id}`);
    expect(await encodedIn(inline.policy)).toEqual(made.policy);
    expect(resource.aws_cognito_user_pool_client?.migration?.[0]).toMatchObject({
      user_pool_id: ground.old.pool,
      name: ground.name,
      generate_secret: false,
      explicit_auth_flows: made.settings.ExplicitAuthFlows,
      refresh_token_validity: made.settings.RefreshTokenValidity,
      prevent_user_existence_errors: 'LEGACY',
    });
    expect(Object.keys(output).toSorted()).toEqual(Object.keys(Outputs).toSorted());
  });

  test('GovCloud: Terraform is told to use FIPS endpoints, since Cognito has no others there; no boundary is none', async () => {
    const ground = await startTwoAccounts({ old: 'us-gov-east-1', new: 'us-gov-west-1' });
    await handoff(ground);
    const { resource, provider } = await configurationOf(await textOf(ground, 'terraform', 'main.tf'));
    expect(provider.aws).toEqual([{ region: 'us-gov-east-1', use_fips_endpoint: true }]);
    expect(resource.aws_iam_role?.migration?.[0]).not.toHaveProperty('permissions_boundary');
    const { Resources } = await jsonOf(ground, 'cloudformation.json');
    expect(Resources.MigrationRole.Properties.PermissionsBoundary).toEqual({ Ref: 'AWS::NoValue' });
    expect(await textOf(ground, 'make.sh')).not.toContain('boundary');
  });

  test('does not write into a folder with something in it, unless told to', async () => {
    const ground = await startTwoAccounts();
    await handoff(ground);
    const own = join(ground.folder, 'handoff', 'mine.txt');
    await writeFile(own, 'mine');
    const refused = await handoff(ground);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('is not empty');
    expect((await handoff(ground, '--force')).code).toBe(0);
    expect(await readFile(own, 'utf8')).toBe('mine');
  });

  test('takes the place of the Terraform file of an earlier version, which would make everything twice', async () => {
    const ground = await startTwoAccounts();
    await handoff(ground);
    const earlier = join(ground.folder, 'handoff', 'terraform', 'main.tf.json');
    await writeFile(earlier, '{}');
    const { files: written } = json(await handoff(ground, '--force', '--json'));
    expect(written).toEqual([
      'README.md',
      'cloudformation.json',
      'terraform/main.tf',
      'make.sh',
      'remove.sh',
    ]);
    expect(await readdir(join(ground.folder, 'handoff', 'terraform'))).toEqual(['main.tf']);
  });

  test('is not needed where both pools are in one account', async () => {
    const ground = await startTwoAccounts();
    const { UserPool } = await ground.new.idp.send(new CreateUserPoolCommand({ PoolName: 'near' }));
    ground.sandbox.journal.clear();
    const { code, stderr } = await handoff(ground, '--old-user-pool-id', given(UserPool?.Id));
    expect(code).toBe(2);
    expect(stderr).toContain('is in this account too');
    await expect(readdir(join(ground.folder, 'handoff'))).rejects.toThrow('ENOENT');
  });

  test('lists all that is missing', async () => {
    const ground = await startTwoAccounts();
    const { code, stderr } = await runCli(['handoff', '--profile', 'new', ...ground.where]);
    expect(code).toBe(2);
    expect(stderr).toContain('--old-user-pool-id');
    expect(stderr).toContain('--new-user-pool-id');
  });
});

describe('the three outputs', () => {
  const init = (ground: TwoAccounts, ...outputs: string[]) =>
    runCli([
      'init',
      ...['--profile', 'new', ...ground.pools, ...ground.where, '--all-new-clients', '--yes'],
      ...outputs,
    ]);
  const arn = `arn:aws:iam::${accounts.old}:role/somebody`;

  test.each([
    [
      ['--old-role-arn', arn],
      ['--old-external-id', '--old-client-id'],
    ],
    [
      ['--old-external-id', 'abc'],
      ['--old-role-arn', '--old-client-id'],
    ],
    [['--old-role-arn', arn, '--old-client-id', 'abc'], ['--old-external-id']],
  ])('%j: what is missing is listed', async (given, lacking) => {
    const ground = await startTwoAccounts();
    const { code, stderr } = await init(ground, ...given);
    expect(code).toBe(2);
    for (const flag of lacking) expect(stderr).toContain(flag);
    expect(ground.sandbox.journal.writes()).toEqual([]);
  });

  test('a wrong one is found out before anything live is touched', async () => {
    const ground = await startTwoAccounts();
    const outputs = ['--old-role-arn', arn, '--old-external-id', 'abc', '--old-client-id', 'abc'];
    const { code, stderr } = await init(ground, ...outputs);
    expect(code).toBe(8);
    expect(stderr).toContain('it cannot assume the role in the old pool’s account (AccessDenied)');
    expect(stderr).toContain('Nothing in a live pool was changed.');
    const live = ground.sandbox.journal.writes().map(({ operation }) => operation);
    expect(live).not.toContain('UpdateUserPool');
    expect(live).not.toContain('UpdateUserPoolClient');
  });
});
