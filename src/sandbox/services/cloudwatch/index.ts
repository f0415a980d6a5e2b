/** Amazon CloudWatch, API version 2010-08-01: GetMetricData. CloudWatch API Reference. */
import { isObject, Reader } from '../../input.ts';
import { type Call, type Json, type JsonObject, type Operations, ServiceError } from '../../operation.ts';
import { added, type Metric, readSamples, type Sample } from './state.ts';

const second = 1000;
const day = 86_400 * second;

/** "Data points with a period of … are available for …", in seconds and milliseconds. */
const retention = [
  { keptFor: 15 * day, period: 60 },
  { keptFor: 63 * day, period: 300 },
  { keptFor: 455 * day, period: 3600 },
] as const;

const statistics: Readonly<Record<string, (sample: Sample) => number>> = {
  Sum: ({ sum }) => sum,
  SampleCount: ({ count }) => count,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
};

/** The documentation names the exceptions, but not their texts. */
const invalid = (message: string): ServiceError => new ServiceError('ValidationError', message);

const readerOf = (input: JsonObject): Reader => new Reader(input, 'ValidationError');

interface Query {
  readonly id: string;
  readonly label: string;
  readonly metric: Metric;
  /** In milliseconds. */
  readonly period: number;
  readonly statistic: (sample: Sample) => number;
  readonly unit: string | undefined;
}

function dimensionsOf(list: readonly Json[]): Record<string, string> {
  if (list.length > 30) throw invalid('A metric has at most 30 dimensions.');
  return Object.fromEntries(
    list.map((item) => {
      const reader = readerOf(isObject(item) ? item : {});
      return [reader.text('Name', { min: 1, max: 255 }), reader.text('Value', { min: 1, max: 1024 })];
    }),
  );
}

function queryOf(item: Json): Query {
  const reader = readerOf(isObject(item) ? item : {});
  const id = reader.text('Id', { pattern: /^[a-z]\w*$/, patternText: '[a-z][a-zA-Z0-9_]*', max: 255 });
  if (reader.optionalText('Expression') !== undefined)
    throw invalid('The local AWS does not evaluate metric math.');
  const stat = reader.optionalObject('MetricStat');
  const metric = stat === undefined ? undefined : readerOf(stat).optionalObject('Metric');
  if (stat === undefined || metric === undefined) throw invalid(`The query ${id} has no metric.`);
  const period = readerOf(stat).optionalInteger('Period', 1);
  // High-resolution metrics allow shorter periods. Nothing here has them.
  if (period === undefined || period % 60 !== 0)
    throw invalid(`Period must be a multiple of 60 in the query ${id}.`);
  const statistic = statistics[readerOf(stat).text('Stat')];
  if (statistic === undefined) throw invalid(`The local AWS does not know the statistic of the query ${id}.`);
  const named = readerOf(metric);
  const name = named.text('MetricName', { min: 1, max: 255 });
  return {
    id,
    label: reader.optionalText('Label') ?? name,
    metric: {
      namespace: named.text('Namespace', { min: 1, max: 255 }),
      name,
      dimensions: dimensionsOf(named.optionalList('Dimensions') ?? []),
    },
    period: period * second,
    statistic,
    unit: readerOf(stat).optionalText('Unit'),
  };
}

/** Milliseconds since the epoch. AWS JSON sends seconds. */
function time(input: JsonObject, name: string): number {
  const value = input[name];
  if (typeof value !== 'number') throw invalid(`The parameter ${name} is required.`);
  return value * second;
}

/** "CloudWatch rounds the specified time stamp": the older it is, the more. */
function roundedStart(start: number, now: number): number {
  const age = now - start;
  const [fine, middle, coarse] = retention;
  const { period } = age < fine.keptFor ? fine : age < middle.keptFor ? middle : coarse;
  return Math.floor(start / (period * second)) * period * second;
}

/** True if CloudWatch still has a data point with this resolution. */
const isKept = (age: number, period: number): boolean =>
  retention.some(
    ({ keptFor, period: finest }) => age <= keptFor && (period / second) % Math.max(finest, 60) === 0,
  ) && age <= 455 * day;

interface Point {
  readonly at: number;
  readonly value: number;
}

function pointsOf(call: Call, query: Query, start: number, end: number): Point[] {
  const now = call.world.now();
  const buckets = new Map<number, Sample>();
  for (const sample of readSamples(call, query.metric)) {
    if (sample.at < start || sample.at >= end) continue;
    if (query.unit !== undefined && query.unit !== sample.unit) continue;
    if (!isKept(now - sample.at, query.period)) continue;
    const at = start + Math.floor((sample.at - start) / query.period) * query.period;
    buckets.set(at, added(buckets.get(at), sample));
  }
  return [...buckets].map(([at, sample]) => ({ at, value: query.statistic(sample) }));
}

function getMetricData(call: Call): JsonObject {
  const reader = readerOf(call.input);
  const list = reader.optionalList('MetricDataQueries') ?? [];
  if (list.length < 1 || list.length > 500) throw invalid('A call has 1 to 500 metric data queries.');
  const queries = list.map(queryOf);
  if (new Set(queries.map(({ id }) => id)).size < queries.length)
    throw invalid('The values for parameter id in MetricDataQueries are not unique.');
  const [from, end] = [time(call.input, 'StartTime'), time(call.input, 'EndTime')];
  if (from >= end) throw invalid('The parameter StartTime must be less than the parameter EndTime.');
  const start = roundedStart(from, call.world.now());
  const ascending = reader.optionalText('ScanBy') === 'TimestampAscending';
  const most = reader.optionalInteger('MaxDatapoints', 1, 100_800) ?? 100_800;
  const token = reader.optionalText('NextToken') ?? '0';
  if (!/^\d+$/.test(token))
    throw new ServiceError('InvalidNextToken', 'The next token specified is invalid.');
  const first = Number(token);
  let passed = 0;
  const results = queries.map((query): Json => {
    const points = pointsOf(call, query, start, end);
    points.sort((a, b) => (ascending ? a.at - b.at : b.at - a.at));
    const page = points.slice(Math.max(0, first - passed), Math.max(0, first + most - passed));
    passed += points.length;
    return {
      Id: query.id,
      Label: query.label,
      Timestamps: page.map(({ at }) => at / second),
      Values: page.map(({ value }) => value),
      StatusCode: passed > first + most ? 'PartialData' : 'Complete',
    };
  });
  return {
    MetricDataResults: results,
    ...(passed > first + most ? { NextToken: String(first + most) } : {}),
  };
}

export const cloudWatchOperations: Operations = { GetMetricData: getMetricData };
