import { describe, expect, test } from 'vitest';
import { differences, isJsonObject, toJsonObject } from '../../src/core/json.ts';

describe('differences', () => {
  test.each([
    [
      { a: 1, b: [1, 2] },
      { b: [1, 2], a: 1 },
    ],
    [{ a: undefined }, {}],
    [[], []],
    [null, null],
    ['x', 'x'],
  ])('%j is %j', (found, wanted) => {
    expect(differences(found, wanted)).toEqual([]);
  });

  test('names the place, and what is there and should be', () => {
    expect(differences({ a: { b: [1, 2] }, c: 1 }, { a: { b: [1, 3] }, d: 2 })).toEqual([
      { path: 'a.b[1]', actual: 2, expected: 3 },
      { path: 'c', actual: 1, expected: undefined },
      { path: 'd', actual: undefined, expected: 2 },
    ]);
  });

  test('lists of different length differ as a whole', () => {
    expect(differences([1, 2], [1])).toEqual([{ path: '', actual: [1, 2], expected: [1] }]);
    expect(differences([1, 1, 2], [1, 2, 2])).toHaveLength(1);
  });

  test('the order of lists does not count, at any depth', () => {
    expect(differences([1, 2], [2, 1])).toEqual([]);
    const [read, write] = [
      { Effect: 'Allow', Action: ['a', 'b'] },
      { Effect: 'Deny', Action: 'c' },
    ];
    expect(
      differences({ Statement: [write, read] }, { Statement: [{ ...read, Action: ['b', 'a'] }, write] }),
    ).toEqual([]);
  });

  test('a list is no object, null is no object, and 0 is not false', () => {
    expect(differences([], {})).toHaveLength(1);
    expect(differences({ a: null }, { a: {} })).toHaveLength(1);
    expect(differences({ a: 0 }, { a: false })).toHaveLength(1);
  });
});

test('toJsonObject keeps what JSON keeps and refuses what is no object', () => {
  expect(toJsonObject({ a: undefined, b: new Date(0) })).toEqual({ b: '1970-01-01T00:00:00.000Z' });
  expect(() => toJsonObject([1])).toThrow(TypeError);
  expect([{}, [], null, 'x'].map(isJsonObject)).toEqual([true, false, false, false]);
});
