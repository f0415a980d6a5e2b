/** `init --alarms`: alarms and a dashboard, made, compared, repaired, and removed like everything else. */
import { rm } from 'node:fs/promises';
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  ListTagsForResourceCommand,
  type MetricAlarm,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { keysOf } from '../../src/sandbox/index.ts';
import { longestPolicy } from '../../src/steps/operator-policy.ts';
import { as, operatorRole } from '../policy/operator.ts';
import { fakeClock } from '../support/clock.ts';
import { given } from '../support/errors.ts';
import { account, type LocalAws, region, startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';

const topic = `arn:aws:sns:${region}:${account}:on-call`;
const keys = ['failures', 'nobody-moves', 'throttles', 'wrong-passwords'];

const clientOf = ({ sandbox }: LocalAws): CloudWatchClient =>
  new CloudWatchClient({ endpoint: sandbox.url, region, credentials: keysOf(account), maxAttempts: 1 });

const nameOf = ({ newPool }: LocalAws): string => `cognito-migrate-${newPool}`;
const alarmArn = (name: string): string => `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;
const dashboardArn = (aws: LocalAws): string => `arn:aws:cloudwatch::${account}:dashboard/${nameOf(aws)}`;

async function alarmsOf(aws: LocalAws): Promise<readonly MetricAlarm[]> {
  const { MetricAlarms = [] } = await clientOf(aws).send(new DescribeAlarmsCommand({}));
  return MetricAlarms;
}
const namesIn = async (aws: LocalAws): Promise<string[]> =>
  (await alarmsOf(aws)).map(({ AlarmName = '' }) => AlarmName).toSorted();
const allNames = (aws: LocalAws): string[] => keys.map((key) => `${nameOf(aws)}-${key}`);

const bodyOf = async (aws: LocalAws): Promise<string | undefined> => {
  const command = new GetDashboardCommand({ DashboardName: nameOf(aws) });
  const found = await clientOf(aws)
    .send(command)
    .catch(() => undefined);
  return found?.DashboardBody;
};

const tagsOf = async (aws: LocalAws, ResourceARN: string): Promise<Record<string, string>> => {
  const { Tags = [] } = await clientOf(aws).send(new ListTagsForResourceCommand({ ResourceARN }));
  return Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
};

const monitoring = ({ sandbox }: LocalAws): string[] =>
  sandbox.journal.calls.filter(({ service }) => service === 'monitoring').map(({ operation }) => operation);
const writes = ({ sandbox }: LocalAws): string[] =>
  sandbox.journal.writes().map(({ operation }) => operation);

const initWith = (aws: LocalAws, ...more: string[]): string[] =>
  aws.init('--new-client-id', aws.clients.web, '--yes', ...more);

async function installed(...more: string[]): Promise<LocalAws> {
  const aws = await startLocalAws();
  const made = await runCli(initWith(aws, ...(more.length === 0 ? ['--alarms', topic] : more)));
  expect(made.code, made.stderr).toBe(0);
  aws.sandbox.journal.clear();
  return aws;
}

/** An alarm of somebody else, as it may be in any account. */
const someAlarm = (AlarmName: string) =>
  new PutMetricAlarmCommand({
    AlarmName,
    Namespace: 'N',
    MetricName: 'M',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 7,
    ComparisonOperator: 'GreaterThanThreshold',
  });

test('without --alarms, no command calls CloudWatch for alarms', async () => {
  const aws = await startLocalAws();
  expect((await runCli(initWith(aws))).code).toBe(0);
  expect((await runCli(['plan', ...aws.init().slice(1)])).code).toBe(0);
  expect((await runCli(['teardown', ...aws.where, '--yes', '--dry-run'])).code).toBe(0);
  expect(monitoring(aws)).toEqual([]);
});

describe('init --alarms', () => {
  test('makes four alarms that notify the topic, and a dashboard, each with the tags', async () => {
    const aws = await installed('--alarms', topic, '--tag', 'team=identity');
    expect(await namesIn(aws)).toEqual(allNames(aws));
    for (const alarm of await alarmsOf(aws)) {
      expect(alarm).toMatchObject({ ActionsEnabled: true, AlarmActions: [topic] });
      expect(await tagsOf(aws, given(alarm.AlarmArn))).toEqual({
        team: 'identity',
        'cognito-migrate:pool': aws.newPool,
        'cognito-migrate:old-pool': aws.oldPool,
      });
    }
    expect(await tagsOf(aws, dashboardArn(aws))).toMatchObject({ 'cognito-migrate:pool': aws.newPool });
    const body = given(await bodyOf(aws));
    for (const name of allNames(aws)) expect(body).toContain(alarmArn(name));
    expect(body).toContain(aws.oldPool);
  });

  test('notifies nobody without a topic, and keeps the actions that others added', async () => {
    const aws = await installed('--alarms');
    expect((await alarmsOf(aws)).flatMap(({ AlarmActions = [] }) => AlarmActions)).toEqual([]);
    const [alarm] = await alarmsOf(aws);
    const { AlarmArn: _arn, ...settings } = given(alarm);
    await clientOf(aws).send(
      new PutMetricAlarmCommand({
        AlarmName: given(settings.AlarmName),
        AlarmDescription: given(settings.AlarmDescription),
        ActionsEnabled: true,
        AlarmActions: [topic],
        OKActions: [topic],
        Namespace: given(settings.Namespace),
        MetricName: given(settings.MetricName),
        Dimensions: given(settings.Dimensions),
        Statistic: given(settings.Statistic),
        Period: given(settings.Period),
        EvaluationPeriods: 1,
        DatapointsToAlarm: 1,
        Threshold: 50,
        ComparisonOperator: given(settings.ComparisonOperator),
        TreatMissingData: given(settings.TreatMissingData),
      }),
    );
    expect((await runCli(initWith(aws))).code).toBe(0);
    expect((await alarmsOf(aws)).find(({ AlarmName }) => AlarmName === settings.AlarmName)).toMatchObject({
      AlarmActions: [topic],
      OKActions: [topic],
      Threshold: 1,
    });
  });

  test('a second run writes nothing, and the state file remembers the topic', async () => {
    const aws = await installed();
    const again = await runCli(initWith(aws));
    expect(again.code, again.stderr).toBe(0);
    expect(writes(aws)).toEqual([]);
    const status = await runCli(['status', ...aws.where, '--json']);
    expect(status.code, status.stderr).toBe(0);
    expect(json(status).steps).toContainEqual(
      expect.objectContaining({ step: 'alarms', key: 'failures', health: 'in place' }),
    );
  });

  test('a new topic and a new tag reach the alarms that exist', async () => {
    const aws = await installed();
    const other = `${topic}-2`;
    expect((await runCli(initWith(aws, '--alarms', other, '--tag', 'team=identity'))).code).toBe(0);
    for (const { AlarmActions, AlarmArn } of await alarmsOf(aws)) {
      expect(AlarmActions).toEqual([other]);
      expect(await tagsOf(aws, given(AlarmArn))).toMatchObject({ team: 'identity' });
    }
    expect(await tagsOf(aws, dashboardArn(aws))).toMatchObject({ team: 'identity' });
  });

  test.each([
    ['a topic of another Region', `arn:aws:sns:us-east-1:${account}:on-call`, 'eu-west-1'],
    ['another service', `arn:aws:sqs:${region}:${account}:on-call`, 'SNS topic'],
    ['a name', 'on-call', 'SNS topic'],
  ])('refuses %s before it writes anything', async (_, word, said) => {
    const aws = await startLocalAws();
    const ended = await runCli(initWith(aws, '--alarms', word));
    expect(ended.code).toBe(exitCodes.usage.code);
    expect(ended.stderr).toContain(said);
    await aws.expectUntouched();
  });

  test.each([
    ['alarm', (aws: LocalAws) => clientOf(aws).send(someAlarm(`${nameOf(aws)}-failures`))],
    [
      'dashboard',
      (aws: LocalAws) =>
        clientOf(aws).send(
          new PutDashboardCommand({ DashboardName: nameOf(aws), DashboardBody: '{"widgets":[]}' }),
        ),
    ],
  ])('refuses to overwrite a foreign %s, and changes nothing', async (title, make) => {
    const aws = await startLocalAws();
    await make(aws);
    const before = [await alarmsOf(aws), await bodyOf(aws)];
    aws.sandbox.journal.clear();
    const ended = await runCli(initWith(aws, '--alarms', topic));
    expect(ended.code).toBe(exitCodes.conflict.code);
    expect(ended.stderr).toContain(`There is already ${title === 'alarm' ? 'an' : 'a'} ${title} that`);
    expect(ended.stderr).toContain('--name');
    await aws.expectUntouched();
    expect([await alarmsOf(aws), await bodyOf(aws)]).toEqual(before);
  });

  test('accepts a dashboard that CloudFormation made without tags, and tags it', async () => {
    const aws = await installed();
    const TagKeys = ['cognito-migrate:pool', 'cognito-migrate:old-pool'];
    await clientOf(aws).send(new UntagResourceCommand({ ResourceARN: dashboardArn(aws), TagKeys }));
    expect((await runCli(initWith(aws))).code).toBe(0);
    expect(await tagsOf(aws, dashboardArn(aws))).toMatchObject({ 'cognito-migrate:pool': aws.newPool });
  });
});

describe('drift', () => {
  test('is shown by status, and repaired by init', async () => {
    const aws = await installed();
    const [gone, changed] = ['throttles', 'failures'].map((key) => `${nameOf(aws)}-${key}`);
    await clientOf(aws).send(new DeleteAlarmsCommand({ AlarmNames: [given(gone)] }));
    await clientOf(aws).send(someAlarm(given(changed)));
    const widgets = [{ type: 'text', properties: { markdown: 'x' } }];
    const DashboardBody = JSON.stringify({ widgets });
    await clientOf(aws).send(new PutDashboardCommand({ DashboardName: nameOf(aws), DashboardBody }));
    const status = await runCli(['status', ...aws.where, '--json']);
    expect(status.code).toBe(exitCodes.unhealthy.code);
    expect(json(status).steps).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ step: 'alarms', key: 'throttles', health: 'missing' }),
        expect.objectContaining({ step: 'alarms', key: 'failures', health: 'drifted' }),
        expect.objectContaining({ step: 'dashboard', health: 'drifted' }),
      ]),
    );
    aws.sandbox.journal.clear();
    expect((await runCli(initWith(aws))).code).toBe(0);
    expect(writes(aws).toSorted()).toEqual(['PutDashboard', 'PutMetricAlarm', 'PutMetricAlarm']);
    expect((await runCli(['status', ...aws.where])).code).toBe(0);
  });
});

describe('teardown', () => {
  test('with neither the function nor the state file finds them by their names', async () => {
    const aws = await installed();
    const foreign = `${nameOf(aws)}-throttles`;
    const Tags = [{ Key: 'cognito-migrate:pool', Value: 'eu-west-1_other' }];
    await clientOf(aws).send(new TagResourceCommand({ ResourceARN: alarmArn(foreign), Tags }));
    await rm(aws.file);
    await aws.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName: nameOf(aws) }));
    const ended = await runCli(['teardown', ...aws.init().slice(1, 5), ...aws.where, '--yes']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).not.toContain('Nothing of this migration is left');
    expect(await namesIn(aws)).toEqual([foreign]);
    expect(await bodyOf(aws)).toBeUndefined();
  });

  test.each(['with', 'without'])('%s the state file, removes exactly what init made', async (file) => {
    const aws = await installed();
    const foreign = `${nameOf(aws)}-of-somebody-else`;
    await clientOf(aws).send(someAlarm(foreign));
    if (file === 'without') await rm(aws.file);
    const words = file === 'with' ? [] : aws.init().slice(1, 5);
    const ended = await runCli(['teardown', ...words, ...aws.where, '--yes']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(await namesIn(aws)).toEqual([foreign]);
    expect(await bodyOf(aws)).toBeUndefined();
  });

  test('keeps an alarm that has become another owner’s', async () => {
    const aws = await installed();
    const name = `${nameOf(aws)}-failures`;
    const Tags = [{ Key: 'cognito-migrate:pool', Value: 'eu-west-1_other' }];
    await clientOf(aws).send(new TagResourceCommand({ ResourceARN: alarmArn(name), Tags }));
    await runCli(['teardown', ...aws.where, '--yes']);
    expect(await namesIn(aws)).toEqual([name]);
  });
});

describe('export', () => {
  const printed = async (aws: LocalAws, format: string): Promise<string> => {
    const words = ['--new-client-id', aws.clients.web, '--alarms', topic, '--format', format];
    const ended = await runCli(['export', ...aws.init().slice(1), ...words]);
    expect(ended.code, ended.stderr).toBe(0);
    return ended.stdout;
  };

  test('what CloudFormation makes of it, init takes as its own', async () => {
    const aws = await startLocalAws();
    const { Resources } = JSON.parse(await printed(aws, 'cloudformation'));
    expect(Object.keys(Resources)).toEqual(
      expect.arrayContaining(['FailuresAlarm', 'NobodyMovesAlarm', 'WrongPasswordsAlarm', 'ThrottlesAlarm']),
    );
    const { FailuresAlarm, NobodyMovesAlarm, WrongPasswordsAlarm, ThrottlesAlarm, Dashboard } = Resources;
    for (const { Type, Properties } of [
      FailuresAlarm,
      NobodyMovesAlarm,
      WrongPasswordsAlarm,
      ThrottlesAlarm,
    ]) {
      expect(Type).toBe('AWS::CloudWatch::Alarm');
      await clientOf(aws).send(new PutMetricAlarmCommand(Properties));
    }
    expect(Dashboard).toMatchObject({ Type: 'AWS::CloudWatch::Dashboard' });
    await clientOf(aws).send(new PutDashboardCommand(Dashboard.Properties));
    aws.sandbox.journal.clear();
    const ended = await runCli(initWith(aws, '--alarms', topic));
    expect(ended.code, ended.stderr).toBe(0);
    expect(writes(aws)).not.toContain('PutMetricAlarm');
    expect(writes(aws)).not.toContain('PutDashboard');
    expect(await tagsOf(aws, dashboardArn(aws))).toMatchObject({ 'cognito-migrate:pool': aws.newPool });
  });

  test('Terraform has a block for each alarm and each query, and the dashboard', async () => {
    const aws = await startLocalAws();
    const text = await printed(aws, 'terraform');
    for (const key of keys)
      expect(text).toContain(`resource "aws_cloudwatch_metric_alarm" "${key.replace('-', '_')}" {`);
    expect(text.match(/^ {2}metric_query \{$/gm)).toHaveLength(6);
    expect(text.match(/^ {4}metric \{$/gm)).toHaveLength(4);
    expect(text).toContain('resource "aws_cloudwatch_dashboard" "migration" {');
    expect(text).toContain('dashboard_body = jsonencode({');
    expect(text).toContain(`alarm_actions             = ["${topic}"]`);
  });

  test('the JSON has a call for each alarm and one for the dashboard, with their tags', async () => {
    const aws = await startLocalAws();
    const { steps } = JSON.parse(await printed(aws, 'json'));
    const calls = steps.flatMap(
      (one: { calls: { operation: string; input: { Tags?: unknown } }[] }) => one.calls,
    );
    const watching = calls.filter(({ operation }: { operation: string }) =>
      ['PutMetricAlarm', 'PutDashboard'].includes(operation),
    );
    expect(watching).toHaveLength(5);
    for (const { input } of watching)
      expect(input.Tags).toContainEqual({ Key: 'cognito-migrate:pool', Value: aws.newPool });
  });

  test('the script looks at the tags before it puts anything', async () => {
    const aws = await startLocalAws();
    const text = await printed(aws, 'aws-cli');
    expect(text.match(/if ! exists alarm /g)).toHaveLength(4);
    expect(text.match(/aws cloudwatch put-metric-alarm /g)).toHaveLength(4);
    for (const name of allNames(aws)) expect(text).toContain(`--resource-arn ${alarmArn(name)}`);
    expect(text).toContain(`--resource-arn ${dashboardArn(aws)}`);
  });
});

test('the policies with --alarms are enough, and without it they name no alarm', async () => {
  const aws = await startLocalAws();
  const pools = [...aws.init().slice(1, 5), ...aws.where];
  const policy = async (...more: string[]) => json(await runCli(['policy', ...pools, '--json', ...more]));
  expect(JSON.stringify(await policy())).not.toContain('Alarm');
  for (const [task, words] of [
    ['init', initWith(aws, '--alarms', topic)],
    ['watch', ['status', ...aws.where]],
    ['finish', ['teardown', ...aws.where, '--yes']],
  ] as const) {
    const { policy: document, size } = await policy('--for', task, '--alarms');
    expect(Number(size), task).toBeLessThan(longestPolicy);
    if (typeof document !== 'object' || document === null) throw new Error('no policy');
    const role = await operatorRole(aws.sandbox, account, [account], task);
    await role.allow(document);
    const ended = await as(await role.session(), () => runCli(words));
    expect(ended.code, `${task}\n${ended.stderr}`).toBe(0);
    const denied = aws.sandbox.journal.calls.flatMap(({ actions }) => actions.filter((one) => !one.allowed));
    expect(denied, task).toEqual([]);
  }
  expect(await namesIn(aws)).toEqual([]);
});

describe('the alarms', () => {
  const hour = 3_600_000;

  /** Samples of a metric now. */
  async function put(aws: LocalAws, name: string, count: number): Promise<void> {
    const ofFunction = name === 'Invocations' || name === 'Throttles';
    const dimensions = ofFunction
      ? { FunctionName: nameOf(aws) }
      : { newUserPoolId: aws.newPool, oldUserPoolId: aws.oldPool };
    const answer = await fetch(`${aws.sandbox.url}/_sandbox/metrics`, {
      method: 'POST',
      headers: { authorization: `Bearer ${keysOf(account).accessKeyId}` },
      body: JSON.stringify({
        region,
        namespace: ofFunction ? 'AWS/Lambda' : 'CognitoMigrate',
        name,
        dimensions,
        count,
      }),
    });
    expect(answer.status).toBe(201);
  }

  test.each<[string, Readonly<Record<string, number>>, readonly string[]]>([
    ['nothing happens', {}, []],
    ['users move', { Invocations: 40, Migrated: 30, WrongCredentials: 10 }, []],
    ['one user fails', { Invocations: 40, Migrated: 30, Failed: 1 }, ['failures']],
    ['nobody moves in 20 sign-ins', { Invocations: 20 }, ['nobody-moves']],
    ['nobody moves in 10 sign-ins', { Invocations: 10 }, []],
    ['someone guesses', { Invocations: 150, Migrated: 20, WrongCredentials: 101 }, ['wrong-passwords']],
    ['many people mistype', { Invocations: 150, Migrated: 20, WrongCredentials: 100 }, []],
    ['Lambda is too busy', { Throttles: 1 }, ['throttles']],
  ])('when %s: %j', async (_, counts, wanted) => {
    const clock = fakeClock();
    const aws = await startLocalAws({ now: clock.now });
    const made = await runCli(initWith(aws, '--alarms'));
    expect(made.code, made.stderr).toBe(0);
    clock.advance(25 * hour); // the test call of init is not among the last 24 hours
    for (const [name, count] of Object.entries(counts)) await put(aws, name, count);
    clock.advance(60_000);
    const alarmed = (await alarmsOf(aws)).filter(({ StateValue }) => StateValue === 'ALARM');
    expect(alarmed.map(({ AlarmName = '' }) => AlarmName.slice(nameOf(aws).length + 1))).toEqual(wanted);
  });

  async function watched() {
    const clock = fakeClock();
    const aws = await startLocalAws({ now: clock.now });
    const made = await runCli(initWith(aws, '--alarms'), { clock });
    expect(made.code, made.stderr).toBe(0);
    clock.advance(25 * hour);
    return {
      aws,
      clock,
      status: (...more: string[]) => runCli(['status', ...aws.where, ...more], { clock }),
    };
  }

  test('status tells which one is in alarm, since when, and why, and stays healthy', async () => {
    const { aws, clock, status } = await watched();
    const quiet = await status();
    expect(quiet.code, quiet.stderr).toBe(exitCodes.ok.code);
    expect(quiet.stdout).toContain('Alarms  none of 4 is in alarm');
    await put(aws, 'Failed', 1);
    clock.advance(60_000);
    const since = new Date(clock.now()).toISOString();
    const { code, stdout, stderr } = await status();
    expect(code).toBe(exitCodes.ok.code);
    expect(stdout).toContain('Alarms  in alarm: failures');
    expect(stderr).toContain(
      `Alarm failures, since ${since.slice(0, 16).replace('T', ' ')} UTC: The migration failed`,
    );
    const { alarms, healthy } = json(await status('--json'));
    expect(healthy).toBe(true);
    expect(alarms).toEqual([
      { alarm: 'failures', state: 'ALARM', since },
      ...['nobody-moves', 'wrong-passwords', 'throttles'].map((alarm) => ({
        ...{ alarm, state: 'OK' },
        since: expect.any(String),
      })),
    ]);
  });

  test('status shows the state of no alarm that is not ours', async () => {
    const { aws, status } = await watched();
    const ResourceARN = alarmArn(`${nameOf(aws)}-failures`);
    const TagKeys = ['cognito-migrate:pool', 'cognito-migrate:old-pool'];
    await clientOf(aws).send(new UntagResourceCommand({ ResourceARN, TagKeys }));
    const { alarms } = json(await status('--json'));
    expect(alarms).toMatchObject([
      { alarm: 'nobody-moves' },
      { alarm: 'wrong-passwords' },
      { alarm: 'throttles' },
    ]);
  });

  test('status without --alarms has none', async () => {
    const aws = await startLocalAws();
    expect((await runCli(initWith(aws))).code).toBe(0);
    const ended = await runCli(['status', ...aws.where, '--json']);
    expect(ended.code, ended.stderr).toBe(0);
    expect(json(ended)).not.toHaveProperty('alarms');
  });
});
