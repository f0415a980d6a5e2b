/** teardown --restore: what it shows, asks and writes. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import {
  DeleteUserPoolClientCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { screen } from '@inquirer/testing/vitest';
import { describe, expect, test, vi } from 'vitest';
import { plantPoolFields } from '../../src/sandbox/services/cognito/index.ts';
import { type LocalAws, startLocalAws, writesOf } from '../support/local-aws.ts';
import { makeOtherFunction } from '../support/other-function.ts';
import { fakeIo, json, runCli } from '../support/run-cli.ts';

const restore = ({ where }: LocalAws, ...more: string[]): string[] => [
  'teardown',
  '--restore',
  ...where,
  ...more,
];

const settings = async (aws: LocalAws) => {
  const { LastModifiedDate: _pool, ...pool } = await aws.pool(aws.newPool);
  const { LastModifiedDate: _client, ...client } = await aws.client(aws.newPool, aws.clients.web);
  return { pool, client };
};

/** After an init whose update has changed more than it should: the pool before, and how to write now. */
async function damaged() {
  const aws = await startLocalAws();
  const before = await settings(aws);
  const stop = aws.sandbox.faults.onCall('after', ({ operation }) => {
    if (operation !== 'UpdateUserPool') return;
    plantPoolFields(aws.sandbox.world, aws.newPool, { DeletionProtection: 'ACTIVE', UserPoolTags: {} });
  });
  const result = await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'));
  expect(result.code).toBe(7);
  stop();
  aws.sandbox.journal.clear();
  return { aws, before };
}

describe('teardown --restore', () => {
  test('shows each setting as it is and as it was, and writes nothing without an approval', async () => {
    const { aws } = await damaged();
    const result = await runCli(restore(aws));
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(`user pool ${aws.newPool}`);
    expect(result.stderr).toContain('DeletionProtection: "ACTIVE" → "INACTIVE"');
    expect(result.stderr).toContain('UserPoolTags.team: (not set) → "identity"');
    expect(result.stderr).toMatch(/LambdaConfig\.UserMigration: "arn:.* → \(not set\)/);
    expect(result.stderr).toContain(`app client ${aws.clients.web}`);
    expect(result.stderr).toContain('and the trigger of this migration');
    expect(result.stderr).toContain('--yes');
    expect(writesOf(aws.sandbox)).toEqual([]);
  });

  test('puts pool and clients back, says what, and has nothing to do the next time', async () => {
    const { aws, before } = await damaged();
    const result = await runCli(restore(aws, '--yes', '--json'));
    expect(result.code).toBe(0);
    expect(json(result)).toMatchObject({ ok: true, command: 'restore', changes: 4, gone: [] });
    expect(json(result).restored).toEqual(
      expect.arrayContaining([
        `user pool ${aws.newPool}: DeletionProtection`,
        `user pool ${aws.newPool}: UserPoolTags.team`,
        `user pool ${aws.newPool}: LambdaConfig.UserMigration`,
        `app client ${aws.clients.web}: ExplicitAuthFlows`,
      ]),
    );
    expect(writesOf(aws.sandbox)).toEqual(['cognito-idp:UpdateUserPool', 'cognito-idp:UpdateUserPoolClient']);
    expect(await settings(aws)).toEqual(before);

    aws.sandbox.journal.clear();
    const again = await runCli(restore(aws)); // nothing to approve
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('All settings are as before init.'),
    });
    expect(writesOf(aws.sandbox)).toEqual([]);
  });

  test.each([
    ['does nothing when the answer is Enter: No is the default', '', 130],
    ['puts everything back when the answer is y', 'y', 0],
  ])('%s', async (_what, answer, code) => {
    const { aws, before } = await damaged();
    const run = runCli(restore(aws), fakeIo({ tty: true, env: { TERM: 'xterm' } }));
    await vi.waitFor(() => expect(screen.getScreen()).toContain('Restore it? (y/N)'), { timeout: 15_000 });
    screen.type(answer);
    screen.keypress('enter');
    expect((await run).code).toBe(code);
    expect(writesOf(aws.sandbox)).toHaveLength(code === 0 ? 2 : 0);
    if (code === 0) expect(await settings(aws)).toEqual(before);
  });

  test('keeps off an app client that is gone, and says so', async () => {
    const { aws, before } = await damaged();
    const ids = { UserPoolId: aws.newPool, ClientId: aws.clients.web };
    await aws.sdk.idp.send(new DeleteUserPoolClientCommand(ids));
    const result = await runCli(restore(aws, '--yes'));
    expect(result.code).toBe(0);
    expect(result.stdout).toContain(`No longer exists: app client ${aws.clients.web}`);
    const { LastModifiedDate: _, ...pool } = await aws.pool(aws.newPool);
    expect(pool).toEqual(before.pool);
  });

  test('undoes what others have changed since, as it says', async () => {
    const aws = await startLocalAws();
    const before = await settings(aws);
    expect((await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'))).code).toBe(0);
    await aws.sdk.idp.send(new UpdateUserPoolCommand({ UserPoolId: aws.newPool, PoolName: 'renamed' }));
    const result = await runCli(restore(aws, '--yes'));
    expect(result.stderr).toContain('Name: "renamed" → "customers"');
    expect(result.code).toBe(0);
    expect(await settings(aws)).toEqual(before);
  });

  test('after a later update that has changed more than it should: only that, not what others have changed before', async () => {
    const aws = await startLocalAws();
    const init = aws.init('--new-client-id', aws.clients.web, '--yes');
    expect((await runCli(init)).code).toBe(0);
    const { client } = await settings(aws);
    const Policies = { PasswordPolicy: { MinimumLength: 20 } };
    await aws.sdk.idp.send(new UpdateUserPoolCommand({ UserPoolId: aws.newPool, Policies }));
    const { pool } = await settings(aws); // made safer by a deployment that knows of no trigger
    const stop = aws.sandbox.faults.onCall('after', ({ operation }) => {
      if (operation !== 'UpdateUserPool') return;
      plantPoolFields(aws.sandbox.world, aws.newPool, { DeletionProtection: 'ACTIVE' });
    });
    expect((await runCli(init)).code).toBe(7);
    stop();
    const result = await runCli(restore(aws, '--yes'));
    expect(result.code).toBe(0);
    expect(result.stderr).toContain('since the last update');
    expect(result.stderr).not.toContain('MinimumLength');
    expect(await settings(aws)).toEqual({ pool, client });
  });

  test('leaves a trigger empty whose function is gone, and says so', async () => {
    const aws = await startLocalAws();
    const earlier = await makeOtherFunction(aws.sdk, 'earlier');
    const migrated = await aws.addPool('migrated before', { LambdaConfig: { UserMigration: earlier } });
    const argv = ['--old-user-pool-id', aws.oldPool, '--new-user-pool-id', migrated, ...aws.where, '--yes'];
    expect((await runCli(['init', ...argv, '--replace-trigger', '--accept', 'CM202'])).code).toBe(0);
    await aws.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName: 'earlier' }));
    const result = await runCli(restore(aws, '--yes'));
    expect(result.code).toBe(0);
    expect(result.stderr.replace(/\s+/g, ' ')).toContain(
      `no longer exists, so it is not restored: ${earlier}`,
    );
    expect((await aws.pool(migrated)).LambdaConfig?.UserMigration).toBeUndefined();
  });

  test('does nothing beside another run, and stops after the write during which Ctrl-C is pressed', async () => {
    const { aws, before } = await damaged();
    const holder = { pid: process.pid, host: hostname(), since: '2026-11-22T12:00:00Z' };
    await writeFile(`${aws.file}.lock`, JSON.stringify(holder));
    const locked = await runCli(restore(aws, '--yes', '--json'));
    expect(json(locked).error).toMatchObject({ code: 'STATE_LOCKED', exitCode: 6 });
    expect(writesOf(aws.sandbox)).toEqual([]);
    await rm(`${aws.file}.lock`);

    const fake = fakeIo();
    const stop = aws.sandbox.faults.onCall('before', ({ operation }) => {
      if (operation === 'UpdateUserPool') fake.io.interrupt.press();
    });
    const stopped = await runCli(restore(aws, '--yes'), fake);
    stop();
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain('Run the same command again to continue from here.');
    expect(writesOf(aws.sandbox)).toEqual(['cognito-idp:UpdateUserPool']);

    expect((await runCli(restore(aws, '--yes'))).code).toBe(0);
    expect(await settings(aws)).toEqual(before);
    expect(await readdir(aws.folder)).toEqual(['state.json']);
  });

  test('has nothing to restore without a state file, or before init has written anything', async () => {
    const aws = await startLocalAws();
    const result = await runCli(restore(aws, '--yes'));
    expect(result.code).toBe(6);
    expect(result.stderr).toContain(`There is nothing in ${aws.file} to restore`);
    expect(writesOf(aws.sandbox)).toEqual([]);
  });

  test('refuses a state file of another migration', async () => {
    const { aws } = await damaged();
    const other = await aws.addPool('other');
    aws.sandbox.journal.clear();
    const result = await runCli(restore(aws, '--new-user-pool-id', other, '--yes'));
    expect(result.code).toBe(6);
    expect(result.stderr).toContain('belongs to another migration');
    expect(writesOf(aws.sandbox)).toEqual([]);
  });
});
