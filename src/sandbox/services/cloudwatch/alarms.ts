/** Alarms on metrics and on metric math: PutMetricAlarm, DescribeAlarms, and DeleteAlarms. CloudWatch API Reference. */
import { isObject, type Reader } from '../../input.ts';
import { type Call, type Json, type JsonObject, type Operations, ServiceError } from '../../operation.ts';
import { type Alarm, type AlarmRule, evaluateAlarm, type Watched } from './alarm-state.ts';
import { type Expression, parseExpression } from './metric-math.ts';
import { invalid, type Query, queryId, queryOf, readerOf, second } from './metric-query.ts';
import type { Place } from './state.ts';
import { tagsOf } from './tag-rules.ts';

const kind = { name: 'cloudwatch-alarms', create: (): Map<string, Alarm> => new Map() };

/** The alarms of one account and Region by name. */
export const alarmsIn = ({ world, account, region }: Place): Map<string, Alarm> =>
  world.state(kind, account, region);

const day = 86_400;
const nameRules = { min: 1, max: 255 };

const comparisons: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  GreaterThanThreshold: (value, threshold) => value > threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

const missingWords = ['breaching', 'notBreaching', 'ignore', 'missing'] as const;
const singleMetric = ['MetricName', 'Namespace', 'Dimensions', 'Period', 'Unit', 'Statistic'] as const;
const actionLists = ['OKActions', 'AlarmActions', 'InsufficientDataActions'] as const;

/** Parameters that the local AWS cannot evaluate, or does not know. */
const known: ReadonlySet<string> = new Set([
  'AlarmName',
  'AlarmDescription',
  'ActionsEnabled',
  ...actionLists,
  ...singleMetric,
  'Metrics',
  'EvaluationPeriods',
  'DatapointsToAlarm',
  'Threshold',
  'ComparisonOperator',
  'TreatMissingData',
  'Tags',
]);

/** The alarm on a single metric, as a query. */
function singleQuery(input: JsonObject, reader: Reader): Watched {
  const query = queryOf({
    Id: 'm',
    MetricStat: {
      Metric: {
        MetricName: reader.text('MetricName', nameRules),
        Namespace: reader.text('Namespace', nameRules),
        Dimensions: input.Dimensions ?? [],
      },
      Period: input.Period ?? null,
      Stat: reader.text('Statistic'),
      ...(input.Unit === undefined ? {} : { Unit: input.Unit }),
    },
  });
  return { metrics: new Map([['m', query]]), expressions: new Map(), result: 'm', period: query.period };
}

interface Parsed {
  readonly id: string;
  readonly metric?: Query;
  readonly expression?: Expression;
  readonly isReturned: boolean;
}

function parsedQuery(item: Json): Parsed {
  const reader = readerOf(isObject(item) ? item : {});
  const id = queryId(reader);
  const text = reader.optionalText('Expression', { min: 1, max: 2048 });
  if (text !== undefined && reader.has('MetricStat'))
    throw invalid(`The query ${id} has a metric and an expression.`);
  const isReturned = reader.optionalBoolean('ReturnData') ?? true;
  if (text === undefined) return { id, metric: queryOf(item), isReturned };
  return { id, expression: parseExpression(text), isReturned };
}

/** The period of all metrics. */
function commonPeriod(metrics: Iterable<Query>): number {
  const [period, ...others] = new Set([...metrics].map((query) => query.period));
  // The documentation does not say what an alarm does with several periods. The local AWS takes only one.
  if (period === undefined || others.length > 0) throw invalid('The metrics must have one period.');
  return period;
}

/** The alarm on metrics and expressions. "You designate this expression by setting ReturnData to true." */
function severalQueries(list: readonly Json[]): Watched {
  if (list.length < 1 || list.length > 20) throw invalid('An alarm has 1 to 20 metric data queries.');
  const parsed = list.map(parsedQuery);
  const ids = new Set(parsed.map(({ id }) => id));
  if (ids.size < parsed.length) throw invalid('The values for parameter id are not unique.');
  const [result, ...others] = parsed.filter(({ isReturned }) => isReturned);
  if (result === undefined || others.length > 0) throw invalid('Exactly one element must return data.');
  const named = parsed.flatMap(({ expression }) => [...(expression?.names ?? [])]);
  const unknown = named.find((name) => !ids.has(name));
  if (unknown !== undefined) throw invalid(`Undefined variable ${unknown}.`);
  const metrics = new Map(
    parsed.flatMap(({ id, metric }) => (metric === undefined ? [] : [[id, metric] as const])),
  );
  const expressions = new Map(
    parsed.flatMap(({ id, expression }) => (expression === undefined ? [] : [[id, expression] as const])),
  );
  return { metrics, expressions, result: result.id, period: commonPeriod(metrics.values()) };
}

function watchedBy(input: JsonObject): Watched {
  const reader = readerOf(input);
  const list = reader.optionalList('Metrics');
  if (list === undefined) return singleQuery(input, reader);
  if (singleMetric.some((name) => reader.has(name)))
    throw invalid('Metrics cannot be combined with the parameters of a single metric.');
  return severalQueries(list);
}

/** "Period multiplied by EvaluationPeriods can't be more than 604,800 seconds", or a day for short periods. */
function assertRange(periodMs: number, evaluationPeriods: number): void {
  const period = periodMs / second;
  if (period * evaluationPeriods > (period < 3600 ? day : 7 * day))
    throw invalid('Metrics cannot be checked across so many periods.');
}

/** The topics to notify. CloudWatch refuses those of another Region. */
function assertActions(call: Call): void {
  for (const list of actionLists) {
    const arns = readerOf(call.input).optionalTexts(list) ?? [];
    if (arns.length > 5) throw invalid(`${list} has at most 5 members.`);
    for (const arn of arns) {
      const [, region] = /^arn:[\w-]+:sns:([\w-]+):\d{12}:[\w.-]+$/.exec(arn) ?? [];
      // Other actions exist, and the local AWS does not have their services.
      if (region === undefined) throw invalid(`Invalid arn syntax: ${arn}`);
      if (region !== call.region)
        throw invalid(`Invalid region ${region} specified. Only ${call.region} is supported.`);
    }
  }
}

function numberIn(input: JsonObject, name: string): number {
  const value = input[name];
  if (typeof value !== 'number') throw invalid(`The parameter ${name} is required.`);
  return value;
}

/** The rule in the settings of an alarm. Throws if CloudWatch would refuse them. */
function ruleIn(settings: JsonObject): AlarmRule {
  const reader = readerOf(settings);
  const compare = comparisons[reader.text('ComparisonOperator', { oneOf: Object.keys(comparisons) })];
  if (compare === undefined) throw invalid('The local AWS does not know this comparison.');
  const threshold = numberIn(settings, 'Threshold');
  const evaluationPeriods = reader.optionalInteger('EvaluationPeriods', 1) ?? 0;
  if (evaluationPeriods === 0) throw invalid('The parameter EvaluationPeriods is required.');
  const watched = watchedBy(settings);
  assertRange(watched.period, evaluationPeriods);
  const treat = reader.optionalText('TreatMissingData', { oneOf: missingWords });
  return {
    watched,
    evaluationPeriods,
    datapointsToAlarm: reader.optionalInteger('DatapointsToAlarm', 1, evaluationPeriods) ?? evaluationPeriods,
    isBreaching: (value) => compare(value, threshold),
    missing: missingWords.find((word) => word === treat) ?? 'missing',
  };
}

function alarmOf(call: Call): Alarm {
  const { input } = call;
  const unknown = Object.keys(input).filter((name) => !known.has(name));
  if (unknown.length > 0) throw invalid(`The local AWS does not know the parameter ${unknown.join(', ')}.`);
  const reader = readerOf(input);
  const name = reader.text('AlarmName', nameRules);
  reader.optionalText('AlarmDescription', { max: 1024 });
  const { Tags: _kept, ...settings } = input;
  ruleIn(settings);
  assertActions(call);
  return {
    name,
    arn: `arn:${call.partition}:cloudwatch:${call.region}:${call.account}:alarm:${name}`,
    settings: { ActionsEnabled: true, ...settings },
    updatedAt: call.world.now(),
    tags: tagsOf(reader),
    state: 'INSUFFICIENT_DATA',
    stateSince: call.world.now(),
  };
}

/** "The update completely overwrites the previous configuration", but neither state nor tags. */
function putMetricAlarm(call: Call): JsonObject {
  const alarm = alarmOf(call);
  const before = alarmsIn(call).get(alarm.name);
  const kept =
    before === undefined ? {} : { tags: before.tags, state: before.state, stateSince: before.stateSince };
  alarmsIn(call).set(alarm.name, { ...alarm, ...kept });
  return {};
}

function described(alarm: Alarm): JsonObject {
  const lists = Object.fromEntries(actionLists.map((name): [string, Json] => [name, []]));
  return {
    ...lists,
    ...(alarm.settings.Metrics === undefined ? { Dimensions: [] } : {}),
    ...alarm.settings,
    AlarmArn: alarm.arn,
    AlarmConfigurationUpdatedTimestamp: alarm.updatedAt / second,
    StateValue: alarm.state,
    StateUpdatedTimestamp: alarm.stateSince / second,
    StateTransitionedTimestamp: alarm.stateSince / second,
  };
}

function describeAlarms(call: Call): JsonObject {
  const reader = readerOf(call.input);
  const names = reader.optionalTexts('AlarmNames');
  const prefix = reader.optionalText('AlarmNamePrefix', nameRules);
  if (names !== undefined && prefix !== undefined)
    throw invalid('AlarmNames and AlarmNamePrefix are mutually exclusive.');
  if ((names?.length ?? 0) > 100) throw invalid('A call has at most 100 names.');
  const types = reader.optionalTexts('AlarmTypes') ?? ['MetricAlarm'];
  const state = reader.optionalText('StateValue', { oneOf: ['OK', 'ALARM', 'INSUFFICIENT_DATA'] });
  const most = reader.optionalInteger('MaxRecords', 1, 100) ?? 50;
  const after = reader.optionalText('NextToken') ?? '';
  const found = types.includes('MetricAlarm') ? [...alarmsIn(call).values()] : [];
  for (const alarm of found) evaluateAlarm(call, alarm, ruleIn(alarm.settings));
  const wanted = found
    .filter(({ name }) => names?.includes(name) ?? name.startsWith(prefix ?? ''))
    .filter((alarm) => state === undefined || alarm.state === state)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .filter(({ name }) => name > after);
  const page = wanted.slice(0, most);
  const last = page.at(-1);
  return {
    MetricAlarms: page.map(described),
    CompositeAlarms: [],
    ...(wanted.length > most && last ? { NextToken: last.name } : {}),
  };
}

/**
 * "If you specify any incorrect alarm names, the alarms you specify with correct names are still deleted."
 * ResourceNotFound is among the errors, and the documentation does not say when.
 */
function deleteAlarms(call: Call): JsonObject {
  const names = readerOf(call.input).optionalTexts('AlarmNames') ?? [];
  if (names.length < 1 || names.length > 100) throw invalid('A call has 1 to 100 names.');
  const missing = names.filter((name) => !alarmsIn(call).delete(name));
  if (missing.length > 0)
    throw new ServiceError('ResourceNotFound', `Alarms not found: ${missing.join(', ')}`, 404);
  return {};
}

export const alarmOperations: Operations = {
  PutMetricAlarm: putMetricAlarm,
  DescribeAlarms: describeAlarms,
  DeleteAlarms: deleteAlarms,
};
