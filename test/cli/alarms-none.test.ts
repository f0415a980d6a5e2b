/** `init --alarms none`: alarms and dashboard that are no longer chosen go, and a run that is stopped ends in the same place. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch';
import { ListTagsCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import type { Position } from '../../src/sandbox/faults.ts';
import { keysOf } from '../../src/sandbox/index.ts';
import { isWrite, type JournalEntry } from '../../src/sandbox/journal.ts';
import { account, type LocalAws, region, startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';

const keys = ['failures', 'nobody-moves', 'throttles', 'wrong-passwords'];
const nameOf = ({ newPool }: LocalAws): string => `cognito-migrate-${newPool}`;

const clientOf = ({ sandbox }: LocalAws): CloudWatchClient =>
  new CloudWatchClient({ endpoint: sandbox.url, region, credentials: keysOf(account), maxAttempts: 1 });

/** What AWS still has: alarms, the dashboard, and the tag that remembers the choice. */
async function left(aws: LocalAws) {
  const client = clientOf(aws);
  const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({}));
  const board = client.send(new GetDashboardCommand({ DashboardName: nameOf(aws) }));
  const Resource = `arn:aws:lambda:${region}:${account}:function:${nameOf(aws)}`;
  const { Tags = {} } = await aws.sdk.lambda.send(new ListTagsCommand({ Resource }));
  return {
    alarms: MetricAlarms.map(({ AlarmName = '' }) => AlarmName.slice(nameOf(aws).length + 1)).toSorted(),
    dashboard: await board.then(
      () => true,
      () => false,
    ),
    tag: Tags['cognito-migrate:alarms'],
  };
}
const all = { alarms: keys, dashboard: true, tag: 'on' };
const nothing = { alarms: [], dashboard: false, tag: undefined };

const initWith = (aws: LocalAws, ...more: string[]): string[] =>
  aws.init('--new-client-id', aws.clients.web, '--yes', ...more);

const writes = ({ sandbox }: LocalAws): string[] =>
  sandbox.journal.writes().map(({ operation }) => operation);

async function installed(): Promise<LocalAws> {
  const aws = await startLocalAws();
  const made = await runCli(initWith(aws, '--alarms'));
  expect(made.code, made.stderr).toBe(0);
  expect(await left(aws)).toEqual(all);
  aws.sandbox.journal.clear();
  return aws;
}

const removals = ['DeleteAlarms', 'DeleteAlarms', 'DeleteAlarms', 'DeleteAlarms', 'DeleteDashboards'];

test('the plan lists what goes, and changes nothing', async () => {
  const aws = await installed();
  const { code, stdout } = await runCli(['plan', ...aws.init().slice(1), '--alarms', 'none']);
  expect(code).toBe(0);
  expect(stdout).toContain('0 to create, 1 to change, 5 to remove');
  for (const key of keys) expect(stdout).toContain(`− alarm      ${nameOf(aws)}-${key}`);
  expect(stdout).toContain(`− dashboard  ${nameOf(aws)}`);
  expect(stdout).toContain('− remove');
  expect(await left(aws)).toEqual(all);
  const { items } = json(await runCli(['plan', ...aws.init().slice(1), '--alarms', 'none', '--json']));
  expect(items).toContainEqual(
    expect.objectContaining({ step: 'alarms', key: 'failures', action: 'remove', title: 'alarm' }),
  );
});

test('init asks like for any other change', async () => {
  const aws = await installed();
  const words = aws.init('--new-client-id', aws.clients.web, '--alarms', 'none', '--no-input');
  const { code, stderr } = await runCli(words);
  expect(code).toBe(exitCodes.usage.code);
  expect(stderr).toContain('--yes');
  expect(await left(aws)).toEqual(all);
});

test('init removes them and the memory of the choice, and a second run finds nothing to do', async () => {
  const aws = await installed();
  const ended = await runCli(initWith(aws, '--alarms', 'none', '--json'));
  expect(ended.code, ended.stderr).toBe(0);
  expect(json(ended)).toMatchObject({ changes: 6 });
  expect(writes(aws).toSorted()).toEqual([...removals, 'UntagResource']);
  expect(await left(aws)).toEqual(nothing);
  const { steps } = JSON.parse(await readFile(aws.file, 'utf8'));
  expect(Object.keys(steps).filter((name) => /^(alarms|dashboard)/.test(name))).toEqual([]);
  aws.sandbox.journal.clear();
  expect((await runCli(initWith(aws))).code).toBe(0);
  expect(writes(aws)).toEqual([]);
  expect(aws.sandbox.journal.calls.filter(({ service }) => service === 'monitoring')).toEqual([]);
  const status = await runCli(['status', ...aws.where, '--json']);
  expect(status.code, status.stderr).toBe(0);
});

test('without a state file, the tag of the function says what to look for', async () => {
  const aws = await installed();
  await rm(aws.file);
  const ended = await runCli(initWith(aws, '--alarms', 'none'));
  expect(ended.code, ended.stderr).toBe(0);
  expect(await left(aws)).toEqual(nothing);
});

test('an alarm that has become another owner’s stays, and is no reason to refuse', async () => {
  const aws = await installed();
  const ResourceARN = `arn:aws:cloudwatch:${region}:${account}:alarm:${nameOf(aws)}-failures`;
  const Tags = [{ Key: 'cognito-migrate:pool', Value: 'eu-west-1_other' }];
  await clientOf(aws).send(new TagResourceCommand({ ResourceARN, Tags }));
  const ended = await runCli(initWith(aws, '--alarms', 'none'));
  expect(ended.code, ended.stderr).toBe(0);
  expect(await left(aws)).toEqual({ ...nothing, alarms: ['failures'] });
});

test('the state file of another machine takes over the choice, instead of removing the alarms', async () => {
  const aws = await startLocalAws();
  expect((await runCli(initWith(aws))).code).toBe(0);
  const other = initWith(aws, '--alarms').map((word) => (word === aws.file ? `${aws.file}.other` : word));
  expect((await runCli(other)).code).toBe(0);
  const status = json(await runCli(['status', ...aws.where, '--json']));
  expect(status).toMatchObject({ healthy: true, alarms: { length: 4 } });
  expect((await runCli(initWith(aws))).code).toBe(0);
  expect(await left(aws)).toEqual(all);
  expect((await runCli(['teardown', ...aws.where, '--yes'])).code).toBe(0);
  const { MetricAlarms } = await clientOf(aws).send(new DescribeAlarmsCommand({}));
  expect(MetricAlarms ?? []).toEqual([]);
});

/** Ends the run at the n-th call that writes. The state file is then as a kill at that moment leaves it. */
async function killedAt(aws: LocalAws, n: number, position: Position): Promise<void> {
  let seen = 0;
  const isIt = (call: JournalEntry): boolean => isWrite(call.operation) && ++seen === n + 1;
  const kept: { text?: string } = {};
  let strike: JournalEntry | undefined;
  const stop = aws.sandbox.faults.onCall('before', async (call) => {
    if (!isIt(call)) return;
    strike = call;
    kept.text = await readFile(aws.file, 'utf8');
  });
  const predicate = (call: JournalEntry): boolean => call === strike;
  const remove = aws.sandbox.faults.inject({ kind: 'access-denied', position, predicate });
  const { code } = await runCli(initWith(aws, '--alarms', 'none'));
  expect(code).toBe(exitCodes.permission.code);
  stop();
  remove();
  await writeFile(aws.file, kept.text ?? '');
}

describe('a run that ends between two calls', () => {
  /** The first and the last alarm, the dashboard, and the tag. */
  const stops = [0, 3, 4, 5].flatMap((n) =>
    (['before', 'after'] as const).map((position) => ({
      position,
      n,
      operation: [...removals, 'UntagResource'][n],
    })),
  );
  test.each(stops)('$position call $n ($operation) is finished by the next init', async ({ n, position }) => {
    const aws = await installed();
    await killedAt(aws, n, position);
    const ended = await runCli(initWith(aws));
    expect(ended.code, ended.stderr).toBe(0);
    expect(await left(aws)).toEqual(nothing);
    expect((await runCli(['status', ...aws.where])).code).toBe(0);
  });

  test.each(stops.slice(2))(
    '$position call $n ($operation) leaves nothing behind after teardown',
    async (stop) => {
      const aws = await installed();
      await killedAt(aws, stop.n, stop.position);
      if (stop.position === 'after') await rm(aws.file);
      const ended = await runCli(['teardown', ...aws.init().slice(1, 5), ...aws.where, '--yes']);
      expect(ended.code, ended.stderr).toBe(0);
      const { MetricAlarms } = await clientOf(aws).send(new DescribeAlarmsCommand({}));
      expect(MetricAlarms ?? []).toEqual([]);
    },
  );

  test('status says what is left, and that init removes it', async () => {
    const aws = await installed();
    await killedAt(aws, 0, 'before');
    const { code, stdout } = await runCli(['status', ...aws.where]);
    expect(code).toBe(exitCodes.unhealthy.code);
    expect(stdout).toContain('is no longer chosen: init removes it');
    expect(stdout).toContain('No effect on users');
    const { steps } = json(await runCli(['status', ...aws.where, '--json']));
    expect(steps).toContainEqual(
      expect.objectContaining({ step: 'dashboard', health: 'drifted', unchosen: true }),
    );
  });
});
