import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DeleteSubscriptionFilterCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeSubscriptionFiltersCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  PutSubscriptionFilterCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../../src/sandbox/index.ts';
import { clientsOf, errorOf, keysWith, policyOf, startSandbox } from '../../support.ts';

let sandbox: Sandbox;
let logs: ReturnType<typeof clientsOf>['logs'];
beforeEach(async () => {
  sandbox = await startSandbox({ now: () => now });
  logs = clientsOf(sandbox).logs;
});
afterEach(() => sandbox.close());

const now = 1_700_000_000_000;
const logGroupName = '/aws/lambda/f';
const logStreamName = 's';
const resourceArn = `arn:aws:logs:eu-west-1:111122223333:log-group:${logGroupName}`;
const createGroup = (name = logGroupName) => logs.send(new CreateLogGroupCommand({ logGroupName: name }));

describe('groups', () => {
  test('have a retention out of the documented values', async () => {
    await createGroup();
    await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 30 }));
    const describeOne = async () => (await logs.send(new DescribeLogGroupsCommand({}))).logGroups?.[0];
    expect(await describeOne()).toMatchObject({
      logGroupName,
      retentionInDays: 30,
      arn: `${resourceArn}:*`,
      logGroupArn: resourceArn,
      creationTime: now,
    });
    const wrong = logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 31 }));
    expect((await errorOf(wrong)).name).toBe('InvalidParameterException');
    await logs.send(new DeleteRetentionPolicyCommand({ logGroupName }));
    expect((await describeOne())?.retentionInDays).toBeUndefined();
  });

  test('exist once and are gone after deletion', async () => {
    await createGroup();
    expect((await errorOf(createGroup())).name).toBe('ResourceAlreadyExistsException');
    await logs.send(new DeleteLogGroupCommand({ logGroupName }));
    const again = await errorOf(logs.send(new DeleteLogGroupCommand({ logGroupName })));
    expect(again.name).toBe('ResourceNotFoundException');
  });

  test('are found by prefix, in pages', async () => {
    for (const name of ['/b', '/a1', '/a2', '/a3']) await createGroup(name);
    const list = (more: object) =>
      logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/a', ...more }));
    const first = await list({ limit: 2 });
    const rest = await list({ limit: 2, nextToken: first.nextToken });
    const names = [...(first.logGroups ?? []), ...(rest.logGroups ?? [])].map((group) => group.logGroupName);
    expect(names).toEqual(['/a1', '/a2', '/a3']);
    expect(rest.nextToken).toBeUndefined();
  });

  test('have tags', async () => {
    await logs.send(new CreateLogGroupCommand({ logGroupName, tags: { a: 'b' } }));
    await logs.send(new TagResourceCommand({ resourceArn, tags: { c: 'd' } }));
    await logs.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }));
    expect((await logs.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({ c: 'd' });
  });

  test('are named with :* in policies, but without it for tags', async () => {
    await createGroup();
    const keys = await keysWith(
      sandbox,
      'caller',
      policyOf(
        { Effect: 'Allow', Action: 'logs:PutRetentionPolicy', Resource: `${resourceArn}:*` },
        { Effect: 'Allow', Action: 'logs:ListTagsForResource', Resource: resourceArn },
        { Effect: 'Allow', Action: 'logs:DeleteLogGroup', Resource: resourceArn },
      ),
    );
    const caller = clientsOf(sandbox, keys).logs;
    await caller.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 1 }));
    await caller.send(new ListTagsForResourceCommand({ resourceArn }));
    const refused = await errorOf(caller.send(new DeleteLogGroupCommand({ logGroupName })));
    expect(refused.name).toBe('AccessDeniedException');
  });
});

describe('events', () => {
  const put = (...messages: readonly string[]) =>
    logs.send(
      new PutLogEventsCommand({
        logGroupName,
        logStreamName,
        logEvents: messages.map((message, index) => ({ timestamp: now + index, message })),
      }),
    );
  const filter = async (filterPattern?: string, more: object = {}) => {
    const { events } = await logs.send(
      new FilterLogEventsCommand({ logGroupName, ...(filterPattern ? { filterPattern } : {}), ...more }),
    );
    return events?.map(({ message }) => message);
  };
  beforeEach(async () => {
    await createGroup();
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  });

  test('are read back by stream and described', async () => {
    await put('a', 'b', 'c');
    const { events } = await logs.send(
      new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true }),
    );
    expect(events?.map(({ message, timestamp }) => [message, timestamp])).toEqual([
      ['a', now],
      ['b', now + 1],
      ['c', now + 2],
    ]);
    const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }));
    expect(logStreams).toMatchObject([
      { logStreamName, firstEventTimestamp: now, lastEventTimestamp: now + 2 },
    ]);
  });

  test('must be in order and in an existing stream', async () => {
    const logEvents = [
      { timestamp: 2, message: 'x' },
      { timestamp: 1, message: 'y' },
    ];
    const wrong = logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    expect((await errorOf(wrong)).name).toBe('InvalidParameterException');
    const missing = logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 'none', logEvents }));
    expect((await errorOf(missing)).name).toBe('ResourceNotFoundException');
  });

  test('that are too old or too new are rejected, the others kept', async () => {
    const day = 86_400_000;
    const at = (timestamp: number) => ({ timestamp, message: String(timestamp) });
    const logEvents = [at(now - 15 * day), at(now), at(now + day)];
    const answer = await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
    expect(answer.rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 2 });
    expect(await filter()).toEqual([String(now)]);
  });

  test('are filtered by time and page by page', async () => {
    await put('a', 'b', 'c');
    expect(await filter(undefined, { startTime: now + 1 })).toEqual(['b', 'c']);
    expect(await filter(undefined, { startTime: now + 1, endTime: now + 1 })).toEqual(['b']);
    const first = await logs.send(new FilterLogEventsCommand({ logGroupName, limit: 2 }));
    expect(await filter(undefined, { nextToken: first.nextToken })).toEqual(['c']);
  });

  // CloudWatch Logs User Guide, "Filter pattern syntax".
  test.each([
    ['ERROR', ['[ERROR 400] BAD REQUEST', '[ERROR 419] MISSING ARGUMENTS']],
    ['error', []],
    ['ERROR ARGUMENTS', ['[ERROR 419] MISSING ARGUMENTS']],
    ['?BAD ?MISSING', ['[ERROR 400] BAD REQUEST', '[ERROR 419] MISSING ARGUMENTS']],
    ['ERROR -MISSING', ['[ERROR 400] BAD REQUEST']],
    ['"BAD REQUEST"', ['[ERROR 400] BAD REQUEST']],
    ['{ $.outcome = "migrated" }', ['{"outcome":"migrated","ms":12}']],
    ['{ $.outcome = "mig*" && $.ms > 11 }', ['{"outcome":"migrated","ms":12}']],
    ['{ $.outcome != "migrated" || $.ms < 5 }', ['{"outcome":"refused","ms":3}']],
  ])('are filtered by the pattern %s', async (pattern, expected) => {
    await put(
      '[ERROR 400] BAD REQUEST',
      '[ERROR 419] MISSING ARGUMENTS',
      '{"outcome":"migrated","ms":12}',
      '{"outcome":"refused","ms":3}',
    );
    expect(await filter(pattern)).toEqual(expected);
  });

  test('refuse patterns that are none', async () => {
    expect((await errorOf(filter('{ nonsense'))).name).toBe('InvalidParameterException');
  });
});

describe('subscription filters', () => {
  const destinationArn = 'arn:aws:lambda:eu-west-1:111122223333:function:collects-logs';
  const put = (filterName: string, filterPattern = '') =>
    logs.send(new PutSubscriptionFilterCommand({ logGroupName, filterName, filterPattern, destinationArn }));
  const found = async (more: { limit?: number; nextToken?: string | undefined } = {}) =>
    logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName, ...more }));
  const namesOf = async () =>
    (await found()).subscriptionFilters?.map(({ filterName, filterPattern }) => [filterName, filterPattern]);

  test('a group takes two; a name stands for one; they are read in pages, and deleted', async () => {
    expect((await errorOf(put('a'))).name).toBe('ResourceNotFoundException');
    await createGroup();
    expect(await namesOf()).toEqual([]);
    await put('b', 'ERROR');
    await put('a');
    await put('b');
    expect((await errorOf(put('c'))).name).toBe('LimitExceededException');
    expect(await namesOf()).toEqual([
      ['a', ''],
      ['b', ''],
    ]);
    const { subscriptionFilters, nextToken } = await found({ limit: 1 });
    expect(subscriptionFilters).toMatchObject([{ filterName: 'a', logGroupName, destinationArn }]);
    expect((await found({ limit: 1, nextToken })).subscriptionFilters).toMatchObject([{ filterName: 'b' }]);
    const remove = () => logs.send(new DeleteSubscriptionFilterCommand({ logGroupName, filterName: 'a' }));
    await remove();
    expect(await namesOf()).toEqual([['b', '']]);
    expect((await errorOf(remove())).name).toBe('ResourceNotFoundException');
  });
});
