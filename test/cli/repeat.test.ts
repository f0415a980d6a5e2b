/** The command that repeats a run without its questions. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { type Resolved, resolve } from '../../src/cli/inputs/resolve.ts';
import { repeatCommand } from '../../src/cli/wizard/repeat.ts';

const given = (flags: Record<string, unknown>): Resolved =>
  resolve(Object.keys(flags).filter(isName), { flags, env: {} });
const names = [
  'ALL_NEW_CLIENTS',
  'ENDPOINT_URL',
  'FIND_BY',
  'MAP',
  'PROFILE',
  'SET',
  'STATE',
  'YES',
] as const;
const isName = (word: string): word is (typeof names)[number] => names.some((name) => name === word);

test('has every flag that was given, one for each answer, and no switch of one run', () => {
  const flags = given({ PROFILE: 'prod', ALL_NEW_CLIENTS: true, YES: true, STATE: 'a.json' });
  const answers = { OLD_USER_POOL_ID: 'eu-west-1_a', NEW_CLIENT_IDS: ['a1', 'b2'], MFA: 'reset' } as const;
  expect(repeatCommand('init', flags, answers)).toBe(
    'cognito-migrate init --old-user-pool-id eu-west-1_a --new-client-id a1 --new-client-id b2 --all-new-clients --mfa reset --profile prod --state a.json',
  );
});

test('repeats what was taken back, and neither defaults nor the environment', () => {
  const flags = resolve(['FIND_BY', 'MFA', 'PROFILE'], {
    flags: { FIND_BY: 'none' },
    env: { COGNITO_MIGRATE_PROFILE: 'prod' },
  });
  expect(repeatCommand('init', flags, {})).toBe('cognito-migrate init --find-by none');
});

test('a URL with a password is left out', () => {
  const flags = given({ ENDPOINT_URL: 'http://ana:secret@127.0.0.1:1' });
  expect(repeatCommand('init', flags, {})).toBe('cognito-migrate init');
});

test('a shell passes every value on unchanged', async () => {
  const odd = `it's $(touch ran) "b" \\ ; c`;
  const command = repeatCommand('init', given({ PROFILE: odd }), { SET: { locale: odd } });
  const script = `set -- ${command}; printf '%s\\n' "$@"`;
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', script]);
  expect(stdout.trimEnd().split('\n')).toEqual([
    'cognito-migrate',
    'init',
    '--set',
    `locale=${odd}`,
    '--profile',
    odd,
  ]);
});
