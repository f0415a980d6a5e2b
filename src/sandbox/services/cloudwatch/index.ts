/** Amazon CloudWatch, API version 2010-08-01: metrics, alarms, and dashboards. CloudWatch API Reference. */
import { type Call, type Json, type JsonObject, type Operations, ServiceError } from '../../operation.ts';
import { alarmOperations } from './alarms.ts';
import { dashboardOperations } from './dashboards.ts';
import { invalid, pointsOf, queryOf, readerOf, retention, second } from './metric-query.ts';
import { tagOperations } from './tags.ts';

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

export const cloudWatchOperations: Operations = {
  GetMetricData: getMetricData,
  ...alarmOperations,
  ...dashboardOperations,
  ...tagOperations,
};
