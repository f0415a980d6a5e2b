/** `--map username=email` and `--find-by` across accounts: the old account's half lets the function look for users. */
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, expect, test, vi } from 'vitest';
import { given } from '../support/errors.ts';
import { runCli } from '../support/run-cli.ts';
import { startTwoAccounts } from '../support/two-accounts.ts';
import { handoff, textOf } from './handoff-support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('handoff writes the permission down, and says what it is for', async () => {
  const ground = await startTwoAccounts();
  const result = await handoff(ground, '--map', 'username=email');
  expect(result.code).toBe(0);
  expect(result.stdout).toContain('--map username=email'); // of the init that follows
  for (const file of [['make.sh'], ['README.md']])
    expect(await textOf(ground, ...file)).toContain('cognito-idp:ListUsers');
  const readme = await textOf(ground, 'README.md');
  expect(readme).toContain('three permissions');
  expect(readme).not.toContain('delete, or list users');
});

test('with --find-by it gives another reason', async () => {
  const ground = await startTwoAccounts();
  const result = await handoff(ground, '--find-by', 'email');
  expect(result.code).toBe(0);
  expect(result.stdout).toContain('--find-by email'); // of the init that follows
  expect(await textOf(ground, 'make.sh')).toContain('cognito-idp:ListUsers');
  expect(await textOf(ground, 'README.md')).toContain(
    'find the one user who has verified an address: `--find-by email`',
  );
});

test('and not without the rule', async () => {
  const ground = await startTwoAccounts();
  expect((await handoff(ground)).code).toBe(0);
  for (const file of [['make.sh'], ['README.md']])
    expect(await textOf(ground, ...file)).not.toContain('cognito-idp:ListUsers');
  expect(await textOf(ground, 'README.md')).toContain('delete, or list users');
});

test('init with access to both accounts: a user moves by the username', async () => {
  const ground = await startTwoAccounts();
  const { idp } = ground.old;
  const { UserPool } = await idp.send(
    new CreateUserPoolCommand({
      PoolName: 'named',
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    }),
  );
  const user = { UserPoolId: given(UserPool?.Id), Username: 'dora@example.com' };
  await idp.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }));
  const Password = 'Old-password-of-dora-1';
  await idp.send(new AdminSetUserPasswordCommand({ ...user, Password, Permanent: true }));
  const init = await runCli([
    ...[
      'init',
      '--old-user-pool-id',
      user.UserPoolId,
      '--new-user-pool-id',
      ground.new.pool,
      ...ground.where,
    ],
    ...['--profile', 'new', '--old-profile', 'old', '--new-client-id', ground.new.client],
    ...['--map', 'username=email', '--yes'],
  ]);
  expect([init.code, init.stderr]).toEqual([0, expect.stringContaining('ListUsers on named only')]);
  await ground.signIn(user.Username, Password);
  expect(await ground.statusOf(user.Username)).toBe('CONFIRMED');
});
