/** teardown takes away what this migration made, and nothing that only looks like it. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UpdateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, expect, test, vi } from 'vitest';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { makeOtherFunction } from '../support/other-function.ts';
import { json, runCli } from '../support/run-cli.ts';
import { assume } from './assume.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A migration in place, and its file gone. */
async function installed(...more: string[]): Promise<LocalAws> {
  const aws = await startLocalAws();
  const init = aws.init('--new-client-id', aws.clients.web, '--yes', ...more);
  expect((await runCli(init)).code).toBe(0);
  await rm(aws.file);
  aws.sandbox.journal.clear();
  return aws;
}

const teardown = (aws: LocalAws, old: string, ...more: string[]): string[] => [
  ...['teardown', '--old-user-pool-id', old, '--new-user-pool-id', aws.newPool],
  ...[...aws.where, '--yes', '--json', ...more],
];

const triggerOf = async (aws: LocalAws) => (await aws.pool(aws.newPool)).LambdaConfig?.UserMigration;

test('the migration from another old pool: refused, whose it is is said, and nothing is touched', async () => {
  const aws = await installed();
  const other = await aws.addPool('another', { UsernameAttributes: ['email'] });
  aws.sandbox.journal.clear();
  const result = await runCli(teardown(aws, other));
  expect(result.code).toBe(4);
  expect(json(result).error).toMatchObject({ code: 'FOREIGN' });
  expect(result.stderr).toContain(`of the migration ${aws.oldPool} → ${aws.newPool}`);
  expect(aws.sandbox.journal.writes()).toEqual([]);

  const status = await runCli(['status', ...teardown(aws, other).slice(1, 5), ...aws.where, '--json']);
  const healths = Object(json(status)).steps.map(({ step, health }: Record<string, string>) => [
    step,
    health,
  ]);
  expect(Object.fromEntries(healths)).toMatchObject({
    'lambda-function': 'foreign',
    'invoke-permission': 'foreign',
    'migration-trigger': 'foreign',
  });
});

test("somebody's own function of the name that is given, and the pool's trigger on it", async () => {
  const aws = await startLocalAws();
  const theirs = await makeOtherFunction(aws.sdk, 'earlier');
  const LambdaConfig = { UserMigration: theirs };
  await aws.sdk.idp.send(new UpdateUserPoolCommand({ UserPoolId: aws.newPool, LambdaConfig }));
  aws.sandbox.journal.clear();
  const result = await runCli(teardown(aws, aws.oldPool, '--name', 'earlier'));
  expect(result.code).toBe(4);
  expect(aws.sandbox.journal.writes()).toEqual([]);
  expect(await triggerOf(aws)).toBe(theirs);
});

test('the undo records may not be read: refused before anything goes, and all is put back once they may', async () => {
  const before = await startLocalAws();
  const theirs = await makeOtherFunction(before.sdk, 'earlier');
  const LambdaConfig = { UserMigration: theirs };
  await before.sdk.idp.send(new UpdateUserPoolCommand({ UserPoolId: before.newPool, LambdaConfig }));
  const init = before.init('--new-client-id', before.clients.web, '--replace-trigger', '--yes');
  expect((await runCli(init)).code).toBe(0);
  await rm(before.file);

  await assume(before, { Effect: 'Deny', Action: 'lambda:ListTags', Resource: '*' });
  before.sandbox.journal.clear();
  const refused = await runCli(teardown(before, before.oldPool));
  expect(refused.code).toBe(3);
  expect(json(refused).error).toMatchObject({ code: 'OWNER_UNREADABLE' });
  expect(before.sandbox.journal.writes()).toEqual([]);

  vi.unstubAllEnvs();
  expect((await runCli(teardown(before, before.oldPool, '--accept', 'CM414'))).code).toBe(0);
  expect(await triggerOf(before)).toBe(theirs);
  const { ExplicitAuthFlows } = await before.client(before.newPool, before.clients.web);
  expect(ExplicitAuthFlows).not.toContain('ALLOW_USER_PASSWORD_AUTH');
});

test('the flow of an app client that the next migration into the same pool needs: it stays until that one is taken down', async () => {
  const aws = await installed();
  const before = await aws.client(aws.newPool, aws.clients.ios); // not chosen by either
  const other = await aws.addPool('another', { UsernameAttributes: ['email'] });
  const file = join(aws.folder, 'next.json');
  const where = ['--state', file, '--endpoint-url', aws.sandbox.url, '--yes'];
  const pools = ['--old-user-pool-id', other, '--new-user-pool-id', aws.newPool];
  const next = ['init', ...pools, ...where, '--name', 'next', '--replace-trigger'];
  expect((await runCli([...next, '--new-client-id', aws.clients.web])).code).toBe(0);

  const first = await runCli(teardown(aws, aws.oldPool));
  expect(first.code).toBe(0);
  const flows = async () => (await aws.client(aws.newPool, aws.clients.web)).ExplicitAuthFlows;
  expect(await flows()).toContain('ALLOW_USER_PASSWORD_AUTH');
  expect((await runCli(['status', ...where.slice(0, -1)])).code).toBe(0);

  await rm(file);
  expect((await runCli(['teardown', ...pools, ...where, '--name', 'next'])).code).toBe(0);
  expect(await flows()).not.toContain('ALLOW_USER_PASSWORD_AUTH');
  expect(await triggerOf(aws)).toBeUndefined();
  expect(await aws.client(aws.newPool, aws.clients.ios)).toEqual(before);
});
