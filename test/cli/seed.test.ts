/** `sandbox --seed FILE`: a member that nobody reads is a typing error, and the pool would not be as its owner thinks. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Scene } from '../../src/cli/commands/sandbox/scene.ts';
import { given } from '../support/errors.ts';
import { json, runCli } from '../support/run-cli.ts';
import { tempFolder } from '../support/temp.ts';

const user = { username: 'ana', password: 'Old-1-password', attributes: { email: 'ana@example.com' } };
const pool = { name: 'old', settings: {}, clients: [{ name: 'web' }], users: [user] };

/** Of `sandbox` with this seed, which ends before the local AWS listens. */
async function refusal(seed: unknown) {
  const file = join(await tempFolder(), 'seed.json');
  await writeFile(file, JSON.stringify(seed));
  const result = await runCli(['sandbox', '--port', '0', '--seed', file, '--json']);
  expect(result.code).toBe(2);
  return { error: json(result).error, err: result.stderr };
}

describe('unknown members of a seed are refused, with their place', () => {
  test.each([
    ['of the scene', { pools: [pool], regoin: 'eu-west-1' }, 'regoin'],
    ['of a pool', { pools: [pool, { ...pool, setings: {} }] }, 'pools.1.setings'],
    [
      'of an app client',
      { pools: [{ ...pool, clients: [{ name: 'web', ExplicitAuthFlows: [] }] }] },
      'pools.0.clients.0.ExplicitAuthFlows',
    ],
    [
      'of a user',
      { pools: [{ ...pool, users: [user, { ...user, pasword: 'x' }] }] },
      'pools.0.users.1.pasword',
    ],
  ])('%s', async (_where, seed, place) => {
    const { error, err } = await refusal(seed);
    expect(error).toMatchObject({ code: 'BAD_SEED' });
    expect(err).toContain(`${place}: unknown member`);
  });

  test('all of them at once, beside what else is wrong', async () => {
    const { err } = await refusal({ pools: [{ name: 'old', a: 1, b: 2, users: [{ password: 'x', c: 3 }] }] });
    for (const place of ['pools.0.a', 'pools.0.b', 'pools.0.users.0.c'])
      expect(err).toContain(`${place}: unknown member`);
    expect(err).toContain('pools.0.users.0.username: ');
  });
});

test('settings stay open: the API checks them', () => {
  const settings = { UsernameAttributes: ['email'], NewSetting: { x: 1 } };
  const scene = { pools: [{ ...pool, settings, clients: [{ name: 'web', settings }] }] };
  expect(Scene.parse(scene)).toMatchObject(scene);
});

test('the example of the documentation is a seed', async () => {
  const page = await readFile('docs/sandbox.md', 'utf8');
  const [, example] = /## A seed of your own[\s\S]*?```json\n([\s\S]*?)```/.exec(page) ?? [];
  const scene = Scene.parse(JSON.parse(given(example)));
  expect(scene.pools.map(({ name }) => name)).toEqual(['old', 'new']);
});
