import { describe, expect, test } from 'vitest';
import { stepsFor } from '../../src/core/define-step.ts';

/** Of any text, so that only the run-time check stands in the way. */
const defineStep = stepsFor<undefined, string>(['first', 'second']);

const step = (of: { id?: string; after?: string[]; partOf?: string; checkNeeds?: string[] }) =>
  defineStep({
    id: 'second',
    title: 'second',
    needs: [],
    gives: [],
    describe: () => '',
    desired: () => ({}),
    read: async () => undefined,
    write: async () => ({ outputs: {} }),
    remove: async () => undefined,
    ...of,
  });

describe('a step that names one that does not exist', () => {
  test('throws, wherever the name is', () => {
    expect(() => step({ after: ['first', 'frist'] })).toThrow('second: there is no step frist');
    expect(() => step({ checkNeeds: ['frist'] })).toThrow('second: there is no step frist');
    expect(() => step({ partOf: 'frist' })).toThrow('second: there is no step frist');
    expect(() => step({ id: 'third' })).toThrow('third: there is no step third');
  });

  test('a name of the list is fine, whether or not that step is in a run', () => {
    expect(step({ after: ['first'], partOf: 'first', checkNeeds: ['first'] }).after).toEqual(['first']);
  });
});
