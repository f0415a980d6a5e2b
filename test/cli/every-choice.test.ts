/** Every choice at once: it works, or it is refused before anything changes, within Lambda's limits. */
import { randomBytes } from 'node:crypto';
import { CreateGroupCommand } from '@aws-sdk/client-cognito-identity-provider';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { laterTags } from '../../src/aws/function/undo-tags.ts';
import { exitCodes } from '../../src/core/errors.ts';
import { nameOf } from '../support/installed-function.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';
import { openSignUp, signUp, taken } from './guard-support.ts';

/** All choices that exclude no other, and need no second account. */
const everything = [
  ...['--guard-sign-up', '--guard-federated', '--add-old-sub', '--groups', 'all', '--groups-in-first-token'],
  ...['--move-once', 'mark', '--mfa', 'reset', '--weak-password', 'reset', '--on-bad-attribute', 'refuse'],
  ...['--map', 'nickname=name', '--drop', 'website', '--set', 'locale=en', '--replace-trigger', '--alarms'],
  ...['--log-retention', '90', '--runtime', 'nodejs22.x', '--role-path', '/apps/', '--tag', 'team=identity'],
];
const metadata = (count: number, length: number): string[] =>
  Array.from({ length: count }, (_, number) => [
    '--forward-client-metadata',
    `${number}-${'k'.repeat(length - 2)}`,
  ]).flat();

async function start(): Promise<LocalAws> {
  const aws = await openSignUp(await startLocalAws());
  for (const GroupName of ['admins', 'staff'])
    await aws.sdk.idp.send(new CreateGroupCommand({ UserPoolId: aws.oldPool, GroupName }));
  aws.sandbox.journal.clear();
  return aws;
}
const init = (aws: LocalAws, ...more: string[]) =>
  runCli(aws.init('--all-new-clients', '--yes', '--json', ...everything, ...more));

async function functionOf(aws: LocalAws) {
  const { Configuration, Tags = {} } = await aws.sdk.lambda.send(
    new GetFunctionCommand({ FunctionName: nameOf(aws) }),
  );
  const variables = Configuration?.Environment?.Variables ?? {};
  return { bytes: Buffer.byteLength(JSON.stringify(variables)), tags: Object.keys(Tags).length };
}

test('sets up, stays in place, and is removed', async () => {
  const aws = await start();
  const before = await aws.pool(aws.newPool);
  const made = await init(aws, ...metadata(10, 30));
  expect(made.code, made.stderr).toBe(0);
  const { bytes, tags } = await functionOf(aws);
  expect(bytes).toBeLessThanOrEqual(4096);
  expect(tags).toBeLessThanOrEqual(50);
  expect(await signUp(aws, aws.user.username)).toBe(taken);
  aws.sandbox.journal.clear();
  const again = await runCli(aws.init('--yes', '--json'));
  expect(again.code, again.stderr).toBe(0);
  expect(aws.sandbox.journal.writes()).toEqual([]);
  const seen = await runCli(['status', ...aws.where, '--probe', '--json']);
  expect(json(seen), seen.stdout).toMatchObject({
    healthy: true,
    guard: 'federated',
    groupsInFirstToken: true,
    moveOnce: 'mark',
  });
  const gone = await runCli(['teardown', ...aws.where, '--yes']);
  expect(gone.code, gone.stderr).toBe(0);
  expect((await aws.pool(aws.newPool)).LambdaConfig ?? {}).toEqual(before.LambdaConfig ?? {});
}, 60_000);

test('the tags of many app clients leave room for those of sync and unmark', async () => {
  const aws = await start();
  // As many as have a tag each beside those that init itself writes.
  for (let number = 0; number < 43; number += 1)
    await aws.addClient(aws.newPool, `app-${number}`, { WriteAttributes: ['email'] });
  const made = await init(aws);
  expect(made.code, made.stderr).toBe(0);
  // Each of these commands writes one or two.
  expect((await functionOf(aws)).tags).toBeLessThanOrEqual(50 - laterTags.length);
  const gone = await runCli(['teardown', ...aws.where, '--yes']);
  expect(gone.code, gone.stderr).toBe(0);
}, 60_000);

test.each([
  ['with groups', everything, 'BAD_SETTINGS'],
  ['without groups', ['--add-old-sub', '--guard-sign-up'], 'SETTINGS_TOO_LARGE'],
])('settings that do not fit into the 4 KB of a function change nothing: %s', async (_, choices, code) => {
  const aws = await start();
  // Random, because the settings are compressed.
  const values = ['address', 'locale', 'zoneinfo'].flatMap((name) => [
    '--set',
    `${name}=${randomBytes(800).toString('hex')}`,
  ]);
  const words = aws.init('--all-new-clients', '--yes', '--json', ...choices, ...metadata(10, 30), ...values);
  const refused = await runCli(words);
  expect(refused.code).toBe(exitCodes.usage.code);
  const { error } = json(refused);
  expect(error).toMatchObject({ code, message: expect.stringMatching(/too (large|many).* bytes/) });
  expect(aws.sandbox.journal.writes()).toEqual([]);
});
