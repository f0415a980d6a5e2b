/** `unmark`: takes back for one user what `--move-once` did. */
import {
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { screen } from '@inquirer/testing/vitest';
import { expect, test, vi } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { closeSignUp } from '../support/installed-function.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { type CliResult, fakeIo, json, runCli } from '../support/run-cli.ts';

async function installed(how: 'disable' | 'mark'): Promise<LocalAws> {
  const aws = await startLocalAws();
  closeSignUp(aws, true);
  const words = ['--new-client-id', aws.clients.web, '--yes', '--add-old-sub', '--move-once', how];
  const made = await runCli(aws.init(...words));
  expect(made.code, made.stderr).toBe(0);
  return aws;
}

const marked = (aws: LocalAws, to = aws.newPool) =>
  aws.sdk.idp.send(
    new AdminUpdateUserAttributesCommand({
      UserPoolId: aws.oldPool,
      Username: aws.user.username,
      UserAttributes: [
        { Name: 'custom:moved_at', Value: '2026-01-01T00:00:00.000Z' },
        { Name: 'custom:moved_to', Value: to },
      ],
    }),
  );

const disabled = (aws: LocalAws) =>
  aws.sdk.idp.send(new AdminDisableUserCommand({ UserPoolId: aws.oldPool, Username: aws.user.username }));

async function stateOf({ sdk, oldPool, user }: LocalAws) {
  const { Enabled, UserAttributes = [] } = await sdk.idp.send(
    new AdminGetUserCommand({ UserPoolId: oldPool, Username: user.username }),
  );
  return { Enabled, marks: UserAttributes.filter(({ Name }) => Name?.startsWith('custom:moved_')) };
}

function unmark(aws: LocalAws, name: string, ...more: string[]): Promise<CliResult> {
  const io = fakeIo();
  io.stdin.end(`${name}\n`);
  return runCli(['unmark', '--username-stdin', ...aws.where, ...more], io);
}

test.each([
  ['mark', marked, 'delete-mark'],
  ['disable', disabled, 'enable'],
] as const)('%s is taken back, once, and no output names the user', async (how, close, action) => {
  const aws = await installed(how);
  await close(aws);
  const done = await unmark(aws, aws.user.username, '--yes', '--json');
  expect(done.code, done.stderr).toBe(0);
  expect(json(done)).toMatchObject({ ok: true, command: 'unmark', action, changed: true });
  expect(await stateOf(aws)).toEqual({ Enabled: true, marks: [] });
  const again = await unmark(aws, aws.user.username, '--yes', '--verbose');
  expect(again.stdout).toContain('Nothing to take back');
  for (const text of [done.stdout, done.stderr, again.stdout, again.stderr])
    expect(text).not.toContain(aws.user.username);
});

test('a mark of another pool stays', async () => {
  const aws = await installed('mark');
  await marked(aws, 'eu-west-1_Another1');
  expect(json(await unmark(aws, aws.user.username, '--yes', '--json'))).toMatchObject({ changed: false });
  expect((await stateOf(aws)).marks).toHaveLength(2);
});

test('a user whom somebody disabled stays disabled if this migration only marks', async () => {
  const aws = await installed('mark');
  await disabled(aws);
  const found = await unmark(aws, aws.user.username, '--yes', '--json');
  expect(json(found)).toMatchObject({ action: 'none', changed: false });
  const { stdout } = await unmark(aws, aws.user.username, '--yes');
  expect(stdout).toContain('somebody else has disabled the user');
  await marked(aws);
  expect((await unmark(aws, aws.user.username, '--yes')).stdout).toMatch(
    /The mark is deleted\.\s+legacy-users still refuses them/,
  );
  expect(await stateOf(aws)).toEqual({ Enabled: false, marks: [] });
});

test.each([
  ['without --yes', 'ana@example.com', [], exitCodes.usage.code, 'MISSING_INPUT'],
  [
    'for a name that the old pool lacks',
    'nobody@example.com',
    ['--yes'],
    exitCodes.refused.code,
    'NO_SUCH_USER',
  ],
  ['for an empty name', '', ['--yes'], exitCodes.usage.code, 'BAD_INPUT'],
  ['for a name that is too long', 'x'.repeat(2000), ['--yes'], exitCodes.usage.code, 'BAD_INPUT'],
])('changes nothing %s', async (_, name, flags, code, error) => {
  const aws = await installed('disable');
  await disabled(aws);
  const refused = await unmark(aws, name, '--json', ...flags);
  expect(refused.code, refused.stdout).toBe(code);
  expect(json(refused)).toMatchObject({ error: { code: error } });
  expect((await stateOf(aws)).Enabled).toBe(false);
});

test('where nobody can be asked, the name must come from standard input', async () => {
  const aws = await installed('disable');
  const refused = await runCli(['unmark', ...aws.where, '--yes']);
  expect(refused).toMatchObject({
    code: exitCodes.usage.code,
    stderr: expect.stringContaining('--username-stdin'),
  });
});

test('it asks for the name, and again before it changes anything', async () => {
  const aws = await installed('disable');
  await disabled(aws);
  const asked = async (answer: string): Promise<CliResult> => {
    const run = runCli(['unmark', ...aws.where], fakeIo({ tty: true, env: { TERM: 'xterm' } }));
    await vi.waitFor(() => expect(screen.getScreen()).toContain('Which user?'), { timeout: 20_000 });
    screen.type(aws.user.username);
    screen.keypress('enter');
    await vi.waitFor(() => expect(screen.getScreen()).toContain('Enable the user'), { timeout: 20_000 });
    screen.type(answer);
    screen.keypress('enter');
    return run;
  };
  expect((await asked('n')).code).toBe(exitCodes.cancelled.code);
  expect((await stateOf(aws)).Enabled).toBe(false);
  expect((await asked('y')).code).toBe(0);
  expect((await stateOf(aws)).Enabled).toBe(true);
});
