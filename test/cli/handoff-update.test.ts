/** handoff --update: the difference of the old account's half, for an administrator who made it before. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  AdminCreateUserCommand,
  CreateUserPoolCommand,
  ListUserPoolClientsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  GetRoleCommand,
  GetRolePolicyCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
} from '@aws-sdk/client-iam';
import { afterEach, expect, test, vi } from 'vitest';
import { poolTag } from '../../src/aws/ownership.ts';
import { parsePolicy } from '../../src/aws/policy-document.ts';
import { keysOf } from '../../src/sandbox/index.ts';
import { given } from '../support/errors.ts';
import { needs } from '../support/needs.ts';
import { json, runCli } from '../support/run-cli.ts';
import { accounts, profiles, startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts';

vi.setConfig({ testTimeout: 60_000 });

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A live migration of a pool with usernames, whose old half is in another account. */
async function liveMigration(...rules: readonly string[]) {
  const ground = await startTwoAccounts();
  const { UserPool } = await ground.old.idp.send(
    new CreateUserPoolCommand({ PoolName: 'named', AutoVerifiedAttributes: ['email'] }),
  );
  const oldPool = given(UserPool?.Id);
  await ground.old.idp.send(
    new AdminCreateUserCommand({ UserPoolId: oldPool, Username: 'dora', MessageAction: 'SUPPRESS' }),
  );
  const pools = ['--old-user-pool-id', oldPool, '--new-user-pool-id', ground.new.pool, ...ground.where];
  const words = ['--new-client-id', ground.new.client, '--accept', 'CM111', ...rules, '--yes'];
  await runCli(['init', ...profiles, ...pools, ...words]);
  const out = join(ground.folder, 'update');
  const update = (...more: readonly string[]) =>
    runCli(['handoff', '--update', '--profile', 'new', ...pools, '--out', out, ...more]);
  const policy = async () => {
    const role = { RoleName: ground.name, PolicyName: 'cognito-migrate' };
    return parsePolicy((await ground.old.iam.send(new GetRolePolicyCommand(role))).PolicyDocument);
  };
  return { ground, oldPool, pools, out, update, policy };
}

const actionsOf = (policy: object): string[] =>
  Object(policy).Statement.flatMap(({ Action }: { Action: string | string[] }) => Action);

const search = 'cognito-idp:ListUsers';

test('a new rule: the added right, its reason, and the order, without a change in AWS', async () => {
  const { ground, oldPool, out, update, policy } = await liveMigration();
  expect(actionsOf(await policy())).not.toContain(search);
  ground.sandbox.journal.clear();
  const { code, stdout } = await update('--find-by', 'email');
  expect(code).toBe(0);
  expect(stdout).toContain(`+ ${search}`);
  expect(stdout).toMatch(/applies it first\. Then:\s+npx cognito-migrate init [\s\S]*--find-by email/);
  expect(ground.sandbox.journal.writes()).toEqual([]);
  expect((await readdir(out)).sort()).toEqual(['README.md', 'cloudformation.json', 'terraform', 'update.sh']);
  const readme = await readFile(join(out, 'README.md'), 'utf8');
  expect(readme).toContain(`+ ${search}`);
  expect(readme).toContain('find the one user who has verified an address: `--find-by email`');
  const script = await readFile(join(out, 'update.sh'), 'utf8');
  expect(script).toContain('put-role-policy');
  expect(script).not.toMatch(/create-role|create-user-pool-client|tag-role|update-assume-role-policy/);
  // The whole half, with the external ID that the live function uses.
  const template = JSON.parse(await readFile(join(out, 'cloudformation.json'), 'utf8'));
  const { Role } = await ground.old.iam.send(new GetRoleCommand({ RoleName: ground.name }));
  const trust = parsePolicy(Role?.AssumeRolePolicyDocument);
  expect(JSON.stringify(template)).toContain(
    JSON.stringify(Object(trust).Statement[0].Condition.StringEquals),
  );
  expect(JSON.stringify(template)).toContain(oldPool);
});

test('the same rules: nothing to update, and no folder', async () => {
  const { out, update } = await liveMigration();
  const { code, stdout } = await update();
  expect(code).toBe(0);
  expect(stdout).toContain('Nothing to update');
  await expect(readdir(out)).rejects.toThrow('ENOENT');
  const document = json(await update('--json'));
  expect(document).toMatchObject({ ok: true, command: 'handoff', files: [], added: [], removed: [] });
});

test('a rule that was taken back: the right goes last', async () => {
  const { update, policy } = await liveMigration('--find-by', 'email');
  expect(actionsOf(await policy())).toContain(search);
  const { code, stdout } = await update('--find-by', 'none');
  expect(code).toBe(0);
  expect(stdout).toContain(`− ${search}`);
  expect(stdout).toMatch(/applies it last\. Before that:\s+npx cognito-migrate init [\s\S]*--find-by none/);
  expect(json(await update('--find-by', 'none', '--force', '--json'))).toMatchObject({
    added: [],
    removed: [search],
  });
});

test('without a live function there is nothing to update', async () => {
  const ground = await startTwoAccounts();
  const result = await runCli(['handoff', '--update', '--profile', 'new', ...ground.pools, ...ground.where]);
  expect(result.code).toBe(5);
  expect(result.stderr).toContain('There is no function');
  expect(result.stderr).toContain('cognito-migrate handoff  writes the whole half');
});

test('init without the new right names the command that writes it down', async () => {
  const { ground, oldPool, pools } = await liveMigration();
  const { Role } = await ground.old.iam.send(new GetRoleCommand({ RoleName: ground.name }));
  const trust = parsePolicy(Role?.AssumeRolePolicyDocument);
  const externalId = String(Object(trust).Statement[0].Condition.StringEquals['sts:ExternalId']);
  const listed = await ground.old.idp.send(new ListUserPoolClientsCommand({ UserPoolId: oldPool }));
  const refused = await runCli([
    ...['init', '--profile', 'new', ...pools, '--state', join(ground.folder, 'handed-over.json')],
    ...['--old-role-arn', given(Role?.Arn), '--old-external-id', externalId],
    ...['--old-client-id', given(listed.UserPoolClients?.[0]?.ClientId), '--old-sign-in', 'username'],
    ...['--new-client-id', ground.new.client, '--find-by', 'email', '--accept', 'CM111', '--yes', '--json'],
  ]);
  const { error } = json(refused);
  expect(error).toMatchObject({ code: 'PROBE_DENIED' });
  expect(Object(error).hint.join(' ')).toContain('cognito-migrate handoff --update');
});

test('update.sh gives the right and changes nothing else; a role of somebody else stays as it is', async (context) => {
  needs(context, 'aws');
  const { ground, oldPool, out, update, policy } = await liveMigration();
  expect((await update('--find-by', 'email')).code).toBe(0);
  const rest = async () => {
    const { Role } = await ground.old.iam.send(new GetRoleCommand({ RoleName: ground.name }));
    const clients = await ground.old.idp.send(new ListUserPoolClientsCommand({ UserPoolId: oldPool }));
    return { Role, clients: clients.UserPoolClients };
  };
  const [before, narrow] = [await rest(), await policy()];
  const { stdout } = await run(ground, join(out, 'update.sh'));
  expect(stdout).toBe(`The role ${ground.name} has its new permissions.\n`);
  expect(actionsOf(await policy())).toContain(search);
  expect(await rest()).toEqual(before);

  const role = { RoleName: ground.name };
  await ground.old.iam.send(
    new PutRolePolicyCommand({
      ...role,
      PolicyName: 'cognito-migrate',
      PolicyDocument: JSON.stringify(narrow),
    }),
  );
  await ground.old.iam.send(
    new TagRoleCommand({
      ...role,
      Tags: [{ Key: poolTag, Value: 'eu-west-1_Other' }],
    }),
  );
  await expect(run(ground, join(out, 'update.sh'))).rejects.toThrow('is not for this migration');
  expect(await policy()).toEqual(narrow);
}, 180_000);

const run = (ground: TwoAccounts, script: string) =>
  promisify(execFile)('sh', [script], {
    env: {
      PATH: process.env.PATH,
      HOME: ground.folder,
      AWS_ENDPOINT_URL: ground.sandbox.url,
      AWS_ACCESS_KEY_ID: keysOf(accounts.old).accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
