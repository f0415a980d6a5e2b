import { describe, expect, test } from 'vitest';
import { stepsFor } from '../../src/core/define-step.ts';

/** Of any text, so that only the run-time check stands in the way. */
const defineStep = stepsFor<undefined, string>(['first', 'second']);

const step = (args: { id?: string; after?: string[]; parent?: string; checkNeeds?: string[] }) =>
  defineStep({
    id: 'second',
    title: 'second',
    kind: 'create',
    requires: [],
    outputs: [],
    describe: () => '',
    desired: () => ({}),
    read: async () => undefined,
    write: async () => ({ outputs: {} }),
    remove: async () => undefined,
    ...args,
  });

describe('a step that names one that does not exist', () => {
  test('throws, wherever the name is', () => {
    expect(() => step({ after: ['first', 'frist'] })).toThrow('second: there is no step frist');
    expect(() => step({ checkNeeds: ['frist'] })).toThrow('second: there is no step frist');
    expect(() => step({ parent: 'frist' })).toThrow('second: there is no step frist');
    expect(() => step({ id: 'third' })).toThrow('third: there is no step third');
  });

  test('a name of the list is fine, whether or not that step is in a run', () => {
    expect(step({ after: ['first'], parent: 'first', checkNeeds: ['first'] }).after).toEqual(['first']);
  });
});
