/** teardown takes away what this migration made, and nothing that only looks like it. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UpdateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, expect, test, vi } from 'vitest';
import { makeOtherFunction } from '../support/other-function.ts';
import { json, runCli } from '../support/run-cli.ts';
import { assume } from './assume.ts';
import { type Ground, startGround } from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** A migration in place, and its file gone. */
async function installed(...more: string[]): Promise<Ground> {
  const ground = await startGround();
  const init = ground.init('--new-client-id', ground.clients.web, '--yes', ...more);
  expect((await runCli(init)).code).toBe(0);
  await rm(ground.file);
  ground.sandbox.journal.clear();
  return ground;
}

const teardown = (ground: Ground, old: string, ...more: string[]): string[] => [
  ...['teardown', '--old-user-pool-id', old, '--new-user-pool-id', ground.new],
  ...[...ground.where, '--yes', '--json', ...more],
];

const triggerOf = async (ground: Ground) => (await ground.pool(ground.new)).LambdaConfig?.UserMigration;

test('the migration from another old pool: refused, whose it is is said, and nothing is touched', async () => {
  const ground = await installed();
  const other = await ground.addPool('another', { UsernameAttributes: ['email'] });
  ground.sandbox.journal.clear();
  const result = await runCli(teardown(ground, other));
  expect(result.code).toBe(4);
  expect(json(result).error).toMatchObject({ code: 'FOREIGN' });
  expect(result.stderr).toContain(`of the migration ${ground.old} → ${ground.new}`);
  expect(ground.sandbox.journal.writes()).toEqual([]);

  const status = await runCli(['status', ...teardown(ground, other).slice(1, 5), ...ground.where, '--json']);
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
  const ground = await startGround();
  const theirs = await makeOtherFunction(ground.sdk, 'earlier');
  const LambdaConfig = { UserMigration: theirs };
  await ground.sdk.idp.send(new UpdateUserPoolCommand({ UserPoolId: ground.new, LambdaConfig }));
  ground.sandbox.journal.clear();
  const result = await runCli(teardown(ground, ground.old, '--name', 'earlier'));
  expect(result.code).toBe(4);
  expect(ground.sandbox.journal.writes()).toEqual([]);
  expect(await triggerOf(ground)).toBe(theirs);
});

test('the undo records may not be read: refused before anything goes, and all is put back once they may', async () => {
  const before = await startGround();
  const theirs = await makeOtherFunction(before.sdk, 'earlier');
  const LambdaConfig = { UserMigration: theirs };
  await before.sdk.idp.send(new UpdateUserPoolCommand({ UserPoolId: before.new, LambdaConfig }));
  const init = before.init('--new-client-id', before.clients.web, '--replace-trigger', '--yes');
  expect((await runCli(init)).code).toBe(0);
  await rm(before.file);

  await assume(before, { Effect: 'Deny', Action: 'lambda:ListTags', Resource: '*' });
  before.sandbox.journal.clear();
  const refused = await runCli(teardown(before, before.old));
  expect(refused.code).toBe(3);
  expect(json(refused).error).toMatchObject({ code: 'OWNER_UNREADABLE' });
  expect(before.sandbox.journal.writes()).toEqual([]);

  vi.unstubAllEnvs();
  expect((await runCli(teardown(before, before.old, '--accept', 'CM414'))).code).toBe(0);
  expect(await triggerOf(before)).toBe(theirs);
  const { ExplicitAuthFlows } = await before.client(before.new, before.clients.web);
  expect(ExplicitAuthFlows).not.toContain('ALLOW_USER_PASSWORD_AUTH');
});

test('the flow of an app client that the next migration into the same pool needs: it stays until that one is taken down', async () => {
  const ground = await installed();
  const before = await ground.client(ground.new, ground.clients.ios); // not chosen by either
  const other = await ground.addPool('another', { UsernameAttributes: ['email'] });
  const file = join(ground.folder, 'next.json');
  const where = ['--state', file, '--endpoint-url', ground.sandbox.url, '--yes'];
  const pools = ['--old-user-pool-id', other, '--new-user-pool-id', ground.new];
  const next = ['init', ...pools, ...where, '--name', 'next', '--replace-trigger'];
  expect((await runCli([...next, '--new-client-id', ground.clients.web])).code).toBe(0);

  const first = await runCli(teardown(ground, ground.old));
  expect(first.code).toBe(0);
  const flows = async () => (await ground.client(ground.new, ground.clients.web)).ExplicitAuthFlows;
  expect(await flows()).toContain('ALLOW_USER_PASSWORD_AUTH');
  expect((await runCli(['status', ...where.slice(0, -1)])).code).toBe(0);

  await rm(file);
  expect((await runCli(['teardown', ...pools, ...where, '--name', 'next'])).code).toBe(0);
  expect(await flows()).not.toContain('ALLOW_USER_PASSWORD_AUTH');
  expect(await triggerOf(ground)).toBeUndefined();
  expect(await ground.client(ground.new, ground.clients.ios)).toEqual(before);
});
