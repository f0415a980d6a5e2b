/** Every world by itself: each setting of each switch alone, and then any two together. SELF_TEST_SEED chooses the same again. */
import { env } from 'node:process';
import { describe, test } from 'vitest';
import { expectToHold } from '../holds.ts';
import { oneByOne, pairwiseWorlds } from '../worlds.ts';

const seed = Number(env.SELF_TEST_SEED ?? Math.floor(Math.random() * 1e9));

describe(`the self-test, seed ${seed}`, () => {
  test.each([...oneByOne, ...pairwiseWorlds(seed)].map((world) => [JSON.stringify(world), world] as const))(
    'holds in the world %s',
    async (_, world) => {
      await expectToHold(world);
    },
  );
});
