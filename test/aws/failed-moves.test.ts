/** When the work after a move failed: the times in which its users were created. */
import type { GetMetricDataCommandInput, GetMetricDataCommandOutput } from '@aws-sdk/client-cloudwatch';
import { expect, test } from 'vitest';
import { readFailedMoves } from '../../src/aws/failed-moves.ts';

const now = Date.parse('2026-11-22T12:34:56Z');
const minute = 60_000;
const day = 24 * 60 * minute;
const observed = {
  newUserPoolId: 'eu-west-1_new',
  oldUserPoolId: 'eu-west-1_old',
  functionName: 'cognito-migrate-eu-west-1_new',
};

/** Failures at these times, as CloudWatch has them: each in the first period that a query asks for. */
async function read(since: number, failed: readonly number[], dropped: readonly number[] = []) {
  const inputs: GetMetricDataCommandInput[] = [];
  const getMetricData = async (input: GetMetricDataCommandInput): Promise<GetMetricDataCommandOutput> => {
    inputs.push(input);
    const [start = 0, end = 0] = [input.StartTime?.getTime(), input.EndTime?.getTime()];
    const results = (input.MetricDataQueries ?? []).map(({ Id, MetricStat }) => {
      const period = (MetricStat?.Period ?? 0) * 1000;
      const all = MetricStat?.Metric?.MetricName === 'AfterMoveFailed' ? failed : dropped;
      const here = all.filter((at) => at >= start && at < end);
      return {
        Id,
        Timestamps: here.map((at) => new Date(Math.floor(at / period) * period)),
        Values: here.map(() => 1),
      };
    });
    return { $metadata: {}, MetricDataResults: results };
  };
  return { spans: await readFailedMoves({ getMetricData }, observed, { since, now }), inputs };
}

const covers = (spans: readonly { from: number; to: number }[], at: number): boolean =>
  spans.some(({ from, to }) => from <= at && at < to);

test('without a failure there is none, after three calls for the whole history and one for a night', async () => {
  const whole = await read(0, []);
  expect(whole.spans).toEqual([]);
  expect(whole.inputs).toHaveLength(3);
  const night = await read(now - day, []);
  expect(night.spans).toEqual([]);
  expect(night.inputs).toHaveLength(1);
});

test('each query asks for the finest points that CloudWatch still has, and no moment twice', async () => {
  const { inputs } = await read(0, []);
  const asked = inputs.map(({ StartTime, EndTime, MetricDataQueries = [] }) => ({
    start: StartTime?.getTime() ?? 0,
    end: EndTime?.getTime() ?? 0,
    periods: new Set(MetricDataQueries.map(({ MetricStat }) => MetricStat?.Period)),
  }));
  expect(asked.map(({ periods }) => [...periods])).toEqual([[60], [300], [3600]]);
  for (const [index, { start, end }] of asked.entries()) {
    expect(start % (60 * minute)).toBe(0);
    expect(now - start).toBeLessThanOrEqual((([15, 63, 455] as const)[index] ?? 0) * day);
    if (index > 0) expect(end).toBe(asked[index - 1]?.start);
  }
});

test('an event is at most 15 minutes old, and a user is created up to a minute after a start that failed', async () => {
  const at = now - 2 * day;
  const { spans } = await read(0, [at]);
  expect(spans).toHaveLength(1);
  for (const minutes of [-15, -1, 0, 1])
    expect(covers(spans, at + minutes * minute), `${minutes}`).toBe(true);
  for (const minutes of [-18, 3]) expect(covers(spans, at + minutes * minute), `${minutes}`).toBe(false);
});

test('failures close to each other are one time, others are apart, and events that Lambda dropped count', async () => {
  const at = now - 2 * day;
  const { spans } = await read(0, [at, at + 5 * minute], [at - 3 * 60 * minute, now - 100 * day]);
  expect(spans).toHaveLength(3);
  expect(
    spans.every(({ to }, index) => index === spans.length - 1 || to < (spans[index + 1]?.from ?? 0)),
  ).toBe(true);
  expect(covers(spans, now - 100 * day)).toBe(true);
});

test('users created before the last complete run do not count', async () => {
  const { spans } = await read(now - day, [now - 2 * day, now - 60 * minute]);
  expect(spans).toHaveLength(1);
  expect(covers(spans, now - 61 * minute)).toBe(true);
  const late = await read(now - day, [now - day]);
  expect(covers(late.spans, now - day)).toBe(true);
  expect(covers(late.spans, now - day - 1)).toBe(false);
});
