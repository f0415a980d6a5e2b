/** Records of many app clients in few tags. */
import { describe, expect, test } from 'vitest';
import {
  changesFor,
  clientsWithRecord,
  fitsUnpacked,
  fitting,
  recordIn,
} from '../../../src/aws/function/flow-records.ts';

const id = (number: number): string => `client${String(number).padStart(20, '0')}`;
const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => id(index));
const tag = (number: number): string => `cognito-migrate:flow:${id(number)}`;

/** Tags after these changes, one after the other. */
const after = (tags: Readonly<Record<string, string>>, ...wanted: Parameters<typeof changesFor>[1][]) => {
  const now = { ...tags };
  for (const one of wanted) {
    const { set, remove } = changesFor(now, one);
    Object.assign(now, set);
    for (const key of remove) delete now[key];
  }
  return now;
};

describe('records', () => {
  test('of version 1.0.0 are read, and take in those of others', () => {
    const old = { [tag(0)]: 'was-empty', [tag(1)]: 'legacy', 'cognito-migrate:pool': 'x' };
    const now = after(old, new Map([[id(2), 'added' as const]]));
    expect(now).toEqual({ ...old, [tag(0)]: `was-empty ${id(2)}a` });
    expect([0, 1, 2].map((number) => recordIn(now, id(number)))).toEqual(['was-empty', 'legacy', 'added']);
    expect(clientsWithRecord(now)).toEqual([id(0), id(2), id(1)]);
  });

  test('come back as they were, however many there are', () => {
    const kinds = ['added', 'was-empty', 'legacy'] as const;
    const wanted = new Map(ids(400).map((one, index) => [one, kinds[index % 3] ?? 'added'] as const));
    const now = after({}, new Map([...wanted].slice(0, 1)), wanted);
    expect(Object.keys(now).length).toBe(45);
    expect(Math.max(...Object.values(now).map((value) => value.length))).toBeLessThanOrEqual(256);
    expect(new Map(ids(400).map((one) => [one, recordIn(now, one)]))).toEqual(wanted);
    // Each write sets whole values of tags, so none of them takes a record from where it is.
    expect(changesFor(now, wanted)).toEqual({ set: {}, remove: [] });
  });

  test('are dropped one by one, the client in the key too', () => {
    const full = after({}, new Map(ids(3).map((one) => [one, 'added'] as const)));
    expect(full).toEqual({ [tag(0)]: `added ${id(1)}a ${id(2)}a` });
    const drop = (number: number) => new Map([[id(number), undefined]]);
    const rest = after(full, drop(0), drop(2));
    expect(rest).toEqual({ [tag(0)]: `- ${id(1)}a` });
    expect(clientsWithRecord(rest)).toEqual([id(1)]);
    expect(after(rest, drop(1))).toEqual({});
  });

  test('change in their place', () => {
    const full = after({}, new Map(ids(9).map((one) => [one, 'added'] as const)));
    const now = after(full, new Map([[id(0), 'was-empty' as const]]), new Map([[id(5), 'legacy' as const]]));
    expect(Object.keys(now)).toEqual([tag(0)]);
    expect([recordIn(now, id(0)), recordIn(now, id(5))]).toEqual(['was-empty', 'legacy']);
  });

  test('that nobody here writes are none', () => {
    expect(recordIn({ [tag(0)]: 'rubbish' }, id(0))).toBeUndefined();
    expect(clientsWithRecord({ [tag(0)]: `rubbish ${id(1)}z` })).toEqual([]);
  });
});

test('nine clients fit into a tag, and longer IDs need more room', () => {
  expect(fitting(ids(500), 48)).toBe(432);
  expect(fitting(['x'.repeat(128), 'y'.repeat(128), 'z'.repeat(128)], 2)).toBe(3);
  expect(fitting(ids(1), 0)).toBe(0);
});

test('each client has a tag of its own while there is room, and none of them has others', () => {
  const own = ['cognito-migrate:pool', 'cognito-migrate:old-pool'];
  expect(fitsUnpacked({}, own, ids(48))).toBe(true);
  expect(fitsUnpacked({ 'aws:cloudformation:stack-id': 'x' }, own, ids(48))).toBe(true);
  expect(fitsUnpacked({ team: 'x' }, own, ids(48))).toBe(false);
  expect(fitsUnpacked({ [tag(0)]: `added ${id(1)}a` }, own, ids(2))).toBe(false);
});
