/** `init --groups-in-first-token`: the Pre token generation trigger of the new pool, in the same update as the other one. */
import { rm } from 'node:fs/promises';
import {
  AdminAddUserToGroupCommand,
  CreateGroupCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { plantPoolFields } from '../../src/sandbox/services/cognito/index.ts';
import { closeSignUp, functionOf, nameOf } from '../support/installed-function.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { makeOtherFunction } from '../support/other-function.ts';
import { json, runCli } from '../support/run-cli.ts';

const initWith = (aws: LocalAws, ...more: string[]): string[] =>
  aws.init('--new-client-id', aws.clients.web, '--add-old-sub', '--yes', ...more);
const first = ['--groups', 'all', '--groups-in-first-token'];

/** An old pool whose user is an administrator. */
async function start(): Promise<LocalAws> {
  const aws = await startLocalAws();
  closeSignUp(aws, true);
  const { idp } = aws.sdk;
  const admins = { UserPoolId: aws.oldPool, GroupName: 'admins' };
  await idp.send(new CreateGroupCommand(admins));
  await idp.send(new AdminAddUserToGroupCommand({ ...admins, Username: aws.user.username }));
  aws.sandbox.journal.clear();
  return aws;
}

async function installed(aws: LocalAws, ...more: string[]): Promise<LocalAws> {
  const made = await runCli(initWith(aws, ...more));
  expect(made.code, made.stderr).toBe(0);
  return aws;
}

const arnOf = (aws: LocalAws): string => `arn:aws:lambda:eu-west-1:111122223333:function:${nameOf(aws)}`;
const triggersOf = async (aws: LocalAws) => (await aws.pool(aws.newPool)).LambdaConfig;
const bothOf = (aws: LocalAws) => ({
  UserMigration: arnOf(aws),
  PreTokenGeneration: arnOf(aws),
  PreTokenGenerationConfig: { LambdaVersion: 'V1_0', LambdaArn: arnOf(aws) },
});
const updates = ({ sandbox }: LocalAws): number =>
  sandbox.journal.writes().filter(({ operation }) => operation === 'UpdateUserPool').length;
const status = (aws: LocalAws) => runCli(['status', ...aws.where, '--json']);
const teardown = (aws: LocalAws) =>
  runCli([
    ...['teardown', '--old-user-pool-id', aws.oldPool, '--new-user-pool-id', aws.newPool],
    ...[...aws.where, '--yes'],
  ]);
const plant = (aws: LocalAws, LambdaConfig: Record<string, string | Record<string, string>>): void =>
  plantPoolFields(aws.sandbox.world, aws.newPool, { LambdaConfig });

/** The groups in the access token of a sign-in. */
async function groupsInToken({ sdk, clients, user }: LocalAws): Promise<unknown> {
  const { AuthenticationResult } = await sdk.idp.send(
    new InitiateAuthCommand({
      ClientId: clients.web,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: user.username, PASSWORD: user.password },
    }),
  );
  const [, body = ''] = (AuthenticationResult?.AccessToken ?? '').split('.');
  const claims: unknown = JSON.parse(Buffer.from(body, 'base64url').toString());
  return Object(claims)['cognito:groups'];
}

test('sets both triggers in one update, and the first token has the groups', async () => {
  const aws = await installed(await start(), ...first);
  expect(await triggersOf(aws)).toEqual(bothOf(aws));
  expect(updates(aws)).toBe(1);
  expect(await functionOf(aws)).toMatchObject({
    afterMove: { groups: { admins: 'admins' }, groupsInFirstToken: true },
  });
  aws.sandbox.journal.clear();
  const again = await runCli(initWith(aws, ...first));
  expect(again.code, again.stderr).toBe(0);
  expect(aws.sandbox.journal.writes()).toEqual([]);
  expect(await groupsInToken(aws)).toEqual(['admins']);
  const shown = await status(aws);
  expect(shown.code, shown.stderr).toBe(0);
  expect(json(shown)).toMatchObject({ groups: { admins: 'admins' }, groupsInFirstToken: true });
}, 60_000);

test.each([
  ['only the older name', (arn: string) => ({ PreTokenGeneration: arn })],
  [
    'only the newer name',
    (arn: string) => ({ PreTokenGenerationConfig: { LambdaVersion: 'V1_0', LambdaArn: arn } }),
  ],
])('is in place where AWS shows %s', async (_, shown) => {
  const aws = await installed(await start(), ...first);
  plant(aws, { UserMigration: arnOf(aws), ...shown(arnOf(aws)) });
  aws.sandbox.journal.clear();
  const again = await runCli(initWith(aws, ...first));
  expect(again.code, again.stderr).toBe(0);
  expect(aws.sandbox.journal.writes()).toEqual([]);
  const down = await teardown(aws);
  expect(down.code, down.stderr).toBe(0);
  expect(await triggersOf(aws)).toEqual({});
});

test('is added to a migration that runs, and taken back', async () => {
  const aws = await installed(await start(), '--groups', 'all');
  expect(await triggersOf(aws)).toEqual({ UserMigration: arnOf(aws) });
  aws.sandbox.journal.clear();
  await installed(aws, ...first);
  expect([updates(aws), await triggersOf(aws)]).toEqual([1, bothOf(aws)]);
  await installed(aws, '--groups', 'all', '--groups-in-first-token', 'no');
  expect(await triggersOf(aws)).toEqual({ UserMigration: arnOf(aws) });
  expect(await functionOf(aws)).toMatchObject({ afterMove: { groups: { admins: 'admins' } } });
  expect((await status(aws)).code).toBe(0);
});

test('teardown empties both triggers, also without a state file', async () => {
  const aws = await installed(await start(), ...first);
  await rm(aws.file);
  const down = await teardown(aws);
  expect(down.code, down.stderr).toBe(0);
  expect(await triggersOf(aws)).toEqual({});
});

test.each([
  ['PreTokenGeneration', (arn: string) => ({ PreTokenGeneration: arn })],
  [
    'PreTokenGenerationConfig',
    (arn: string) => ({ PreTokenGenerationConfig: { LambdaVersion: 'V2_0', LambdaArn: arn } }),
  ],
])('refuses a function of somebody else under %s, even with --replace-trigger', async (_, config) => {
  const aws = await start();
  plant(aws, config(await makeOtherFunction(aws.sdk, 'theirs')));
  aws.sandbox.journal.clear();
  for (const more of [[], ['--replace-trigger']]) {
    const refused = await runCli(initWith(aws, ...first, '--json', ...more));
    expect(refused.code).toBe(exitCodes.conflict.code);
    expect(json(refused)).toMatchObject({
      error: {
        code: 'FOREIGN',
        hint: [expect.stringContaining('PreTokenGeneration trigger is only used if it is empty')],
      },
    });
  }
  expect(aws.sandbox.journal.writes()).toEqual([]);
});

test('status says that somebody has taken the trigger, and teardown leaves theirs', async () => {
  const aws = await installed(await start(), ...first);
  const theirs = await makeOtherFunction(aws.sdk, 'theirs');
  const PreTokenGenerationConfig = { LambdaVersion: 'V2_0', LambdaArn: theirs };
  plant(aws, { UserMigration: arnOf(aws), PreTokenGenerationConfig });
  const shown = await status(aws);
  expect(shown.code).toBe(exitCodes.unhealthy.code);
  expect(json(shown)).toMatchObject({
    verdict: expect.stringContaining('the first token of a user who moves has no groups'),
  });
  const down = await teardown(aws);
  expect(down.code, down.stderr).toBe(0);
  expect(await triggersOf(aws)).toEqual({ PreTokenGenerationConfig });
});

test('status says that nobody can sign in if the function is gone', async () => {
  const aws = await installed(await start(), ...first);
  await aws.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName: nameOf(aws) }));
  expect(json(await status(aws))).toMatchObject({
    verdict: 'BROKEN. Nobody can sign in: the trigger calls a function that no longer exists.',
  });
});

test('refuses without --groups', async () => {
  const aws = await start();
  const refused = await runCli(initWith(aws, '--groups-in-first-token', '--json'));
  expect(refused.code).toBe(exitCodes.usage.code);
  expect(json(refused)).toMatchObject({ error: { code: 'BAD_INPUT', found: '--groups-in-first-token' } });
  expect(aws.sandbox.journal.writes()).toEqual([]);
});
