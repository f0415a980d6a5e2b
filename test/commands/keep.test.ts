/** teardown --keep: a step stays, with what it stands on. */
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { iamState } from '../../src/sandbox/services/iam/state.ts';
import { lambdaState } from '../../src/sandbox/services/lambda/state.ts';
import { logsState } from '../../src/sandbox/services/logs/state.ts';
import { run } from '../fault-injection/program.ts';
import { assertDone, assertTakenDown } from '../fault-injection/prove.ts';
import { account, region, type Scene } from '../fault-injection/scene.ts';
import { snapshot } from '../fault-injection/snapshot.ts';
import { installed, scene, status, unhealthy } from './support.ts';

const left = ({ sandbox: { world } }: Scene) => ({
  roles: iamState(world, account).roles.size,
  policies: iamState(world, account).policies.size,
  functions: lambdaState(world, account, region).functions.size,
  logGroups: logsState(world, account, region).groups.size,
});

test('the log stays, all else goes', async () => {
  const aws = await installed();
  assertDone(await run(aws, [...aws.teardown, '--keep', 'log-group']));
  expect(left(aws)).toEqual({ roles: 0, policies: 0, functions: 0, logGroups: 1 });
});

test('the function stays with role, policy, client and log; trigger and flow go', async () => {
  const aws = await installed();
  assertDone(await run(aws, [...aws.teardown, '--keep', 'lambda-function', '--keep', 'policy-attachments']));
  expect(left(aws)).toEqual({ roles: 1, policies: 1, functions: 1, logGroups: 1 });
  expect(unhealthy((await status(aws)).document)).toEqual({
    'invoke-permission': 'missing',
    [`new-clients:${aws.clients.web}`]: 'missing',
    'migration-trigger': 'missing',
  });
});

test('what was kept goes with the next teardown, and init builds on it', async () => {
  const before = snapshot(await scene('rich'));
  const aws = await installed('rich');
  const after = snapshot(aws);
  assertDone(await run(aws, [...aws.teardown, '--keep', 'lambda-function']));
  assertDone(await run(aws, aws.init));
  expect(snapshot(aws)).toBe(after);
  assertDone(await run(aws, [...aws.teardown, '--keep', 'lambda-role']));
  await assertTakenDown(aws, before);
});

test('with everything kept it does not say that nothing is there; env prints nothing that is gone', async () => {
  const aws = await installed();
  const before = snapshot(aws);
  const ended = await run(aws, [...aws.teardown, '--keep', 'migration-trigger']);
  assertDone(ended);
  expect(ended.stdout).toContain('Nothing was removed. 9 left as they are.');
  expect(snapshot(aws)).toBe(before);

  assertDone(await run(aws, [...aws.teardown, '--keep', 'old-client']));
  const { stdout } = await run(aws, ['env', '--state', aws.state, '--format', 'json']);
  expect(Object.keys(JSON.parse(stdout)).sort()).toEqual([
    'NEW_USER_POOL_ID',
    'OLD_CLIENT_ID',
    'OLD_USER_POOL_ARN',
    'OLD_USER_POOL_ID',
    'OLD_USER_POOL_REGION',
  ]);
});

test('a step that does not exist is a mistake, and nothing is touched', async () => {
  const aws = await installed();
  const before = snapshot(aws);
  const ended = await run(aws, [...aws.teardown, '--keep', 'everything']);
  expect(ended.code).toBe(exitCodes.usage.code);
  expect(ended.stderr).toContain('log-group');
  expect(snapshot(aws)).toBe(before);
});
