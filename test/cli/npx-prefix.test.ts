/** What a person copies from the screen must run as it stands there. */
import { expect, test } from 'vitest';
import { withNpxPrefix } from '../../src/cli/terminal/style.ts';
import { startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';

const npx = { npm_command: 'exec' };

test('whoever came through npx reads commands with npx, and so that they fit', async () => {
  const aws = await startLocalAws();
  const status = ['status', ...aws.init().slice(1)];
  expect((await runCli(status)).stdout).toContain('install: cognito-migrate init');
  expect((await runCli(status, { env: npx })).stdout).toContain('install: npx cognito-migrate init');
  const refused = await runCli(['logs', ...aws.where, '--new-user-pool-id', aws.newPool], { env: npx });
  expect(refused.stderr).toContain('To set one up:  npx cognito-migrate init\n');
});

test('scripts read the same whatever it was called with', async () => {
  const aws = await startLocalAws();
  const words = ['logs', ...aws.where, '--new-user-pool-id', aws.newPool, '--json'];
  expect(json(await runCli(words, { env: npx }))).toEqual(json(await runCli(words)));
});

test('names of things, sentences about the program and commands with npx stay as they are', () => {
  const texts = [
    'role  cognito-migrate-us-east-2_XyZ',
    'cognito-migrate 1.0.0 · account 111122223333',
    'a newer cognito-migrate (format 2)',
    'npx cognito-migrate init --yes',
    'npx cognito-migrate@latest',
    'cognito-migrate initially',
  ];
  for (const text of texts) expect(withNpxPrefix(text, npx)).toBe(text);
  expect(withNpxPrefix('cognito-migrate init', {})).toBe('cognito-migrate init');
});
