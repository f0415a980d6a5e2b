/**
 * The whole self-test holds in every world that the documentation leaves room for: our own code is safe either way. Each run
 * of the tests takes a few worlds in which every setting of every switch comes up (SELF_TEST_SEED chooses the same again), on
 * different places; npm run test:worlds takes each setting by itself, and then any two together.
 */
import { env } from 'node:process';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createSandbox } from '../../src/sandbox/index.ts';
import { cognitoSettings } from '../../src/sandbox/services/cognito/index.ts';
import { expectToHold } from './holds.ts';
import { placeNames } from './places.ts';
import { fewWorlds, isPlain, otherSettings } from './worlds.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const seed = Number(env.SELF_TEST_SEED ?? Math.floor(Math.random() * 1e9));

describe(`the self-test, seed ${seed}`, () => {
  test.each(fewWorlds(seed).map((world, index) => [placeNames[index % placeNames.length], world] as const))(
    'holds %s in the world %o',
    async (where, world) => {
      await expectToHold(world, where);
    },
    120_000,
  );
});

describe('the worlds', () => {
  test('none of the other settings is the default', async () => {
    const sandbox = await createSandbox();
    const defaults: Readonly<Record<string, unknown>> = { ...cognitoSettings(sandbox.world) };
    await sandbox.close();
    for (const [name, settings] of Object.entries(otherSettings))
      expect(settings).not.toContainEqual(defaults[name]);
  });

  test.each([1, 2, 3])('the few hold every setting of every switch, each to be seen, seed %i', (some) => {
    const few = fewWorlds(some);
    expect(few.filter((world) => !isPlain(world))).toEqual([]);
    for (const [name, settings] of Object.entries(otherSettings)) {
      const taken = few.flatMap((world) => Object.entries(world).filter(([key]) => key === name));
      expect(taken.map(([, setting]) => setting)).toEqual(expect.arrayContaining([...settings]));
    }
  });
});
