/** `--map username=email` across accounts: the old account's half lets the function look for other users. */
import { afterEach, expect, test, vi } from 'vitest';
import { startTwoAccounts } from '../support/two-accounts.ts';
import { handoff, textOf } from './handoff-support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('handoff writes the permission down, and says what it is for', async () => {
  const ground = await startTwoAccounts();
  const result = await handoff(ground, '--map', 'username=email');
  expect(result.code).toBe(0);
  expect(result.out).toContain('--map username=email'); // of the init that follows
  for (const file of [['make.sh'], ['README.md']])
    expect(await textOf(ground, ...file)).toContain('cognito-idp:ListUsers');
  const readme = await textOf(ground, 'README.md');
  expect(readme).toContain('three things');
  expect(readme).not.toContain('delete or list users');
});

test('and not without the rule', async () => {
  const ground = await startTwoAccounts();
  expect((await handoff(ground)).code).toBe(0);
  for (const file of [['make.sh'], ['README.md']])
    expect(await textOf(ground, ...file)).not.toContain('cognito-idp:ListUsers');
  expect(await textOf(ground, 'README.md')).toContain('delete or list users');
});
