/** An import that loses one answer: AWS has done what was asked, and the program doesn't know. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startScene } from './scene.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** As many as a run makes. */
const calls = Array.from({ length: 47 }, (_, index) => index);

describe('a lost answer', () => {
  test.each(calls)('after %d calls', async (skip) => {
    const scene = await startScene();
    scene.fail('lost-response', skip);
    await scene.run();
    await scene.finish();
  });
});

describe('too many requests', () => {
  test.each(calls.filter((skip) => skip % 3 === 0))('after %d calls', async (skip) => {
    const scene = await startScene();
    scene.fail('throttle', skip);
    await scene.run();
    await scene.finish();
  });
});

test('users who move by signing in meanwhile are skipped, and never changed', async () => {
  const scene = await startScene();
  const moved = await scene.moveMeanwhile(3);
  const { result } = await scene.run();
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toMatchObject({ skipped: 3, failed: 0 });
  for (const user of moved) expect(await scene.statusOf(user)).toBe('CONFIRMED');
});
