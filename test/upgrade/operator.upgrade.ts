/** An operator whose policy version 1.0.0 printed updates with today's program: a missing right is named before anything is written. */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { main } from '../fault-injection/sides.ts';
import { as, operatorRole } from '../policy/operator.ts';
import { namesOf } from '../support/local-aws.ts';
import { readFixture } from './fixtures.ts';
import { openInstalled } from './installed.ts';
import { fillNames } from './names.ts';

const Statement = z.looseObject({ Action: z.union([z.string(), z.array(z.string())]) });
const Printed = z.object({ policy: z.looseObject({ Statement: z.array(Statement) }) });

/** The state that 1.0.0 left, and somebody who may do what the policy that it printed says, without one action. */
async function openAsOperator(without?: string) {
  const installed = await openInstalled('one-account');
  const { sandbox, clock, names } = installed;
  const text = fillNames(await readFixture('one-account', 'documents/policy.json'), names);
  const { policy } = Printed.parse(JSON.parse(text));
  const operator = await operatorRole(sandbox, main.account);
  await operator.allow({
    ...policy,
    Statement: policy.Statement.map((statement) => ({
      ...statement,
      Action: [statement.Action].flat().filter((action) => action !== without),
    })),
  });
  clock.advance(30_000); // IAM takes its time
  const keys = await operator.session();
  sandbox.journal.clear();
  const callsWith = (isWanted: (result: string) => boolean): string[] =>
    namesOf(sandbox.journal.calls.filter(({ result }) => isWanted(result)));
  return {
    ...installed,
    update: (...more: readonly string[]) =>
      as(keys, () => installed.program('init', '--yes', '--json', ...more)),
    finish: () =>
      as(keys, () =>
        installed.program(
          ...['finish', '--yes', '--end-password-sign-in', '--end-migration', '--no-report', '--json'],
        ),
      ),
    denied: () => callsWith((result) => result.includes('AccessDenied')),
    written: () => namesOf(sandbox.journal.writes().filter(({ result }) => result === 'ok')),
  };
}

test('the policy of version 1.0.0 allows the update; reads that came later are notes', async () => {
  const installed = await openAsOperator();
  const ended = await installed.update();
  expect(ended.code, ended.stderr).toBe(0);
  expect((await installed.functionNow()).code).toBe(installed.newCode);
  const denied = new Set(installed.denied());
  expect(denied).toEqual(
    new Set([
      'cognito-idp:ListGroups',
      'iam:ListRolePolicies',
      'lambda:ListFunctionUrlConfigs',
      'lambda:ListFunctionEventInvokeConfigs',
      'lambda:ListVersionsByFunction',
      'lambda:ListAliases',
      'lambda:GetRuntimeManagementConfig',
      'logs:DescribeSubscriptionFilters',
      'lambda:ListEventSourceMappings',
    ]),
  );
  for (const action of denied) expect(ended.stdout).toContain(action);
});

test.each(['lambda:UpdateFunctionCode', 'lambda:GetFunction', 'cognito-idp:DescribeUserPool'])(
  'without %s, the error names it, and nothing is written',
  async (action) => {
    const installed = await openAsOperator(action);
    const before = await installed.functionNow();
    const ended = await installed.update();
    expect(ended.code, ended.stderr).toBe(3);
    expect(JSON.parse(ended.stdout)).toMatchObject({ ok: false });
    expect(ended.stderr).toContain(action);
    expect(installed.denied()).toContain(action);
    expect(installed.written()).toEqual([]);
    expect(await installed.functionNow()).toEqual(before);
  },
);

test('guarded sign-ups need more than the policy of version 1.0.0: the error names it, and nothing is written', async () => {
  const installed = await openAsOperator();
  const before = await installed.functionNow();
  const ended = await installed.update('--add-old-sub', '--guard-sign-up', '--accept', 'CM122');
  expect(ended.code, ended.stderr).toBe(3);
  expect(ended.stderr).toContain('cognito-idp:AddCustomAttributes');
  expect(installed.written()).toEqual([]);
  expect(await installed.functionNow()).toEqual(before);
});

test('the policy of version 1.0.0 allows finish, which counts and looks for less', async () => {
  const installed = await openAsOperator();
  const ended = await installed.finish();
  expect(ended.code, ended.stderr).toBe(0);
  expect(JSON.parse(ended.stdout)).toMatchObject({
    parts: { import: 'left', clients: 'off', teardown: 'removed' },
    unread: ['ACCESS_DENIED'],
  });
  expect(installed.denied()).toContain('monitoring:GetMetricData');
});
