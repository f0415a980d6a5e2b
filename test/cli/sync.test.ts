/** `sync`: repeats the work after moves that failed, and never gives a right back that someone has taken away. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DeleteGroupCommand, UpdateUserPoolClientCommand } from '@aws-sdk/client-cognito-identity-provider';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { syncJsonSchema } from '../../src/cli/commands/sync/document.ts';
import { plantPoolFields } from '../../src/sandbox/services/cognito/index.ts';
import { startLocalAws } from '../support/local-aws.ts';
import { fakeIo, json, runCli } from '../support/run-cli.ts';
import { CliScene, minute } from './sync-scene.ts';

const ana = 'ana@example.com';

describe('sync', () => {
  test('adds the groups that a failed run left out, once', async () => {
    const scene = await CliScene.start();
    await scene.move(ana, true);
    expect(await scene.groupsOf(ana)).toEqual([]);
    const result = await scene.sync('--json');
    expect(result.code, result.stderr).toBe(0);
    const document = json(result);
    expect(document).toMatchObject({
      ok: true,
      command: 'sync',
      version: 1,
      dryRun: false,
      all: false,
      only: null,
      since: null,
      users: 1,
      repeated: 1,
      memberships: 2,
      failed: {},
    });
    expect(Object.keys(Object(syncJsonSchema()).properties)).toEqual(
      expect.arrayContaining(Object.keys(document)),
    );
    expect(await scene.groupsOf(ana)).toEqual(['admins', 'staff']);
    // Someone takes a right away. No later run gives it back, every night or with a lost state file.
    await scene.remove(ana, 'admins');
    for (let night = 0; night < 3; night += 1) {
      scene.clock.advance(24 * 60 * minute);
      const again = await scene.sync();
      expect(again.code, again.stderr).toBe(0);
      expect(again.stdout).toContain('Nothing to repeat: no work after a move has failed since 2026-11-22.');
    }
    expect(await scene.groupsOf(ana)).toEqual(['staff']);
    expect((await readdir(scene.aws.folder)).filter((name) => name.includes('sync'))).toEqual([]);
  });

  test('the function is deleted and created again: a right that someone took away stays away', async () => {
    const scene = await CliScene.start();
    await scene.move(ana, true);
    expect((await scene.sync()).code).toBe(0);
    await scene.remove(ana, 'admins');
    const FunctionName = `cognito-migrate-${scene.aws.newPool}`;
    await scene.aws.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName }));
    const repaired = await runCli(scene.aws.init('--yes'), { clock: scene.clock });
    expect(repaired.code, repaired.stderr).toBe(0);
    expect(Date.parse((await scene.tag()) ?? '')).toBeGreaterThan(scene.clock.now() - minute);
    scene.clock.advance(24 * 60 * minute);
    const result = await scene.sync();
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toContain('Nothing to repeat: no work after a move has failed since');
    expect(await scene.groupsOf(ana)).toEqual(['staff']);
  });

  test('without a failure, it reads no user and changes nothing', async () => {
    const scene = await CliScene.start();
    await scene.move(ana, false);
    await scene.remove(ana, 'admins');
    scene.aws.sandbox.journal.clear();
    const result = await scene.sync();
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toContain('Nothing to repeat: no work after a move has failed.');
    expect(scene.writes()).toEqual([]);
    const operations = scene.aws.sandbox.journal.calls.map(({ operation }) => operation);
    expect(operations).not.toContain('ListUsers');
    expect(await scene.groupsOf(ana)).toEqual(['staff']);
  });

  test('a right that was taken from another user stays away; only --all adds it, after a yes', async () => {
    const scene = await CliScene.start();
    await scene.move(ana, false);
    await scene.remove(ana, 'admins');
    await scene.addOldUser('bert@example.com');
    await scene.move('bert@example.com', true);
    const result = await scene.sync();
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toContain('1 user has got 2 groups.');
    expect(result.stdout).toContain('1 user lacks groups, but not because of failed work.');
    expect(await scene.groupsOf(ana)).toEqual(['staff']);
    const refused = await scene.sync('--all');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--yes');
    const counted = await scene.sync('--all', '--dry-run');
    expect(counted.stdout).toContain('1 user would get 1 group.');
    expect(await scene.groupsOf(ana)).toEqual(['staff']);
    const added = await scene.sync('--all', '--yes');
    expect(added.code, added.stderr).toBe(0);
    expect(await scene.groupsOf(ana)).toEqual(['admins', 'staff']);
  });

  test('a dry run counts, and the function and its tags stay as they are', async () => {
    const scene = await CliScene.start();
    await scene.move(ana, true);
    const result = await scene.sync('--dry-run', '--json');
    expect(json(result)).toMatchObject({ ok: true, dryRun: true, repeated: 1, memberships: 2 });
    expect(scene.writes()).toEqual([]);
    expect(await scene.tag()).toBeUndefined();
    const status = () => runCli(['status', ...scene.aws.where], { clock: scene.clock });
    const before = await status();
    expect(before.code, before.stdout).toBe(0);
    expect(before.stderr).toMatch(
      /The work after a move failed, the last time around 2026-11-22 \d\d:\d\d UTC, so users may lack groups\./,
    );
    expect((await scene.sync()).code).toBe(0);
    expect(await scene.tag()).toMatch(/^2026-11-22T/);
    const after = await status();
    expect(after.code, after.stdout).toBe(0);
    expect(after.stdout + after.stderr).not.toContain('The work after a move');
  });

  test('a group that is gone: exit 8, and a file that only its owner can read', async () => {
    const scene = await CliScene.start();
    await scene.move(ana, true);
    const group = { UserPoolId: scene.aws.newPool, GroupName: 'staff' };
    await scene.aws.sdk.idp.send(new DeleteGroupCommand(group));
    const file = join(scene.aws.folder, 'lacking.csv');
    const result = await scene.sync('--out', file);
    expect(result.code).toBe(8);
    expect(result.stdout).toContain('1 user was in a group that customers no longer has.');
    const [head, row] = (await readFile(file, 'utf8')).split('\r\n');
    expect(head).toBe('Username,sub,custom:old_sub,Groups,Reason');
    expect(row).toMatch(/^[\w-]{36},[\w-]{36},[\w-]{36},.*staff.*,group-missing$/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await scene.groupsOf(ana)).toEqual(['admins']);
  });

  test('AWS fails: exit 7, a journal without names, and the next run continues', async () => {
    const scene = await CliScene.start();
    await scene.move(ana, true);
    scene.aws.sandbox.faults.add({ operation: 'AdminAddUserToGroup', kind: 'throttle', times: 1000 });
    const failed = await scene.sync();
    expect(failed.code).toBe(7);
    const [name = ''] = (await readdir(scene.aws.folder)).filter((one) => one.includes('sync'));
    const journal = await readFile(join(scene.aws.folder, name), 'utf8');
    expect(journal).not.toMatch(/ana|admins|staff/);
    scene.aws.sandbox.faults.clear();
    expect((await scene.sync()).code).toBe(0);
    expect(await scene.groupsOf(ana)).toEqual(['admins', 'staff']);
  });

  test('a denied action is named: exit 3', async () => {
    const scene = await CliScene.start();
    await scene.move(ana, true);
    scene.aws.sandbox.faults.add({ operation: 'ListUsersInGroup', kind: 'access-denied', times: 1000 });
    const { code, stderr } = await scene.sync();
    expect(code).toBe(3);
    expect(stderr).toContain('cognito-idp:ListUsersInGroup');
  });
});

describe('others can write the old sub', () => {
  test('an app client that can write it is newer than init: exit 8, nothing is written, and nothing accepts it', async () => {
    const scene = await CliScene.start();
    await scene.move(ana, true);
    const { newPool: UserPoolId, clients, sdk } = scene.aws;
    const writes = (...WriteAttributes: string[]) =>
      sdk.idp.send(new UpdateUserPoolClientCommand({ UserPoolId, ClientId: clients.ios, WriteAttributes }));
    await writes('email', 'custom:old_sub');
    scene.aws.sandbox.journal.clear();
    for (const more of [[], ['--dry-run'], ['--all', '--yes'], ['--accept', 'CM122']]) {
      const refused = await scene.sync('--json', ...more);
      expect(refused.code, refused.stderr).toBe(8);
      expect(json(refused)).toMatchObject({ ok: false, error: { code: 'CM122' } });
    }
    expect(scene.writes()).toEqual([]);
    expect(await scene.groupsOf(ana)).toEqual([]);
    expect(await scene.tag()).toBeUndefined();
    await writes('email');
    const result = await scene.sync();
    expect(result.code, result.stderr).toBe(0);
    expect(await scene.groupsOf(ana)).toEqual(['admins', 'staff']);
  });

  test('self-registration is on again, and an app client has no list: only --accept continues', async () => {
    const scene = await CliScene.start();
    await scene.move(ana, true);
    plantPoolFields(scene.aws.sandbox.world, scene.aws.newPool, {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: false },
    });
    const refused = await scene.sync();
    expect(refused.code).toBe(8);
    expect(refused.stderr).toContain('[CM122]');
    expect(refused.stderr).toContain('--accept CM122  accepts this and continues.');
    expect(await scene.groupsOf(ana)).toEqual([]);
    const result = await scene.sync('--accept', 'CM122');
    expect(result.code, result.stderr).toBe(0);
    expect(await scene.groupsOf(ana)).toEqual(['admins', 'staff']);
  });

  test('a read of the writers is denied, so it is unknown: exit 3, and nothing is written', async () => {
    const scene = await CliScene.start();
    await scene.move(ana, true);
    for (const operation of ['ListUserPoolClients', 'DescribeUserPoolClient', 'ListIdentityProviders']) {
      scene.aws.sandbox.faults.add({ operation, kind: 'access-denied', times: 1000 });
      const { code, stderr } = await scene.sync();
      expect(code, operation).toBe(3);
      expect(stderr).toContain(`cognito-idp:${operation}`);
      scene.aws.sandbox.faults.clear();
    }
    expect(scene.writes()).toEqual([]);
  });
});

describe('bad input', () => {
  test('nothing is installed, or no groups are copied', async () => {
    const aws = await startLocalAws();
    const words = [
      'sync',
      '--old-user-pool-id',
      aws.oldPool,
      '--new-user-pool-id',
      aws.newPool,
      ...aws.where,
    ];
    const absent = await runCli([...words, '--json']);
    expect(absent.code).toBe(5);
    expect(json(absent)).toMatchObject({ error: { code: 'NOT_INSTALLED' } });
    const made = await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'));
    expect(made.code, made.stderr).toBe(0);
    const without = await runCli([...words, '--json']);
    expect(without.code).toBe(2);
    expect(json(without)).toMatchObject({ error: { code: 'GROUPS_UNFIT' } });
  });

  test.each([
    ['--only', 'names', '--only must be groups or marks (got "names")'],
    ['--rate', 'fast', '--rate must be a number of requests per second, up to 1000 (got "fast")'],
    ['--out', '', '--out must name a file'],
  ])('%s %j is refused before any call', async (flag, value, message) => {
    const aws = await startLocalAws();
    const { code, stderr } = await runCli(['sync', ...aws.where, flag, value]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(aws.sandbox.journal.calls).toEqual([]);
  });

  test('--json-schema prints the schema, and no pool is needed', async () => {
    const { code, stdout } = await runCli(['sync', '--json-schema'], fakeIo());
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ title: 'cognito-migrate sync --json' });
  });
});
