/** The alarm about the work after a move, which only migrations with groups have. */
import { CloudWatchClient, DescribeAlarmsCommand, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { CreateGroupCommand } from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { keysOf } from '../../src/sandbox/index.ts';
import { plantPoolFields } from '../../src/sandbox/services/cognito/index.ts';
import { fakeClock } from '../support/clock.ts';
import { given } from '../support/errors.ts';
import { account, type LocalAws, region, startLocalAws } from '../support/local-aws.ts';
import { runCli } from '../support/run-cli.ts';

const nameOf = ({ newPool }: LocalAws): string => `cognito-migrate-${newPool}`;
const alarm = 'dropped-events';

/** A clock that the test moves, and an old pool with a group. */
async function open() {
  const clock = fakeClock();
  const aws = await startLocalAws({ now: clock.now });
  // Nobody signs up, so nobody claims the old ID of another user.
  plantPoolFields(aws.sandbox.world, aws.newPool, {
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
  });
  await aws.sdk.idp.send(new CreateGroupCommand({ GroupName: 'staff', UserPoolId: aws.oldPool }));
  const init = async (...words: string[]) => {
    const line = aws.init('--new-client-id', aws.clients.web, '--yes', '--add-old-sub', ...words);
    const ended = await runCli(line, { clock });
    expect(ended.code, ended.stderr).toBe(0);
    return ended;
  };
  const credentials = keysOf(account);
  const client = new CloudWatchClient({ endpoint: aws.sandbox.url, region, credentials, maxAttempts: 1 });
  const alarms = async () => {
    const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({}));
    const states = MetricAlarms.map(
      ({ AlarmName = '', StateValue }) => [AlarmName.slice(nameOf(aws).length + 1), StateValue] as const,
    );
    return Object.fromEntries(states);
  };
  const board = async () =>
    given((await client.send(new GetDashboardCommand({ DashboardName: nameOf(aws) }))).DashboardBody);
  return { aws, clock, init, alarms, board };
}

test('init --groups adds it, --groups none removes it, and the dashboard follows', async () => {
  const { aws, init, alarms, board } = await open();
  await init('--alarms');
  expect(Object.keys(await alarms())).toHaveLength(4);
  expect(await board()).not.toContain(alarm);
  await init('--groups', 'staff');
  expect(Object.keys(await alarms())).toHaveLength(5);
  expect(await board()).toContain(`${nameOf(aws)}-${alarm}`);
  const plan = await runCli(['plan', ...aws.init().slice(1), '--groups', 'none']);
  expect(plan.stdout).toContain(`− alarm      ${nameOf(aws)}-${alarm}`);
  expect(plan.stdout).toMatch(/ 1 to remove\b/);
  await init('--groups', 'none');
  expect(Object.keys(await alarms())).toHaveLength(4);
  expect(await board()).not.toContain(alarm);
  expect((await runCli(['status', ...aws.where])).code).toBe(0);
});

test('it goes off when Lambda gives up an event, and plan names its cost', async () => {
  const { aws, clock, init, alarms } = await open();
  const words = ['--new-client-id', aws.clients.web, '--add-old-sub', '--groups', 'staff', '--alarms'];
  const plan = await runCli(['plan', ...aws.init(...words).slice(1)]);
  expect(plan.stdout).toContain('Cost: 0.70 USD a month in most Regions, for the 7 metrics of the alarms.');
  await init('--groups', 'staff', '--alarms');
  clock.advance(600_000);
  const answer = await fetch(`${aws.sandbox.url}/_sandbox/metrics`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keysOf(account).accessKeyId}` },
    body: JSON.stringify({
      ...{ region, namespace: 'AWS/Lambda', name: 'AsyncEventsDropped', count: 1 },
      dimensions: { FunctionName: nameOf(aws) },
    }),
  });
  expect(answer.status).toBe(201);
  clock.advance(60_000);
  expect(await alarms()).toMatchObject({ [alarm]: 'ALARM', throttles: 'OK' });
  const status = await runCli(['status', ...aws.where], { clock });
  expect(status.stderr).toContain(`Alarm ${alarm}, since`);
  expect(status.stderr).toContain('these users lack their groups');
});

test('teardown without the state file finds it by the tag of the function', async () => {
  const { aws, init, alarms } = await open();
  await init('--groups', 'staff', '--alarms');
  const pools = aws.init().slice(1, 5);
  const elsewhere = ['--state', `${aws.file}.other`, '--endpoint-url', aws.sandbox.url];
  const ended = await runCli(['teardown', ...pools, ...elsewhere, '--yes']);
  expect(ended.code, ended.stderr).toBe(0);
  expect(await alarms()).toEqual({});
});
