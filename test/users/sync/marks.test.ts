/** A sync of old users against the local AWS: it closes those whom failed work has left open, and nobody else. */
import { readdir } from 'node:fs/promises';
import {
  AdminDeleteUserAttributesCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminUpdateUserAttributesCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import type { SyncArgs } from '../../../src/users/sync/run.ts';
import { Killed, minute, RunScene } from './scene.ts';

const marks = (how: 'disable' | 'mark'): Pick<SyncArgs, 'work'> => ({ work: { part: 'marks', how } });
const everyone = Array.from({ length: 7 }, (_, number) => `user-${number}`);
const oldUser = ({ aws: { oldPool: UserPoolId } }: RunScene, name: string) => ({
  ...{ UserPoolId, Username: `${name}@example.com` },
});
const done = { users: 7, repeated: 7, added: 7, gone: 0, notRepeated: 0, failed: {} };

describe.each([
  ['disable', 'AdminDisableUser'],
  ['mark', 'AdminUpdateUserAttributes'],
] as const)('%s', (how, operation) => {
  test('closes each old user once, and adds no group', async () => {
    const scene = await RunScene.start();
    expect(await scene.run(marks(how))).toEqual(done);
    expect(await scene.closed()).toEqual(everyone);
    expect(scene.writes()).toEqual(everyone.map(() => operation));
    // A page of each pool, one search and a look at both users for each, and the change.
    expect(scene.calls).toBe(1 + 1 + 7 * (1 + 2 + 1));
    scene.aws.sandbox.journal.clear();
    expect(await scene.run(marks(how))).toEqual({ ...done, repeated: 0, added: 0 });
    expect(scene.writes()).toEqual([]);
    expect(await readdir(scene.aws.folder)).toEqual([]);
  });

  test('only counts in a dry run', async () => {
    const scene = await RunScene.start();
    expect(await scene.run({ ...marks(how), isDry: true })).toEqual(done);
    expect(scene.writes()).toEqual([]);
    expect(scene.covered).toEqual([]);
  });

  test('an old user who was changed since the move stays, except for a run over all', async () => {
    const scene = await RunScene.start();
    const { idp } = scene.aws.sdk;
    const who = oldUser(scene, 'user-2');
    if (how === 'disable') {
      await idp.send(new AdminDisableUserCommand(who));
      await idp.send(new AdminEnableUserCommand(who));
    } else {
      const values = { 'custom:moved_at': '2026-01-01T00:00:00.000Z', 'custom:moved_to': scene.newPool };
      const UserAttributes = Object.entries(values).map(([Name, Value]) => ({ Name, Value }));
      await idp.send(new AdminUpdateUserAttributesCommand({ ...who, UserAttributes }));
      const UserAttributeNames = Object.keys(values);
      await idp.send(new AdminDeleteUserAttributesCommand({ ...who, UserAttributeNames }));
    }
    const others = everyone.filter((name) => name !== 'user-2');
    for (const isDry of [true, false])
      expect(await scene.run({ ...marks(how), isDry })).toMatchObject({ repeated: 6, notRepeated: 1 });
    expect(await scene.closed()).toEqual(others);
    expect(scene.left).toEqual(['user-2 old-user-open']);
    expect(await scene.run({ ...marks(how), spans: undefined })).toMatchObject({ repeated: 1 });
    expect(await scene.closed()).toEqual(everyone);
  });

  test('dies at any call: the next run ends in the same place', async () => {
    const first = await RunScene.start(3);
    await first.run(marks(how));
    for (let killAt = 1; killAt <= first.calls; killAt += 0.5) {
      const scene = await RunScene.start(3);
      scene.killAt = killAt;
      await expect(scene.run(marks(how)), `at ${killAt}`).rejects.toThrow(Killed);
      expect(scene.covered, `at ${killAt}`).toEqual([]);
      scene.killAt = Number.POSITIVE_INFINITY;
      await scene.run(marks(how));
      expect(await scene.closed(3), `at ${killAt}`).toEqual(everyone.slice(0, 3));
      expect(scene.covered, `at ${killAt}`).toHaveLength(1);
      expect(await readdir(scene.aws.folder)).toEqual([]);
    }
  });

  const kinds = ['lost-response', 'throttle', 'internal-error', 'connection-reset'] as const;
  test.each(kinds)('%s at each kind of call changes nothing in the end', async (kind) => {
    const scene = await RunScene.start();
    for (const name of ['ListUsers', 'AdminGetUser', operation])
      for (const skip of [0, 1, 2]) scene.aws.sandbox.faults.add({ operation: name, kind, skip });
    await scene.run(marks(how)).catch(() => scene.run(marks(how)));
    scene.aws.sandbox.faults.clear();
    await scene.run(marks(how));
    expect(await scene.closed()).toEqual(everyone);
  });
});

test('a mark of another pool stays', async () => {
  const scene = await RunScene.start();
  const UserAttributes = [{ Name: 'custom:moved_to', Value: 'eu-west-1_Another1' }];
  await scene.aws.sdk.idp.send(
    new AdminUpdateUserAttributesCommand({ ...oldUser(scene, 'user-1'), UserAttributes }),
  );
  expect(await scene.run({ ...marks('mark'), spans: undefined })).toMatchObject({ repeated: 6 });
  expect(await scene.closed()).toEqual(everyone.filter((name) => name !== 'user-1'));
});

test('users who moved at other times, or before the last unmark, stay and are listed', async () => {
  const scene = await RunScene.start();
  const notBefore = scene.movedAt + 1000;
  expect(await scene.run({ ...marks('mark'), notBefore })).toMatchObject({ repeated: 0, notRepeated: 7 });
  const spans = [{ from: notBefore, to: notBefore + minute }];
  expect(await scene.run({ ...marks('mark'), spans })).toMatchObject({ repeated: 0, notRepeated: 7 });
  expect(scene.left).toEqual(everyone.map((name) => `${name} old-user-open`));
  expect(await scene.closed()).toEqual([]);
});

test('a new user who was deleted meanwhile leaves the old user open: they may move again', async () => {
  const scene = await RunScene.start();
  let isDone = false;
  scene.aws.sandbox.faults.onCall('before', async ({ operation }) => {
    if (operation !== 'AdminGetUser' || isDone) return;
    isDone = true;
    const gone = { UserPoolId: scene.newPool, Username: 'user-4' };
    await scene.aws.sdk.idp.send(new AdminDeleteUserCommand(gone));
  });
  expect(await scene.run(marks('mark'))).toMatchObject({ repeated: 6, gone: 1 });
  expect(await scene.closed()).toEqual(everyone.filter((name) => name !== 'user-4'));
});

test('a part of the old pool that cannot be read ends the run, and nobody is covered', async () => {
  const scene = await RunScene.start();
  scene.aws.sandbox.faults.add({ operation: 'ListUsers', kind: 'internal-error', times: 1000 });
  await expect(scene.run(marks('mark'))).rejects.toThrow();
  expect(scene.covered).toEqual([]);
  expect(scene.writes()).toEqual([]);
});

test.each([
  ['groups', 'marks'],
  ['marks', 'groups'],
] as const)('a run of %s that died is not continued by a run of %s', async (first, second) => {
  const scene = await RunScene.start();
  const works = { groups: {}, marks: marks('mark') };
  scene.killAt = 20;
  await expect(scene.run(works[first])).rejects.toThrow(Killed);
  scene.killAt = Number.POSITIVE_INFINITY;
  const journals = await readdir(scene.aws.folder);
  expect(journals.filter((name) => name.includes('sync'))).toHaveLength(1);
  scene.aws.sandbox.journal.clear();
  expect(await scene.run(works[second])).toMatchObject({ users: 7, repeated: 7 });
  expect([...new Set(scene.writes())]).toEqual([
    second === 'marks' ? 'AdminUpdateUserAttributes' : 'AdminAddUserToGroup',
  ]);
  expect(await readdir(scene.aws.folder)).toEqual(journals);
  expect(await scene.run(works[first])).toMatchObject({ users: 7 });
  expect(await readdir(scene.aws.folder)).toEqual([]);
  expect(await scene.closed()).toEqual(everyone);
});
