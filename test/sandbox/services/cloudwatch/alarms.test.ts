import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DeleteDashboardsCommand,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  ListTagsForResourceCommand,
  type MetricAlarm,
  type MetricDataQuery,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keysOf, type Sandbox } from '../../../../src/sandbox/index.ts';
import { errorOf, fakeClock, keyOf, keysWith, policyOf, startSandbox } from '../../support.ts';

const account = '111122223333';
const region = 'eu-west-1';
const minute = 60_000;

let sandbox: Sandbox;
let clock: ReturnType<typeof fakeClock>;

beforeEach(async () => {
  clock = fakeClock(Date.parse('2026-11-22T12:00:00Z'));
  sandbox = await startSandbox({ now: clock.now, sleep: clock.sleep });
});
afterEach(() => sandbox.close());

const client = (credentials = keyOf(account), where = region) =>
  new CloudWatchClient({ endpoint: sandbox.url, region: where, credentials, maxAttempts: 1 });

/** Samples of a metric without dimensions, now. */
async function put(name: string, count: number): Promise<void> {
  const answer = await fetch(`${sandbox.url}/_sandbox/metrics`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keysOf(account).accessKeyId}` },
    body: JSON.stringify({ region, namespace: 'N', name, count }),
  });
  expect(answer.status).toBe(201);
}

const base: PutMetricAlarmCommandInput = {
  AlarmName: 'a',
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanOrEqualToThreshold',
};
const single = { Namespace: 'N', MetricName: 'M', Statistic: 'Sum', Period: 300 } as const;
const metric = (Id: string, Period = 900): MetricDataQuery => ({
  Id,
  MetricStat: { Metric: { Namespace: 'N', MetricName: Id }, Period, Stat: 'Sum' },
  ReturnData: false,
});
const math = (Expression: string, ...metrics: MetricDataQuery[]): PutMetricAlarmCommandInput => ({
  ...base,
  Metrics: [...metrics, { Id: 'e', Expression }],
});

const alarm = (input: Partial<PutMetricAlarmCommandInput> = single, from = client()) =>
  from.send(new PutMetricAlarmCommand({ ...base, ...input }));

async function read(from = client()): Promise<MetricAlarm | undefined> {
  const { MetricAlarms = [] } = await from.send(new DescribeAlarmsCommand({ AlarmNames: ['a'] }));
  return MetricAlarms[0];
}
const state = async () => (await read())?.StateValue;

describe('the state of an alarm', () => {
  test('follows the clock: no data at first, then the metric, then its end', async () => {
    await alarm({ ...single, TreatMissingData: 'notBreaching' });
    await put('M', 1);
    expect(await state()).toBe('INSUFFICIENT_DATA');
    clock.advance(minute);
    expect(await state()).toBe('ALARM');
    const since = (await read())?.StateTransitionedTimestamp?.getTime();
    expect(since).toBe(clock.now());
    clock.advance(5 * minute);
    expect(await state()).toBe('OK');
  });

  test.each([
    ['notBreaching', 'OK'],
    ['breaching', 'ALARM'],
    ['missing', 'INSUFFICIENT_DATA'],
    ['ignore', 'INSUFFICIENT_DATA'],
    [undefined, 'INSUFFICIENT_DATA'],
  ])('without data and with %s is %s', async (TreatMissingData, wanted) => {
    await alarm({ ...single, ...(TreatMissingData && { TreatMissingData }) });
    clock.advance(minute);
    expect(await state()).toBe(wanted);
  });

  test('takes as many breaching periods as it says', async () => {
    await alarm({ ...single, Period: 60, EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    await put('M', 1);
    clock.advance(minute);
    expect(await state()).toBe('OK');
    await put('M', 1);
    clock.advance(minute);
    expect(await state()).toBe('ALARM');
  });

  test.each([
    [{ wrong: 99 }, 'OK'],
    [{ wrong: 100 }, 'ALARM'],
    [{ wrong: 100, moved: 20 }, 'OK'],
    [{ wrong: 101, moved: 20 }, 'ALARM'],
  ])('comes from metric math: %j is %s', async (counts, wanted) => {
    const rule = 'IF(FILL(wrong, 0) >= 100 AND FILL(wrong, 0) > 5 * FILL(moved, 0), 1, 0)';
    await alarm(math(rule, metric('wrong'), metric('moved')));
    for (const [name, count] of Object.entries(counts)) await put(name, count);
    clock.advance(minute);
    expect(await state()).toBe(wanted);
  });

  test('has no value where one of two series has none', async () => {
    await alarm({ ...math('wrong + moved', metric('wrong'), metric('moved')), TreatMissingData: 'missing' });
    await put('wrong', 5);
    clock.advance(minute);
    expect(await state()).toBe('INSUFFICIENT_DATA');
    await put('moved', 5);
    clock.advance(minute);
    expect(await state()).toBe('ALARM');
  });

  test('of a new configuration begins with the old state', async () => {
    await alarm();
    await put('M', 1);
    clock.advance(minute);
    expect(await state()).toBe('ALARM');
    await alarm({ ...single, Threshold: 2 });
    expect(await state()).toBe('ALARM');
    clock.advance(minute);
    expect(await state()).toBe('OK');
  });
});

test.each<[string, Partial<PutMetricAlarmCommandInput>]>([
  ['no metric', {}],
  ['a metric and math', { ...single, ...math('x', metric('x')) }],
  ['a period beside a minute', { ...single, Period: 90 }],
  ['a range of more than a day', { ...single, EvaluationPeriods: 289 }],
  ['a range of more than a week', { ...single, Period: 86_400, EvaluationPeriods: 8 }],
  ['more breaching periods than periods', { ...single, DatapointsToAlarm: 2 }],
  ['an unknown comparison', { ...single, ComparisonOperator: 'GreaterThanUpperThreshold' }],
  ['an unknown name in math', math('y', metric('x'))],
  ['math that ends early', math('x +', metric('x'))],
  ['an unknown function', math('RATE(x)', metric('x'))],
  ['two results', math('x', { ...metric('x'), ReturnData: true })],
  ['two periods', math('x + y', metric('x'), metric('y', 300))],
  ['a topic of another Region', { ...single, AlarmActions: [`arn:aws:sns:us-east-1:${account}:t`] }],
  ['an action that is no ARN', { ...single, AlarmActions: ['topic'] }],
  ['an unknown word for missing data', { ...single, TreatMissingData: 'maybe' }],
])('PutMetricAlarm refuses %s', async (_, input) => {
  expect((await errorOf(alarm(input))).name).toMatch(/^Validation|^Serialization/);
  expect(await read()).toBeUndefined();
});

test('PutMetricAlarm replaces everything but the tags', async () => {
  const topic = `arn:aws:sns:${region}:${account}:t`;
  await alarm({ ...single, AlarmActions: [topic], Tags: [{ Key: 'k', Value: 'v' }] });
  expect(await read()).toMatchObject({ AlarmActions: [topic], Threshold: 1, Period: 300 });
  await alarm({ ...single, Threshold: 2, Tags: [{ Key: 'k', Value: 'w' }] });
  expect(await read()).toMatchObject({ AlarmActions: [], Threshold: 2 });
  const ResourceARN = `arn:aws:cloudwatch:${region}:${account}:alarm:a`;
  const tags = () => client().send(new ListTagsForResourceCommand({ ResourceARN }));
  expect((await tags()).Tags).toEqual([{ Key: 'k', Value: 'v' }]);
  await client().send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'l', Value: 'm' }] }));
  await client().send(new UntagResourceCommand({ ResourceARN, TagKeys: ['k'] }));
  expect((await tags()).Tags).toEqual([{ Key: 'l', Value: 'm' }]);
});

test('DescribeAlarms reads by prefix and state, in pages', async () => {
  for (const AlarmName of ['a', 'b', 'ab']) await alarm({ ...single, AlarmName });
  const names = async (input: object) => {
    const { MetricAlarms = [], NextToken } = await client().send(new DescribeAlarmsCommand(input));
    return [MetricAlarms.map(({ AlarmName }) => AlarmName), NextToken];
  };
  expect(await names({ AlarmNamePrefix: 'a' })).toEqual([['a', 'ab'], undefined]);
  expect(await names({ MaxRecords: 2 })).toEqual([['a', 'ab'], 'ab']);
  expect(await names({ MaxRecords: 2, NextToken: 'ab' })).toEqual([['b'], undefined]);
  expect(await names({ StateValue: 'OK' })).toEqual([[], undefined]);
  expect(await names({ AlarmTypes: ['CompositeAlarm'] })).toEqual([[], undefined]);
});

test('DeleteAlarms deletes those that exist, and reports the others', async () => {
  await alarm();
  const gone = await errorOf(client().send(new DeleteAlarmsCommand({ AlarmNames: ['a', 'none'] })));
  expect(gone.name).toBe('ResourceNotFound');
  expect(await read()).toBeUndefined();
});

// The SDK finds the exception by the code of AWS Query, which two exceptions share.
test('a dashboard belongs to the account, in every Region', async () => {
  const names = { DashboardName: 'd' };
  const body = (title: string) => JSON.stringify({ widgets: [{ type: 'text', properties: { title } }] });
  await client().send(new PutDashboardCommand({ ...names, DashboardBody: body('one') }));
  const elsewhere = client(keyOf(account), 'us-east-1');
  await elsewhere.send(new PutDashboardCommand({ ...names, DashboardBody: body('two') }));
  const get = (from = client()) => from.send(new GetDashboardCommand(names));
  expect((await get()).DashboardBody).toBe(body('two'));
  expect((await errorOf(get(client(keyOf('444455556666'))))).name).toBe('ResourceNotFound');
  const broken = client().send(new PutDashboardCommand({ ...names, DashboardBody: '{}' }));
  expect((await errorOf(broken)).name).toBe('DashboardInvalidInputError');
  const both = client().send(new DeleteDashboardsCommand({ DashboardNames: ['d', 'e'] }));
  expect((await errorOf(both)).name).toBe('ResourceNotFound');
  expect((await get()).DashboardBody).toBe(body('two'));
  await client().send(new DeleteDashboardsCommand({ DashboardNames: ['d'] }));
  expect((await errorOf(get())).name).toBe('ResourceNotFound');
});

test('each call takes its action on the resource, and tags take theirs', async () => {
  const arn = `arn:aws:cloudwatch:${region}:${account}:alarm:a`;
  const putOnly = policyOf({ Effect: 'Allow', Action: 'cloudwatch:PutMetricAlarm', Resource: arn });
  const writer = client(await keysWith(sandbox, 'writer', putOnly));
  const Tags = [{ Key: 'k', Value: 'v' }];
  expect((await errorOf(alarm({ ...single, Tags }, writer))).message).toContain('cloudwatch:TagResource');
  await alarm(single, writer);
  expect((await errorOf(alarm({ ...single, AlarmName: 'b' }, writer))).message).toContain('alarm:b');
  const allow = { Effect: 'Allow', Action: 'cloudwatch:DescribeAlarms' };
  const narrow = client(await keysWith(sandbox, 'narrow', policyOf({ ...allow, Resource: arn })));
  expect((await errorOf(read(narrow))).message).toContain('cloudwatch:DescribeAlarms');
  const all = client(await keysWith(sandbox, 'all', policyOf({ ...allow, Resource: '*' })));
  expect((await read(all))?.AlarmName).toBe('a');
  const tagged = { StringEquals: { 'aws:ResourceTag/k': 'v' } };
  const mine = policyOf({ Effect: 'Allow', Action: 'cloudwatch:*', Resource: '*', Condition: tagged });
  const owner = client(await keysWith(sandbox, 'owner', mine));
  const remove = () => owner.send(new DeleteAlarmsCommand({ AlarmNames: ['a'] }));
  expect((await errorOf(remove())).name).toBe('AccessDenied');
  await client().send(new TagResourceCommand({ ResourceARN: arn, Tags }));
  await remove();
});
