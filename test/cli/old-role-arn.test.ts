import { afterEach, describe, expect, test, vi } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { accounts, startTwoAccounts } from '../support/two-accounts.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('--old-role-arn', () => {
  const outputs = (arn: string) => [
    '--old-role-arn',
    arn,
    ...['--old-external-id', 'agreed-on', '--old-client-id', 'abc'],
  ];

  test.each(['init', 'plan'])('%s refuses a role of the new account', async (command) => {
    const ground = await startTwoAccounts();
    const arn = `arn:aws:iam::${accounts.new}:role/x`;
    const words = ['--profile', 'new', ...ground.pools, ...ground.where, ...outputs(arn)];
    const { code, stderr } = await runCli([command, ...words, ...(command === 'init' ? ['--yes'] : [])]);
    expect(code).toBe(2);
    expect(stderr).toContain(`--old-role-arn: ${arn} is in the new pool's own account`);
    expect(ground.sandbox.journal.writes()).toEqual([]);
  });

  test.each(['--old-role-arn', '--old-role-to-assume', '--role-arn'])('%s takes roles only', async (flag) => {
    const arn = `arn:aws:lambda:eu-west-1:${accounts.old}:function:x`;
    const { code, stderr } = await runCli(['plan', flag, arn]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${flag}: a role's ARN looks like arn:aws:iam::111122223333:role/name`);
  });
});
