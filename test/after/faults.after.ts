/** Each fault at each call of the run and of the token trigger: the end is that of an undisturbed run. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { AfterMove } from '../../src/lambda/settings.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { groups, groupsIn, password, type Scene, startScene, tokenEvent } from './scene.ts';

type Kind = Pick<Fault, 'kind' | 'position'>;

/** Every kind before the call, and after it where the call can have had its effect. */
const kinds: readonly Kind[] = [
  { kind: 'throttle' },
  { kind: 'internal-error' },
  { kind: 'internal-error', position: 'after' },
  { kind: 'connection-reset' },
  { kind: 'connection-reset', position: 'after' },
  { kind: 'access-denied' },
  { kind: 'lost-response' },
];
const slow: readonly Kind[] = [{ kind: 'time-out' }, { kind: 'time-out', position: 'after' }];
const nameOf = ({ kind, position = 'before' }: Kind): string => `${kind}, ${position}`;

interface Call {
  readonly operation: string;
  readonly skip?: number;
}
const run = (last: string): readonly Call[] => [
  { operation: 'AdminGetUser' },
  { operation: 'ListUsers' },
  { operation: 'AdminListGroupsForUser' },
  { operation: 'AdminAddUserToGroup' },
  { operation: 'AdminAddUserToGroup', skip: 1 },
  { operation: last },
];

interface Setting {
  readonly title: string;
  readonly isCrossAccount: boolean;
  readonly afterMove: AfterMove;
  readonly calls: readonly Call[];
  readonly kinds: readonly Kind[];
}
const settings: readonly Setting[] = [
  {
    title: 'groups and marks',
    isCrossAccount: false,
    afterMove: { groups, moveOnce: 'mark' },
    calls: run('AdminUpdateUserAttributes'),
    kinds: [...kinds, ...slow],
  },
  {
    title: 'groups and the end of old users',
    isCrossAccount: false,
    afterMove: { groups, moveOnce: 'disable' },
    calls: run('AdminDisableUser'),
    kinds,
  },
  {
    title: 'groups and marks across accounts',
    isCrossAccount: true,
    afterMove: { groups, moveOnce: 'mark' },
    calls: [{ operation: 'AssumeRole' }, ...run('AdminUpdateUserAttributes')],
    kinds,
  },
];

let number = 0;
const nextName = (): string => {
  number += 1;
  return `person${number}`;
};

describe.each(settings)('$title', ({ isCrossAccount, afterMove, calls, kinds }) => {
  let scene: Scene;
  let undisturbed: object;
  beforeAll(async () => {
    scene = await startScene({ isCrossAccount });
    const person = await scene.addOldUser(nextName());
    await scene.create(person);
    expect(await scene.start(afterMove).deliver(person.name)).toBe(1);
    undisturbed = await scene.stateOf(person);
    const isMarked = afterMove.moveOnce === 'mark';
    expect(undisturbed).toMatchObject({
      groups: ['admins', 'team'],
      enabled: isMarked,
      movedTo: isMarked ? scene.new.pool : undefined,
      hasTime: isMarked,
    });
  });
  afterEach(() => scene.sandbox.faults.clear());
  afterAll(async () => {
    vi.unstubAllEnvs();
    await scene.sandbox.close();
  });

  /** Runs under a fault. The names of a user and of a group never get into the log. */
  async function disturbed(fault: Fault) {
    const person = await scene.addOldUser(nextName());
    await scene.create(person);
    scene.sandbox.faults.add(fault);
    const running = scene.start(afterMove);
    const attempts = await running.deliver(person.name);
    scene.sandbox.faults.clear();
    expect(JSON.stringify(running.lines)).not.toMatch(/person|admins|team|example/);
    expect(running.lines).toHaveLength(attempts);
    expect(running.lines.at(-1)).toMatchObject({ outcome: 'done', Created: 1 });
    return { person, attempts, running };
  }

  for (const { operation, skip = 0 } of calls) {
    test.each(kinds.map((kind) => [nameOf(kind), kind] as const))(
      `${operation} ${skip + 1}: %s`,
      async (_, kind) => {
        const { person, running } = await disturbed({ operation, skip, ...kind });
        expect(await scene.stateOf(person)).toEqual(undisturbed);
        // The same event once more changes nothing.
        await running.deliver(person.name);
        expect(await scene.stateOf(person)).toEqual(undisturbed);
      },
    );

    test.each(['throttle', 'internal-error', 'access-denied'] as const)(
      `${operation} ${skip + 1}: %s until the second attempt of Lambda`,
      async (kind) => {
        // The function itself asks up to three times if the failure passes, and once if it doesn't.
        const times = kind === 'access-denied' ? 1 : 3;
        const { person, attempts } = await disturbed({ operation, skip, kind, times });
        expect(attempts).toBe(2);
        expect(await scene.stateOf(person)).toEqual(undisturbed);
      },
    );
  }
});

describe('the first token', () => {
  let scene: Scene;
  const afterMove: AfterMove = { groups, groupsInFirstToken: true };
  beforeAll(async () => {
    scene = await startScene();
  });
  afterEach(() => scene.sandbox.faults.clear());
  afterAll(async () => {
    vi.unstubAllEnvs();
    await scene.sandbox.close();
  });
  const inOrder = [
    { operation: 'AdminGetUser' },
    { operation: 'ListUsers' },
    { operation: 'AdminListGroupsForUser' },
    { operation: 'AdminAddUserToGroup' },
    { operation: 'AdminAddUserToGroup', skip: 1 },
  ];
  const cases = ['1', '2', '3'].flatMap((version) =>
    inOrder.flatMap(({ operation, skip = 0 }) =>
      [...kinds, ...(version === '1' ? slow : [])].map(
        (kind) => [version, operation, skip, nameOf(kind), kind] as const,
      ),
    ),
  );

  test.each(['1', '2', '3'])('has the groups without a fault, in version %s', async (version) => {
    const person = await scene.addOldUser(nextName());
    await scene.create(person);
    const event = await tokenEvent(scene, person, version);
    expect(groupsIn(await scene.start(afterMove).send(event))).toEqual(['admins', 'team']);
    expect(await scene.stateOf(person)).toMatchObject({ groups: ['admins', 'team'], enabled: true });
  });

  test.each(cases)('version %s, %s after %d others: %s', async (version, operation, skip, _, kind) => {
    const person = await scene.addOldUser(nextName());
    await scene.create(person);
    const event = await tokenEvent(scene, person, version);
    scene.sandbox.faults.add({ operation, skip, ...kind });
    const running = scene.start(afterMove);
    const answer = await running.send(event);
    scene.sandbox.faults.clear();
    // The sign-in goes on, with the groups that the pool has accepted, and no others.
    const given = groupsIn(answer);
    if (given === undefined) expect(answer).toBe(event);
    else expect(operation).toBe('AdminAddUserToGroup');
    const { groups: inPool } = { groups: [], ...(await scene.stateOf(person)) };
    expect(['admins', 'team']).toEqual(expect.arrayContaining(inPool));
    for (const name of Array.isArray(given) ? given : []) expect(inPool).toContain(name);
    // The run does the rest.
    await running.deliver(person.name);
    expect(await scene.stateOf(person)).toMatchObject({ groups: ['admins', 'team'] });
  });
});

describe('the start of the run', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene();
  });
  afterEach(() => scene.sandbox.faults.clear());
  afterAll(async () => {
    vi.unstubAllEnvs();
    await scene.sandbox.close();
  });

  test.each([...kinds, ...slow].map((kind) => [nameOf(kind), kind] as const))(
    'never stops a sign-in: %s',
    async (_, kind) => {
      const person = await scene.addOldUser(nextName());
      scene.sandbox.faults.add({ operation: 'Invoke', ...kind });
      const running = scene.start({ groups });
      const answer = await running.send({
        version: '1',
        triggerSource: 'UserMigration_Authentication',
        userPoolId: scene.new.pool,
        userName: person.name,
        request: { password },
        response: {},
      });
      expect(answer).toHaveProperty('response.finalUserStatus', 'CONFIRMED');
      // The function isn't in Lambda here, so even an event that arrives is refused.
      expect(running.lines).toEqual([
        expect.objectContaining({
          outcome: 'migrated',
          afterMove: 'after-move-not-started',
          AfterMoveFailed: 1,
        }),
      ]);
    },
  );
});
