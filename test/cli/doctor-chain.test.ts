/** The doctor on migrations in a chain: names that several old pools know. */
import { TagResourceCommand } from '@aws-sdk/client-lambda';
import { beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { oldPoolTag } from '../../src/aws/ownership.ts';
import {
  addUser,
  arnOf,
  assertDone,
  type ChainMoment,
  type ChainScene,
  init,
  type Member,
  momentOf,
  openScene,
  run,
} from '../chain/scene.ts';
import { json } from '../support/run-cli.ts';

let one: ChainMoment;
let two: ChainMoment;
beforeAll(async () => {
  const scene = await openScene();
  assertDone(await init(scene, 'first'));
  one = await momentOf(scene);
  assertDone(await init(scene, 'second'));
  two = await momentOf(scene);
  await scene.close();
});

/** Three users of each old pool, and two more whom both have. Their passwords differ. */
async function open(moment: ChainMoment): Promise<ChainScene> {
  const scene = await openScene(moment);
  onTestFinished(() => scene.close());
  for (const member of ['first', 'second'] as const) {
    for (let count = 0; count < 3; count += 1) await addUser(scene, member);
    for (const name of ['ana@example.com', 'ben@example.com']) await addUser(scene, member, name);
  }
  scene.sandbox.journal.clear();
  return scene;
}

async function examine(scene: ChainScene, member: Member, ...more: string[]) {
  const ended = await run(scene, 'doctor', member, '--json', ...more);
  expect(ended.stdout + ended.stderr).not.toMatch(/ana@|ben@|This is a bug/);
  const { findings, notes } = json(ended);
  const found = Array.isArray(findings) ? findings.filter(({ id }) => id === 'CM416') : [];
  return { found, notes };
}

const lookUps = ({ sandbox }: ChainScene): number =>
  sandbox.journal.calls.filter(({ operation }) => operation === 'AdminGetUser').length;

let scene: ChainScene;
beforeEach(async () => {
  scene = await open(two);
});

test('counts users whose name another old pool has, and says who decides', async () => {
  const other = scene.oldPools.first;
  const { found, notes } = await examine(scene, 'second');
  expect(found).toMatchObject([
    {
      severity: 'warning',
      what: `2 of 5 users exist in ${other} too. This migration is asked first, and decides.`,
      why: `The user of ${other} doesn't move, and that password is wrong. Each migration that is asked before another adds its time to a sign-in.`,
    },
  ]);
  expect(notes).toBeUndefined();
  expect(lookUps(scene)).toBe(5);
  expect(scene.sandbox.journal.writes()).toEqual([]);
});

test('the migration behind it learns that the other one is asked first', async () => {
  const { found } = await examine(scene, 'first');
  expect(found).toMatchObject([
    {
      what: `2 of 5 users exist in ${scene.oldPools.second} too. chain-second is asked first, and decides.`,
      why: expect.stringMatching(/^The user of this old pool doesn't move/),
    },
  ]);
});

test('asks at most 60 users, also with --all', async () => {
  for (let count = 0; count < 70; count += 1) await addUser(scene, 'second');
  scene.sandbox.journal.clear();
  const { found } = await examine(scene, 'second', '--all');
  expect(found).toMatchObject([{ what: expect.stringContaining(' of 60 sampled users exist in ') }]);
  expect(lookUps(scene)).toBe(60);
});

test('a migration that is to join is compared before init', async () => {
  const before = await open(one);
  const without = await examine(before, 'second', '--chain', 'no');
  expect(without.found).toEqual([]);
  expect(lookUps(before)).toBe(0);
  const { found } = await examine(before, 'second', '--chain');
  expect(found).toMatchObject([{ what: expect.stringMatching(/^2 of 5 users exist in .*This migration/) }]);
});

test('a migration without a chain looks nobody up', async () => {
  const alone = await open(one);
  expect((await examine(alone, 'first')).found).toEqual([]);
  expect(lookUps(alone)).toBe(0);
});

test('a pool that may not be asked is a note after one call', async () => {
  scene.sandbox.faults.add({ kind: 'access-denied', operation: 'AdminGetUser', times: 9 });
  const { found, notes } = await examine(scene, 'second');
  expect(found).toEqual([]);
  const message = expect.stringMatching(
    `^Cannot check which users exist in ${scene.oldPools.first} too: .*AdminGetUser`,
  );
  expect(notes).toMatchObject([{ level: 'info', message }]);
  expect(lookUps(scene)).toBe(1);
});

test('a pool in another Region is a note without any call', async () => {
  const Tags = { [oldPoolTag]: 'ap-southeast-2_Elsewhere' };
  await scene.sdk.lambda.send(new TagResourceCommand({ Resource: arnOf('first'), Tags }));
  const { found, notes } = await examine(scene, 'second');
  expect(found).toEqual([]);
  expect(notes).toMatchObject([
    {
      message:
        'Cannot check which users exist in ap-southeast-2_Elsewhere too: it is in another Region than the pools of this migration',
    },
  ]);
  expect(lookUps(scene)).toBe(0);
});
