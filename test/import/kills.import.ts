/** A killed import: whatever the call, the next run ends in the same place. */
import { env } from 'node:process';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startScene } from './scene.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** About the calls of a run that nobody ends. */
const calls = 47;
const points = 30;
const given = Number(env.IMPORT_SEED ?? 1);
const seeds = [given, given + 1, given + 2];

/** Numbers from 0 to 1, always the same ones for a seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One point in each thirtieth of the run, before or after a call. */
function pointsOf(seed: number): number[] {
  const random = randomOf(seed);
  return Array.from(
    { length: points },
    (_, index) => Math.ceil((((index + random()) * calls) / points) * 2) / 2 + 1,
  );
}

test('a run that nobody ends makes that many calls', async () => {
  const scene = await startScene();
  const { result, calls: made } = await scene.run();
  expect(result.code, result.stderr).toBe(0);
  expect(made).toBeGreaterThan(calls * 0.8);
  expect(made).toBeLessThan(calls * 1.2);
  await scene.finish();
});

describe.each(seeds)('killed, seed %d', (seed) => {
  test.each(pointsOf(seed))('at call %d', async (at) => {
    const scene = await startScene();
    await scene.kill(at);
    await scene.finish();
  });
});

test.each(pointsOf(given + 3).filter((_, index) => index % 6 === 0))(
  'killed at call %d, and its journal is lost',
  async (at) => {
    const scene = await startScene();
    await scene.kill(at);
    await scene.loseJournal();
    await scene.finish();
  },
);
