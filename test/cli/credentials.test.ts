/** Without credentials: which of the person's own settings gives none, and what to do. Never a bug, never a secret. */
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { screen } from '@inquirer/testing/vitest';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type CliResult, fakeIo, json, runCli } from '../support/run-cli.ts';
import { tempFolder } from '../support/temp.ts';

const role = 'arn:aws:iam::111122223333:role/x';
const config = (program: string): string => `
[profile process]
credential_process = "${program}" --token verysecret
[profile url]
credential_process = "${program}" "https://ana:verysecret@vault.example.com/x"
[profile no-process]
credential_process = /no/such/program --token verysecret
[profile no-json]
credential_process = echo hello verysecret
[profile no-source]
role_arn = ${role}
source_profile = gone
[profile token-file]
role_arn = ${role}
web_identity_token_file = /no/such/token
[profile sso]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Dev
[profile old-sso]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
sso_account_id = 111122223333
sso_role_name = Dev
[sso-session corp]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
[profile via-sso]
role_arn = ${role}
source_profile = sso
[profile signed-in]
login_session = arn:aws:iam::111122223333:user/ana
[profile empty]
output = json
`;

let folder: string;

beforeEach(async () => {
  folder = await tempFolder();
  const program = join(folder, 'program.sh');
  // The third word of its command line, or the password inside of the URL that is the second.
  const lines = [
    '#!/bin/sh',
    'word=$2',
    'test -n "$word" || word=$(echo "$1" | sed "s/.*:\\(.*\\)@.*/\\1/")',
    'echo "the vault is sealed (tried $0 $word)" >&2',
  ];
  await writeFile(program, [...lines, 'exit 4', ''].join('\n'));
  await chmod(program, 0o755);
  await writeFile(join(folder, 'config'), config(program));
  await mkdir(join(folder, 'directory'));
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION', 'AWS_PROFILE'])
    vi.stubEnv(name, undefined);
  vi.stubEnv('HOME', folder);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', undefined);
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const pools = ['--old-user-pool-id', 'eu-west-1_AAAAAAAAA', '--new-user-pool-id', 'eu-west-1_BBBBBBBBB'];

/** A command that needs credentials; whatever it is, it ends with 3, a cause, and no secret. */
async function refused(...more: string[]): Promise<CliResult & { readonly flat: string }> {
  const argv = [
    'plan',
    ...pools,
    '--state',
    join(folder, 'state.json'),
    '--endpoint-url',
    'http://127.0.0.1:9',
    ...more,
  ];
  const result = await runCli(argv);
  expect(result.code).toBe(3);
  expect(result.stderr + result.stdout).not.toMatch(
    /verysecret|program\.sh|Could not load credentials from any providers|@aws-sdk/,
  );
  return { ...result, flat: result.stderr.replace(/\s+/g, ' ') };
}

describe('by profile', () => {
  test.each<[profile: string, words: RegExp]>([
    ['process', /The credential_process of the profile process failed: the vault is sealed \(tried … …\)/],
    ['url', /The credential_process of the profile url failed: the vault is sealed \(tried … …\)/],
    ['no-process', /The credential_process of the profile no-process failed: .*not found/],
    ['no-json', /The credential_process of the profile no-json failed: returned invalid JSON/],
    [
      'no-source',
      /The profile no-source takes its credentials from the source_profile gone, which does not exist/,
    ],
    ['token-file', /web_identity_token_file names a file that does not exist: \/no\/such\/token/],
    ['sso', /SSO session has expired or was never started.* aws sso login --profile sso starts/],
    ['old-sso', /aws sso login --profile old-sso starts/],
    ['via-sso', /aws sso login --profile sso starts/],
    ['signed-in', /The session of the profile signed-in has expired.* aws login --profile signed-in starts/],
    ['empty', /The profile empty gives no credentials/],
    ['unknown', /The profile unknown gives no credentials: there is no profile of that name/],
  ])('%s, by flag and by AWS_PROFILE', async (profile, words) => {
    expect((await refused('--profile', profile)).flat).toMatch(words);
    vi.stubEnv('AWS_PROFILE', profile);
    expect((await refused()).flat).toMatch(words);
    const { error } = json(await refused('--json'));
    expect(error).toMatchObject({
      exitCode: 3,
      code: expect.stringMatching(/^(NO_CREDENTIALS|SSO_EXPIRED)$/),
    });
  });

  test('the profiles that there are, are listed beside one that is mistyped', async () => {
    vi.stubEnv('AWS_PROFILE', 'emtpy');
    const { flat } = await refused();
    expect(flat).toContain('The AWS configuration files have: empty');
    expect(flat).toContain('AWS_PROFILE');
  });
});

describe('by file', () => {
  const missing = '/no/such/token';
  test.each<[setting: string, more: Record<string, string>]>([
    ['AWS_WEB_IDENTITY_TOKEN_FILE', { AWS_ROLE_ARN: role }],
    ['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9/' }],
    ['AWS_SHARED_CREDENTIALS_FILE', {}],
    ['AWS_CONFIG_FILE', {}],
  ])('%s: missing, or a directory', async (setting, more) => {
    for (const [name, value] of Object.entries(more)) vi.stubEnv(name, value);
    vi.stubEnv(setting, missing);
    expect((await refused()).flat).toContain(`${setting} names a file that does not exist: ${missing}`);
    vi.stubEnv(setting, join(folder, 'directory'));
    expect((await refused()).flat).toContain(`${setting} is a directory instead of a file`);
  });
});

describe('the wizard, before its first question', () => {
  test('says that there are no credentials', async () => {
    const fake = fakeIo({ tty: true, env: { TERM: 'xterm' } });
    const { code, stderr } = await runCli(['init', '--state', join(folder, 'state.json')], fake);
    expect(code).toBe(3);
    expect(stderr).toContain('No AWS credentials found');
    expect(stderr).not.toContain('Old user pool');
  });

  test('says that there is no Region', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', '111122223333');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
    const fake = fakeIo({ tty: true, env: { TERM: 'xterm' } });
    const run = runCli(['init', '--state', join(folder, 'state.json')], fake);
    await vi.waitFor(() => expect(screen.getScreen()).toMatch(/Old user pool .*its ID/), { timeout: 15_000 });
    expect(fake.err()).toContain('No Region is set');
    expect(fake.err()).toContain('AWS_REGION');
    screen.keypress({ name: 'c', ctrl: true });
    expect((await run).code).toBe(130);
  });
});
