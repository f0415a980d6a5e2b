import { describe, expect, test } from 'vitest';
import { isChange, plan } from '../../src/core/plan.ts';
import { assertClear } from '../../src/core/plan-blockers.ts';
import { refusal } from '../support/errors.ts';
import { someInputs } from '../support/inputs.ts';
import { type FakeId, FakeWorld, fakeStep, outputOf } from './fake-steps.ts';

const role = fakeStep({ id: 'role', outputs: ['ROLE_ARN'] });
const fn = fakeStep({ id: 'function', requires: ['ROLE_ARN'], outputs: ['LAMBDA_ARN'], checks: true });
const trigger = fakeStep({ id: 'trigger', requires: ['LAMBDA_ARN'], after: ['function'], kind: 'modify' });
const steps = [trigger, fn, role];

const actions = async (world: FakeWorld, more = {}) => {
  const { items } = await plan(steps, world, someInputs(more));
  return items.map(({ step, action }) => `${step} ${action}`);
};

const right = (...needs: string[]) => ({ props: { wanted: true, needs } });

describe('plan', () => {
  test('says what would be made or changed, in the order of apply, and does nothing', async () => {
    const world = new FakeWorld();
    expect(await actions(world)).toEqual(['role create', 'function create', 'trigger update']);
    expect(world.deeds).toEqual([]);
    expect(world.log).toHaveLength(3);
  });

  test('finds nothing to do where everything is right, and does not run the checks', async () => {
    const world = new FakeWorld();
    world.things.set('role', right());
    world.things.set('function', right(outputOf('ROLE_ARN')));
    world.things.set('trigger', right(outputOf('LAMBDA_ARN')));
    const { items, outputs } = await plan(steps, world, someInputs());
    expect(items.some(isChange)).toBe(false);
    expect(outputs).toMatchObject({ ROLE_ARN: outputOf('ROLE_ARN'), LAMBDA_ARN: outputOf('LAMBDA_ARN') });
    expect(world.deeds).toEqual([]);
  });

  test('shows where something is not as it should be', async () => {
    const world = new FakeWorld();
    world.things.set('role', { props: { wanted: false, needs: [] } });
    const { items } = await plan([role], world, someInputs());
    expect(items).toMatchObject([
      { action: 'update', differences: [{ path: 'wanted', actual: false, expected: true }] },
    ]);
  });

  test('what needs an output that does not exist yet waits for it, by name', async () => {
    const world = new FakeWorld();
    world.things.set('function', right('elsewhere'));
    const { items } = await plan(steps, world, someInputs());
    expect(items[1]).toMatchObject({
      step: 'function',
      action: 'waiting',
      waitsFor: ['ROLE_ARN'],
      differences: [],
    });
    expect(items.every(isChange)).toBe(true);
  });

  test('reads all at the same time', async () => {
    const world = new FakeWorld();
    let release: () => void = () => undefined;
    const all = new Promise<void>((resolve) => {
      release = resolve;
    });
    world.at = () => {
      if (world.log.length === steps.length) release();
      return all;
    };
    expect(await actions(world)).toHaveLength(3);
  });

  test('leaves out what is not called for, and takes what was brought along', async () => {
    const optional = fakeStep({ id: 'optional', when: ({ MFA }) => MFA === 'reset' });
    const own = fakeStep({
      id: 'own',
      outputs: ['ROLE_ARN'],
      existing: () => ({ ROLE_ARN: 'arn:aws:mine:::r' }),
    });
    const world = new FakeWorld();
    world.things.set('function', right('arn:aws:mine:::r'));
    const { items } = await plan([optional, own, fn], world, someInputs());
    expect(items.map(({ step, action }) => `${step} ${action}`)).toEqual(['own existing', 'function none']);
    expect(world.log).toEqual(['read function']);
  });

  test('has an item for each key', async () => {
    const clients = fakeStep({ id: 'client', keys: ({ NEW_CLIENT_IDS }) => NEW_CLIENT_IDS, kind: 'modify' });
    const { items } = await plan([clients], new FakeWorld(), someInputs({ NEW_CLIENT_IDS: ['a', 'b'] }));
    expect(items.map(({ key, line }) => [key, line])).toEqual([
      ['a', 'the client:a'],
      ['b', 'the client:b'],
    ]);
  });
});

describe('what is no longer chosen', () => {
  const optional = fakeStep({
    id: 'optional',
    when: ({ MFA }) => MFA === 'reset',
    keys: ({ NEW_CLIENT_IDS }) => NEW_CLIENT_IDS,
    earlierKeys: ({ DROP }) => DROP,
  });
  const at = '2026-01-01T00:00:00Z';
  const state = {
    steps: { 'optional:a': { status: 'applied', at }, 'optional:b': { status: 'removing', at } },
  } as const;

  const planned = async (world: FakeWorld, more = {}, found: object = { state }) => {
    const { items } = await plan([role, optional], world, someInputs(more), found);
    return items.map(({ step, key, action }) => `${step} ${key} ${action}`);
  };
  const worldWith = (...names: string[]): FakeWorld => {
    const world = new FakeWorld();
    for (const name of ['role', ...names]) world.things.set(name, right());
    return world;
  };

  test('is removed, if an earlier run recorded it and it exists', async () => {
    expect(await planned(worldWith('optional:a'))).toEqual(['optional a remove', 'role  none']);
  });

  test('is removed by its key, while the rest stays', async () => {
    const more = { MFA: 'reset', NEW_CLIENT_IDS: ['b'] };
    expect(await planned(worldWith('optional:a', 'optional:b'), more)).toEqual([
      'optional a remove',
      'role  none',
      'optional b none',
    ]);
  });

  test('is found without a state file by the keys that the step knows', async () => {
    expect(await planned(worldWith('optional:c'), { DROP: ['c'] }, {})).toEqual([
      'optional c remove',
      'role  none',
    ]);
  });

  test('stays and blocks nothing if it is foreign, and blocks if its owner is unknown', async () => {
    const world = worldWith();
    world.things.set('optional:a', { props: {}, ownership: 'foreign' });
    expect(await planned(world)).toEqual(['role  none']);
    world.things.set('optional:a', { props: {}, ownership: 'unknown' });
    expect(await planned(world)).toEqual(['optional a unknown', 'role  none']);
  });

  test('is not read for a step that does not say so', async () => {
    const plain = fakeStep({ id: 'optional', when: () => false });
    const world = worldWith('optional');
    const recorded = { steps: { optional: { status: 'applied', at } } } as const;
    const { items } = await plan([plain], world, someInputs(), { state: recorded });
    expect(items).toEqual([]);
    expect(world.log).toEqual([]);
  });
});

describe('assertClear', () => {
  const planOf = async (ownership: 'foreign' | 'unknown', id: FakeId = 'role') => {
    const world = new FakeWorld();
    world.things.set(id, { ...right(), ownership });
    return plan([fakeStep({ id })], world, someInputs());
  };

  test('something foreign is a conflict that names it and the way round it', async () => {
    const found = await planOf('foreign');
    expect(found.items[0]?.action).toBe('foreign');
    const error = await refusal(() => assertClear(found));
    expect(error).toMatchObject({ exitCode: 4, code: 'FOREIGN', found: 'somebody' });
    expect(error.hint.join()).toContain('--name');
  });

  test('of a foreign trigger, --replace-trigger is the way', async () => {
    const error = await refusal(async () => assertClear(await planOf('foreign', 'trigger')));
    expect(error.hint.join()).toContain('--replace-trigger');
  });

  test('unreadable tags are a missing permission, never somebody else’s', async () => {
    const found = await planOf('unknown');
    expect(found.items[0]?.action).toBe('unknown');
    expect(await refusal(() => assertClear(found))).toMatchObject({ exitCode: 3, code: 'OWNER_UNREADABLE' });
  });
});
