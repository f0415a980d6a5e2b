import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { apply } from '../../src/core/apply.ts';
import { plan } from '../../src/core/plan.ts';
import { loadState, wasInterrupted } from '../../src/core/state.ts';
import { refusalOf } from '../support/errors.ts';
import { tempFolder } from '../support/temp.ts';
import { type FakeStep, FakeWorld, fakeRun, fakeStep, outputOf } from './fake-steps.ts';

const role = fakeStep({ id: 'role', outputs: ['ROLE_ARN'], alreadyExistsErrors: ['AlreadyThere'] });
const policy = fakeStep({ id: 'policy', outputs: ['POLICY_ARN'] });
const fn = fakeStep({ id: 'function', requires: ['ROLE_ARN'], outputs: ['LAMBDA_ARN'], checks: true });
const attach = fakeStep({ id: 'attach', requires: ['ROLE_ARN', 'POLICY_ARN'] });
const trigger = fakeStep({
  id: 'trigger',
  requires: ['LAMBDA_ARN'],
  after: ['function', 'attach'],
  kind: 'modify',
  before: { image: 'as it was' },
});
const steps = [trigger, attach, fn, policy, role];
const right = (...needs: string[]) => ({ props: { wanted: true, needs } });

class AlreadyThere extends Error {
  override readonly name = 'AlreadyThere';
}

describe('apply', () => {
  test('makes everything in order, the check before the first write of what comes after', async () => {
    const world = new FakeWorld();
    const run = await fakeRun(world, steps);
    const { outcomes, vars } = await apply(run);
    const deeds = world.deeds;
    const at = (deed: string) => deeds.indexOf(deed);
    expect([...deeds].sort()).toEqual(
      [
        'check function',
        'create attach',
        'create function',
        'create policy',
        'create role',
        'create trigger',
      ].sort(),
    );
    expect(at('create role')).toBeLessThan(at('create function'));
    expect(at('create policy')).toBeLessThan(at('create attach'));
    expect(deeds.slice(-2)).toEqual(['check function', 'create trigger']);
    expect(vars.LAMBDA_ARN).toBe(outputOf('LAMBDA_ARN'));
    expect(outcomes.find(({ step }) => step === 'trigger')).toMatchObject({
      done: 'updated',
      detail: 'as asked',
    });
    await run.store.close();
    expect((await loadState(run.store.file))?.variables).toMatchObject({
      ROLE_ARN: outputOf('ROLE_ARN'),
      LAMBDA_ARN: outputOf('LAMBDA_ARN'),
    });
  });

  test('independent steps write at the same time', async () => {
    const world = new FakeWorld();
    let release: () => void = () => undefined;
    const both = new Promise<void>((resolve) => {
      release = resolve;
    });
    world.at = (deed) => {
      if (world.deeds.length === 2) release();
      return /^create (role|policy)$/.test(deed) ? both : undefined; // one after the other would never end
    };
    await apply(await fakeRun(world, steps));
    expect(new Set(world.deeds.slice(0, 2))).toEqual(new Set(['create role', 'create policy']));
  });

  test('a second run writes nothing and checks nothing', async () => {
    const world = new FakeWorld();
    const first = await fakeRun(world, steps);
    await apply(first);
    await first.store.close();
    world.log.length = 0;
    const second = await fakeRun(world, steps, {}, first.store.file);
    const { outcomes } = await apply(second);
    expect(world.deeds).toEqual([]);
    expect(new Set(outcomes.map(({ done }) => done))).toEqual(new Set(['unchanged']));
  });

  test('reads again just before the write: what was made since the plan is only repaired', async () => {
    const world = new FakeWorld();
    world.at = (deed) => {
      if (deed === 'create role') world.things.set('function', right('stale'));
    };
    await apply(await fakeRun(world, [fn, role]));
    expect(world.deeds).toEqual(['create role', 'update function', 'check function']);
  });

  test('a repaired step is checked itself, though nothing after it is written', async () => {
    const world = new FakeWorld();
    await apply(await fakeRun(world, steps));
    world.things.set('function', right('drifted'));
    world.log.length = 0;
    await apply(await fakeRun(world, steps));
    expect(world.deeds).toEqual(['update function', 'check function']);
  });

  test('a write after a step that is in place already still waits for its check', async () => {
    const world = new FakeWorld();
    await apply(await fakeRun(world, steps));
    world.things.delete('trigger');
    world.log.length = 0;
    await apply(await fakeRun(world, steps));
    expect(world.deeds).toEqual(['check function', 'create trigger']);
  });

  test('a failed check stops everything that comes after it', async () => {
    const world = new FakeWorld();
    world.at = (deed) => {
      if (deed === 'check function') throw new Error('it does not work');
    };
    const run = await fakeRun(world, steps);
    await expect(apply(run)).rejects.toThrow('it does not work');
    expect(world.deeds).not.toContain('create trigger');
    expect(run.events).toContainEqual(expect.objectContaining({ type: 'failed', step: 'function' }));
  });

  test('a check that did not pass is made up for by the next run, though there is nothing left to write', async () => {
    const world = new FakeWorld();
    const first = await fakeRun(world, steps);
    await apply(first);
    await first.store.close();
    const { file } = first.store;
    world.things.set('function', right('drifted'));
    world.at = (deed) => {
      if (deed === 'check function') throw new Error('it does not work');
    };
    const refused = await fakeRun(world, steps, {}, file);
    await expect(apply(refused)).rejects.toThrow('it does not work');
    await refused.store.close();
    expect(wasInterrupted(await loadState(file))).toBe(true);

    world.at = () => undefined;
    world.log.length = 0;
    const next = await fakeRun(world, steps, {}, file);
    await apply(next);
    await next.store.close();
    expect(world.deeds).toEqual(['check function']);
    expect(wasInterrupted(await loadState(file))).toBe(false);
  });

  test('one check serves all the keys that come after', async () => {
    const world = new FakeWorld();
    const clients = fakeStep({
      id: 'client',
      requires: ['LAMBDA_ARN'],
      after: ['function'],
      keys: ({ NEW_CLIENT_IDS }) => NEW_CLIENT_IDS,
      before: { flows: ['SRP'] },
    });
    const run = await fakeRun(world, [role, fn, clients], { NEW_CLIENT_IDS: ['a', 'b'] });
    await apply(run);
    expect(world.deeds.filter((deed) => deed === 'check function')).toHaveLength(1);
    expect(run.store.keys('client').toSorted()).toEqual(['a', 'b']);
    expect(run.store.record('client', 'a')).toMatchObject({ status: 'applied', before: { flows: ['SRP'] } });
  });

  test.each([
    ['foreign', 4],
    ['unknown', 3],
  ] as const)('what is %s since the plan is refused, not overwritten', async (ownership, exitCode) => {
    const world = new FakeWorld();
    world.things.set('role', { ...right('x'), ownership });
    const run = await fakeRun(world, steps);
    expect(await refusalOf(apply(run))).toMatchObject({ exitCode });
    expect(world.deeds).not.toContain('update role');
    expect(world.deeds).not.toContain('create function');
    expect(run.store.record('role', '')).toBeUndefined();
  });

  test('what was brought along is neither read nor written, and its outputs are used', async () => {
    const world = new FakeWorld();
    const own = fakeStep({
      id: 'role',
      outputs: ['ROLE_ARN'],
      existing: () => ({ ROLE_ARN: 'arn:aws:mine:::r' }),
    });
    const { outcomes, vars } = await apply(await fakeRun(world, [own, fn]));
    expect(world.log).toEqual(['read function', 'create function', 'check function']);
    expect(world.things.get('function')?.props).toMatchObject({ needs: ['arn:aws:mine:::r'] });
    expect(outcomes[0]).toMatchObject({ step: 'role', done: 'existing' });
    expect(vars.ROLE_ARN).toBe('arn:aws:mine:::r');
  });
});

describe('looks ahead', () => {
  const unique = fakeStep({
    id: 'function',
    requires: ['ROLE_ARN'],
    outputs: ['LAMBDA_ARN'],
    alreadyExistsErrors: ['AlreadyThere'],
  });

  /** The log of a run in which something is done while the role is made. */
  const during = async (world: FakeWorld, what: () => void | Promise<void>, ...more: FakeStep[]) => {
    world.at = (deed) => (deed === 'create role' ? what() : undefined);
    await apply(await fakeRun(world, [unique, role, ...more.map((one) => fakeStep(one))]));
    return world.log;
  };

  test('what AWS refuses to make twice is looked at while earlier steps are written, and not again', async () => {
    const world = new FakeWorld();
    const seen: string[] = [];
    const log = await during(world, async () => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(...world.log);
    });
    expect(seen).toContain('read function');
    expect(log.filter((deed) => deed === 'read function')).toHaveLength(1);
    expect(log.at(-1)).toBe('create function');
  });

  test('so is what alters something, since it reads that itself before it writes', async () => {
    const log = await during(new FakeWorld(), () => undefined, {
      id: 'pool',
      requires: ['LAMBDA_ARN'],
      kind: 'modify',
    });
    expect(log.indexOf('read pool')).toBeLessThan(log.indexOf('create function'));
    expect(log.filter((deed) => deed === 'read pool')).toHaveLength(1);
  });

  test('what was there is looked at again at its turn', async () => {
    const world = new FakeWorld();
    world.things.set('function', right('drifted'));
    const log = await during(world, () => void world.things.delete('function'));
    expect(log.filter((deed) => deed === 'read function')).toHaveLength(2);
    expect(log.at(-1)).toBe('create function');
  });

  test('what a plan of just now found nothing of is made without another look, where that can do no harm', async () => {
    const world = new FakeWorld();
    const unsafe = fakeStep({ id: 'attach', requires: ['ROLE_ARN'] });
    const all = [unsafe, unique, role];
    const run = await fakeRun(world, all);
    const { absent } = await plan(all, world, run.inputs);
    world.log.length = 0;
    await apply(run, absent);
    expect(world.log.filter((deed) => deed.startsWith('read '))).toEqual(['read attach']);
    expect([...world.deeds].sort()).toEqual(['create attach', 'create function', 'create role']);
  });

  test('what that plan found is looked at again, since it may be gone or changed', async () => {
    const world = new FakeWorld();
    const run = await fakeRun(world, [unique, role]);
    world.things.set('role', right('drifted'));
    const { absent } = await plan([unique, role], world, run.inputs);
    world.things.delete('role');
    world.log.length = 0;
    await apply(run, absent);
    expect(world.log).toEqual(['read role', 'create role', 'create function']);
  });

  test('a look that fails is repeated at its turn, and fails there', async () => {
    const world = new FakeWorld();
    let reads = 0;
    world.at = (deed) => {
      if (deed !== 'read function') return;
      reads += 1;
      throw new Error('throttled');
    };
    await expect(apply(await fakeRun(world, [unique, role]))).rejects.toThrow('throttled');
    expect(reads).toBe(2);
    expect(world.deeds).toEqual(['create role']);
  });
});

describe('what a step sees before it alters something', () => {
  const client = fakeStep({
    id: 'client',
    requires: ['LAMBDA_ARN'],
    after: ['function'],
    kind: 'modify',
    sees: true,
    keys: () => ['a', 'b'],
  });
  const pool = fakeStep({ id: 'pool', after: ['function', 'client'], kind: 'modify', sees: true });
  const checked = fakeStep({ id: 'function', outputs: ['LAMBDA_ARN'], checks: true });

  test('is read while the check runs, and while the one before it is altered; once for each', async () => {
    const world = new FakeWorld();
    const run = await fakeRun(world, [pool, client, checked]);
    const hasSeen = (name: string) => vi.waitFor(() => expect(world.log).toContain(`see ${name}`));
    world.at = async (deed) => {
      if (deed === 'check function') await hasSeen('client:a'); // one after the other would never end
      if (deed === 'create client:a') await hasSeen('pool');
    };
    await apply(run);
    const seen = world.log.filter((deed) => deed.startsWith('see '));
    expect(seen.toSorted()).toEqual(['see client:a', 'see client:b', 'see pool']);
    expect(world.deeds.at(-1)).toBe('create pool');
  });

  test('is not read for what is right already', async () => {
    const world = new FakeWorld();
    await apply(await fakeRun(world, [pool, client, checked]));
    world.log.length = 0;
    await apply(await fakeRun(world, [pool, client, checked]));
    expect(world.log.filter((deed) => !deed.startsWith('read '))).toEqual([]);
  });
});

describe('a check that says what it needs', () => {
  const checked = fakeStep({
    id: 'function',
    outputs: ['LAMBDA_ARN'],
    checks: true,
    checkRequires: ['policy', 'optional'], // which this run does not have
  });
  const permission = fakeStep({ id: 'permission', requires: ['LAMBDA_ARN'] });
  const last = fakeStep({ id: 'trigger', after: ['function', 'permission'] });
  const all = [last, permission, checked, policy];

  test('begins when that is done, while others are still written, and before what comes after', async () => {
    const world = new FakeWorld();
    let begun: () => void = () => undefined;
    const check = new Promise<void>((resolve) => {
      begun = resolve;
    });
    world.at = (deed) => {
      if (deed === 'check function') begun();
      return deed === 'create permission' ? check : undefined; // one after the other would never end
    };
    await apply(await fakeRun(world, all));
    const at = (deed: string) => world.deeds.indexOf(deed);
    expect(at('create policy')).toBeLessThan(at('check function'));
    expect(world.deeds.at(-1)).toBe('create trigger');
    expect(world.deeds.filter((deed) => deed === 'check function')).toHaveLength(1);
  });

  test('stops what comes after when it fails, and lets what is under way end', async () => {
    const world = new FakeWorld();
    world.at = (deed) => {
      if (deed === 'check function') throw new Error('it does not work');
    };
    await expect(apply(await fakeRun(world, all))).rejects.toThrow('it does not work');
    expect(world.deeds).toContain('create permission');
    expect(world.deeds).not.toContain('create trigger');
  });

  test('is left out when nothing was written that it proves', async () => {
    const world = new FakeWorld();
    await apply(await fakeRun(world, all));
    world.log.length = 0;
    world.things.delete('permission');
    await apply(await fakeRun(world, all));
    expect(world.deeds).toEqual(['create permission']);
  });

  test('is asked again when something that it needs had to be made anew', async () => {
    const world = new FakeWorld();
    await apply(await fakeRun(world, all));
    world.log.length = 0;
    world.things.delete('policy');
    await apply(await fakeRun(world, all));
    expect(world.deeds).toEqual(['create policy', 'check function']);
  });
});

describe('the state file during apply', () => {
  test('says applying, with the before-image, on disk before the call, and applied after it', async () => {
    const world = new FakeWorld();
    const file = join(await tempFolder(), 'state.json');
    const seen: unknown[] = [];
    world.at = async (deed) => {
      if (deed !== 'create trigger') return;
      const onDisk: unknown = JSON.parse(await readFile(file, 'utf8'));
      seen.push(onDisk);
    };
    const run = await fakeRun(world, steps, {}, file);
    await apply(run);
    expect(seen).toMatchObject([
      {
        steps: {
          role: { status: 'applied' },
          trigger: { status: 'applying', before: { image: 'as it was' } },
        },
      },
    ]);
    expect(run.store.record('trigger', '')).toMatchObject({
      status: 'applied',
      before: { image: 'as it was' },
    });
  });

  test('keeps the first before-image, whatever a later run sees', async () => {
    const world = new FakeWorld();
    const file = join(await tempFolder(), 'state.json');
    const first = await fakeRun(world, [fakeStep({ id: 'pool', before: { image: 'first' } })], {}, file);
    await apply(first);
    await first.store.close();
    world.things.clear();
    const second = await fakeRun(world, [fakeStep({ id: 'pool', before: { image: 'second' } })], {}, file);
    await apply(second);
    expect(second.store.record('pool', '')?.before).toEqual({ image: 'first' });
    expect(second.store.record('pool', '')).not.toHaveProperty('latest');
  });

  test('still says applying after a failed call', async () => {
    const world = new FakeWorld();
    world.at = (deed) => {
      if (deed === 'create role') throw new Error('lost');
    };
    const run = await fakeRun(world, [role]);
    await expect(apply(run)).rejects.toThrow('lost');
    expect(run.store.record('role', '')).toMatchObject({ status: 'applying' });
  });
});

describe('Ctrl-C during apply', () => {
  test('the calls under way are finished and recorded, and no further write begins', async () => {
    const world = new FakeWorld();
    const run = await fakeRun(world, steps);
    world.at = (deed) => {
      if (deed === 'create role') run.abort();
    };
    expect(await refusalOf(apply(run))).toMatchObject({ exitCode: 130, code: 'CANCELLED' });
    expect(world.deeds).toContain('create role');
    expect(world.deeds).not.toContain('create function');
    expect(world.deeds).not.toContain('create trigger');
    expect(run.store.record('role', '')).toMatchObject({ status: 'applied' });
  });

  test('the next run goes on from there', async () => {
    const world = new FakeWorld();
    const first = await fakeRun(world, steps);
    world.at = (deed) => {
      if (deed === 'create function') first.abort();
    };
    await refusalOf(apply(first));
    await first.store.close();
    world.at = () => undefined;
    world.log.length = 0;
    await apply(await fakeRun(world, steps, {}, first.store.file));
    expect(world.deeds).not.toContain('create role');
    expect(world.deeds.slice(-2)).toEqual(['check function', 'create trigger']);
  });
});

describe('a creation that finds the name taken', () => {
  test('goes on with what is there: an earlier call whose answer was lost has made it', async () => {
    const world = new FakeWorld();
    world.at = (deed) => {
      if (deed !== 'create role') return;
      world.things.set('role', right());
      throw new AlreadyThere();
    };
    const { outcomes } = await apply(await fakeRun(world, [role]));
    expect(world.deeds).toEqual(['create role', 'update role']);
    expect(outcomes).toMatchObject([{ step: 'role', done: 'created' }]);
  });

  test('is a failure when what is there is somebody else’s', async () => {
    const world = new FakeWorld();
    world.at = (deed) => {
      if (deed !== 'create role') return;
      world.things.set('role', { ...right(), ownership: 'foreign' });
      throw new AlreadyThere();
    };
    await expect(apply(await fakeRun(world, [role]))).rejects.toThrow(AlreadyThere);
    expect(world.deeds).toEqual(['create role']);
  });

  test('is a failure for any other error', async () => {
    const world = new FakeWorld();
    world.at = (deed) => {
      if (deed !== 'create role') return;
      world.things.set('role', right());
      throw new TypeError('other');
    };
    await expect(apply(await fakeRun(world, [role]))).rejects.toThrow('other');
  });
});

test('events tell each turn from its start to its end', async () => {
  const run = await fakeRun(new FakeWorld(), [role]);
  await apply(run);
  const turn = { step: 'role', key: '', title: 'role' };
  expect(run.events).toEqual([
    { type: 'start', doing: 'create', ...turn },
    { type: 'wait', message: 'working', ...turn },
    { type: 'done', done: 'created', ms: expect.any(Number), detail: 'as asked', ...turn },
  ]);
});

describe('what is no longer chosen', () => {
  const optional = fakeStep({
    id: 'optional',
    when: ({ MFA }) => MFA === 'reset',
    keys: () => ['a', 'b'],
    earlierKeys: () => [],
  });
  const all = [role, optional];

  /** A world where all was made, and a run of which `optional` is no part. */
  async function unchosen() {
    const file = join(await tempFolder(), 'state.json');
    const world = new FakeWorld();
    const first = await fakeRun(world, all, { MFA: 'reset' }, file);
    await apply(first);
    await first.store.close();
    world.log.length = 0;
    return { world, again: () => fakeRun(world, all, { MFA: 'block' }, file) };
  }

  test('is removed before the rest, and forgotten after it', async () => {
    const { world, again } = await unchosen();
    world.things.set('role', { props: {} });
    const run = await again();
    world.at = (deed) => {
      if (deed === 'update role') expect(run.store.keys('optional')).toEqual(['a', 'b']);
    };
    const { outcomes } = await apply(run);
    expect(world.deeds).toEqual(['remove optional:a', 'remove optional:b', 'update role']);
    expect(outcomes.map(({ step, key, done }) => `${step} ${key} ${done}`)).toEqual([
      'optional a removed',
      'optional b removed',
      'role  updated',
    ]);
    expect(run.store.keys('optional')).toEqual([]);
  });

  test('is finished by the next run, wherever this one ends', async () => {
    for (const end of ['remove optional:a', 'remove optional:b', 'update role']) {
      const { world, again } = await unchosen();
      world.things.set('role', { props: {} });
      world.at = (deed) => {
        if (deed === end) throw new Error('killed');
      };
      const killed = await again();
      await expect(apply(killed)).rejects.toThrow('killed');
      await killed.store.close();
      world.at = () => undefined;
      const run = await again();
      await apply(run);
      expect([...world.things.keys()], end).toEqual(['role']);
      expect(run.store.keys('optional'), end).toEqual([]);
    }
  });

  test('says nothing about what is gone already', async () => {
    const { world, again } = await unchosen();
    world.things.delete('optional:a');
    const run = await again();
    await apply(run);
    expect(world.deeds).toEqual(['remove optional:b']);
    expect(JSON.stringify(run.events)).not.toContain('absent');
    expect(run.store.keys('optional')).toEqual([]);
  });
});
