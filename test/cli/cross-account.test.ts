import { spawnSync } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListUserPoolClientsCommand } from '@aws-sdk/client-cognito-identity-provider';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  ListPoliciesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { disabledRegions } from '../../src/sandbox/regions.ts';
import { policyOf } from '../sandbox/support.ts';
import { given } from '../support/errors.ts';
import { json, runCli } from '../support/run-cli.ts';
import { accounts, profiles, startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const ana = ['ana@example.com', 'Old-password-of-ana-1'] as const;

const init = (ground: TwoAccounts, ...more: string[]) =>
  runCli([
    'init',
    ...profiles,
    ...ground.pools,
    ...ground.where,
    '--all-new-clients',
    '--yes',
    '--json',
    ...more,
  ]);

/** ARN of a role in the old account that the new one may enter, to do everything. */
async function operator({ old: { iam } }: TwoAccounts): Promise<string> {
  const RoleName = 'operator';
  const AssumeRolePolicyDocument = policyOf({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${accounts.new}:root` },
    Action: 'sts:AssumeRole',
  });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const PolicyDocument = policyOf({ Effect: 'Allow', Action: '*', Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument }));
  return given(Role?.Arn);
}

/** Regions whose STS was asked for a role, in order. */
const regionsOfSts = ({ sandbox }: TwoAccounts): string[] =>
  sandbox.journal.calls.filter(({ operation }) => operation === 'AssumeRole').map(({ region }) => region);

/** Names of all that a migration makes, on both sides. */
async function everything({ old, new: fresh }: TwoAccounts): Promise<string[]> {
  const [oldRoles, newRoles, policies, functions, clients] = await Promise.all([
    old.iam.send(new ListRolesCommand({})),
    fresh.iam.send(new ListRolesCommand({})),
    fresh.iam.send(new ListPoliciesCommand({ Scope: 'Local' })),
    fresh.lambda.send(new ListFunctionsCommand({})),
    old.idp.send(new ListUserPoolClientsCommand({ UserPoolId: old.pool })),
  ]);
  return [
    ...(oldRoles.Roles ?? []).map(({ RoleName }) => `old role ${RoleName}`),
    ...(newRoles.Roles ?? []).map(({ RoleName }) => `role ${RoleName}`),
    ...(policies.Policies ?? []).map(({ PolicyName }) => `policy ${PolicyName}`),
    ...(functions.Functions ?? []).map(({ FunctionName }) => `function ${FunctionName}`),
    ...(clients.UserPoolClients ?? []).map(({ ClientName }) => `client ${ClientName}`),
  ];
}

describe('two accounts and two Regions', () => {
  test('plan says in words what a function waits for, without the old role and the state file', async () => {
    const ground = await startTwoAccounts();
    expect((await init(ground)).code).toBe(0);
    const { iam } = ground.old;
    const [role] = (await iam.send(new ListRolesCommand({}))).Roles ?? [];
    const RoleName = given(role?.RoleName);
    await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'cognito-migrate' }));
    await iam.send(new DeleteRoleCommand({ RoleName }));
    await rm(ground.state);
    const { stdout, stderr } = await runCli([
      'plan',
      ...[...profiles, ...ground.pools, ...ground.where],
      '--all-new-clients',
    ]);
    const waits = stdout.split('\n').filter((line) => line.includes('waits for '));
    expect(waits.join('\n'), stdout + stderr).toContain('the external ID of that role');
    expect(waits.filter((line) => /[A-Z]+_[A-Z]+/.test(line))).toEqual([]);
  });

  test('init makes both halves, a user moves, a second init changes nothing, teardown leaves nothing', async () => {
    const ground = await startTwoAccounts();
    await ground.addUser(...ana);
    const before = await everything(ground);
    ground.sandbox.journal.clear();
    const first = await init(ground);
    expect(first.code).toBe(0);
    const name = ground.name;
    expect(json(first)).toMatchObject({
      account: accounts.new,
      changes: 10,
      variables: {
        OLD_USER_POOL_ARN: `arn:aws:cognito-idp:eu-west-1:${accounts.old}:userpool/${ground.old.pool}`,
        OLD_USER_POOL_REGION: 'eu-west-1',
        ROLE_ARN: `arn:aws:iam::${accounts.new}:role/${name}`,
        OLD_ROLE_ARN: `arn:aws:iam::${accounts.old}:role/${name}`,
        LAMBDA_ARN: `arn:aws:lambda:us-east-2:${accounts.new}:function:${name}`,
      },
    });
    expect(await everything(ground)).toEqual([
      `old role ${name}`,
      `role ${name}`,
      `policy ${name}`,
      `function ${name}`,
      `client ${name}`,
    ]);
    const written = ground.sandbox.journal.writes().filter(({ account }) => account === accounts.old);
    expect(written.map(({ service, operation }) => `${service}:${operation}`).sort()).toEqual([
      'cognito-idp:CreateUserPoolClient',
      'iam:CreateRole',
      'iam:PutRolePolicy',
    ]);

    ground.sandbox.journal.clear();
    await ground.signIn(...ana);
    expect(await ground.statusOf(ana[0])).toBe('CONFIRMED');
    const roles = ground.sandbox.journal.calls.filter(({ operation }) => operation === 'AssumeRole');
    expect(roles.length).toBeLessThanOrEqual(1); // the probe's credentials may still do
    const asked = ground.sandbox.journal.calls.filter(({ operation }) => operation === 'AdminInitiateAuth');
    expect(asked).toMatchObject([
      {
        account: accounts.old,
        region: 'eu-west-1',
        caller: `arn:aws:sts::${accounts.old}:assumed-role/${name}/cognito-migrate`,
      },
    ]);

    ground.sandbox.journal.clear();
    expect(json(await init(ground))).toMatchObject({ changes: 0 });
    expect(ground.sandbox.journal.writes()).toEqual([]);
    const status = await runCli(['status', '--profile', 'new', ...ground.where, '--probe', '--json']);
    expect(status.code).toBe(0);
    expect(json(status)).toMatchObject({ healthy: true, probe: { ok: true }, oldUserPool: { users: 1 } });

    const down = await runCli(['teardown', ...profiles, ...ground.where, '--yes', '--json']);
    expect(down.code).toBe(0);
    expect(json(down)).not.toHaveProperty('oldAccount');
    expect(await everything(ground)).toEqual(before);
    expect(await readdir(ground.folder)).toEqual(['aws-config']);
  });

  test('the profile is remembered: neither status nor teardown needs it again', async () => {
    const ground = await startTwoAccounts();
    await init(ground);
    const down = await runCli(['teardown', '--profile', 'new', ...ground.where, '--yes', '--json']);
    expect(down.code).toBe(0);
    expect(await everything(ground)).toEqual([]);
  });

  test('shows both accounts before it does anything', async () => {
    const ground = await startTwoAccounts();
    const { code, stdout } = await runCli([
      'init',
      ...profiles,
      ...ground.pools,
      ...ground.where,
      '--dry-run',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain(`The old pool is in account ${accounts.old}, the new one in ${accounts.new}`);
    expect(stdout).toContain(`AssumeRole on arn:aws:iam::${accounts.old}:role/${ground.name} only`);
    expect(ground.sandbox.journal.writes()).toEqual([]);
  });

  test('the other account can be entered through a role instead of a profile', async () => {
    const ground = await startTwoAccounts();
    await ground.addUser(...ana);
    const words = [...ground.pools, ...ground.where, '--all-new-clients', '--yes'];
    const access = ['--profile', 'new', '--old-role-to-assume', await operator(ground)];
    expect((await runCli(['init', ...access, ...words])).code).toBe(0);
    await ground.signIn(...ana);
    const assumed = ground.sandbox.journal.calls.filter(
      ({ operation, input }) => operation === 'AssumeRole' && String(input.RoleArn).endsWith('/operator'),
    );
    expect(assumed).toHaveLength(1);
    expect(assumed[0]).toMatchObject({ region: 'eu-west-1' });
  });

  test('without a profile for it, the old pool is not found, and the ways out are named', async () => {
    const ground = await startTwoAccounts();
    const { code, stderr } = await runCli([
      'init',
      '--profile',
      'new',
      ...ground.pools,
      ...ground.where,
      '--yes',
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain(
      `There is no user pool ${ground.old.pool} in eu-west-1 in account ${accounts.new}`,
    );
    expect(stderr).toContain('--old-profile');
    expect(stderr).toContain('--old-role-to-assume');
    expect(stderr).toContain('cognito-migrate handoff');
    expect(ground.sandbox.journal.writes()).toEqual([]);
  });

  test('a profile without credentials is named as the one for the old account', async () => {
    const ground = await startTwoAccounts();
    const { code, stderr } = await init(ground, '--old-profile', 'nobody');
    expect(code).toBe(3);
    expect(stderr).toContain("No access to the old pool's account (--old-profile nobody)");
    expect(stderr).toContain('The AWS configuration files have: new, old, third, with-code');
    expect(stderr).toContain('cognito-migrate handoff');
    expect(ground.sandbox.journal.writes()).toEqual([]);
  });

  test('keys in the environment beside a named profile are nothing to be warned of', async () => {
    const ground = await startTwoAccounts();
    const warned = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    expect((await init(ground)).code).toBe(0);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });
});

describe('teardown without the old account', () => {
  const gone = ['--profile', 'new', '--old-profile', 'nobody'];

  test('says what is missing and the way out, and takes nothing down', async () => {
    const ground = await startTwoAccounts();
    await init(ground);
    const before = await everything(ground);
    const { code, stderr } = await runCli(['teardown', ...gone, ...ground.where, '--yes']);
    expect(code).toBe(3);
    expect(stderr).toContain("No access to the old pool's account (--old-profile nobody)");
    expect(stderr).toContain('--leave-old-account');
    expect(await everything(ground)).toEqual(before);
  });

  test('denied half-way, it is finished by the next run', async () => {
    const ground = await startTwoAccounts();
    await init(ground);
    const predicate = ({ account }: { account: string }) => account === accounts.old;
    ground.sandbox.faults.add({ kind: 'access-denied', operation: 'DeleteRole', predicate });
    const denied = await runCli(['teardown', ...profiles, ...ground.where, '--yes']);
    expect(denied.code).toBe(3);
    expect(denied.stderr).toContain('Not allowed: iam:DeleteRole');
    expect(await everything(ground)).toContain(`old role ${ground.name}`);
    const again = await runCli(['teardown', ...profiles, ...ground.where, '--yes']);
    expect(again.code).toBe(0);
    expect(await everything(ground)).toEqual([]);
    expect(await readdir(ground.folder)).toEqual(['aws-config']);
  });

  test('--leave-old-account takes down the rest and prints the script; a later run takes the other half', async () => {
    const ground = await startTwoAccounts();
    await ground.addUser(...ana);
    await init(ground);
    ground.sandbox.journal.clear();
    const down = await runCli([
      'teardown',
      ...gone,
      ...ground.where,
      '--leave-old-account',
      '--yes',
      '--json',
    ]);
    expect(down.code).toBe(0);
    expect(json(down)).toMatchObject({
      oldAccount: { account: accounts.old, roleName: ground.name, clientName: ground.name },
      users: { notMoved: null },
    });
    expect(String(Object(json(down).oldAccount).script)).toContain(`role=${ground.name}`);
    expect(await everything(ground)).toEqual([`old role ${ground.name}`, `client ${ground.name}`]);
    const calls = ground.sandbox.journal.calls.filter(({ account }) => account === accounts.old);
    expect(calls.filter(({ caller }) => !caller.endsWith(':root'))).toEqual([]);
    await expect(ground.signIn(...ana)).rejects.toThrow();

    const rest = await runCli(['teardown', ...profiles, ...ground.where, '--yes', '--json']);
    expect(rest.code).toBe(0);
    expect(await everything(ground)).toEqual([]);
    expect(await readdir(ground.folder)).toEqual(['aws-config']);
  });

  test.each([true, false])(
    'the script alone is on standard output, unwrapped (a terminal: %s)',
    async (tty) => {
      const ground = await startTwoAccounts();
      await init(ground);
      const words = [...gone, ...ground.where, '--leave-old-account', '--yes'];
      const { code, stdout, stderr } = await runCli(['teardown', ...words], { tty });
      expect(code).toBe(0);
      expect(stdout).toMatch(/^#!\/bin\/sh\n/);
      expect(spawnSync('sh', ['-n'], { input: stdout })).toMatchObject({ status: 0 });
      const line = 'aws iam delete-role-policy --role-name "$role" --policy-name "$policy_name" 2>"$errors"';
      expect(stdout).toContain(`\n  ${line} || failed_but_for NoSuchEntity\n`);
      expect(stdout).not.toContain('still has its half');
      expect(stderr).toContain('still has its half');
    },
  );

  test('with the state file lost it still knows what stays', async () => {
    const ground = await startTwoAccounts();
    await init(ground);
    const elsewhere = ['--state', join(ground.folder, 'none.json'), '--endpoint-url', ground.sandbox.url];
    const script = join(ground.folder, 'rest.sh');
    const words = [...ground.pools, ...elsewhere, '--leave-old-account', '--out', script, '--yes'];
    const { code, stdout } = await runCli(['teardown', ...gone, ...words]);
    expect(code).toBe(0);
    expect(stdout).toContain(`For its administrator:  sh ${script}`);
    expect(await readFile(script, 'utf8')).toContain(`pool=${ground.old.pool}`);
    expect(await everything(ground)).toEqual([`old role ${ground.name}`, `client ${ground.name}`]);
  });

  test('without it, --out has nothing to write, and says so before anything is removed', async () => {
    const ground = await startTwoAccounts();
    await init(ground);
    const script = join(ground.folder, 'rest.sh');
    const { code, stderr } = await runCli(['teardown', ...ground.where, '--out', script, '--yes']);
    expect(code).toBe(0);
    expect(stderr).toContain(`--out ${script}: not written.`);
    expect(stderr.indexOf('not written')).toBeLessThan(stderr.indexOf('removed'));
    await expect(readFile(script)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await everything(ground)).toEqual([]);
  });

  test('is refused where there is only one account', async () => {
    const ground = await startTwoAccounts();
    await init(ground);
    const state = JSON.parse(await readFile(ground.state, 'utf8'));
    state.variables.OLD_USER_POOL_ARN = state.variables.OLD_USER_POOL_ARN.replace(accounts.old, accounts.new);
    await writeFile(ground.state, JSON.stringify(state));
    const { code, stderr } = await runCli([
      'teardown',
      ...gone,
      ...ground.where,
      '--leave-old-account',
      '--yes',
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain(`both pools are in the account ${accounts.new}`);
  });
});

describe('Regions and partitions', () => {
  test('GovCloud: its partition is in every ARN, and both sides work', async () => {
    const regions = { old: 'us-gov-east-1', new: 'us-gov-west-1' };
    const ground = await startTwoAccounts(regions);
    await ground.addUser(...ana);
    const { variables } = json(await init(ground));
    for (const value of Object.values(Object(variables)).map(String))
      if (value.startsWith('arn:')) expect(value).toMatch(/^arn:aws-us-gov:/);
    const inputs = JSON.stringify(ground.sandbox.journal.writes().map(({ input }) => input));
    expect(inputs).not.toMatch(/arn:aws:/);
    await ground.signIn(...ana);
    expect(await ground.statusOf(ana[0])).toBe('CONFIRMED');
  });

  test('two partitions are refused before anything is made', async () => {
    const ground = await startTwoAccounts({ old: 'us-gov-west-1', new: 'us-east-2' });
    const { code, stderr } = await init(ground);
    expect(code).toBe(2);
    expect(stderr).toContain('The old pool is in the partition aws-us-gov, the new one in aws');
    expect(ground.sandbox.journal.writes()).toEqual([]);
  });

  test('a pool in an opt-in Region: the function asks the STS of its own Region', async () => {
    const ground = await startTwoAccounts({ old: 'eu-west-1', new: 'me-south-1' });
    await ground.addUser(...ana);
    await init(ground);
    await ground.signIn(...ana);
    const regions = regionsOfSts(ground);
    expect(regions).toEqual(regions.map(() => 'me-south-1'));
    expect(regions.length).toBeGreaterThan(0);
    const { Environment } = await ground.new.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: ground.name }),
    );
    expect(Environment?.Variables).toMatchObject({ OLD_USER_POOL_REGION: 'eu-west-1' });
  });

  test("the old account has not enabled the new pool's Region: the function asks the old pool's", async () => {
    const ground = await startTwoAccounts({ old: 'eu-west-1', new: 'me-south-1' });
    disabledRegions(ground.sandbox.world, accounts.old).add('me-south-1');
    await ground.addUser(...ana);
    expect((await init(ground)).code).toBe(0);
    await ground.signIn(...ana);
    expect(await ground.statusOf(ana[0])).toBe('CONFIRMED');
    expect(regionsOfSts(ground)).toEqual(['me-south-1', 'eu-west-1']);
  });

  test('the old account issues credentials in none of them: the probe says who can change that', async () => {
    const ground = await startTwoAccounts({ old: 'eu-west-1', new: 'me-south-1' });
    const { world, faults } = ground.sandbox;
    faults.onCall('before', ({ operation }) => {
      if (operation !== 'Invoke') return;
      for (const region of ['me-south-1', 'eu-west-1', 'us-east-1'])
        disabledRegions(world, accounts.old).add(region);
    });
    const { code, stderr } = await init(ground);
    expect(code).toBe(8);
    expect(stderr).toContain('issues no credentials in any of the tried Regions (RegionDisabledException)');
    expect(stderr).toContain('Its administrator activates STS');
  });

  test("an account that has not enabled the old pool's Region enters it by an STS that knows its keys", async () => {
    const ground = await startTwoAccounts({ old: 'me-south-1', new: 'us-east-2' });
    disabledRegions(ground.sandbox.world, accounts.new).add('me-south-1');
    await ground.addUser(...ana);
    const access = ['--profile', 'new', '--old-role-to-assume', await operator(ground)];
    const words = [...ground.pools, ...ground.where, '--all-new-clients', '--yes'];
    expect((await runCli(['init', ...access, ...words])).code).toBe(0);
    await ground.signIn(...ana);
    expect(regionsOfSts(ground)).toEqual(['me-south-1', 'us-east-1', 'us-east-2']);
  });

  test('a pool of a China Region is refused without asking AWS', async () => {
    const ground = await startTwoAccounts();
    const { code, stderr } = await init(ground, '--new-user-pool-id', 'cn-northwest-1_AbCdEfGhI');
    expect(code).toBe(2);
    expect(stderr).toContain('AWS does not offer Cognito user pools in its China Regions');
    expect(ground.sandbox.journal.calls).toEqual([]);
  });
});
