import { describe, expect, test } from 'vitest';
import { dependencies, reversed, sorted, together, walk } from '../../src/core/dependency-graph.ts';
import type { VarName } from '../../src/core/variables/index.ts';

const step = (
  id: string,
  args: { requires?: VarName[]; optional?: VarName[]; outputs?: VarName[]; after?: string[] } = {},
) => ({
  id,
  requires: args.requires ?? [],
  optional: args.optional ?? [],
  outputs: args.outputs ?? [],
  after: args.after ?? [],
});

const role = step('role', { outputs: ['ROLE_ARN'] });
const policy = step('policy', { outputs: ['POLICY_ARN'] });
const fn = step('function', { requires: ['ROLE_ARN'], optional: ['POLICY_ARN'], outputs: ['LAMBDA_ARN'] });
const trigger = step('trigger', { requires: ['LAMBDA_ARN'], after: ['function', 'elsewhere'] });

const plain = (edges: ReadonlyMap<string, ReadonlySet<string>>) =>
  Object.fromEntries([...edges].map(([id, before]) => [id, [...before]]));

describe('dependencies', () => {
  test('come from requires, optional and after, of enabled steps only', () => {
    expect(plain(dependencies([trigger, fn, role, policy]))).toEqual({
      role: [],
      policy: [],
      function: ['role', 'policy'],
      trigger: ['function'],
    });
    expect(plain(dependencies([trigger, fn]))).toEqual({ function: [], trigger: ['function'] });
  });

  test('a step that gives what it needs does not wait for itself', () => {
    const own = step('own', { requires: ['ROLE_ARN'], outputs: ['ROLE_ARN'] });
    expect(plain(dependencies([own]))).toEqual({ own: [] });
  });

  test('turn round', () => {
    expect(plain(reversed(dependencies([role, policy, fn, trigger])))).toEqual({
      role: ['function'],
      policy: ['function'],
      function: ['trigger'],
      trigger: [],
    });
  });
});

describe('sorted', () => {
  test('keeps every edge, whatever the order of declaration', () => {
    const steps = [trigger, fn, policy, role];
    const ids = sorted(steps, dependencies(steps)).map(({ id }) => id);
    expect(ids.indexOf('role')).toBeLessThan(ids.indexOf('function'));
    expect(ids.indexOf('policy')).toBeLessThan(ids.indexOf('function'));
    expect(ids.at(-1)).toBe('trigger');
  });

  test('names a circle', () => {
    const circle = [step('a', { after: ['b'] }), step('b', { after: ['a'] }), step('c')];
    expect(() => sorted(circle, dependencies(circle))).toThrow('steps wait for each other: a, b');
  });
});

/** A promise that is settled from outside. */
function gate() {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), passed };
}

const edges = dependencies([role, policy, fn, trigger]);
const steps = [trigger, fn, policy, role];

describe('walk', () => {
  test('visits independent steps at the same time and dependants afterwards', async () => {
    const bothBegun = gate();
    const begun: string[] = [];
    await walk(steps, edges, async ({ id }) => {
      begun.push(id);
      if (begun.length === 2) bothBegun.open();
      await bothBegun.passed; // would never end if the first two came one after the other
    });
    expect(new Set(begun.slice(0, 2))).toEqual(new Set(['role', 'policy']));
    expect(begun.slice(2)).toEqual(['function', 'trigger']);
  });

  test('begins nothing after a failure, awaits what is under way, and throws the first failure', async () => {
    const ended: string[] = [];
    const failed = gate();
    const run = walk(steps, edges, async ({ id }) => {
      if (id === 'role') {
        failed.open();
        throw new Error('role failed');
      }
      await failed.passed;
      await Promise.resolve();
      ended.push(id);
      if (id === 'policy') throw new Error('policy failed too');
    });
    await expect(run).rejects.toThrow('role failed');
    expect(ended).toEqual(['policy']);
  });
});

describe('together', () => {
  test('awaits every one before it throws the first failure', async () => {
    const ended: number[] = [];
    const run = together([1, 2, 3], async (item) => {
      await Promise.resolve();
      if (item === 1) throw new Error('one');
      await Promise.resolve();
      ended.push(item);
    });
    await expect(run).rejects.toThrow('one');
    expect(ended).toEqual([2, 3]);
  });
});
