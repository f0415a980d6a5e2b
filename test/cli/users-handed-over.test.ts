/** `users` after a handoff: no command reads the old pool there, unless the operator names the access. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AdminCreateUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, expect, test, vi } from 'vitest';
import { json, runCli } from '../support/run-cli.ts';
import { accounts, profiles, startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts';
import { statesOf } from './users-support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Ana has moved, Bert has not. Returns the words of someone who has only the outputs of the handoff. */
async function handedOver(): Promise<{ readonly aws: TwoAccounts; readonly words: readonly string[] }> {
  const aws = await startTwoAccounts();
  await aws.addUser('ana@example.com', 'Old-password-of-ana-1');
  await aws.addUser('bert@example.com', 'Old-password-of-bert-1');
  const made = await runCli([
    'init',
    ...profiles,
    ...aws.pools,
    ...aws.where,
    ...['--all-new-clients', '--yes', '--json'],
  ]);
  expect(made.code, made.stderr).toBe(0);
  await aws.new.idp.send(
    new AdminCreateUserCommand({
      UserPoolId: aws.new.pool,
      Username: 'ana@example.com',
      MessageAction: 'SUPPRESS',
    }),
  );
  const { OLD_ROLE_ARN, OLD_EXTERNAL_ID, OLD_CLIENT_ID } = Object(json(made).variables);
  aws.sandbox.journal.clear();
  const outputs = ['--old-role-arn', OLD_ROLE_ARN, '--old-external-id', OLD_EXTERNAL_ID];
  const where = [...aws.where.slice(2), '--state', join(aws.folder, 'other.json')];
  const words = ['--profile', 'new', ...aws.pools, ...where, ...outputs, '--old-client-id', OLD_CLIENT_ID];
  return { aws, words };
}

test('with --old-profile, everyone is counted, by the name of the old pool', async () => {
  const { aws, words } = await handedOver();
  const result = await runCli(['users', ...words, '--old-profile', 'old', '--json']);
  expect(result.code, result.stderr).toBe(0);
  const document = json(result);
  expect(statesOf(document)).toEqual({ moved: 1, waiting: 1 });
  expect(document).toMatchObject({
    installed: true,
    complete: true,
    oldUserPool: { id: aws.old.pool, name: 'legacy-users' },
    newUserPool: { id: aws.new.pool, name: 'customers' },
  });
  const listed = aws.sandbox.journal.calls.filter(({ operation }) => operation === 'ListUsers');
  expect(listed.map(({ account }) => account)).toEqual([accounts.new, accounts.old]);
});

test('with --old-profile, --mfa and --out reach the old account too', async () => {
  const { aws, words } = await handedOver();
  const file = join(aws.folder, 'waiting.csv');
  const more = ['--old-profile', 'old', '--mfa', '--only', 'waiting', '--out', file];
  const { code, stdout, stderr } = await runCli(['users', ...words, ...more]);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('legacy-users → customers');
  expect(await readFile(file, 'utf8')).toContain('bert@example.com');
  expect(await readFile(file, 'utf8')).not.toContain('ana@example.com');
});

test('without access, it names both flags, and asks the old account nothing', async () => {
  const { aws, words } = await handedOver();
  const result = await runCli(['users', ...words, '--json']);
  expect(result.code).toBe(2);
  expect(json(result).error).toMatchObject({
    code: 'MISSING_INPUT',
    expected: ['--old-profile', '--old-role-to-assume'],
  });
  expect(aws.sandbox.journal.calls.filter(({ account }) => account === accounts.old)).toEqual([]);
});

test('with the profile of another account, it says where it looked', async () => {
  const { words } = await handedOver();
  const result = await runCli(['users', ...words, '--old-profile', 'third']);
  expect(result.code).toBe(2);
  expect(result.stderr).toContain(accounts.third);
});
