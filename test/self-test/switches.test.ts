/**
 * The whole self-test holds in every world that the documentation leaves room for: our own code is safe either way. Each run
 * of the tests takes a few worlds in which every setting of every switch comes up (SELF_TEST_SEED chooses the same again);
 * SELF_TEST_ALL=1 takes each setting by itself, and then any two together.
 */
import { env } from 'node:process';
import { describe, expect, test } from 'vitest';
import { cognitoSettings } from '../../src/sandbox/cognito/index.ts';
import { createSandbox } from '../../src/sandbox/index.ts';
import { json } from '../cli/fake-io.ts';
import { here, openGround } from './support.ts';
import { fewWorlds, oneByOne, otherSettings, pairwiseWorlds, type World } from './worlds.ts';

const seed = Number(env.SELF_TEST_SEED ?? Math.floor(Math.random() * 1e9));
const worlds = env.SELF_TEST_ALL ? [...oneByOne, ...pairwiseWorlds(seed)] : fewWorlds(seed);

/** Checks that did not hold, or could not be tried at all. */
function bad(checks: unknown): readonly unknown[] {
  if (!Array.isArray(checks)) throw new Error('no checks');
  return checks.filter(({ kind, outcome }) =>
    kind === 'promise' ? outcome !== 'same' : outcome === 'error' || outcome === 'skipped',
  );
}

describe(`the self-test, seed ${seed}`, () => {
  test.each(worlds.map((world) => [JSON.stringify(world), world] as const))(
    'holds in the world %s',
    async (_, world: World) => {
      const { sandbox, run } = await openGround();
      Object.assign(cognitoSettings(sandbox.world), world);
      const result = await run(...here, '--yes', '--json');
      const document = json(result);
      expect({ code: result.code, bad: bad(document.checks) }).toEqual({ code: 0, bad: [] });
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

  test.each([1, 2, 3])('the few hold every setting of every switch, seed %i', (some) => {
    const few = fewWorlds(some);
    for (const [name, settings] of Object.entries(otherSettings)) {
      const taken = few.flatMap((world) => Object.entries(world).filter(([key]) => key === name));
      expect(taken.map(([, setting]) => setting)).toEqual(expect.arrayContaining([...settings]));
    }
  });
});
