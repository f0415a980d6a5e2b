import {
  CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  type GetMetricDataCommandOutput,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keysOf, noDelays, type Sandbox } from '../../../../src/sandbox/index.ts';
import { clientsOf, errorOf, fakeClock, keyOf, keysWith, policyOf, startSandbox } from '../../support.ts';

const account = '111122223333';
const region = 'eu-west-1';
const day = 86_400_000;
const hour = 3_600_000;

let sandbox: Sandbox;
let clock: ReturnType<typeof fakeClock>;

const start = async (metrics = 0): Promise<void> => {
  clock = fakeClock(Date.parse('2026-11-22T12:00:00Z'));
  sandbox = await startSandbox({
    now: clock.now,
    sleep: clock.sleep,
    delays: { ...noDelays, metrics },
  });
};
beforeEach(() => start());
afterEach(() => sandbox.close());

const client = (credentials = keyOf(account), where = region) =>
  new CloudWatchClient({ endpoint: sandbox.url, region: where, credentials, maxAttempts: 1 });

const put = async (body: object): Promise<void> => {
  const answer = await fetch(`${sandbox.url}/_sandbox/metrics`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keysOf(account).accessKeyId}` },
    body: JSON.stringify({ region, namespace: 'N', name: 'M', ...body }),
  });
  expect(answer.status).toBe(201);
};

const query = (stat: Partial<MetricDataQuery['MetricStat']> = {}, Id = 'm'): MetricDataQuery => ({
  Id,
  MetricStat: { Metric: { Namespace: 'N', MetricName: 'M' }, Period: 3600, Stat: 'Sum', ...stat },
});

const read = (
  input: Partial<GetMetricDataCommandInput> = {},
  from = client(),
): Promise<GetMetricDataCommandOutput> =>
  from.send(
    new GetMetricDataCommand({
      MetricDataQueries: [query()],
      StartTime: new Date(clock.now() - day),
      EndTime: new Date(clock.now() + hour),
      ...input,
    }),
  );

const valuesOf = ({ MetricDataResults = [] }: GetMetricDataCommandOutput) =>
  MetricDataResults.map(({ Values }) => Values);

describe('metrics of log lines', () => {
  const logged = async (...messages: readonly object[]): Promise<void> => {
    const { logs } = clientsOf(sandbox);
    const names = { logGroupName: '/g', logStreamName: 's' };
    await logs.send(new CreateLogGroupCommand(names)).catch(() => undefined);
    await logs.send(new CreateLogStreamCommand(names)).catch(() => undefined);
    const logEvents = messages.map((message) => ({
      timestamp: clock.now(),
      message: JSON.stringify(message),
    }));
    await logs.send(new PutLogEventsCommand({ ...names, logEvents }));
  };
  const line = (more: object = {}, Dimensions: readonly (readonly string[])[] = [['pool']]) => ({
    pool: 'p',
    other: 'o',
    M: 1,
    _aws: {
      Timestamp: clock.now(),
      CloudWatchMetrics: [{ Namespace: 'N', Dimensions, Metrics: [{ Name: 'M', Unit: 'Count' }] }],
    },
    ...more,
  });
  const queryOf = (dimensions: Readonly<Record<string, string>>) =>
    query({
      Metric: {
        Namespace: 'N',
        MetricName: 'M',
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      },
    });

  test('are one sample in each dimension set, and in no other', async () => {
    await logged(line({}, [['pool'], ['pool', 'other']]), line({ M: 2 }));
    const values = await Promise.all(
      [{ pool: 'p' }, { other: 'o', pool: 'p' }, {}, { pool: 'q' }].map(async (dimensions) =>
        valuesOf(await read({ MetricDataQueries: [queryOf(dimensions)] })),
      ),
    );
    expect(values).toEqual([[[3]], [[1]], [[]], [[]]]);
  });

  test.each([
    ['a dimension without a value', () => line({ pool: 5 })],
    ['a value that is no number', () => line({ M: 'one' })],
    [
      'a time of three weeks ago',
      () => line({ _aws: { ...line()._aws, Timestamp: clock.now() - 21 * day } }),
    ],
    ['no time', () => line({ _aws: { CloudWatchMetrics: line()._aws.CloudWatchMetrics } })],
  ])('%s makes no metric', async (_, make) => {
    await logged(make());
    expect(valuesOf(await read({ MetricDataQueries: [queryOf({ pool: 'p' })] }))).toEqual([[]]);
  });

  test('are readable after a delay', async () => {
    await sandbox.close();
    await start(60_000);
    await logged(line());
    const now = () => read({ MetricDataQueries: [queryOf({ pool: 'p' })] });
    expect(valuesOf(await now())).toEqual([[]]);
    clock.advance(60_000);
    expect(valuesOf(await now())).toEqual([[1]]);
  });
});

describe('GetMetricData', () => {
  test('sums by period, the newest first unless asked otherwise', async () => {
    const from = Date.parse('2026-11-22T09:00:00Z');
    await put({ count: 3, from, to: from + 3 * hour - 1 });
    await put({ count: 2, from });
    expect(valuesOf(await read())).toEqual([[1, 1, 3]]);
    const { MetricDataResults = [] } = await read({ ScanBy: 'TimestampAscending' });
    expect(MetricDataResults).toMatchObject([
      { Id: 'm', Label: 'M', Values: [3, 1, 1], StatusCode: 'Complete' },
    ]);
    expect(MetricDataResults[0]?.Timestamps?.map((time) => time.toISOString())).toEqual([
      '2026-11-22T09:00:00.000Z',
      '2026-11-22T10:00:00.000Z',
      '2026-11-22T11:00:00.000Z',
    ]);
  });

  test.each([
    ['SampleCount', 4],
    ['Average', 1],
    ['Minimum', 1],
    ['Maximum', 1],
  ])('%s is another statistic of the same samples', async (Stat, value) => {
    await put({ count: 4 });
    expect(valuesOf(await read({ MetricDataQueries: [query({ Stat })] }))).toEqual([[value]]);
  });

  test('only the unit that is asked for', async () => {
    await put({ count: 4 });
    expect(valuesOf(await read({ MetricDataQueries: [query({ Unit: 'Seconds' })] }))).toEqual([[]]);
    expect(valuesOf(await read({ MetricDataQueries: [query({ Unit: 'Count' })] }))).toEqual([[4]]);
  });

  test.each([
    [14, [60, 300, 3600]],
    [20, [300, 3600]],
    [64, [3600]],
    [456, []],
  ])('data of %i days ago is kept in periods of %j seconds', async (days, kept) => {
    await put({ count: 7, from: clock.now() - days * day });
    const found: number[] = [];
    for (const Period of [60, 300, 3600]) {
      const [values = []] = valuesOf(
        await read({
          MetricDataQueries: [query({ Period })],
          StartTime: new Date(clock.now() - 460 * day),
        }),
      );
      if (values.length > 0) found.push(Period);
    }
    expect(found).toEqual(kept);
  });

  test('comes in pages', async () => {
    const from = Date.parse('2026-11-22T09:00:00Z');
    await put({ count: 3, from, to: from + 3 * hour - 1 });
    const input = { MetricDataQueries: [query(), query({ Stat: 'SampleCount' }, 'n')], MaxDatapoints: 4 };
    const first = await read(input);
    expect(valuesOf(first)).toEqual([[1, 1, 1], [1]]);
    expect(first.MetricDataResults?.map(({ StatusCode }) => StatusCode)).toEqual(['Complete', 'PartialData']);
    const second = await read({ ...input, ...(first.NextToken && { NextToken: first.NextToken }) });
    expect(valuesOf(second)).toEqual([[], [1, 1]]);
    expect(second.NextToken).toBeUndefined();
  });

  test.each([
    ['no period of a minute', { MetricDataQueries: [query({ Period: 90 })] }],
    ['an ID in capitals', { MetricDataQueries: [query({}, 'M')] }],
    ['the same ID twice', { MetricDataQueries: [query(), query()] }],
    ['no query', { MetricDataQueries: [] }],
    ['a time range without time', { EndTime: new Date(0) }],
  ])('refuses %s', async (_, input) => {
    // The SDK finds the exception by the code of AWS Query.
    expect((await errorOf(read(input))).name).toBe('ValidationException');
  });

  test('belongs to one account and Region, and requires its permission on all resources', async () => {
    await put({});
    expect(valuesOf(await read({}, client(keyOf(account), 'eu-west-2')))).toEqual([[]]);
    expect(valuesOf(await read({}, client(keyOf('444455556666'))))).toEqual([[]]);
    const allowed = policyOf({ Effect: 'Allow', Action: 'cloudwatch:GetMetricData', Resource: '*' });
    expect(valuesOf(await read({}, client(await keysWith(sandbox, 'reader', allowed))))).toEqual([[1]]);
    const other = policyOf({ Effect: 'Allow', Action: 'cloudwatch:ListMetrics', Resource: '*' });
    const denied = await errorOf(read({}, client(await keysWith(sandbox, 'other', other))));
    expect(denied.name).toBe('AccessDenied');
    expect(denied.message).toContain('is not authorized to perform: cloudwatch:GetMetricData');
    expect(sandbox.journal.calls.at(-1)).toMatchObject({
      service: 'monitoring',
      operation: 'GetMetricData',
      actions: [{ action: 'cloudwatch:GetMetricData', resource: '*', allowed: false }],
    });
  });
});
