/** `init --guard-sign-up`: the Pre sign-up trigger of the new pool, in the same update as the other one. */
import { rm } from 'node:fs/promises';
import {
  AdminCreateUserCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { cognitoSettings, plantPoolFields } from '../../src/sandbox/services/cognito/index.ts';
import { nameOf } from '../support/installed-function.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { makeOtherFunction } from '../support/other-function.ts';
import { json, runCli } from '../support/run-cli.ts';
import {
  arnOf,
  guarded,
  guardOf,
  installed,
  openSignUp,
  signIn,
  signUp,
  taken,
  triggersOf,
} from './guard-support.ts';

const startOpen = async (): Promise<LocalAws> => openSignUp(await startLocalAws());
const updates = ({ sandbox }: LocalAws): number =>
  sandbox.journal.writes().filter(({ operation }) => operation === 'UpdateUserPool').length;

const status = async (aws: LocalAws) => runCli(['status', ...aws.where, '--json']);
const setTriggers = (aws: LocalAws, LambdaConfig: Record<string, string>): void =>
  plantPoolFields(aws.sandbox.world, aws.newPool, { LambdaConfig });

describe('init', () => {
  test('sets both triggers in one update, and a second run does nothing', async () => {
    const aws = await installed(await startOpen());
    expect(await triggersOf(aws)).toEqual({ UserMigration: arnOf(aws), PreSignUp: arnOf(aws) });
    expect(updates(aws)).toBe(1);
    expect(await guardOf(aws)).toBe('local');
    aws.sandbox.journal.clear();
    const again = await runCli(guarded(aws, '--guard-sign-up'));
    expect(again.code, again.stderr).toBe(0);
    expect(aws.sandbox.journal.writes()).toEqual([]);
  });

  test.each(['PreSignUp_SignUp', 'PreSignUp_AdminCreateUser', undefined] as const)(
    'refuses names of the old pool, and nobody else; users who move pass where that fires %s',
    async (source) => {
      const aws = await startOpen();
      cognitoSettings(aws.sandbox.world).migrationAlsoFires = source === undefined ? [] : [source];
      await installed(aws);
      expect(await signUp(aws, aws.user.username)).toBe(taken);
      expect(await signUp(aws, 'new@example.com')).toBe('signed up');
      const created = await aws.sdk.idp.send(
        new AdminCreateUserCommand({ UserPoolId: aws.newPool, Username: 'staff@example.com' }),
      );
      expect(created.User?.Enabled).toBe(true);
      expect(await signIn(aws)).toBe('signed in');
      const logs = await runCli(['logs', ...aws.where, '--json']);
      expect(json(logs)).toMatchObject({
        sums: expect.arrayContaining([
          expect.objectContaining({ outcome: 'refused', reason: 'squatting-refused', count: 1 }),
        ]),
      });
      expect(logs.stdout).not.toContain('example.com');
      const counted = await runCli(['status', ...aws.where]);
      expect(counted.stdout.replaceAll(/\s+/g, ' ')).toContain(
        'are refused (--guard-sign-up): 1 so far, 1 in the last 24 h',
      );
      expect(counted.stdout).not.toContain('example.com');
      expect(json(await status(aws))).toMatchObject({
        users: { total: { refused: 0, squattingRefused: 1 }, lastDay: { squattingRefused: 1 } },
      });
    },
    90_000,
  );

  test('adds the trigger to a migration that runs, and takes it back', async () => {
    const aws = await startOpen();
    const made = await runCli(guarded(aws));
    expect(made.code, made.stderr).toBe(0);
    expect(await triggersOf(aws)).toEqual({ UserMigration: arnOf(aws) });
    aws.sandbox.journal.clear();
    await installed(aws, '--guard-federated');
    expect(await triggersOf(aws)).toEqual({ UserMigration: arnOf(aws), PreSignUp: arnOf(aws) });
    expect([updates(aws), await guardOf(aws)]).toEqual([1, 'federated']);
    const stopped = await runCli(guarded(aws, '--guard-sign-up', 'no'));
    expect(stopped.code, stopped.stderr).toBe(0);
    expect(await triggersOf(aws)).toEqual({ UserMigration: arnOf(aws) });
    expect(await guardOf(aws)).toBeUndefined();
    expect((await status(aws)).code).toBe(0);
  });

  test('refuses a trigger of somebody else, even with --replace-trigger', async () => {
    const aws = await startOpen();
    const PreSignUp = await makeOtherFunction(aws.sdk, 'theirs');
    setTriggers(aws, { PreSignUp });
    aws.sandbox.journal.clear();
    for (const more of [[], ['--replace-trigger']]) {
      const refused = await runCli(guarded(aws, '--guard-sign-up', '--json', ...more));
      expect(refused.code).toBe(exitCodes.conflict.code);
      expect(json(refused)).toMatchObject({
        error: {
          code: 'FOREIGN',
          hint: [expect.stringContaining('PreSignUp trigger is only used if it is empty')],
        },
      });
    }
    expect(aws.sandbox.journal.writes()).toEqual([]);
  });

  test('refuses without custom:old_sub', async () => {
    const aws = await startOpen();
    const refused = await runCli(
      aws.init('--new-client-id', aws.clients.web, '--guard-sign-up', '--yes', '--json'),
    );
    expect(refused.code).toBe(exitCodes.usage.code);
    expect(json(refused)).toMatchObject({ error: { code: 'GUARD_UNFIT' } });
    expect(aws.sandbox.journal.writes()).toEqual([]);
  });

  test('blocks where an app client may be able to write the proof', async () => {
    const aws = await startLocalAws();
    const refused = await runCli(guarded(aws, '--guard-sign-up', '--json'));
    expect(refused.code).toBe(exitCodes.refused.code);
    expect(json(refused)).toMatchObject({
      error: { code: 'CM122', hint: expect.arrayContaining([expect.stringContaining('pass the guard')]) },
    });
  });

  test('the plan says what depends on the function', async () => {
    const aws = await startOpen();
    const { stdout } = await runCli(
      ['plan', ...guarded(aws, '--guard-sign-up').slice(1)].filter((word) => word !== '--yes'),
    );
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'PreSignUp of customers: refuse names of the old pool (sign-ups, new users of administrators, and first sign-ins by identity providers depend on the function meanwhile)',
    );
  });
});

describe('status', () => {
  test('shows the guard, and its loss is broken', async () => {
    const aws = await installed(await startOpen());
    const fine = await status(aws);
    expect(fine.code).toBe(0);
    expect(json(fine)).toMatchObject({ guard: 'local', healthy: true });
    setTriggers(aws, { UserMigration: arnOf(aws) });
    const lost = await runCli(['status', ...aws.where]);
    expect(lost.code).toBe(exitCodes.unhealthy.code);
    expect(lost.stdout).toContain('BROKEN. Anyone can sign up with the name of a user who has not moved.');
    expect(lost.stdout).toContain(
      'sign-ups with names of the old pool are not refused now (--guard-sign-up)',
    );
    const repaired = await runCli(guarded(aws));
    expect(repaired.code, repaired.stderr).toBe(0);
    expect(await triggersOf(aws)).toEqual({ UserMigration: arnOf(aws), PreSignUp: arnOf(aws) });
  });

  test('an app client that can write the proof opens the guard', async () => {
    const aws = await installed(await startOpen());
    const { ExplicitAuthFlows } = await aws.client(aws.newPool, aws.clients.ios);
    await aws.sdk.idp.send(
      new UpdateUserPoolClientCommand({
        UserPoolId: aws.newPool,
        ClientId: aws.clients.ios,
        ExplicitAuthFlows,
        WriteAttributes: ['email', 'custom:old_sub'],
      }),
    );
    const open = await status(aws);
    expect(open.code).toBe(exitCodes.refused.code);
    expect(json(open)).toMatchObject({ code: 'CM122', healthy: false });
  });
});

describe('teardown', () => {
  const teardown = (aws: LocalAws): string[] => [
    ...['teardown', '--old-user-pool-id', aws.oldPool, '--new-user-pool-id', aws.newPool],
    ...[...aws.where, '--yes'],
  ];

  test.each([
    ['with the state file', false],
    ['without it', true],
  ])('empties both triggers, the one of sign-ups first: %s', async (_, isLost) => {
    const aws = await installed(await startOpen());
    if (isLost) await rm(aws.file);
    aws.sandbox.journal.clear();
    const { code, stderr } = await runCli(teardown(aws));
    expect(code, stderr).toBe(0);
    expect((await triggersOf(aws)) ?? {}).toEqual({});
    const writes = aws.sandbox.journal.writes().map(({ operation }) => operation);
    expect(writes.indexOf('UpdateUserPool')).toBeLessThan(writes.indexOf('DeleteFunction'));
    const order = aws.sandbox.journal
      .writes()
      .filter(({ operation }) => operation === 'UpdateUserPool')
      .map(({ input }) => Object.keys(Object(input).LambdaConfig ?? {}));
    expect(order).toEqual([['UserMigration'], []]);
  });

  test('leaves a trigger alone that somebody else has set since', async () => {
    const aws = await installed(await startOpen());
    const PreSignUp = await makeOtherFunction(aws.sdk, 'theirs');
    setTriggers(aws, { UserMigration: arnOf(aws), PreSignUp });
    const { code } = await runCli(teardown(aws));
    expect(code).toBe(0);
    expect(await triggersOf(aws)).toEqual({ PreSignUp });
  });
});

test('without a state file, init keeps the guard', async () => {
  const aws = await installed(await startOpen(), '--guard-federated');
  await rm(aws.file);
  const again = await runCli(guarded(aws));
  expect(again.code, again.stderr).toBe(0);
  expect([await guardOf(aws), await triggersOf(aws)]).toEqual([
    'federated',
    { UserMigration: arnOf(aws), PreSignUp: arnOf(aws) },
  ]);
});

test('a guarded pool whose function is gone is broken', async () => {
  const aws = await installed(await startOpen());
  await aws.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName: nameOf(aws) }));
  const { code, stdout } = await runCli(['status', ...aws.where]);
  expect(code).toBe(exitCodes.unhealthy.code);
  expect(stdout).toContain('BROKEN');
});

test('closed self-registration is no reason against the guard', async () => {
  const aws = await startOpen();
  plantPoolFields(aws.sandbox.world, aws.newPool, {
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
  });
  await installed(aws);
  expect(await guardOf(aws)).toBe('local');
});
