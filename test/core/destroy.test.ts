import { describe, expect, test } from 'vitest';
import { apply } from '../../src/core/apply.ts';
import { destroy } from '../../src/core/destroy.ts';
import { refusalOf } from '../support/errors.ts';
import { FakeWorld, fakeRun, fakeStep, outputOf } from './fake-steps.ts';

const role = fakeStep({ id: 'role', outputs: ['ROLE_ARN'] });
const fn = fakeStep({ id: 'function', requires: ['ROLE_ARN'], outputs: ['LAMBDA_ARN'] });
const clients = fakeStep({
  id: 'client',
  requires: ['LAMBDA_ARN'],
  keys: ({ NEW_CLIENT_IDS }) => NEW_CLIENT_IDS,
  before: { flows: 1 },
});
const trigger = fakeStep({
  id: 'trigger',
  requires: ['LAMBDA_ARN'],
  after: ['client'],
  before: { image: 1 },
});
const steps = [role, fn, clients, trigger];
const keep = new Set<string>();

/** A world in which everything was made, and the run that made it. */
async function applied() {
  const world = new FakeWorld();
  const run = await fakeRun(world, steps, { NEW_CLIENT_IDS: ['a'] });
  await apply(run);
  world.log.length = 0;
  return { world, run };
}

describe('destroy', () => {
  test('takes everything away in the reverse order, with the before-images, and forgets it', async () => {
    const { world, run } = await applied();
    const { outcomes } = await destroy({ ...run, keep });
    expect(world.deeds).toEqual([
      'remove trigger {"image":1}',
      'remove client:a {"flows":1}',
      'remove function',
      'remove role',
    ]);
    expect(world.things.size).toBe(0);
    expect(outcomes.every(({ done }) => done === 'removed')).toBe(true);
    expect(steps.flatMap(({ id }) => run.store.keys(id))).toEqual([]);
  });

  test('what is gone already counts as removed', async () => {
    const { world, run } = await applied();
    world.things.clear();
    const { outcomes } = await destroy({ ...run, keep });
    expect(world.deeds).toEqual([]);
    expect(outcomes.every(({ done }) => done === 'absent')).toBe(true);
  });

  test('what is not ours stays; what cannot be read stops it', async () => {
    const { world, run } = await applied();
    world.things.set('trigger', { props: {}, ownership: 'foreign' });
    const { outcomes } = await destroy({ ...run, keep });
    expect(outcomes.find(({ step }) => step === 'trigger')).toMatchObject({
      done: 'left',
      detail: 'somebody',
    });
    expect([...world.things.keys()]).toEqual(['trigger']);

    const other = await applied();
    other.world.things.set('trigger', { props: {}, ownership: 'unknown' });
    expect(await refusalOf(destroy({ ...other.run, keep }))).toMatchObject({ exitCode: 3 });
    expect(other.world.deeds).toEqual([]);
  });

  const own = fakeStep({
    id: 'role',
    outputs: ['ROLE_ARN'],
    existing: () => ({ ROLE_ARN: 'arn:aws:mine:::r' }),
  });

  test('what is to be kept, or was brought along, is not even read', async () => {
    const { world, run } = await applied();
    await run.store.drop('role', '', []); // never made
    await destroy({ ...run, steps: [own, fn, clients, trigger], keep: new Set(['function']) });
    expect([...world.things.keys()]).toEqual(['role', 'function']);
    expect(world.log.some((deed) => /role|function/.test(deed))).toBe(false);
  });

  test('what was made before something else was brought along goes, unless it is that very thing', async () => {
    const { world, run } = await applied();
    await destroy({ ...run, steps: [own, fn, clients, trigger], keep });
    expect([...world.things.keys()]).toEqual([]);

    const same = await applied();
    const ours = fakeStep({
      id: 'role',
      outputs: ['ROLE_ARN'],
      existing: () => ({ ROLE_ARN: outputOf('ROLE_ARN') }),
    });
    await destroy({ ...same.run, steps: [ours, fn, clients, trigger], keep });
    expect([...same.world.things.keys()]).toEqual(['role']);
  });

  test('takes away keys that only the state file knows', async () => {
    const { world, run } = await applied();
    await destroy({ ...run, inputs: { ...run.inputs, NEW_CLIENT_IDS: [] }, keep });
    expect(world.deeds).toContain('remove client:a {"flows":1}');
  });

  test('Ctrl-C: the removal under way is finished, the next run takes the rest', async () => {
    const { world, run } = await applied();
    world.at = (deed) => {
      if (deed.startsWith('remove trigger')) run.abort();
    };
    expect(await refusalOf(destroy({ ...run, keep }))).toMatchObject({ exitCode: 130 });
    expect([...world.things.keys()]).toEqual(['role', 'function', 'client:a']);
    expect(run.store.record('trigger', '')).toBeUndefined();
    expect(run.store.record('function', '')).toMatchObject({ status: 'applied' });

    const signal = new AbortController().signal;
    await destroy({ ...run, signal, keep });
    expect(world.things.size).toBe(0);
  });

  test('a removal that fails stays recorded, so that the next run knows what was being removed', async () => {
    const { world, run } = await applied();
    world.at = (deed) => {
      if (deed.startsWith('remove client')) throw new Error('busy');
    };
    await expect(destroy({ ...run, keep })).rejects.toThrow('busy');
    expect(run.store.record('client', 'a')).toMatchObject({ status: 'removing', before: { flows: 1 } });
    expect(world.things.has('function')).toBe(true);
  });
});
