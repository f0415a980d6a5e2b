import { describe, expect, test } from 'vitest';
import { declared, makeDefineStep } from '../../src/core/define-step.ts';
import { noEffect } from '../../src/core/effects.ts';

const step = (
  id: string,
  names: { readonly after?: string[]; readonly parent?: string; readonly checkRequires?: string[] } = {},
) =>
  makeDefineStep<undefined, never>()({
    id,
    title: id,
    kind: 'create',
    requires: [],
    outputs: [],
    permissions: [],
    effects: { missing: noEffect(''), drifted: noEffect(''), foreign: noEffect('') },
    iac: () => ({ type: 'role', calls: [] }),
    cleanup: 'with-pool',
    describe: () => '',
    desired: () => ({}),
    read: async () => undefined,
    write: async () => ({ outputs: {} }),
    remove: async () => undefined,
    ...names,
  });

/** The same list with types that accept any text, so that only the check at run time is in the way. */
const listOf = (names: Parameters<typeof step>[1]) => [step('first'), step('second', names)];

describe('a list of steps', () => {
  test('throws if one names a step that does not exist, wherever the name is', () => {
    const lists = [{ after: ['first', 'frist'] }, { checkRequires: ['frist'] }, { parent: 'frist' }].map(
      listOf,
    );
    for (const list of lists) expect(() => declared(list)).toThrow('second: there is no step frist');
  });

  test('throws if two have the same ID', () => {
    expect(() => declared([step('first'), step('first')])).toThrow('there is more than one step first');
  });

  test('is fine if all names are in it', () => {
    const list = listOf({ after: ['first'], parent: 'first', checkRequires: ['first'] });
    expect(declared(list)).toBe(list);
  });
});
