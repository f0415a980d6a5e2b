/** Records of many app clients in few tags. */
import { LambdaClient, ListTagsCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import {
  changesFor,
  clientsWithRecord,
  fitsUnpacked,
  fitting,
  maxTags,
  packedRecords,
  recordIn,
} from '../../../src/aws/function/flow-records.ts';
import { keysOf } from '../../../src/sandbox/index.ts';
import { account, region, startLocalAws } from '../../support/local-aws.ts';
import { makeOtherFunction } from '../../support/other-function.ts';

const id = (number: number): string => `client${String(number).padStart(20, '0')}`;
const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => id(index));
const tag = (number: number): string => `cognito-migrate:flow:${id(number)}`;
const runTag = (index: number, run = 'a'): string => `cognito-migrate:flow:run-${run}-${index}`;

/** Tags after these changes, one after the other. */
const after = (tags: Readonly<Record<string, string>>, ...wanted: Parameters<typeof changesFor>[1][]) => {
  const now = { ...tags };
  for (const one of wanted) {
    const { set, remove } = changesFor(now, one, 'a');
    Object.assign(now, set);
    for (const key of remove) delete now[key];
  }
  return now;
};

describe('records', () => {
  test('of version 1.0.0 are read, and stay beside those of a run', () => {
    const old = { [tag(0)]: 'was-empty', [tag(1)]: 'legacy', 'cognito-migrate:pool': 'x' };
    const now = after(old, new Map([[id(2), 'added' as const]]));
    expect(now).toEqual({ ...old, [runTag(0)]: `- ${id(2)}a` });
    expect([0, 1, 2].map((number) => recordIn(now, id(number)))).toEqual(['was-empty', 'legacy', 'added']);
    expect(clientsWithRecord(now)).toEqual([id(0), id(1), id(2)]);
  });

  test('go to the tags of others only if no tag is left', () => {
    const full = (count: number) => ({
      ...Object.fromEntries(ids(count).map((_, number) => [tag(number), 'legacy'])),
      'aws:cloudformation:stack-id': 'not counted',
    });
    const wanted = new Map([[id(90), 'added' as const]]);
    expect(after(full(44), wanted)).toEqual({ ...full(44), [runTag(0)]: `- ${id(90)}a` });
    // Five tags stay free, for the trigger's own record and for what sync and unmark record.
    expect(after(full(45), wanted)).toEqual({ ...full(45), [tag(0)]: `legacy ${id(90)}a` });
  });

  test('come back as they were, however many there are', () => {
    const kinds = ['added', 'was-empty', 'legacy'] as const;
    const wanted = new Map(ids(400).map((one, index) => [one, kinds[index % 3] ?? 'added'] as const));
    const now = after({}, new Map([...wanted].slice(0, 1)), wanted);
    expect(Object.keys(now).length).toBe(45);
    expect(Math.max(...Object.values(now).map((value) => value.length))).toBeLessThanOrEqual(256);
    expect(new Map(ids(400).map((one) => [one, recordIn(now, one)]))).toEqual(wanted);
    // Each write sets whole values of tags, so none of them takes a record from where it is.
    expect(changesFor(now, wanted, 'b')).toEqual({ set: {}, remove: [] });
  });

  test('are dropped one by one, the client in the key too', () => {
    const full = { [tag(0)]: `added ${id(1)}a ${id(2)}a` };
    const drop = (number: number) => new Map([[id(number), undefined]]);
    const rest = after(full, drop(0), drop(2));
    expect(rest).toEqual({ [tag(0)]: `- ${id(1)}a` });
    expect(clientsWithRecord(rest)).toEqual([id(1)]);
    expect(after(rest, drop(1))).toEqual({});
  });

  test('change in their place', () => {
    const full = {
      [tag(0)]: `added${ids(9)
        .slice(1)
        .map((one) => ` ${one}a`)
        .join('')}`,
    };
    const now = after(full, new Map([[id(0), 'was-empty' as const]]), new Map([[id(5), 'legacy' as const]]));
    expect(Object.keys(now)).toEqual([tag(0)]);
    expect([recordIn(now, id(0)), recordIn(now, id(5))]).toEqual(['was-empty', 'legacy']);
  });

  test('of a newer version stay as they are, whatever is written beside them', () => {
    const newer = { [tag(0)]: 'added-later', [tag(1)]: `- ${id(2)}x ${id(3)}a` };
    const wanted = new Map([[id(4), 'added' as const]]);
    expect(after(newer, wanted)).toEqual({ ...newer, [runTag(0)]: `- ${id(4)}a` });
    expect(after(newer, new Map([[id(3), 'added' as const]]))).toEqual(newer);
    expect(after(newer, wanted, new Map([[id(4), undefined]]))).toEqual(newer);
    const full = Object.fromEntries(ids(50).map((_, number) => [tag(number), 'added-later']));
    expect(after(full, wanted)).toEqual({ ...full, [runTag(0)]: `- ${id(4)}a` }); // Lambda refuses a 51st tag
  });

  test('that nobody here writes are none', () => {
    expect(recordIn({ [tag(0)]: 'rubbish' }, id(0))).toBeUndefined();
    expect(clientsWithRecord({ [tag(0)]: `rubbish ${id(1)}z` })).toEqual([]);
  });
});

test('nine clients fit into a tag, and longer IDs need more room', () => {
  expect(fitting(ids(500), 48)).toBe(432);
  expect(fitting(['x'.repeat(128), 'y'.repeat(128), 'z'.repeat(128)], 2)).toBe(2);
  expect(fitting(ids(1), 0)).toBe(0);
});

test('two concurrent runs lose no record', async () => {
  const { sandbox, sdk } = await startLocalAws();
  const arn = await makeOtherFunction(sdk);
  const open = () =>
    new LambdaClient({ endpoint: sandbox.url, region, credentials: keysOf(account), maxAttempts: 1 });
  const [one, other] = [open(), open()];
  let release: (() => void) | undefined;
  sandbox.faults.onCall('before', ({ operation }) => {
    if (operation !== 'TagResource') return Promise.resolve();
    if (release !== undefined) return Promise.resolve(release());
    return new Promise<void>((resolve) => {
      release = resolve;
    }).then(() => {
      release = undefined;
    });
  });
  const put = (lambda: LambdaClient, clients: readonly string[]) =>
    Promise.all(clients.map((client) => packedRecords(lambda, arn).put(client, 'added')));
  await Promise.all([put(one, ids(60)), put(other, ids(120).slice(30))]);
  await Promise.all([put(one, [id(120)]), put(other, [id(121)])]);
  expect(sandbox.journal.calls.filter(({ operation }) => operation === 'TagResource')).toHaveLength(4);
  const { Tags = {} } = await one.send(new ListTagsCommand({ Resource: arn }));
  expect(ids(122).filter((client) => recordIn(Tags, client) === undefined)).toEqual([]);
  expect(Object.keys(Tags).length).toBeLessThanOrEqual(maxTags);
});

test('each client has a tag of its own while there is room, and none of them has others', () => {
  const own = ['cognito-migrate:pool', 'cognito-migrate:old-pool'];
  expect(fitsUnpacked({}, own, ids(48))).toBe(true);
  expect(fitsUnpacked({ 'aws:cloudformation:stack-id': 'x' }, own, ids(48))).toBe(true);
  expect(fitsUnpacked({ team: 'x' }, own, ids(48))).toBe(false);
  expect(fitsUnpacked({ [tag(0)]: `added ${id(1)}a` }, own, ids(2))).toBe(false);
});
