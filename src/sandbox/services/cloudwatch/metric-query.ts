/** Metrics that calls of CloudWatch ask for, and their data points. CloudWatch API Reference, MetricDataQuery. */
import { isObject, Reader } from '../../input.ts';
import { type Json, type JsonObject, ServiceError } from '../../operation.ts';
import { added, type Metric, type Place, readSamples, type Sample } from './state.ts';

export const second = 1000;
const day = 86_400 * second;

/** "Data points with a period of … are available for …", in seconds and milliseconds. */
export const retention = [
  { keptFor: 15 * day, period: 60 },
  { keptFor: 63 * day, period: 300 },
  { keptFor: 455 * day, period: 3600 },
] as const;

export const statistics: Readonly<Record<string, (sample: Sample) => number>> = {
  Sum: ({ sum }) => sum,
  SampleCount: ({ count }) => count,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
};

/** The documentation names the exceptions, but not their texts. */
export const invalid = (message: string): ServiceError => new ServiceError('ValidationError', message);

export const readerOf = (input: JsonObject): Reader => new Reader(input, 'ValidationError');

/** A query for one metric. */
export interface Query {
  readonly id: string;
  readonly label: string;
  readonly metric: Metric;
  /** In milliseconds. */
  readonly period: number;
  readonly statistic: (sample: Sample) => number;
  readonly unit: string | undefined;
}

export function dimensionsOf(list: readonly Json[]): Record<string, string> {
  if (list.length > 30) throw invalid('A metric has at most 30 dimensions.');
  return Object.fromEntries(
    list.map((item) => {
      const reader = readerOf(isObject(item) ? item : {});
      return [reader.text('Name', { min: 1, max: 255 }), reader.text('Value', { min: 1, max: 1024 })];
    }),
  );
}

/** The ID of a query, which names its result in expressions. */
export const queryId = (reader: Reader): string =>
  reader.text('Id', { pattern: /^[a-z]\w*$/, patternText: '[a-z][a-zA-Z0-9_]*', max: 255 });

/** The query of a metric. Throws for one of a metric math expression. */
export function queryOf(item: Json): Query {
  const reader = readerOf(isObject(item) ? item : {});
  const id = queryId(reader);
  if (reader.optionalText('Expression') !== undefined)
    throw invalid('The local AWS evaluates metric math in alarms only.');
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

/** True if CloudWatch still has a data point with this resolution. */
const isKept = (age: number, period: number): boolean =>
  retention.some(
    ({ keptFor, period: finest }) => age <= keptFor && (period / second) % Math.max(finest, 60) === 0,
  ) && age <= 455 * day;

export interface Point {
  readonly at: number;
  readonly value: number;
}

/** The data points of a time range. Their periods begin at its start. */
export function pointsOf(place: Place, query: Query, start: number, end: number): Point[] {
  const now = place.world.now();
  const buckets = new Map<number, Sample>();
  for (const sample of readSamples(place, query.metric)) {
    if (sample.at < start || sample.at >= end) continue;
    if (query.unit !== undefined && query.unit !== sample.unit) continue;
    if (!isKept(now - sample.at, query.period)) continue;
    const at = start + Math.floor((sample.at - start) / query.period) * query.period;
    buckets.set(at, added(buckets.get(at), sample));
  }
  return [...buckets].map(([at, sample]) => ({ at, value: query.statistic(sample) }));
}
