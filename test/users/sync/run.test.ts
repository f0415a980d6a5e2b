/** A sync against the local AWS: whatever ends a run, the next one ends in the same place, and no right comes back. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  CreateGroupCommand,
  DeleteGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import type { Span } from '../../../src/aws/failed-moves.ts';
import { given } from '../../support/errors.ts';
import { Killed, minute, RunScene } from './scene.ts';

const all = {
  admins: ['user-0', 'user-1', 'user-2', 'user-3', 'user-4', 'user-5', 'user-6'],
  team: ['user-0', 'user-2', 'user-3', 'user-4', 'user-6'],
  unchosen: [],
};

describe('a run', () => {
  test('adds each missing membership once, and only those', async () => {
    const scene = await RunScene.start();
    const done = { users: 7, repeated: 7, added: 12, gone: 0, notRepeated: 0, failed: {} };
    const until = scene.clock.now() - 15 * minute;
    expect(await scene.run()).toEqual(done);
    expect(await scene.members()).toEqual(all);
    expect(scene.covered).toEqual([until]);
    expect(scene.writes()).toEqual(Array.from({ length: 12 }, () => 'AdminAddUserToGroup'));
    scene.aws.sandbox.journal.clear();
    expect(await scene.run()).toEqual({ ...done, repeated: 0, added: 0 });
    expect(scene.writes()).toEqual([]);
    expect(await readdir(scene.aws.folder)).toEqual([]);
  });

  test('needs the pages, one look at each user, and one call for each membership', async () => {
    const scene = await RunScene.start();
    await scene.run();
    // Three groups of the old pool, two of the new one, and one page of users.
    expect(scene.calls).toBe(3 + 2 + 1 + 7 + 12);
  });

  test('does nothing at all if nothing failed, or only in the last 15 minutes', async () => {
    const scene = await RunScene.start();
    const now = scene.clock.now();
    for (const spans of [[], [{ from: now - 10 * minute, to: now }]]) {
      expect(await scene.run({ spans })).toMatchObject({ users: 0, added: 0 });
      expect(scene.calls).toBe(0);
    }
    expect(scene.covered).toEqual([]);
  });

  test('leaves users alone who were created at other times, and names them', async () => {
    const scene = await RunScene.start(3);
    scene.clock.advance(60 * minute);
    await scene.addPerson('late', ['admins']);
    scene.clock.advance(20 * minute);
    expect(await scene.run()).toMatchObject({ repeated: 3, notRepeated: 1 });
    expect((await scene.members()).admins).toEqual(['user-0', 'user-1', 'user-2']);
    expect(scene.left).toEqual(['late not-repeated']);
    expect(await scene.run({ spans: undefined })).toMatchObject({ repeated: 1, added: 1 });
    expect((await scene.members()).admins).toContain('late');
  });

  test('leaves users alone whose own run may still be at work', async () => {
    const scene = await RunScene.start(1);
    await scene.addPerson('young', ['admins']);
    expect(await scene.run({ spans: undefined })).toMatchObject({ users: 2, repeated: 1 });
    expect((await scene.members()).admins).toEqual(['user-0']);
    expect(scene.left).toEqual([]);
  });

  test('young users of an import job are part of it, and are covered with the job', async () => {
    const scene = await RunScene.start(1);
    const from = scene.clock.now();
    await scene.addPerson('imported', ['admins']);
    scene.clock.advance(minute);
    const open = [{ from, to: scene.clock.now() }];
    await scene.addPerson('young', ['admins']);
    const imports = { open, runningSince: undefined };
    const until = scene.clock.now() - 15 * minute;
    expect(await scene.run({ spans: [], imports })).toMatchObject({ repeated: 1, notRepeated: 1 });
    expect((await scene.members()).admins).toEqual(['imported']);
    expect(scene.left).toEqual(['user-0 not-repeated']);
    expect(scene.covered).toEqual([until]);
    expect(scene.coveredImports).toEqual([open[0]?.to]);
  });

  test('while a job runs, nothing since its beginning is covered', async () => {
    const scene = await RunScene.start();
    const imports = { open: [], runningSince: scene.clock.now() - 18 * minute };
    expect(await scene.run({ imports })).toMatchObject({ repeated: 7 });
    expect(scene.covered).toEqual([imports.runningSince]);
  });

  test('a job that ended after a run began waits for the next run, even if that one is continued', async () => {
    const scene = await RunScene.start(1);
    const from = scene.clock.now();
    await scene.addPerson('first', ['admins']);
    const one = { from, to: scene.clock.now() + 1 };
    scene.killAt = 8;
    const run = (open: readonly Span[]) =>
      scene.run({ spans: [], imports: { open, runningSince: undefined } });
    await expect(run([one])).rejects.toThrow(Killed);
    scene.killAt = Number.POSITIVE_INFINITY;
    scene.clock.advance(minute);
    await scene.addPerson('second', ['admins']);
    const two = { from: scene.clock.now(), to: scene.clock.now() + 1 };
    await run([one, two]);
    expect((await scene.members()).admins).toEqual(['first']);
    expect(scene.coveredImports).toEqual([one.to]);
    await run([two]);
    expect((await scene.members()).admins).toEqual(['first', 'second']);
  });

  test('only counts in a dry run', async () => {
    const scene = await RunScene.start();
    expect(await scene.run({ isDry: true })).toMatchObject({ repeated: 7, added: 12 });
    expect(scene.writes()).toEqual([]);
    expect(scene.covered).toEqual([]);
    expect(await readdir(scene.aws.folder)).toEqual([]);
  });
});

describe('proof', () => {
  test('nobody gets a group by a name, by an unknown old sub, or by a new user of the same name', async () => {
    const scene = await RunScene.start(2);
    const { idp } = scene.aws.sdk;
    const create = (Username: string, oldSub?: string) =>
      idp.send(
        new AdminCreateUserCommand({
          UserPoolId: scene.newPool,
          Username,
          MessageAction: 'SUPPRESS',
          UserAttributes: oldSub === undefined ? [] : [{ Name: 'custom:old_sub', Value: oldSub }],
        }),
      );
    await create('user-0@example.com');
    await create('forger', 'ffffffff-0000-4000-8000-000000000000');
    scene.clock.advance(20 * minute);
    // While the groups are read, user-0 is deleted, and a stranger takes the name.
    let isDone = false;
    scene.aws.sandbox.faults.onCall('before', async ({ operation }) => {
      if (operation !== 'AdminGetUser' || isDone) return;
      isDone = true;
      await idp.send(new AdminDeleteUserCommand({ UserPoolId: scene.newPool, Username: 'user-0' }));
      await create('user-0');
    });
    expect(await scene.run({ spans: undefined })).toMatchObject({ repeated: 1, gone: 1, failed: {} });
    expect((await scene.members()).admins).toEqual(['user-1']);
  });
});

test('a stranger who takes the name while AWS is busy gets no group', async () => {
  const scene = await RunScene.start(1);
  const { idp } = scene.aws.sdk;
  const user = { UserPoolId: scene.newPool, Username: 'user-0' };
  scene.aws.sandbox.faults.add({ operation: 'AdminAddUserToGroup', kind: 'throttle', times: 3 });
  let refusals = 0;
  scene.aws.sandbox.faults.onCall('before', async ({ operation }) => {
    if (operation !== 'AdminAddUserToGroup') return;
    refusals += 1;
    scene.clock.advance(10_000);
    if (refusals !== 3) return;
    await idp.send(new AdminDeleteUserCommand(user));
    await idp.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }));
  });
  expect(await scene.run()).toMatchObject({ repeated: 0, gone: 1, failed: {} });
  expect(refusals).toBe(3);
  expect((await scene.members()).admins).toEqual([]);
});

describe('a run that dies', () => {
  test('at any call: the next run ends in the same place', async () => {
    const scene = await RunScene.start();
    await scene.run();
    const last = scene.calls;
    for (let killAt = 1; killAt <= last; killAt += 0.5) {
      await scene.reset();
      scene.covered.length = 0;
      scene.killAt = killAt;
      await expect(scene.run(), `at ${killAt}`).rejects.toThrow(Killed);
      expect(scene.covered, `at ${killAt}`).toEqual([]);
      scene.killAt = Number.POSITIVE_INFINITY;
      await scene.run();
      expect(await scene.members(), `at ${killAt}`).toEqual(all);
      expect(scene.covered, `at ${killAt}`).toHaveLength(1);
      expect(await readdir(scene.aws.folder)).toEqual([]);
    }
  });

  test('before its end is recorded: the next run reads nothing again', async () => {
    const scene = await RunScene.start();
    const cover = async () => {
      throw new Killed();
    };
    await expect(scene.run({ cover })).rejects.toThrow(Killed);
    await scene.leave('user-1', 'admins');
    const until = scene.clock.now() - 15 * minute;
    scene.clock.advance(60 * minute);
    expect(await scene.run()).toMatchObject({ users: 7, repeated: 7 });
    expect(scene.calls).toBe(0);
    // The first run covered the users up to its own begin.
    expect(scene.covered[0]).toBeLessThanOrEqual(until);
    expect((await scene.members()).admins).not.toContain('user-1');
  });

  test('leaves a journal without names', async () => {
    const scene = await RunScene.start();
    scene.killAt = 10;
    await expect(scene.run()).rejects.toThrow(Killed);
    const [name] = (await readdir(scene.aws.folder)).filter((one) => one.endsWith('.sync.json'));
    const journal = await readFile(join(scene.aws.folder, given(name)), 'utf8');
    expect(journal).not.toMatch(/user-\d|example\.com|admins|team/);
  });

  test('one run at a time', async () => {
    const scene = await RunScene.start(1);
    let second: unknown;
    const cover = async () => {
      second = await scene.run().catch((error: unknown) => error);
    };
    await scene.run({ cover });
    expect(second).toMatchObject({ code: 'STATE_LOCKED' });
  });
});

describe('a fault', () => {
  const operations = ['ListUsersInGroup', 'ListUsers', 'AdminGetUser', 'AdminAddUserToGroup'] as const;
  const kinds = ['lost-response', 'throttle', 'internal-error', 'connection-reset'] as const;
  test.each(operations.flatMap((operation) => kinds.map((kind) => [kind, operation] as const)))(
    '%s of %s changes nothing in the end',
    async (kind, operation) => {
      const scene = await RunScene.start();
      for (const skip of [0, 1]) scene.aws.sandbox.faults.add({ operation, kind, skip });
      await scene.run().catch(() => scene.run());
      scene.aws.sandbox.faults.clear();
      await scene.run();
      expect(await scene.members()).toEqual(all);
    },
  );

  test('throttling for an hour stops the run, and the next one continues', async () => {
    const scene = await RunScene.start();
    const end = scene.clock.now() + 60 * minute;
    const isEarly = (): boolean => scene.clock.now() < end;
    scene.aws.sandbox.faults.add({
      operation: 'AdminAddUserToGroup',
      kind: 'throttle',
      times: Number.POSITIVE_INFINITY,
      predicate: isEarly,
    });
    const ends: unknown[] = [];
    while (ends.at(-1) !== 'done') {
      ends.push(
        await scene.run().then(
          () => 'done',
          (error: Error) => error.name,
        ),
      );
      expect(scene.calls).toBeLessThan(500);
      scene.clock.advance(5 * minute);
    }
    expect(ends.length).toBeGreaterThan(2);
    expect(new Set(ends)).toEqual(new Set(['TooManyRequestsException', 'done']));
    expect(scene.covered).toHaveLength(1);
    expect(await scene.members()).toEqual(all);
  });

  test('an unread part of the pool is not covered', async () => {
    const scene = await RunScene.start();
    scene.aws.sandbox.faults.add({ operation: 'ListUsers', kind: 'internal-error', times: 1000 });
    await expect(scene.run()).rejects.toThrow();
    expect(scene.covered).toEqual([]);
  });
});

describe('meanwhile', () => {
  test('a deleted user is counted, and no failure', async () => {
    const scene = await RunScene.start();
    let isDone = false;
    scene.aws.sandbox.faults.onCall('before', async ({ operation }) => {
      if (operation !== 'AdminGetUser' || isDone) return;
      isDone = true;
      const gone = { UserPoolId: scene.newPool, Username: 'user-6' };
      await scene.aws.sdk.idp.send(new AdminDeleteUserCommand(gone));
    });
    expect(await scene.run()).toMatchObject({ repeated: 6, gone: 1, failed: {} });
  });

  test('a deleted group fails for its members, who get their other groups', async () => {
    const scene = await RunScene.start();
    let isDone = false;
    scene.aws.sandbox.faults.onCall('before', async ({ operation }) => {
      if (operation !== 'AdminAddUserToGroup' || isDone) return;
      isDone = true;
      const gone = { UserPoolId: scene.newPool, GroupName: 'team' };
      await scene.aws.sdk.idp.send(new DeleteGroupCommand(gone));
    });
    expect(await scene.run()).toMatchObject({ repeated: 7, failed: { 'group-missing': 5 } });
    expect(await scene.members()).toEqual({ ...all, team: [] });
    expect(scene.left.toSorted()).toEqual(all.team.map((name) => `${name} group-missing`));
    expect(scene.covered).toHaveLength(1);
  });

  test('the 101st group of a user fails, and the others do not', async () => {
    const scene = await RunScene.start(2);
    const { idp } = scene.aws.sdk;
    for (let number = 0; number < 99; number += 1) {
      const group = { UserPoolId: scene.newPool, GroupName: `more-${number}` };
      await idp.send(new CreateGroupCommand(group));
      await idp.send(new AdminAddUserToGroupCommand({ ...group, Username: 'user-0' }));
    }
    expect(await scene.run()).toMatchObject({ repeated: 2, added: 2, failed: { 'too-many-groups': 1 } });
    expect(scene.left).toEqual(['user-0 too-many-groups']);
    expect(await scene.members()).toMatchObject({ admins: ['user-0', 'user-1'], team: [] });
  });
});
