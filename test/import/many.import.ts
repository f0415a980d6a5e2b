/** An import of 20,000 users, 200 of whom sign in meanwhile. It is killed while a job runs. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { json } from '../support/run-cli.ts';
import { startScene } from './scene.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const generated = 20_000;
/** Some of each job. They sign in right before the first one starts. */
const movers = Array.from({ length: 200 }, (_, index) => index * 100);

describe('20,000 users, of whom 200 sign in meanwhile', () => {
  test('each one is there once, and no password is lost that was proven', async () => {
    const scene = await startScene({ generated, jobSize: 5_000 });
    scene.signInMeanwhile(movers);
    const { result } = await scene.run();
    expect(result.code, result.stderr).toBe(0);
    expect(json(result)).toMatchObject({ imported: generated - 200, failed: 0 });
    await scene.finish();
  });

  test('killed while a job runs', async () => {
    const scene = await startScene({ generated, jobSize: 5_000 });
    scene.signInMeanwhile(movers);
    let looks = 0;
    await scene.killAt(({ operation }) => {
      if (operation === 'DescribeUserImportJob') looks += 1;
      return looks > 12;
    });
    await scene.finish();
  });
});
