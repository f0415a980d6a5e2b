/** Three migrations into one pool leave in every order. Users of the others move all the time, and nothing stays. */
import { rm } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { snapshot } from '../fault-injection/snapshot.ts';
import {
  addUser,
  assertDone,
  type ChainMoment,
  type ChainPerson,
  type ChainScene,
  functionHere,
  functionOf,
  init,
  type Member,
  members,
  openMoments,
  openScene,
  orderOf,
  run,
  signIn,
  stateFileOf,
  teardown,
} from './scene.ts';

const orders: readonly (readonly Member[])[] = [
  ['first', 'second', 'third'],
  ['first', 'third', 'second'],
  ['second', 'first', 'third'],
  ['second', 'third', 'first'],
  ['third', 'first', 'second'],
  ['third', 'second', 'first'],
];

let before: string;
let chain: ChainMoment;
beforeAll(async () => {
  const [empty, , three] = await openMoments();
  chain = three;
  const scene = await openScene(empty);
  before = snapshot(scene);
  await scene.close();
});

/** Without the people whom a test adds. */
const withoutUsers = (text: string): string =>
  JSON.stringify(JSON.parse(text, (key, value: unknown) => (key === 'users' ? [] : value)));

const notFound = /^(NotAuthorizedException|UserNotFoundException)/;

/** Users of those who are left move, and nobody else. */
async function expectMoves(scene: ChainScene, left: readonly Member[]): Promise<void> {
  expect(await orderOf(scene)).toEqual([...left].reverse());
  for (const member of members) {
    const person = await addUser(scene, member);
    const ended = await signIn(scene, person);
    if (left.includes(member)) expect([member, ended]).toEqual([member, 'signed in']);
    else expect(ended).toMatch(notFound);
    expect(await signIn(scene, { ...person, password: 'Wrong-password-1' })).toMatch(notFound);
  }
}

describe.each(orders.map((order) => [order.join(', '), order] as const))('teardown of %s', (_, order) => {
  test.each([
    ['with the state files', false],
    ['with lost state files', true],
  ])('%s', async (_, isLost) => {
    const scene = await openScene(chain);
    try {
      let left: readonly Member[] = members;
      await expectMoves(scene, left);
      for (const member of order) {
        if (isLost) await rm(stateFileOf(scene, member));
        assertDone(await teardown(scene, member));
        left = left.filter((one) => one !== member);
        await expectMoves(scene, left);
        expect(await functionHere(scene, functionOf(member))).toBeUndefined();
        for (const other of left) {
          const shown = await run(scene, 'status', other, '--json');
          expect(shown.code, shown.stdout).toBe(0);
          scene.sandbox.journal.clear();
          assertDone(await init(scene, other));
          expect(scene.sandbox.journal.writes(), `init of ${other} has nothing to do`).toEqual([]);
        }
      }
      expect(withoutUsers(snapshot(scene))).toBe(withoutUsers(before));
    } finally {
      await scene.close();
    }
  });

  test('while users sign in at every call', async () => {
    const scene = await openScene(chain);
    try {
      let left: readonly Member[] = members;
      for (const member of order) {
        left = left.filter((one) => one !== member);
        const people: ChainPerson[] = [];
        for (let index = 0; index < 40; index += 1)
          people.push(await addUser(scene, left[index % Math.max(left.length, 1)] ?? member));
        const ended: string[] = [];
        const isOwn = new Set<number>();
        const stop = scene.sandbox.faults.onCall('after', async (call) => {
          if (call.caller?.includes('assumed-role') || isOwn.size > 0) return;
          const person = people.pop();
          if (person === undefined) return;
          isOwn.add(call.sequence);
          ended.push(await signIn(scene, person));
          isOwn.clear();
        });
        assertDone(await teardown(scene, member));
        stop();
        expect(ended.length).toBeGreaterThan(15);
        if (left.length > 0) expect(new Set(ended)).toEqual(new Set(['signed in']));
      }
      expect(await orderOf(scene)).toEqual([]);
    } finally {
      await scene.close();
    }
  });
});
