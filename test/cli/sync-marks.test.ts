/** `sync` with `--move-once`: closes old users whom failed work has left open, and nobody whom someone has opened. */
import { readdir } from 'node:fs/promises';
import { AdminEnableUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { syncJsonSchema } from '../../src/cli/commands/sync/document.ts';
import { type CliResult, fakeIo, json, runCli } from '../support/run-cli.ts';
import { CliScene, minute } from './sync-scene.ts';

const [ana, bert] = ['ana@example.com', 'bert@example.com'];
const closes = { disable: 'AdminDisableUser', mark: 'AdminUpdateUserAttributes' } as const;
const day = 24 * 60 * minute;

function unmark(scene: CliScene, name: string): Promise<CliResult> {
  const io = fakeIo({ clock: scene.clock });
  io.stdin.end(`${name}\n`);
  return runCli(['unmark', '--username-stdin', '--yes', ...scene.pools()], io);
}

describe.each(['disable', 'mark'] as const)('--move-once %s', (how) => {
  test('an old user whom failed work has left open is closed, once', async () => {
    const scene = await CliScene.start(['--move-once', how]);
    await scene.move(ana, true, closes[how]);
    expect(await scene.isOpen(ana)).toBe(true);
    const status = await runCli(['status', ...scene.aws.where], { clock: scene.clock });
    expect(status.stderr).toMatch(/The work after a move failed, .*, so old users may still be open\./);
    const counted = await scene.sync('--dry-run');
    expect(counted.stdout).toContain(`1 old user would be ${how}${how === 'mark' ? 'ed' : 'd'}.`);
    expect(scene.writes()).toEqual([]);
    const result = await scene.sync('--json');
    expect(result.code, result.stderr).toBe(0);
    const document = json(result);
    expect(document).toMatchObject({
      ...{ ok: true, only: null, repeated: 0, memberships: 0 },
      marks: { how, since: null, users: 1, closed: 1, gone: 0, notRepeated: 0 },
    });
    expect(Object.keys(Object(syncJsonSchema()).properties)).toEqual(
      expect.arrayContaining(Object.keys(document)),
    );
    expect(await scene.isOpen(ana)).toBe(false);
    expect(await scene.tag('cognito-migrate:synced-marks')).toMatch(/^2026-/);
    expect(await scene.tag()).toBeUndefined();
    scene.clock.advance(day);
    const again = await scene.sync('--only', 'marks');
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout).toContain('Nothing to repeat');
    expect((await readdir(scene.aws.folder)).filter((name) => name.includes('sync'))).toEqual([]);
  });

  test('nobody whom unmark has opened is closed again, every night; --all asks for it', async () => {
    const scene = await CliScene.start(['--move-once', how]);
    await scene.move(ana, true, closes[how]);
    expect((await scene.sync()).code).toBe(0);
    // Another failure begins at the same time, and no run covers it yet.
    await scene.addOldUser(bert);
    await scene.move(bert, true, closes[how]);
    for (const name of [ana, bert]) await unmark(scene, name);
    expect(await scene.isOpen(ana)).toBe(true);
    for (let night = 0; night < 3; night += 1) {
      scene.clock.advance(day);
      const result = await scene.sync(...(night === 1 ? ['--only', 'marks'] : []));
      expect(result.code, result.stderr).toBe(0);
      expect(await scene.isOpen(ana), `night ${night}`).toBe(true);
    }
    const refused = await scene.sync('--all', '--only', 'marks');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--yes');
    expect(await scene.isOpen(ana)).toBe(true);
    const closed = await scene.sync('--all', '--only', 'marks', '--yes');
    expect(closed.code, closed.stderr).toBe(0);
    expect(await scene.isOpen(ana)).toBe(false);
  });

  test('after an unmark, earlier moves are listed, whether or not Cognito dates the change; later ones are closed', async () => {
    const scene = await CliScene.start(['--move-once', how]);
    await scene.move(ana, true, closes[how]);
    expect((await scene.sync()).code).toBe(0);
    await scene.addOldUser(bert);
    await scene.move(bert, true, closes[how]);
    expect((await unmark(scene, ana)).code).toBe(0);
    expect(await scene.tag('cognito-migrate:unmarked')).toMatch(/^2026-/);
    expect(json(await scene.sync('--json'))).toMatchObject({ marks: { closed: 0, notRepeated: 2 } });
    expect(await scene.isOpen(bert)).toBe(true);
    await scene.addOldUser('carl@example.com');
    await scene.move('carl@example.com', true, closes[how]);
    expect(json(await scene.sync('--json'))).toMatchObject({ marks: { closed: 1, notRepeated: 2 } });
    expect(await scene.isOpen('carl@example.com')).toBe(false);
    expect(await scene.isOpen(ana)).toBe(true);
  });

  test('an administrator has opened the old user without unmark: sync leaves it open, and says so', async () => {
    const scene = await CliScene.start(['--move-once', how]);
    await scene.move(ana, true, closes[how]);
    const user = { UserPoolId: scene.aws.oldPool, Username: ana };
    await scene.aws.sdk.idp.send(new AdminEnableUserCommand(user));
    const result = await scene.sync();
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toContain('1 old user is open, but maybe not because of failed work.');
    expect(result.stdout).toContain('cognito-migrate sync --all --only marks');
    expect(await scene.isOpen(ana)).toBe(true);
  });
});

describe('with groups and marks', () => {
  const both = ['--groups', 'all', '--move-once', 'mark'];

  test('each --only does its own work, and leaves the other to a later run', async () => {
    const scene = await CliScene.start(both);
    await scene.move(ana, true);
    expect(await scene.groupsOf(ana)).toEqual([]);
    expect(await scene.isOpen(ana)).toBe(true);
    const status = await runCli(['status', ...scene.aws.where], { clock: scene.clock });
    expect(status.stderr.replace(/\s+/g, ' ')).toContain(
      'so users may lack groups, and old users may still be open. Repeat it: cognito-migrate sync',
    );
    scene.aws.sandbox.journal.clear();
    const groups = await scene.sync('--only', 'groups', '--json');
    expect(groups.code, groups.stderr).toBe(0);
    expect(json(groups)).toMatchObject({ only: 'groups', repeated: 1, memberships: 2 });
    expect(json(groups)).not.toHaveProperty('marks');
    expect(scene.writes()).toEqual(['AdminAddUserToGroup', 'AdminAddUserToGroup', 'TagResource']);
    expect(await scene.isOpen(ana)).toBe(true);
    scene.aws.sandbox.journal.clear();
    const io = fakeIo({ clock: scene.clock, env: { COGNITO_MIGRATE_SYNC_ONLY: 'marks' } });
    const marks = await runCli(['sync', ...scene.pools()], io);
    expect(marks.code, marks.stderr).toBe(0);
    expect(marks.stdout.trim()).toBe('✔ 1 old user has been marked.');
    expect(scene.writes()).toEqual(['AdminUpdateUserAttributes', 'TagResource']);
    expect(await scene.isOpen(ana)).toBe(false);
    const nothing = await scene.sync();
    expect(nothing.stdout).toContain('Nothing to repeat');
  });

  test('without --only, one run does both, and says both', async () => {
    const scene = await CliScene.start(both);
    await scene.move(ana, true);
    const result = await scene.sync();
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout.split('\n').map((line) => line.trim())).toEqual([
      '✔ 1 user has got 2 groups.',
      '✔ 1 old user has been marked.',
      '',
    ]);
    expect(await scene.groupsOf(ana)).toEqual(['admins', 'staff']);
    expect(await scene.isOpen(ana)).toBe(false);
  });

  test('a run of marks that AWS stopped is not continued by --only groups, but by the next --only marks', async () => {
    const scene = await CliScene.start(both);
    await scene.move(ana, true);
    scene.aws.sandbox.faults.add({ operation: closes.mark, kind: 'throttle', times: 1000 });
    expect((await scene.sync('--only', 'marks')).code).toBe(7);
    scene.aws.sandbox.faults.clear();
    const files = async () => (await readdir(scene.aws.folder)).filter((name) => name.includes('sync'));
    const journals = await files();
    expect(journals).toEqual([expect.stringMatching(/\.sync-marks\.json$/)]);
    expect((await scene.sync('--only', 'groups')).code).toBe(0);
    expect(await scene.isOpen(ana)).toBe(true);
    expect(await files()).toEqual(journals);
    expect((await scene.sync('--only', 'marks')).code).toBe(0);
    expect(await scene.isOpen(ana)).toBe(false);
    expect(await files()).toEqual([]);
  });

  test.each([
    [['--groups', 'all'], 'marks', 'MOVE_ONCE_UNFIT', 'closes no old users'],
    [['--move-once', 'disable'], 'groups', 'GROUPS_UNFIT', 'copies no groups'],
  ])('%j has nothing for --only %s: exit 2', async (chosen, only, code, message) => {
    const scene = await CliScene.start(chosen);
    const result = await scene.sync('--only', only, '--json');
    expect(result.code).toBe(2);
    expect(json(result)).toMatchObject({ error: { code, message: expect.stringContaining(message) } });
  });
});
