/** Alarms that this operator may not read or write: what is said, and what goes on all the same. */
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';

const initWith = (aws: LocalAws, ...more: string[]): string[] =>
  aws.init('--new-client-id', aws.clients.web, '--yes', ...more);

async function installed(): Promise<LocalAws> {
  const aws = await startLocalAws();
  const made = await runCli(initWith(aws, '--alarms'));
  expect(made.code, made.stderr).toBe(0);
  aws.sandbox.journal.clear();
  return aws;
}

const deny = ({ sandbox }: LocalAws, operation: string): void =>
  void sandbox.faults.inject({ kind: 'access-denied', service: 'monitoring', operation, times: 1_000 });

test.each([
  ['DescribeAlarms', 'cloudwatch:DescribeAlarms'],
  ['GetDashboard', 'cloudwatch:GetDashboard'],
  ['ListTagsForResource', 'cloudwatch:ListTagsForResource'],
])('status without %s names the action and ends with 3', async (operation, action) => {
  const aws = await installed();
  deny(aws, operation);
  const { code, stdout, stderr } = await runCli(['status', ...aws.where]);
  expect(code).toBe(exitCodes.permission.code);
  expect(stderr).toContain(action);
  expect(stdout).toBe('');
  const document = json(await runCli(['status', ...aws.where, '--json']));
  expect(document).toMatchObject({ ok: false, error: { exitCode: exitCodes.permission.code } });
});

test('a migration without alarms needs none of them', async () => {
  const aws = await startLocalAws();
  expect((await runCli(initWith(aws))).code).toBe(0);
  for (const operation of ['DescribeAlarms', 'GetDashboard', 'ListTagsForResource']) deny(aws, operation);
  const { code, stderr } = await runCli(['status', ...aws.where]);
  expect(code, stderr).toBe(0);
});

test.each(['PutMetricAlarm', 'PutDashboard'])(
  'init without %s sets up the rest first, and the next run finishes it',
  async (operation) => {
    const aws = await startLocalAws();
    deny(aws, operation);
    const { code, stderr } = await runCli(initWith(aws, '--alarms'));
    expect(code).toBe(exitCodes.permission.code);
    expect(stderr).toContain(`cloudwatch:${operation}`);
    aws.sandbox.faults.clear();
    expect((await runCli(initWith(aws))).code).toBe(0);
    const status = json(await runCli(['status', ...aws.where, '--json']));
    expect(status).toMatchObject({ healthy: true, alarms: { length: 4 } });
  },
);

test('init --alarms none without DeleteAlarms says so, and changes nothing else', async () => {
  const aws = await installed();
  deny(aws, 'DeleteAlarms');
  const { code, stderr } = await runCli(initWith(aws, '--alarms', 'none', '--mfa', 'reset'));
  expect(code).toBe(exitCodes.permission.code);
  expect(stderr).toContain('cloudwatch:DeleteAlarms');
  const written = aws.sandbox.journal.writes().map(({ operation }) => operation);
  expect(written.filter((operation) => operation.startsWith('Update'))).toEqual([]);
  aws.sandbox.faults.clear();
  expect((await runCli(initWith(aws))).code).toBe(0);
  expect(json(await runCli(['status', ...aws.where, '--json']))).not.toHaveProperty('alarms');
});
