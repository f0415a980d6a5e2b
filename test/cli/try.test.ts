/** What `try` says about users of all kinds, and what it leaves alone. */
import {
  AdminDisableUserCommand,
  AdminResetUserPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DeleteFunctionCommand, UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { given } from '../support/errors.ts';
import { startLocalAws } from '../support/local-aws.ts';
import { fakeIo, json, runCli } from '../support/run-cli.ts';
import { piping, startTry } from './try-support.ts';

describe('a rehearsal', () => {
  test('says that the user would move, with which attributes, and creates nobody', async () => {
    const aws = await startTry();
    const { username, password } = aws.user;
    const result = await aws.attempt(username, `${password}\n`);
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(/✔ rehearsal +would move, with the password +\[password-proven\] +\d+ ms/);
    expect(result.stdout).toMatch(/Attributes that would be written\n +email +ana@example\.com\n/);
    expect(result.stdout).toContain('cognito-migrate try --username ana@example.com --for-real');
    expect(await aws.moved()).toEqual([]);
    expect(aws.sandbox.journal.writes()).toEqual([]);
  });

  test.each([
    ['ana@example.com ', 'it ends with a space: ana@example.com␣'],
    [' ana@example.com', 'it begins with a space: ␣ana@example.com'],
    ['ana maria', 'it has a space in it: ana␣maria'],
    ['ana\u00a0', 'it ends with a space: ana<U+00A0>'],
    ['ana\u0007', 'a character in it that names cannot have: ana<U+0007>'],
    ['a'.repeat(129), 'it has 129 characters, and a name has at most 128'],
  ])('says that no user can have the name %j, and points at the place', async (username, words) => {
    const aws = await startTry();
    const result = await aws.attempt(username, aws.user.password, '--json');
    expect(result.code).toBe(8);
    expect(json(result)).toMatchObject({
      works: false,
      rehearsal: { outcome: 'untouched', reason: 'impossible-name' },
      explanation: { means: expect.stringContaining(words) },
    });
    expect(result.stderr).not.toMatch(/does not run|repairs/);
    expect(aws.sandbox.journal.names()).not.toContain('lambda:Invoke');
  });

  test('offers the name without the space, and says so on the screen', async () => {
    const aws = await startTry();
    const result = await aws.attempt('ana@example.com ', aws.user.password);
    expect(result.stdout).toContain('no user can have that name: it ends with a space: ana@example.com␣');
    expect(result.stdout).toContain('cognito-migrate try --username ana@example.com\n');
  });

  test('says that no user can have a password of 300 characters', async () => {
    const aws = await startTry();
    const result = await aws.attempt(aws.user.username, 'p'.repeat(300));
    expect(result.code).toBe(8);
    expect(result.stdout).toContain('would not move   [impossible-password]');
    expect(result.stdout).toContain('no user can have that password: it is longer than 256 characters');
    expect(result.stderr).not.toMatch(/does not run|repairs/);
  });

  test('as JSON', async () => {
    const aws = await startTry();
    const result = await aws.attempt(aws.user.username, aws.user.password, '--json');
    expect(json(result)).toEqual({
      ok: true,
      command: 'try',
      username: 'ana@example.com',
      works: true,
      explanation: { means: expect.any(String), next: [expect.stringContaining('--for-real')] },
      existing: null,
      rehearsal: {
        outcome: 'migrated',
        reason: 'password-proven',
        finalUserStatus: 'CONFIRMED',
        userAttributes: { email: 'ana@example.com', email_verified: 'true' },
        ms: expect.any(Number),
      },
      signIn: null,
      comparison: null,
    });
  });

  test('says why a user would not move, and ends with 8', async () => {
    const aws = await startTry('--mfa', 'block');
    const pool = { UserPoolId: aws.oldPool };
    await aws.addUser('disabled@example.com', 'Right-password-1');
    await aws.sdk.idp.send(new AdminDisableUserCommand({ ...pool, Username: 'disabled@example.com' }));
    await aws.addUser('reset@example.com', 'Right-password-1');
    await aws.sdk.idp.send(new AdminResetUserPasswordCommand({ ...pool, Username: 'reset@example.com' }));
    const reasons = [
      ['ana@example.com', 'wrong-password', 'does not accept this password'],
      ['nobody@example.com', 'unknown-user', 'has no such user'],
      ['disabled@example.com', 'disabled', 'disabled in the old pool, so they do not move'],
      ['reset@example.com', 'reset-required', 'forgot password'],
    ] as const;
    for (const [username, reason, words] of reasons) {
      const result = await aws.attempt(username, 'Right-password-2');
      expect(result.code).toBe(8);
      expect(result.stdout).toContain(`would not move   [${reason}]`);
      expect(result.stdout).toContain(words);
    }
  });

  test('a user who would move without the password cannot sign in with it: 8', async () => {
    const aws = await startTry('--weak-password', 'reset');
    await aws.addUser('ben@example.com', 'Short-1!');
    const result = await aws.attempt('ben@example.com', 'Short-1!', '--json', '--for-real');
    expect(result.code).toBe(8);
    expect(json(result)).toMatchObject({
      works: false,
      rehearsal: { outcome: 'reset', reason: 'weak-password', finalUserStatus: 'RESET_REQUIRED' },
      explanation: { next: ['cognito-migrate init --weak-password allow'] },
      signIn: null,
    });
    expect(await aws.moved()).toEqual([]);
  });

  test('prints commands that can be typed as they stand', async () => {
    // Nobody can move with these rules, and init says so with exit code 8 unless that is accepted.
    const rules = ['--on-bad-attribute', 'refuse', '--set', 'birthdate=not-a-day'];
    const aws = await startTry(...rules, '--accept', 'CM202');
    const next = async (username: string): Promise<unknown> => {
      const { password } = aws.user;
      const { explanation } = json(await aws.attempt(username, password, '--json'));
      return explanation;
    };
    expect(await next('nobody@example.com')).toMatchObject({
      next: [
        `aws cognito-idp list-users --user-pool-id ${aws.oldPool} --region eu-west-1 --endpoint-url ${aws.sandbox.url}`,
      ],
    });
    expect(await next(aws.user.username)).toMatchObject({
      next: ['cognito-migrate init --on-bad-attribute drop', 'cognito-migrate init --map OLD=birthdate'],
    });
  });

  test('names attributes that do not fit and those that are missing', async () => {
    const aws = await startTry('--set', 'birthdate=not-a-day');
    const result = await aws.attempt(aws.user.username, aws.user.password);
    expect(result.code).toBe(0);
    expect(result.stdout).toContain('Left out: birthdate:');
  });

  test('a failure names the error behind it', async () => {
    const aws = await startTry();
    aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'AdminGetUser', skip: 1, times: 2 });
    const result = await aws.attempt(aws.user.username, aws.user.password, '--json');
    expect(result.code).toBe(8);
    expect(json(result)).toMatchObject({
      rehearsal: { outcome: 'failed', reason: 'denied', fault: 'AccessDeniedException' },
      explanation: { next: ['cognito-migrate status --probe', 'cognito-migrate init'] },
    });
  });

  test('says that nothing is installed', async () => {
    const aws = await startLocalAws();
    const pools = ['--old-user-pool-id', aws.oldPool, '--new-user-pool-id', aws.newPool];
    const argv = ['try', ...pools, ...aws.where, '--username', 'ana@example.com', '--password-stdin'];
    const result = await runCli(argv, piping('any'));
    expect(result.code).toBe(5);
    expect(result.stderr).toContain('nothing is installed');
    expect(result.stderr).toContain('cognito-migrate init');
  });

  test('says that the function is gone where the trigger still calls it', async () => {
    const aws = await startTry();
    const FunctionName = `cognito-migrate-${aws.newPool}`;
    await aws.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName }));
    const result = await aws.attempt(aws.user.username, aws.user.password);
    expect(result.code).toBe(5);
    expect(result.stderr).not.toContain('nothing is installed');
    expect(result.stderr).toContain(`The function ${FunctionName} no longer exists`);
    expect(result.stderr).toContain('cognito-migrate init');
  });

  test("never repeats what somebody else's function answers", async () => {
    const aws = await startTry();
    const echo = 'export const handler = async (event) => event;';
    const FunctionName = `cognito-migrate-${aws.newPool}`;
    const ZipFile = zipSync({ 'index.mjs': strToU8(echo) });
    await aws.sdk.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
    const result = await aws.attempt(aws.user.username, 'Echoed-secret-1', '--verbose');
    expect(result.code).toBe(8);
    expect(result.stderr).toContain('does not run: unexpected answer');
    expect(result.stdout + result.stderr).not.toContain('Echoed-secret-1');
  });
});

describe('a user who is in the new pool already', () => {
  test('is not rehearsed, so that the old pool counts no attempt', async () => {
    const aws = await startTry();
    const { username, password } = aws.user;
    expect((await aws.attempt(username, password, '--for-real')).code).toBe(0);
    aws.sandbox.journal.clear();
    const again = await aws.attempt(username, 'whatever', '--json');
    expect(again.code).toBe(0);
    expect(json(again)).toMatchObject({
      works: true,
      existing: { status: 'CONFIRMED', enabled: true },
      rehearsal: null,
    });
    expect(aws.sandbox.journal.names()).not.toContain('lambda:Invoke');

    const wrong = await aws.attempt(username, 'Wrong-password-1', '--for-real', '--json');
    expect(wrong.code).toBe(8);
    expect(json(wrong)).toMatchObject({ signIn: { result: 'refused', name: 'NotAuthorizedException' } });

    const user = { UserPoolId: aws.newPool, Username: username };
    await aws.sdk.idp.send(new AdminDisableUserCommand(user));
    expect((await aws.attempt(username, password)).code).toBe(8);
  });
});

describe('what has to be given', () => {
  const refusals = [
    [
      'nothing to read a password from',
      ['--username', 'a@example.com'],
      / --password-stdin +read the password/,
    ],
    ['no name', ['--password-stdin'], / --username +the name/],
    [
      'a client without a sign-in',
      ['--username', 'a@example.com', '--password-stdin', '--client-id', 'abc'],
      /--client-id needs --for-real/,
    ],
  ] as const;
  test.each(refusals)('%s', async (_what, words, message) => {
    const aws = await startLocalAws();
    const result = await runCli(['try', ...aws.where, ...words], piping('x'));
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(message);
    expect(aws.sandbox.journal.calls).toEqual([]);
  });

  test('all that is missing is listed at once', async () => {
    const aws = await startLocalAws();
    const result = await runCli(['try', ...aws.where, '--json']);
    expect(result.code).toBe(2);
    expect(json(result).error).toMatchObject({
      code: 'MISSING_INPUT',
      expected: ['--new-user-pool-id', '--username', '--password-stdin'],
      hint: [
        'Or in the environment: COGNITO_MIGRATE_NEW_USER_POOL_ID',
        expect.stringContaining('| cognito-migrate try --password-stdin'),
      ],
    });
    expect(aws.sandbox.journal.calls).toEqual([]);
  });

  test('--password-stdin is for pipes: a terminal would show it', async () => {
    const aws = await startLocalAws();
    const argv = ['try', ...aws.where, '--username', 'a@example.com', '--password-stdin'];
    const result = await runCli(argv, fakeIo({ tty: true }));
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('standard input is the terminal');
  });

  test('an empty password and a whole file are no passwords', async () => {
    const aws = await startTry();
    const { username } = aws.user;
    for (const [text, message] of [
      ['\n', 'The password is empty'],
      ['x'.repeat(5000), 'too long for a password'],
    ] as const) {
      const result = await aws.attempt(username, text);
      expect(result.code).toBe(2);
      expect(result.stderr).toContain(message);
    }
    expect(aws.sandbox.journal.names()).not.toContain('lambda:Invoke');
  });

  test('a password keeps its spaces, and loses the end of its line only', async () => {
    const aws = await startTry();
    await aws.addUser('spaces@example.com', ' Spaces-inside 1 ');
    expect((await aws.attempt('spaces@example.com', ' Spaces-inside 1 \r\n')).code).toBe(0);
    expect((await aws.attempt('spaces@example.com', 'Spaces-inside 1\n')).code).toBe(8);
  });

  test('a state file of another migration is not mixed up with this one', async () => {
    const aws = await startTry();
    const other = await aws.addPool('other');
    const result = await aws.attempt('a@example.com', 'x', '--new-user-pool-id', given(other));
    expect(result.code).toBe(6);
  });
});
