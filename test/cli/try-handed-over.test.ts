/** `try --for-real` without access to the old pool: nothing is known to compare with, so nothing differs. */
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { json, runCli } from '../support/run-cli.ts';
import { profiles, startTwoAccounts } from '../support/two-accounts.ts';
import { piping } from './try-support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('after a handoff the new user stands alone', async () => {
  const ground = await startTwoAccounts();
  const [ana, bert] = [
    { name: 'ana@example.com', password: 'Old-password-of-ana-1' },
    { name: 'bert@example.com', password: 'Old-password-of-bert-1' },
  ];
  for (const { name, password } of [ana, bert]) await ground.addUser(name, password);
  const made = await runCli([
    'init',
    ...profiles,
    ...ground.pools,
    ...ground.where,
    ...['--all-new-clients', '--yes', '--json'],
  ]);
  expect(made.code).toBe(0);
  const { OLD_ROLE_ARN, OLD_EXTERNAL_ID, OLD_CLIENT_ID } = Object(json(made).variables);
  // Someone who has the three outputs, and a profile for the new account only.
  const handedOver = [
    ...['--profile', 'new', ...ground.pools, ...ground.where.slice(2)],
    ...['--state', join(ground.folder, 'other.json'), '--client-id', ground.new.client],
    ...[
      '--old-role-arn',
      OLD_ROLE_ARN,
      '--old-external-id',
      OLD_EXTERNAL_ID,
      '--old-client-id',
      OLD_CLIENT_ID,
    ],
  ];
  const attempt = ({ name, password }: typeof ana, ...more: string[]) =>
    runCli(
      ['try', ...handedOver, '--username', name, '--password-stdin', '--for-real', ...more],
      piping(password),
    );

  const text = await attempt(ana);
  expect(text.code).toBe(0);
  expect(text.stdout).toContain('In the new pool (no access to the old one, so no comparison)');
  expect(text.stdout).toMatch(/email +ana@example\.com/);
  expect(text.stdout).not.toContain('≠');

  const document = json(await attempt(bert, '--json'));
  expect(document.comparison).toContainEqual({ name: 'email', new: 'bert@example.com' });
});
