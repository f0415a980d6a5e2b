/** People and events that want more than they had: a proof that holds, and rights that stay away. */
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  CreateGroupCommand,
  DeleteGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AfterMove } from '../../src/lambda/settings.ts';
import { cognitoSettings } from '../../src/sandbox/services/cognito/index.ts';
import { given } from '../support/errors.ts';
import {
  groups,
  groupsIn,
  type Mover,
  password,
  type Scene,
  type SceneOptions,
  startScene,
  tokenEvent,
} from './scene.ts';

const marks: AfterMove = { groups, moveOnce: 'mark' };
const first: AfterMove = { groups, groupsInFirstToken: true };
const minutes = (count: number): number => count * 60_000;
const done = { groups: ['admins', 'team'], enabled: true };

let scene: Scene;
let person: Mover;

async function begin(options: SceneOptions = {}): Promise<void> {
  scene = await startScene(options);
  person = await scene.addOldUser('ana');
}
afterEach(async () => {
  vi.unstubAllEnvs();
  await scene.sandbox.close();
});

/** A user of the new pool who is somebody else: made by sign-up, without a proven old sub. */
async function addStranger(name: string, attributes: Readonly<Record<string, string>> = {}): Promise<void> {
  await scene.new.idp.send(
    new AdminCreateUserCommand({
      UserPoolId: scene.new.pool,
      Username: name,
      MessageAction: 'SUPPRESS',
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    }),
  );
}

const leave = (GroupName: string) =>
  scene.new.idp.send(
    new AdminRemoveUserFromGroupCommand({ UserPoolId: scene.new.pool, Username: person.name, GroupName }),
  );

const signIn = (triggerSource = 'UserMigration_Authentication') => ({
  version: '1',
  triggerSource,
  userPoolId: scene.new.pool,
  userName: person.name,
  request: { password },
  response: {},
});

/** What a run may write, in the order in which it was written. */
const writes = (): string[] => {
  const names = ['AdminAddUserToGroup', 'AdminUpdateUserAttributes', 'AdminDisableUser'];
  const byFunction = scene.sandbox.journal.calls.filter(({ caller }) => caller.includes('assumed-role'));
  return byFunction.map(({ operation }) => operation).filter((name) => names.includes(name));
};

describe.each([
  ['email addresses as names', {}],
  ['usernames with an alias', { hasUsernames: true }],
  ['an old pool in another account', { isCrossAccount: true }],
] as const)('nobody gains a right: %s', (_, options) => {
  beforeEach(() => begin(options));

  test('by a forged event for a user who did not move', async () => {
    await addStranger(person.name, { email: 'ana@example.com' });
    const running = scene.start(marks);
    expect(await running.deliver(person.name)).toBe(1);
    expect(writes()).toEqual([]);
    expect(running.lines).toEqual([expect.objectContaining({ reason: 'not-this-user', AfterMoveFailed: 1 })]);
  });

  test.each([
    ['of nobody', '00000000-0000-4000-8000-000000000000'],
    ['that is a filter', '" or sub ^= "'],
    ['that is another filter', 'x" or email ^= "a'],
    ['that is empty', ''],
    ['that is a name', 'ana@example.com'],
    ['that is a wildcard', '*'],
  ])('by an old sub %s', async (__, oldSub) => {
    await addStranger(person.name, { email: 'ana@example.com', ...(oldSub && { 'custom:old_sub': oldSub }) });
    for (const afterMove of [marks, first]) {
      const running = scene.start(afterMove);
      expect(await running.deliver(person.name)).toBe(1);
      const event = await tokenEvent(scene, person, '1');
      expect(await running.send(event)).toBe(event);
    }
    expect(writes()).toEqual([]);
  });

  test('by taking the name between two attempts', async () => {
    const running = scene.start(marks);
    const taken = async (): Promise<void> => {
      await addStranger(person.name, { email: 'ana@example.com' });
    };
    // Cognito never creates the user. A stranger does, once the first attempt has failed.
    let attempts = 0;
    const { advance } = scene.clock;
    let taking = Promise.resolve();
    scene.clock.advance = (ms) => {
      attempts += 1;
      if (attempts === 1) taking = taken();
      advance(ms);
    };
    scene.sandbox.faults.onCall('before', ({ operation }) =>
      operation === 'AdminGetUser' && attempts > 0 ? taking : undefined,
    );
    expect(await running.deliver(person.name)).toBe(2);
    expect(running.lines.map(({ reason }) => reason)).toEqual(['after-move-failed', 'not-this-user']);
    expect(writes()).toEqual([]);
  });

  test.each(['ListUsers', 'AdminListGroupsForUser', 'AdminAddUserToGroup'])(
    'by taking the name of a user who is deleted while the run waits for %s',
    async (operation) => {
      await scene.create(person);
      const running = scene.start(marks);
      scene.sandbox.faults.add({ kind: 'throttle', operation, times: 1 });
      const { sleep } = scene.clock;
      const mail = { email: 'ana@example.com' };
      let isTaken = false;
      scene.clock.sleep = async (ms) => {
        if (ms === 1000 && !isTaken) {
          isTaken = true;
          const gone = { UserPoolId: scene.new.pool, Username: person.name };
          await scene.new.idp.send(new AdminDeleteUserCommand(gone));
          await addStranger(person.name, mail);
        }
        await sleep(ms);
      };
      expect(await running.deliver(person.name)).toBe(2);
      expect(isTaken).toBe(true);
      expect(running.lines.map(({ reason }) => reason)).toEqual(['after-move-failed', 'not-this-user']);
      expect(await scene.stateOf(person)).toMatchObject({ groups: [], movedTo: undefined });
    },
  );

  test('by a token event with somebody else’s old sub', async () => {
    await addStranger('mallory@example.com', { email: 'mallory@example.com' }).catch(() =>
      addStranger('mallory', { email: 'mallory@example.com' }),
    );
    const name = 'hasUsernames' in options ? 'mallory' : 'mallory@example.com';
    const event = await tokenEvent(scene, { name }, '1');
    const forged = {
      ...event,
      request: { ...event.request, userAttributes: { 'custom:old_sub': person.oldSub } },
    };
    expect(await scene.start(first).send(forged)).toBe(forged);
    expect(writes()).toEqual([]);
  });

  test('by an old user who was deleted', async () => {
    await scene.create(person);
    const gone = { UserPoolId: scene.old.pool, Username: person.oldUsername };
    await scene.old.idp.send(new AdminDeleteUserCommand(gone));
    const running = scene.start(marks);
    await running.deliver(person.name);
    expect(running.lines).toEqual([expect.objectContaining({ reason: 'not-this-user' })]);
    expect(writes()).toEqual([]);
  });

  test('by a group that nobody chose', async () => {
    await scene.create(person);
    await scene.start(marks).deliver(person.name);
    expect(await scene.stateOf(person)).toMatchObject({ ...done, movedTo: scene.new.pool });
  });
});

describe('an old user who is deleted, and whose name somebody else gets there', () => {
  beforeEach(() => begin({ hasUsernames: true }));

  /** While a run waits for this call, another `bea` comes into the old pool, who is in `admins`. */
  async function replaceAt(operation: string, afterMove: AfterMove): Promise<Mover> {
    const bea = await scene.addOldUser('bea', []);
    await scene.create(bea);
    scene.sandbox.faults.add({ kind: 'throttle', operation, times: 1 });
    const { sleep } = scene.clock;
    let isReplaced = false;
    scene.clock.sleep = async (ms) => {
      if (ms === 1000 && !isReplaced) {
        isReplaced = true;
        const gone = { UserPoolId: scene.old.pool, Username: bea.oldUsername };
        await scene.old.idp.send(new AdminDeleteUserCommand(gone));
        await scene.addOldUser('bea', ['admins']);
      }
      await sleep(ms);
    };
    await scene.start(afterMove).deliver(bea.name);
    expect(isReplaced).toBe(true);
    return bea;
  }

  test.each([
    ['AdminListGroupsForUser', marks],
    ['AdminUpdateUserAttributes', { moveOnce: 'mark' }],
    ['AdminDisableUser', { moveOnce: 'disable' }],
  ] as const)('gives the mover nothing, and stays open: %s', async (operation, afterMove) => {
    const bea = await replaceAt(operation, afterMove);
    expect(await scene.stateOf(bea)).toMatchObject({ groups: [], enabled: true, movedTo: undefined });
  });

  test('gives no group in the first token', async () => {
    const bea = await scene.addOldUser('bea', []);
    await scene.create(bea);
    let isReplaced = false;
    scene.sandbox.faults.onCall('before', async ({ operation, caller }) => {
      if (operation !== 'AdminListGroupsForUser' || isReplaced || !caller.includes('assumed-role')) return;
      isReplaced = true;
      const gone = { UserPoolId: scene.old.pool, Username: bea.oldUsername };
      await scene.old.idp.send(new AdminDeleteUserCommand(gone));
      await scene.addOldUser('bea', ['admins']);
    });
    const event = await tokenEvent(scene, bea, '1');
    expect(await scene.start(first).send(event)).toBe(event);
    expect(isReplaced).toBe(true);
    expect(await scene.stateOf(bea)).toMatchObject({ groups: [] });
  });
});

describe('a right that was taken away', () => {
  beforeEach(() => begin());

  test.each(['admins', 'team'])('stays away: %s', async (name) => {
    await scene.create(person);
    const running = scene.start({ ...marks, ...first });
    await running.deliver(person.name);
    scene.clock.advance(minutes(15));
    await leave(name);
    const left = ['admins', 'team'].filter((one) => one !== name);
    const before = writes();
    await running.deliver(person.name);
    expect(running.lines.at(-1)).toMatchObject({ reason: 'after-move-failed', fault: 'TooLate' });
    for (const version of ['1', '2', '3']) {
      const event = await tokenEvent(scene, person, version);
      expect(await running.send(event)).toBe(event);
      expect(await scene.start(first).send(event)).toBe(event);
    }
    expect(await scene.stateOf(person)).toMatchObject({ groups: left });
    expect(writes()).toEqual(before);
  });

  test('stays away in the first minutes too, once the run has begun', async () => {
    await scene.create(person);
    await scene.start(first).deliver(person.name);
    await leave('admins');
    const event = await tokenEvent(scene, person, '1');
    expect(await scene.start(first).send(event)).toBe(event);
    expect(await scene.stateOf(person)).toMatchObject({ groups: ['team'] });
  });

  test('stays away in the first minutes too, if the first token has given all of them', async () => {
    await scene.create(person);
    const running = scene.start(first);
    expect(groupsIn(await running.send(await tokenEvent(scene, person, '1')))).toEqual(['admins', 'team']);
    for (const name of ['admins', 'team']) await leave(name);
    const event = await tokenEvent(scene, person, '1');
    expect(await running.send(event)).toBe(event);
    expect(await scene.stateOf(person)).toMatchObject({ groups: [] });
  });

  test('is not copied if the old pool took it away before the move', async () => {
    await scene.create(person);
    const old = { UserPoolId: scene.old.pool, Username: person.oldUsername, GroupName: 'admins' };
    await scene.old.idp.send(new AdminRemoveUserFromGroupCommand(old));
    await scene.start(marks).deliver(person.name);
    expect(await scene.stateOf(person)).toMatchObject({ groups: ['team'] });
  });

  test('is not copied if the new pool has deleted the group', async () => {
    await scene.new.idp.send(new DeleteGroupCommand({ UserPoolId: scene.new.pool, GroupName: 'admins' }));
    await scene.create(person);
    const running = scene.start({ ...marks, ...first });
    expect(groupsIn(await running.send(await tokenEvent(scene, person, '1')))).toEqual(['team']);
    expect(await running.deliver(person.name)).toBe(1);
    expect(running.lines.at(-1)).toMatchObject({
      outcome: 'done',
      groupsMissing: 1,
      groupsAdded: 1,
      oldUser: 'marked',
    });
    expect(await scene.stateOf(person)).toMatchObject({ groups: ['team'], movedTo: scene.new.pool });
  });
});

describe('events', () => {
  beforeEach(() => begin());

  test('twice, one after the other and at the same time, change nothing more', async () => {
    await scene.create(person);
    const running = scene.start(marks);
    await Promise.all([running.deliver(person.name), running.deliver(person.name)]);
    const once = await scene.stateOf(person);
    await running.deliver(person.name);
    expect(await scene.stateOf(person)).toEqual(once);
    expect(once).toMatchObject({ ...done, movedTo: scene.new.pool });
    expect(running.lines.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done']);
  });

  test('keep the time of the first mark', async () => {
    const timeOf = async () => {
      const get = new AdminGetUserCommand({ UserPoolId: scene.old.pool, Username: person.oldUsername });
      const { UserAttributes = [] } = await scene.old.idp.send(get);
      return UserAttributes.find(({ Name }) => Name === 'custom:moved_at')?.Value;
    };
    await scene.create(person);
    await scene.start(marks).deliver(person.name);
    const time = await timeOf();
    scene.clock.advance(minutes(5));
    await scene.start(marks).deliver(person.name);
    expect([time, await timeOf()]).toEqual([expect.stringContaining('T'), time]);
  });

  test('for nobody fail three times, and write nothing', async () => {
    const running = scene.start(marks);
    expect(await running.deliver(person.name)).toBe(3);
    expect(running.lines.map(({ fault }) => fault)).toEqual(Array(3).fill('UserNotFoundException'));
    expect(writes()).toEqual([]);
  });

  test.each([
    ['no name', {}],
    ['a name in another form', { userName: { $ne: '' } }],
    ['an impossible name', { userName: 'a b' }],
    ['an inherited name', Object.create({ userName: 'ana@example.com' })],
  ])('with %s ask AWS nothing', async (_, more) => {
    const event = Object.assign(Object.create(Object.getPrototypeOf(more)), more, {
      triggerSource: 'CognitoMigrate_AfterMove',
    });
    scene.sandbox.journal.clear();
    await scene.start(marks).send(event);
    expect(scene.sandbox.journal.calls).toEqual([]);
  });

  test('with groups and names of their own are the same as without', async () => {
    await scene.create(person, {});
    const event = {
      triggerSource: 'CognitoMigrate_AfterMove',
      userName: person.name,
      groups: ['unchosen'],
      oldSub: person.oldSub,
      request: { groups: { unchosen: 'unchosen' } },
    };
    await scene.start(marks).send(event);
    expect(await scene.stateOf(person)).toMatchObject(done);
  });
});

describe('limits', () => {
  beforeEach(() => begin());

  const throttledForAnHour = () =>
    scene.sandbox.faults.add({ kind: 'throttle', operation: 'AdminAddUserToGroup', times: 1_000_000 });

  test('an hour of throttling stops no sign-in, and leaves the old user open', async () => {
    throttledForAnHour();
    const running = scene.start({ ...marks, ...first });
    expect(await running.send(signIn())).toHaveProperty('response.finalUserStatus', 'CONFIRMED');
    await scene.create(person);
    const event = await tokenEvent(scene, person, '1');
    expect(await running.send(event)).toBe(event);
    expect(await running.deliver(person.name)).toBe(3);
    expect(running.lines.slice(-3)).toEqual(
      Array(3).fill(
        expect.objectContaining({ reason: 'after-move-failed', fault: 'TooManyRequestsException' }),
      ),
    );
    expect(await scene.stateOf(person)).toMatchObject({ groups: [], enabled: true, movedTo: undefined });
  });

  test('a user who is full keeps what fits, and the rest is counted', async () => {
    await scene.create(person);
    for (let at = 0; at < 99; at += 1) {
      const group = { UserPoolId: scene.new.pool, GroupName: `own${at}` };
      await scene.new.idp.send(new CreateGroupCommand(group));
      await scene.new.idp.send(new AdminAddUserToGroupCommand({ ...group, Username: person.name }));
    }
    const running = scene.start(marks);
    expect(await running.deliver(person.name)).toBe(1);
    expect(running.lines).toEqual([
      expect.objectContaining({ outcome: 'done', groupsAdded: 1, groupsRefused: 1, oldUser: 'marked' }),
    ]);
  });

  test('100 groups of an old user are read in pages', async () => {
    const many: Record<string, string> = {};
    for (let at = 0; at < 100; at += 1) {
      const name = `g${at}`;
      many[name] = name;
      await scene.old.idp.send(new CreateGroupCommand({ UserPoolId: scene.old.pool, GroupName: name }));
      await scene.new.idp.send(new CreateGroupCommand({ UserPoolId: scene.new.pool, GroupName: name }));
    }
    const full = await scene.addOldUser('full', Object.keys(many));
    await scene.create(full);
    const running = scene.start({ groups: many });
    await running.deliver(full.name);
    expect(running.lines).toEqual([expect.objectContaining({ groupsAdded: 100, groupsRefused: 0 })]);
  });

  test('a pool without the attributes of the mark gets its groups, and a failed run', async () => {
    await scene.sandbox.close();
    await begin({ lacksMark: true });
    await scene.create(person);
    const running = scene.start(marks);
    expect(await running.deliver(person.name)).toBe(3);
    expect(running.lines.at(-1)).toMatchObject({
      reason: 'after-move-failed',
      fault: 'InvalidParameterException',
    });
    expect(await scene.stateOf(person)).toMatchObject({ groups: ['admins', 'team'], movedTo: undefined });
  });
});

describe('a user who has moved', () => {
  beforeEach(() => begin());
  const sources = ['UserMigration_Authentication', 'UserMigration_ForgotPassword'];

  test.each(sources)('does not move again: mark, %s', async (source) => {
    await scene.create(person);
    const running = scene.start(marks);
    await running.deliver(person.name);
    const deleted = { UserPoolId: scene.new.pool, Username: person.name };
    await scene.new.idp.send(new AdminDeleteUserCommand(deleted));
    scene.clock.advance(minutes(11));
    const event = signIn(source);
    expect(await running.send(event)).toBe(event);
    expect(running.lines.at(-1)).toMatchObject({ outcome: 'untouched', reason: 'already-moved' });
  });

  test.each(sources)('does not move again: disable, %s', async (source) => {
    await scene.create(person);
    const running = scene.start({ moveOnce: 'disable' });
    await running.deliver(person.name);
    const event = signIn(source);
    expect(await running.send(event)).toBe(event);
    expect(running.lines.at(-1)).toMatchObject({ outcome: 'untouched', reason: 'disabled' });
  });

  test('moves again within ten minutes, while Cognito may still repeat the event', async () => {
    await scene.create(person);
    const running = scene.start(marks);
    await running.deliver(person.name);
    scene.clock.advance(minutes(9));
    expect(await running.send(signIn())).toHaveProperty('response.finalUserStatus', 'CONFIRMED');
  });

  test('to another pool may move here, and keeps that mark', async () => {
    const marked = {
      UserPoolId: scene.old.pool,
      Username: person.oldUsername,
      UserAttributes: [
        { Name: 'custom:moved_to', Value: `${scene.new.pool}x` },
        { Name: 'custom:moved_at', Value: '2020-01-01T00:00:00.000Z' },
      ],
    };
    await scene.old.idp.send(new AdminUpdateUserAttributesCommand(marked));
    const running = scene.start(marks);
    expect(await running.send(signIn())).toHaveProperty('response.finalUserStatus', 'CONFIRMED');
    await scene.create(person);
    await running.deliver(person.name);
    expect(running.lines.at(-1)).toMatchObject({ outcome: 'done', oldUser: 'marked-by-another' });
    expect(await scene.stateOf(person)).toMatchObject({ ...done, movedTo: `${scene.new.pool}x` });
  });
});

describe('in every world', () => {
  test.each([
    ['subAsUsername', 'not-found'],
    ['userPages', 'short'],
    ['searchedCase', 'exact'],
    ['answerOrder', 'shuffled'],
    ['newUserListedAfter', 10_000],
    ['groupsSeenFrom', 'next-token'],
    ['requestRates', 'documented'],
  ] as const)('the end is the same: %s %s', async (name, value) => {
    await begin();
    scene.clock.advance(minutes(1));
    Object.assign(cognitoSettings(scene.sandbox.world), { [name]: value });
    await scene.create(person);
    const running = scene.start({ ...marks, ...first });
    const event = await tokenEvent(scene, person, '1');
    expect(groupsIn(await running.send(event))).toEqual(expect.arrayContaining(['admins', 'team']));
    expect(await running.deliver(person.name)).toBe(1);
    expect(await scene.stateOf(person)).toMatchObject({ ...done, movedTo: scene.new.pool });
    // A person with another password is still that person.
    const changed = {
      UserPoolId: scene.new.pool,
      Username: person.name,
      Password: `${password}x`,
      Permanent: true,
    };
    await scene.new.idp.send(new AdminSetUserPasswordCommand(changed));
    expect(given(running.lines.at(-1))).toMatchObject({ outcome: 'done' });
  });
});
