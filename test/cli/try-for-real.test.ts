/** `try --for-real`: the sign-in itself, through a client of one's choice, and both users side by side. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  DescribeUserPoolClientCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { AddPermissionCommand, DeleteFunctionCommand, RemovePermissionCommand } from '@aws-sdk/client-lambda';
import { screen } from '@inquirer/testing/vitest';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { keysOf } from '../../src/sandbox/index.ts';
import { cognitoSettings } from '../../src/sandbox/services/cognito/index.ts';
import { adminOf } from '../policy/operator.ts';
import { given } from '../support/errors.ts';
import { region, startLocalAws } from '../support/local-aws.ts';
import { makeOtherFunction } from '../support/other-function.ts';
import { fakeIo, json, runCli } from '../support/run-cli.ts';

import { piping, startTry, type TryGround } from './try-support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Also the client with a secret takes part. */
const startWithBoth = async (): Promise<TryGround> => {
  const aws = await startTry();
  const argv = aws.init('--new-client-id', aws.clients.web, '--new-client-id', aws.clients.ios);
  expect((await runCli([...argv, '--yes'])).code).toBe(0);
  aws.sandbox.journal.clear();
  return aws;
};

describe('a sign-in for real', () => {
  test('moves the user, and shows both with what differs', async () => {
    const aws = await startTry();
    const { username, password } = aws.user;
    const result = await aws.attempt(username, password, '--for-real');
    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(/✔ rehearsal +would move/);
    expect(result.stdout).toMatch(new RegExp(`✔ sign-in +signed in, through web ${aws.clients.web}`));
    expect(result.stdout).toMatch(/≠ sub +\S+ +\S+\n/);
    expect(result.stdout).toMatch(/ {4}status +CONFIRMED +CONFIRMED\n/);
    expect(result.stdout).toMatch(/ {4}email +ana@example\.com +ana@example\.com\n/);
    expect(await aws.moved()).toEqual(['ana@example.com']);
  });

  test('goes through a client with a secret, which nobody sees', async () => {
    const aws = await startWithBoth();
    const { username, password } = aws.user;
    const { ios } = aws.clients;
    const result = await aws.attempt(username, password, '--for-real', '--client-id', ios, '--json');
    expect(result.code).toBe(0);
    expect(json(result)).toMatchObject({
      works: true,
      signIn: { client: { id: ios, name: 'ios' }, result: 'signed-in', ms: expect.any(Number) },
      comparison: expect.arrayContaining([
        { name: 'email', old: 'ana@example.com', new: 'ana@example.com', same: true },
        { name: 'MFA', old: 'none', new: 'none', same: true },
        expect.objectContaining({ name: 'sub', same: false }),
      ]),
    });
    const { UserPoolClient } = await aws.sdk.idp.send(
      new DescribeUserPoolClientCommand({ UserPoolId: aws.newPool, ClientId: ios }),
    );
    expect(result.stdout + result.stderr).not.toContain(given(UserPoolClient?.ClientSecret));
    const [call] = aws.sandbox.journal.calls.filter(({ operation }) => operation === 'InitiateAuth');
    expect(call).toMatchObject({ caller: 'anonymous', result: 'ok' });
  });

  test('does not begin when the rehearsal says no', async () => {
    const aws = await startTry();
    const result = await aws.attempt(aws.user.username, 'Wrong-password-1', '--for-real');
    expect(result.code).toBe(8);
    expect(aws.sandbox.journal.names()).not.toContain('cognito-idp:InitiateAuth');
  });

  test('tells apart that the function would and that the pool does not let it', async () => {
    const aws = await startTry();
    const { username, password } = aws.user;
    // The function is there for whoever may invoke it, and Cognito may no more.
    await aws.sdk.lambda.send(
      new RemovePermissionCommand({
        FunctionName: `cognito-migrate-${aws.newPool}`,
        StatementId: 'cognito-migrate',
      }),
    );
    const result = await aws.attempt(username, password, '--for-real', '--json');
    expect(result.code).toBe(8);
    expect(json(result)).toMatchObject({
      works: false,
      rehearsal: { outcome: 'migrated' },
      signIn: { result: 'refused', name: expect.stringMatching(/Exception$/) },
      explanation: { next: expect.arrayContaining(['cognito-migrate status --probe']) },
    });
    expect(await aws.moved()).toEqual([]);
  });

  test.each(['PreSignUp_SignUp', 'PreSignUp_AdminCreateUser'] as const)(
    'says that a Pre sign-up trigger refused the user, fired as %s, and that nobody has moved',
    async (source) => {
      const aws = await startTry();
      cognitoSettings(aws.sandbox.world).migrationAlsoFires = [source];
      const code = 'export const handler = async () => { throw new Error("Name of the old pool"); };';
      const PreSignUp = await makeOtherFunction(aws.sdk, 'guard', code);
      await aws.sdk.lambda.send(
        new AddPermissionCommand({
          FunctionName: 'guard',
          StatementId: 'cognito',
          Action: 'lambda:InvokeFunction',
          Principal: 'cognito-idp.amazonaws.com',
        }),
      );
      const { LambdaConfig } = await aws.pool(aws.newPool);
      await aws.sdk.idp.send(
        new UpdateUserPoolCommand({ UserPoolId: aws.newPool, LambdaConfig: { ...LambdaConfig, PreSignUp } }),
      );
      const { username, password } = aws.user;
      const result = await aws.attempt(username, password, '--for-real', '--json');
      expect(result.code).toBe(8);
      expect(json(result)).toMatchObject({
        works: false,
        rehearsal: { outcome: 'migrated' },
        signIn: { result: 'refused', name: 'UserLambdaValidationException', trigger: 'PreSignUp' },
        explanation: { means: expect.stringMatching(/Pre sign-up trigger .* didn.t move.*CM208/) },
      });
      expect(result.stdout + result.stderr).not.toContain('Name of the old pool');
      expect(await aws.moved()).toEqual([]);
    },
  );

  test('wants to know which client where there are several, and that it accepts passwords', async () => {
    const aws = await startWithBoth();
    const { web, ios, machine } = aws.clients;
    const several = await aws.attempt('ana@example.com', 'x', '--for-real');
    expect(several.code).toBe(2);
    expect(several.stderr).toContain(`--client-id ${web}   web`);
    expect(several.stderr).toContain(`--client-id ${ios}   ios`);
    const none = await aws.attempt('ana@example.com', 'x', '--for-real', '--client-id', machine);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('machine does not accept passwords');
    const wrong = await aws.attempt('ana@example.com', 'x', '--for-real', '--client-id', 'nosuchclient');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('There is no app client nosuchclient');
    expect(aws.sandbox.journal.names()).not.toContain('lambda:Invoke');
  });

  test('without a function there is nothing to sign in to', async () => {
    const aws = await startTry();
    const FunctionName = `cognito-migrate-${aws.newPool}`;
    await aws.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName }));
    const result = await aws.attempt('ana@example.com', 'x', '--for-real');
    expect(result.code).toBe(5);
  });
});

test('across accounts the old user is read there', async () => {
  const aws = await startLocalAws();
  const there = '444455556666';
  const idp = new CognitoIdentityProviderClient({
    endpoint: aws.sandbox.url,
    region,
    credentials: adminOf(there),
  });
  const pool = await idp.send(
    new CreateUserPoolCommand({ PoolName: 'theirs', UsernameAttributes: ['email'] }),
  );
  const UserPoolId = given(pool.UserPool?.Id);
  const [Username, Password] = ['eva@example.com', 'Password-of-eva-1'];
  const UserAttributes = [
    { Name: 'email', Value: Username },
    { Name: 'email_verified', Value: 'true' },
    { Name: 'nickname', Value: 'ev' },
  ];
  await idp.send(
    new AdminCreateUserCommand({ UserPoolId, Username, UserAttributes, MessageAction: 'SUPPRESS' }),
  );
  await idp.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent: true }));
  idp.destroy();

  const credentials = join(aws.folder, 'aws');
  await mkdir(credentials);
  await writeFile(
    join(credentials, 'credentials'),
    `[theirs]\naws_access_key_id = ${keysOf(there).accessKeyId}\naws_secret_access_key = local\n`,
  );
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(credentials, 'credentials'));
  const where = ['--old-user-pool-id', UserPoolId, '--new-user-pool-id', aws.newPool, ...aws.where];
  const all = [...where, '--old-profile', 'theirs'];
  expect((await runCli(['init', ...all, '--new-client-id', aws.clients.web, '--yes'])).code).toBe(0);
  const result = await runCli(
    ['try', ...all, '--username', Username, '--password-stdin', '--for-real', '--json'],
    piping(Password),
  );
  expect(result.code).toBe(0);
  expect(json(result).comparison).toEqual(
    expect.arrayContaining([{ name: 'nickname', old: 'ev', new: 'ev', same: true }]),
  );
});

describe('the canary', () => {
  const canary = (): string => `Canary-${randomBytes(12).toString('hex')}-Zz1`;

  /** Everything that the runs have left anywhere: files, the function's log, the journal of the local AWS. */
  async function traces(aws: TryGround): Promise<string> {
    const files = await readdir(aws.folder);
    const texts = await Promise.all(files.map((name) => readFile(join(aws.folder, name), 'utf8')));
    const { events = [] } = await aws.sdk.logs.send(
      new FilterLogEventsCommand({ logGroupName: `/aws/lambda/cognito-migrate-${aws.newPool}` }),
    );
    expect(files).toEqual(['state.json']);
    expect(events.length).toBeGreaterThan(0);
    return [...texts, ...events.map(({ message }) => message), JSON.stringify(process.argv)].join('\n');
  }

  test('no password and no token is on the screen, in a file, in the log or in an error', async () => {
    const aws = await startWithBoth();
    const password = canary();
    await aws.addUser('eva@example.com', password);
    const said: string[] = [];
    const seen = async (...words: readonly string[]): Promise<number> => {
      const { code, stdout, stderr } = await aws.attempt('eva@example.com', password, '--verbose', ...words);
      said.push(stdout, stderr);
      return code;
    };
    const client = ['--client-id', aws.clients.ios];
    expect(await seen()).toBe(0);
    expect(await seen('--json')).toBe(0);
    const kinds = ['access-denied', 'internal-error', 'throttle', 'connection-reset'] as const;
    for (const kind of kinds) {
      for (const operation of ['Invoke', 'InitiateAuth']) {
        aws.sandbox.faults.inject({ kind, operation, times: 10 });
        expect(await seen('--for-real', ...client)).not.toBe(0);
        aws.sandbox.faults.clear();
      }
    }
    expect(await seen('--for-real', ...client)).toBe(0);
    expect(await seen('--for-real', ...client, '--json')).toBe(0);
    const everything = [...said, await traces(aws)].join('\n');
    expect(everything).not.toContain(password);
    expect(everything).not.toContain(Buffer.from(password).toString('base64'));
    expect(everything).not.toContain(encodeURIComponent(password));
    // Tokens of Cognito are JSON Web Tokens: base64url of {" at their beginning.
    expect(everything).not.toMatch(/eyJ[\w-]{10}/);
    expect(everything).toContain('eva@example.com');
  });

  test('a typed password is not shown, not even its length', async () => {
    const aws = await startTry();
    const password = canary();
    await aws.addUser('eva@example.com', password);
    const fake = fakeIo({ tty: true, env: { TERM: 'xterm' } });
    const running = runCli(['try', '--username', 'eva@example.com', ...aws.where], fake);
    await vi.waitFor(() => expect(screen.getScreen()).toContain('Password of eva@example.com'), {
      timeout: 15_000,
      interval: 10,
    });
    screen.type(password);
    screen.keypress({ name: 't', ctrl: true }); // which shows the text in other programs
    const typed = screen.getScreen();
    screen.keypress('enter');
    const result = await running;
    expect(result.code).toBe(0);
    expect(typed + screen.getFullOutput() + fake.rawErr() + result.stdout).not.toContain(password);
    expect(typed).not.toMatch(/\*{4}/);
  });
});
