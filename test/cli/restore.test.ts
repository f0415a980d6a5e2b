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
import { makeOtherFunction } from '../support/other-function.ts';
import { fakeIo, json, runCli } from '../support/run-cli.ts';
import { writesOf } from '../support/two-pools.ts';
import { type Ground, startGround } from './support.ts';

const restore = ({ where }: Ground, ...more: string[]): string[] => [
  'teardown',
  '--restore',
  ...where,
  ...more,
];

const settings = async (ground: Ground) => {
  const { LastModifiedDate: _pool, ...pool } = await ground.pool(ground.new);
  const { LastModifiedDate: _client, ...client } = await ground.client(ground.new, ground.clients.web);
  return { pool, client };
};

/** After an init whose update has changed more than it should: the pool before, and how to write now. */
async function damaged() {
  const ground = await startGround();
  const before = await settings(ground);
  const stop = ground.sandbox.faults.onCall('after', ({ operation }) => {
    if (operation !== 'UpdateUserPool') return;
    plantPoolFields(ground.sandbox.world, ground.new, { DeletionProtection: 'ACTIVE', UserPoolTags: {} });
  });
  const result = await runCli(ground.init('--new-client-id', ground.clients.web, '--yes'));
  expect(result.code).toBe(7);
  stop();
  ground.sandbox.journal.clear();
  return { ground, before };
}

describe('teardown --restore', () => {
  test('shows each setting as it is and as it was, and writes nothing without an approval', async () => {
    const { ground } = await damaged();
    const result = await runCli(restore(ground));
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(`user pool ${ground.new}`);
    expect(result.stderr).toContain('DeletionProtection: "ACTIVE" → "INACTIVE"');
    expect(result.stderr).toContain('UserPoolTags.team: (not set) → "identity"');
    expect(result.stderr).toMatch(/LambdaConfig\.UserMigration: "arn:.* → \(not set\)/);
    expect(result.stderr).toContain(`app client ${ground.clients.web}`);
    expect(result.stderr).toContain('our trigger included');
    expect(result.stderr).toContain('--yes');
    expect(writesOf(ground.sandbox)).toEqual([]);
  });

  test('puts pool and clients back, says what, and has nothing to do the next time', async () => {
    const { ground, before } = await damaged();
    const result = await runCli(restore(ground, '--yes', '--json'));
    expect(result.code).toBe(0);
    expect(json(result)).toMatchObject({ ok: true, command: 'restore', changes: 4, gone: [] });
    expect(json(result).restored).toEqual(
      expect.arrayContaining([
        `user pool ${ground.new}: DeletionProtection`,
        `user pool ${ground.new}: UserPoolTags.team`,
        `user pool ${ground.new}: LambdaConfig.UserMigration`,
        `app client ${ground.clients.web}: ExplicitAuthFlows`,
      ]),
    );
    expect(writesOf(ground.sandbox)).toEqual([
      'cognito-idp:UpdateUserPool',
      'cognito-idp:UpdateUserPoolClient',
    ]);
    expect(await settings(ground)).toEqual(before);

    ground.sandbox.journal.clear();
    const again = await runCli(restore(ground)); // nothing to approve
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('Every setting is as it was.') });
    expect(writesOf(ground.sandbox)).toEqual([]);
  });

  test.each([
    ['does nothing when the answer is Enter: No is the default', '', 130],
    ['puts everything back when the answer is y', 'y', 0],
  ])('%s', async (_what, answer, code) => {
    const { ground, before } = await damaged();
    const run = runCli(restore(ground), fakeIo({ tty: true, env: { TERM: 'xterm' } }));
    await vi.waitFor(() => expect(screen.getScreen()).toContain('Put it back? (y/N)'), { timeout: 15_000 });
    screen.type(answer);
    screen.keypress('enter');
    expect((await run).code).toBe(code);
    expect(writesOf(ground.sandbox)).toHaveLength(code === 0 ? 2 : 0);
    if (code === 0) expect(await settings(ground)).toEqual(before);
  });

  test('keeps off an app client that is gone, and says so', async () => {
    const { ground, before } = await damaged();
    const ids = { UserPoolId: ground.new, ClientId: ground.clients.web };
    await ground.sdk.idp.send(new DeleteUserPoolClientCommand(ids));
    const result = await runCli(restore(ground, '--yes'));
    expect(result.code).toBe(0);
    expect(result.stdout).toContain(`Is gone: app client ${ground.clients.web}`);
    const { LastModifiedDate: _, ...pool } = await ground.pool(ground.new);
    expect(pool).toEqual(before.pool);
  });

  test('undoes what others have changed since, as it says', async () => {
    const ground = await startGround();
    const before = await settings(ground);
    expect((await runCli(ground.init('--new-client-id', ground.clients.web, '--yes'))).code).toBe(0);
    await ground.sdk.idp.send(new UpdateUserPoolCommand({ UserPoolId: ground.new, PoolName: 'renamed' }));
    const result = await runCli(restore(ground, '--yes'));
    expect(result.stderr).toContain('Name: "renamed" → "customers"');
    expect(result.code).toBe(0);
    expect(await settings(ground)).toEqual(before);
  });

  test('after a later update that has changed more than it should: only that, not what others have changed before', async () => {
    const ground = await startGround();
    const init = ground.init('--new-client-id', ground.clients.web, '--yes');
    expect((await runCli(init)).code).toBe(0);
    const { client } = await settings(ground);
    const Policies = { PasswordPolicy: { MinimumLength: 20 } };
    await ground.sdk.idp.send(new UpdateUserPoolCommand({ UserPoolId: ground.new, Policies }));
    const { pool } = await settings(ground); // made safer by a deployment that knows of no trigger
    const stop = ground.sandbox.faults.onCall('after', ({ operation }) => {
      if (operation !== 'UpdateUserPool') return;
      plantPoolFields(ground.sandbox.world, ground.new, { DeletionProtection: 'ACTIVE' });
    });
    expect((await runCli(init)).code).toBe(7);
    stop();
    const result = await runCli(restore(ground, '--yes'));
    expect(result.code).toBe(0);
    expect(result.stderr).toContain('before the last update');
    expect(result.stderr).not.toContain('MinimumLength');
    expect(await settings(ground)).toEqual({ pool, client });
  });

  test('leaves a trigger empty whose function is gone, and says so', async () => {
    const ground = await startGround();
    const earlier = await makeOtherFunction(ground.sdk, 'earlier');
    const migrated = await ground.addPool('migrated before', { LambdaConfig: { UserMigration: earlier } });
    const argv = ['--old-user-pool-id', ground.old, '--new-user-pool-id', migrated, ...ground.where, '--yes'];
    expect((await runCli(['init', ...argv, '--replace-trigger', '--accept', 'CM202'])).code).toBe(0);
    await ground.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName: 'earlier' }));
    const result = await runCli(restore(ground, '--yes'));
    expect(result.code).toBe(0);
    expect(result.stderr.replace(/\s+/g, ' ')).toContain(`is gone, so it is not put back: ${earlier}`);
    expect((await ground.pool(migrated)).LambdaConfig?.UserMigration).toBeUndefined();
  });

  test('does nothing beside another run, and stops after the write during which Ctrl-C is pressed', async () => {
    const { ground, before } = await damaged();
    const holder = { pid: process.pid, host: hostname(), since: '2026-11-22T12:00:00Z' };
    await writeFile(`${ground.file}.lock`, JSON.stringify(holder));
    const locked = await runCli(restore(ground, '--yes', '--json'));
    expect(json(locked).error).toMatchObject({ code: 'STATE_LOCKED', exitCode: 6 });
    expect(writesOf(ground.sandbox)).toEqual([]);
    await rm(`${ground.file}.lock`);

    const fake = fakeIo();
    const stop = ground.sandbox.faults.onCall('before', ({ operation }) => {
      if (operation === 'UpdateUserPool') fake.io.interrupt.press();
    });
    const stopped = await runCli(restore(ground, '--yes'), fake);
    stop();
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain('Running the same command again goes on from here.');
    expect(writesOf(ground.sandbox)).toEqual(['cognito-idp:UpdateUserPool']);

    expect((await runCli(restore(ground, '--yes'))).code).toBe(0);
    expect(await settings(ground)).toEqual(before);
    expect(await readdir(ground.folder)).toEqual(['state.json']);
  });

  test('has nothing to restore without a state file, or before init has written anything', async () => {
    const ground = await startGround();
    const result = await runCli(restore(ground, '--yes'));
    expect(result.code).toBe(6);
    expect(result.stderr).toContain(`There is nothing in ${ground.file} to restore`);
    expect(writesOf(ground.sandbox)).toEqual([]);
  });

  test('refuses a state file of another migration', async () => {
    const { ground } = await damaged();
    const other = await ground.addPool('other');
    ground.sandbox.journal.clear();
    const result = await runCli(restore(ground, '--new-user-pool-id', other, '--yes'));
    expect(result.code).toBe(6);
    expect(result.stderr).toContain('belongs to another migration');
    expect(writesOf(ground.sandbox)).toEqual([]);
  });
});
