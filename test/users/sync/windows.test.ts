/** The times that a sync covers: those of import jobs, without what a run has covered before. */
import { describe, expect, test } from 'vitest';
import { importWindows, isWithin, without } from '../../../src/users/sync/windows.ts';

const at = (second: number): Date => new Date(second * 1000);
const oldPool = 'us-east-2_Old';

const job = (from: number, to: number | undefined, more = {}) => ({
  JobName: `cognito-migrate ${oldPool} 20261122T120000Z 0001`,
  StartDate: at(from),
  ...(to === undefined ? { Status: 'InProgress' as const } : { CompletionDate: at(to) }),
  ImportedUsers: 1,
  ...more,
});

const nothing = { until: undefined, imports: undefined };
/** Users whose second of creation is the last one of a job belong to it. */
const span = (from: number, to: number) => ({ from: from * 1000, to: (to + 1) * 1000 });

describe('importWindows', () => {
  test('has the times of our jobs that imported someone, in order', () => {
    const jobs = [
      job(500, 600),
      job(100, 200),
      job(300, 400, { ImportedUsers: 0 }),
      job(700, 800, { JobName: 'nightly' }),
      job(900, 950, { JobName: 'cognito-migrate us-east-2_Older 20261122T120000Z 0001' }),
      { JobName: `cognito-migrate ${oldPool} x`, Status: 'Expired' as const },
    ];
    expect(importWindows(jobs, oldPool, nothing)).toEqual({
      open: [span(100, 200), span(500, 600)],
      covered: [],
      runningSince: undefined,
    });
  });

  test.each([
    ['by the record of imports', { until: 50_000, imports: 200_000 }],
    ['by the time of a run', { until: 200_000, imports: undefined }],
  ])('leaves out what is covered %s', (_, covered) => {
    expect(importWindows([job(100, 200), job(300, 400)], oldPool, covered)).toMatchObject({
      open: [span(300, 400)],
      covered: [span(100, 200)],
    });
  });

  test('a job of which a run covers the beginning: only the rest', () => {
    const { open } = importWindows([job(100, 200)], oldPool, { until: 150_000, imports: undefined });
    expect(open).toEqual([span(150, 200)]);
  });

  test('a running job says since when, and somebody else’s does not', () => {
    expect(importWindows([job(100, 200), job(300, undefined)], oldPool, nothing)).toMatchObject({
      open: [span(100, 200)],
      runningSince: 300_000,
    });
    const theirs = job(300, undefined, { JobName: 'nightly' });
    expect(importWindows([theirs], oldPool, nothing).runningSince).toBeUndefined();
  });
});

test.each([
  [[span(1, 9)], [], [span(1, 9)]],
  [[span(1, 9)], [span(0, 20)], []],
  [
    [span(1, 9)],
    [span(3, 4)],
    [
      { from: 1000, to: 3000 },
      { from: 5000, to: 10_000 },
    ],
  ],
  [
    [span(1, 9), span(20, 30)],
    [span(5, 25)],
    [
      { from: 1000, to: 5000 },
      { from: 26_000, to: 31_000 },
    ],
  ],
  [[span(1, 9)], [span(0, 1), span(8, 12)], [{ from: 2000, to: 8000 }]],
])('%j without %j is %j', (spans, others, left) => {
  expect(without(spans, others)).toEqual(left);
});

test('isWithin: a span begins with its first millisecond, and ends before its last one', () => {
  const isIn = isWithin([span(1, 2), span(5, 6)]);
  expect([999, 1000, 2999, 3000, 5000, 6999, 7000].map(isIn)).toEqual([
    ...[false, true, true, false],
    ...[true, true, false],
  ]);
  expect(isWithin(undefined)(0)).toBe(true);
});
