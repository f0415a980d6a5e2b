import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectedAfter, forecast } from '../../src/core/forecast.ts';

const now = Date.parse('2026-11-22T12:00:00Z');
const day = 86_400_000;

/** The day of the start, days of weeks with these counts each, then today with nothing yet. */
const weeks = (...counts: readonly number[]): number[] => [
  0,
  ...counts.flatMap((count) => Array.from({ length: 7 }, () => count / 7)),
  0,
];
const dayOf = (at: number | undefined): number | undefined =>
  at === undefined ? undefined : Math.round((at - now) / day);

describe('without a forecast', () => {
  test.each([
    ['before seven whole days', { days: weeks(70).slice(1), handedOver: 60, users: 1000 }],
    ['without anyone in the last week', { days: weeks(70, 0), handedOver: 70, users: 1000 }],
    ['when everyone has moved', { days: weeks(70), handedOver: 1000, users: 1000 }],
    ['without any day', { days: [], handedOver: 0, users: 1000 }],
  ])('%s', (_, progress) => {
    expect(forecast({ ...progress, now })).toBeUndefined();
  });
});

test('in the first two weeks, the pace stays the same, and the rest is unknown', () => {
  const found = forecast({ days: weeks(70), handedOver: 70, users: 1000, now });
  expect(found).toMatchObject({ basis: 7, next: { percent: 25 } });
  expect(found).not.toHaveProperty('rest');
  // 180 more, 70 a week.
  expect(dayOf(found?.next?.at)).toBe(18);
});

test('a pace that halves each week adds as many users as the last week, and then ends', () => {
  const found = forecast({ days: weeks(400, 200), handedOver: 600, users: 1000, now });
  // 100 + 50 + 25 + … = 200 to come.
  expect(found).toMatchObject({ basis: 14, rest: 200, next: { percent: 75 } });
  // 150 of these 200 take two weeks.
  expect(dayOf(found?.next?.at)).toBe(14);
});

test('the day of the start is no whole day, so the pace of its week seems no lower', () => {
  const whole = weeks(400, 200);
  const late = [1, ...whole.slice(1)];
  const args = { handedOver: 600, users: 1000, now };
  expect(forecast({ days: late, ...args })).toEqual(forecast({ days: whole, ...args }));
  expect(forecast({ days: [1, ...weeks(70).slice(2)], handedOver: 60, users: 1000, now })).toBeUndefined();
});

test('a share that the pace never reaches has no day', () => {
  const found = forecast({ days: weeks(400, 100), handedOver: 500, users: 1000, now });
  // 33 to come, 250 to go to 75%.
  expect(found).toEqual({ rest: 467, basis: 14 });
});

test('a share that takes longer than two years has no day', () => {
  expect(forecast({ days: weeks(1), handedOver: 1, users: 1_000_000, now })).toEqual({ basis: 7 });
});

test('a growing pace is expected to stay the same', () => {
  const found = forecast({ days: weeks(70, 140), handedOver: 210, users: 1000, now });
  expect(found).not.toHaveProperty('rest');
  expect(dayOf(found?.next?.at)).toBe(2);
});

test('the share is above the present one, its day is in the future, and no user is left twice', () => {
  const counts = fc.array(fc.nat({ max: 5000 }), { minLength: 8, maxLength: 60 });
  fc.assert(
    fc.property(counts, fc.integer({ min: 1, max: 400_000 }), (days, users) => {
      const handedOver = days.reduce((sum, count) => sum + count, 0);
      const found = forecast({ days, handedOver, users, now });
      if (found === undefined) return;
      if (found.next !== undefined) {
        expect((found.next.percent * users) / 100).toBeGreaterThan(handedOver);
        expect(found.next.at).toBeGreaterThan(now);
        expect(new Date(found.next.at).getUTCFullYear()).toBeLessThanOrEqual(2028);
      }
      expect(found.rest ?? 0).toBeLessThanOrEqual(users - handedOver);
      expect(found.rest ?? 0).toBeGreaterThanOrEqual(0);
    }),
  );
});

describe('users expected after some weeks', () => {
  const expected = (progress: Parameters<typeof expectedAfter>[1], ...counts: readonly number[]) =>
    counts.map((count) => Math.round(expectedAfter(count, progress) ?? Number.NaN));

  test('by a pace that halves each week', () => {
    const progress = { days: weeks(400, 200), handedOver: 600, users: 1000 };
    expect(expected(progress, 0, 1, 2, 3, 1000)).toEqual([600, 700, 750, 775, 800]);
  });

  test('by a steady pace, until everyone has moved', () => {
    const progress = { days: weeks(70), handedOver: 70, users: 200 };
    expect(expected(progress, 0, 1, 2)).toEqual([70, 140, 200]);
  });

  test('are as many as the forecast names, at the moment that it names', () => {
    const anyWeeks = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(anyWeeks, fc.integer({ min: 1, max: 100_000 }), (counts, left) => {
        const handedOver = counts.reduce((sum, count) => sum + count, 0);
        const progress = { days: weeks(...counts), handedOver, users: handedOver + left };
        const next = forecast({ ...progress, now })?.next;
        if (next === undefined) return;
        const found = expectedAfter((next.at - now) / (7 * day), progress);
        expect(found).toBeCloseTo((progress.users * next.percent) / 100, 4);
      }),
    );
  });

  test('are unknown without a forecast', () => {
    expect(expectedAfter(1, { days: weeks(70, 0), handedOver: 70, users: 1000 })).toBeUndefined();
  });
});
