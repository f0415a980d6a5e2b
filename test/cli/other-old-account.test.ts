/** The old pool is not found with these credentials: that is no reason to believe that it is gone. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { DeleteUserPoolCommand, ListUserPoolClientsCommand } from '@aws-sdk/client-cognito-identity-provider';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startLocalAws } from '../support/local-aws.ts';
import { type CliResult, json, runCli } from '../support/run-cli.ts';
import { accounts, profiles, startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

async function installed(): Promise<TwoAccounts> {
  const aws = await startTwoAccounts();
  const words = [...profiles, ...aws.pools, ...aws.where, '--all-new-clients', '--yes'];
  expect((await runCli(['init', ...words])).code).toBe(0);
  aws.sandbox.journal.clear();
  return aws;
}

/** The same flags with a state file that is not there. */
const lost = ({ folder, sandbox, pools }: TwoAccounts): string[] => [
  ...pools,
  ...['--state', join(folder, 'lost.json'), '--endpoint-url', sandbox.url],
];

function expectRefused({ code, stderr }: CliResult, { sandbox }: TwoAccounts, found: string): void {
  expect(code).toBe(2);
  expect(stderr).toContain(`is in account ${accounts.old}`);
  expect(stderr).toContain(`account ${found}`);
  expect(stderr).toContain('--old-profile NAME');
  expect(stderr).toContain('--leave-old-account');
  expect(sandbox.journal.writes()).toEqual([]);
}

describe('the state file is lost, and the function still says where the old pool is', () => {
  test.each(['teardown', 'status'])('%s without a way into that account is refused', async (command) => {
    const aws = await installed();
    const yes = command === 'teardown' ? ['--yes'] : [];
    expectRefused(await runCli([command, '--profile', 'new', ...lost(aws), ...yes]), aws, accounts.new);
    await expect(access(join(aws.folder, 'lost.json'))).rejects.toThrow('ENOENT');
  });

  test('with what a handoff gave, teardown takes down this side and prints the script for the other', async () => {
    const aws = await installed();
    const env = json(await runCli(['env', '--state', aws.state, '--json']));
    const { OLD_ROLE_ARN, OLD_EXTERNAL_ID, OLD_CLIENT_ID } = env;
    const outputs = ['--old-role-arn', `${OLD_ROLE_ARN}`, '--old-external-id', `${OLD_EXTERNAL_ID}`];
    const words = [...lost(aws), ...outputs, '--old-client-id', `${OLD_CLIENT_ID}`, '--yes'];
    const { code, stderr } = await runCli(['teardown', '--profile', 'new', ...words]);
    expect(code).toBe(0);
    expect(stderr).toContain(`The old pool's account ${accounts.old} still has its half`);
  });

  test('--leave-old-account names the account that its script is for', async () => {
    const aws = await installed();
    const words = [...lost(aws), '--leave-old-account', '--yes', '--json'];
    const down = await runCli(['teardown', '--profile', 'new', ...words]);
    expect(down.code).toBe(0);
    expect(json(down)).toMatchObject({ oldAccount: { account: accounts.old } });
  });

  test('--leave-old-account is refused where there is one account only', async () => {
    const aws = await startLocalAws();
    expect((await runCli(aws.init('--all-new-clients', '--yes'))).code).toBe(0);
    aws.sandbox.journal.clear();
    const pools = ['--old-user-pool-id', aws.oldPool, '--new-user-pool-id', aws.newPool];
    const where = ['--state', join(aws.folder, 'lost.json'), '--endpoint-url', aws.sandbox.url];
    const { code, stderr } = await runCli(['teardown', ...pools, ...where, '--leave-old-account', '--yes']);
    expect(code).toBe(2);
    expect(stderr).toContain('both pools are in the account 111122223333');
    expect(aws.sandbox.journal.writes()).toEqual([]);
  });
});

describe('a profile for a third account', () => {
  const wrong = ['--profile', 'new', '--old-profile', 'third'];

  test.each(['teardown', 'status'])('%s is refused, and the state file is kept', async (command) => {
    const aws = await installed();
    const yes = command === 'teardown' ? ['--yes'] : [];
    const ended = await runCli([command, ...wrong, ...aws.where, ...yes]);
    expectRefused(ended, aws, accounts.third);
    expect(ended.stderr).toContain(`--old-profile third is for account ${accounts.third}`);
    const again = await runCli(['teardown', ...profiles, ...aws.where, '--yes', '--json']);
    expect(json(again)).toMatchObject({ ok: true, changes: 10 });
  });

  test.each(['its state file', 'the function'])(
    'init says whose profile it is, and where %s says that the pool is',
    async (source) => {
      const aws = await installed();
      const where = source === 'the function' ? lost(aws) : aws.where;
      const { code, stderr } = await runCli(['init', ...wrong, ...where, '--all-new-clients', '--yes']);
      expect(code).toBe(2);
      expect(stderr).toContain(`--old-profile third  is for account ${accounts.third}`);
      expect(stderr).toContain(`This migration's old pool is in account ${accounts.old}.`);
      expect(stderr).not.toContain('--old-profile NAME');
      expect(aws.sandbox.journal.writes()).toEqual([]);
    },
  );
});

describe('a pool that is really gone', () => {
  test.each(['known', 'lost'])('is torn down in its own account, its state file %s', async (file) => {
    const aws = await installed();
    await aws.old.idp.send(new DeleteUserPoolCommand({ UserPoolId: aws.old.pool }));
    const where = file === 'lost' ? lost(aws) : aws.where;
    const { code, stdout } = await runCli(['teardown', ...profiles, ...where, '--yes']);
    expect(code).toBe(0);
    expect(stdout).toContain('Nothing of this migration is left.');
    for (const { iam, lambda } of [aws.old, aws.new]) {
      expect((await iam.send(new ListRolesCommand({}))).Roles).toEqual([]);
      expect((await lambda.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
    }
  });

  test('is torn down in the only account without its state file', async () => {
    const aws = await startLocalAws();
    expect((await runCli(aws.init('--all-new-clients', '--yes'))).code).toBe(0);
    const { idp, iam } = aws.sdk;
    const listed = await idp.send(new ListUserPoolClientsCommand({ UserPoolId: aws.oldPool }));
    expect(listed.UserPoolClients).toHaveLength(1);
    await idp.send(new DeleteUserPoolCommand({ UserPoolId: aws.oldPool }));
    const pools = ['--old-user-pool-id', aws.oldPool, '--new-user-pool-id', aws.newPool];
    const where = ['--state', join(aws.folder, 'lost.json'), '--endpoint-url', aws.sandbox.url];
    expect((await runCli(['teardown', ...pools, ...where, '--yes'])).code).toBe(0);
    expect((await iam.send(new ListRolesCommand({}))).Roles).toEqual([]);
  });
});
