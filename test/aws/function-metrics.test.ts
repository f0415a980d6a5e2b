import type {
  GetMetricDataCommandInput,
  GetMetricDataCommandOutput,
  MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import { describe, expect, test } from 'vitest';
import { readFunctionMetrics } from '../../src/aws/function-metrics.ts';

const now = Date.parse('2026-11-22T12:34:56Z');
const hour = 3_600_000;
const pools = { newUserPoolId: 'eu-west-1_new', oldUserPoolId: 'eu-west-1_old' };

/** Points as hours before now, whole hours, and values. */
const series = (
  Id: string,
  ...points: readonly (readonly [hoursAgo: number, value: number])[]
): MetricDataResult => ({
  Id,
  Timestamps: points.map(([hours]) => new Date(Math.floor(now / hour) * hour - hours * hour)),
  Values: points.map(([, value]) => value),
});

async function read(...pages: readonly (readonly MetricDataResult[])[]) {
  const inputs: GetMetricDataCommandInput[] = [];
  const getMetricData = async (input: GetMetricDataCommandInput): Promise<GetMetricDataCommandOutput> => {
    inputs.push(input);
    const page = pages[inputs.length - 1] ?? [];
    const NextToken = inputs.length < pages.length ? { NextToken: String(inputs.length) } : {};
    return { $metadata: {}, MetricDataResults: [...page], ...NextToken };
  };
  return { metrics: await readFunctionMetrics({ getMetricData }, pools, now), inputs };
}

test('one call asks for 15 months by the hour, the only period that is kept so long', async () => {
  const { inputs } = await read([]);
  expect(inputs).toHaveLength(1);
  expect(inputs[0]?.StartTime?.toISOString()).toBe('2025-08-24T13:00:00.000Z');
  expect(inputs[0]?.EndTime?.toISOString()).toBe('2026-11-22T13:00:00.000Z');
  const queries = inputs[0]?.MetricDataQueries ?? [];
  expect(queries.map(({ MetricStat }) => MetricStat?.Period)).toEqual(queries.map(() => 3600));
  // What a call may return at most, with 24 points a day of each.
  expect(queries.length * 455 * 24).toBeLessThanOrEqual(100_800);
});

test('without data, there is no first hour and there are no users', async () => {
  const { metrics } = await read([series('migrated')]);
  expect(metrics).toMatchObject({ since: undefined, days: [], total: { handedOver: 0, reset: 0 } });
});

test('the pages of an answer are added up', async () => {
  const { metrics, inputs } = await read(
    [series('migrated', [0, 5], [1, 7]), series('pair', [0, 5])],
    [series('migrated', [2, 8]), series('pair', [1, 7], [2, 8]), series('reset', [2, 3])],
  );
  expect(inputs[1]?.NextToken).toBe('1');
  expect(metrics.total).toMatchObject({ handedOver: 20, reset: 3 });
});

describe('a metric that cannot be read', () => {
  test.each(['InternalError', 'Forbidden', 'PartialData'] as const)(
    '%s is no count of zero',
    async (StatusCode) => {
      const reading = read([series('migrated', [0, 5]), { Id: 'failed', StatusCode }]);
      await expect(reading).rejects.toMatchObject({ code: 'AWS_ANSWER_INCOMPLETE', found: StatusCode });
    },
  );

  test('counts once a later page completes it', async () => {
    const { metrics } = await read(
      [{ ...series('migrated', [0, 5]), StatusCode: 'PartialData' }],
      [{ ...series('migrated', [1, 7]), StatusCode: 'Complete' }],
    );
    expect(metrics.total.handedOver).toBe(12);
  });
});

describe('resets', () => {
  test('are unknown for hours that a function of version 1.0.0 counted', async () => {
    const { metrics } = await read([
      series('migrated', [100, 50], [1, 7]),
      series('pair', [1, 7]),
      series('reset', [1, 2]),
    ]);
    expect(metrics.total).toMatchObject({ handedOver: 57, reset: undefined });
    expect(metrics.lastDay).toMatchObject({ handedOver: 7, reset: 2 });
  });

  test('are known to be zero if no user was reset', async () => {
    const { metrics } = await read([series('migrated', [1, 7]), series('pair', [1, 7])]);
    expect(metrics.total).toMatchObject({ handedOver: 7, reset: 0 });
  });
});

test('the last day starts at the same hour yesterday', async () => {
  const { metrics } = await read([
    series('failed', [25, 100], [24, 10], [0, 1]),
    series('refused', [30, 4]),
    series('wrongcredentials', [2, 6]),
  ]);
  expect(metrics.total).toMatchObject({ failed: 111, refused: 4, wrongCredentials: 6 });
  expect(metrics.lastDay).toMatchObject({ failed: 11, refused: 0, wrongCredentials: 6 });
});

test('the days run from the first count of any kind to today, including empty ones', async () => {
  const { metrics } = await read([
    series('refused', [60, 1]),
    series('migrated', [13, 4], [12, 2], [0, 1]),
    series('pair', [13, 4], [12, 2], [0, 1]),
  ]);
  // Nov 20 00:00 is 60 hours ago, Nov 21 23:00 13, and Nov 22 00:00 12.
  expect(metrics.since).toBe(Date.parse('2026-11-20T00:00:00Z'));
  expect(metrics.days).toEqual([0, 4, 3]);
});
