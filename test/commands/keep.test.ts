/** teardown --keep: a step stays, with what it stands on. */
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { iamState } from '../../src/sandbox/services/iam/state.ts';
import { lambdaState } from '../../src/sandbox/services/lambda/state.ts';
import { logsState } from '../../src/sandbox/services/logs/state.ts';
import { assertDone, assertTakenDown } from '../fault-injection/prove.ts';
import { account, type ConfiguredAws, region } from '../fault-injection/scene.ts';
import { snapshot } from '../fault-injection/snapshot.ts';
import { runCli } from '../support/run-cli.ts';
import { installed, scene, status, unhealthy } from './support.ts';

const left = ({ sandbox: { world } }: ConfiguredAws) => ({
  roles: iamState(world, account).roles.size,
  policies: iamState(world, account).policies.size,
  functions: lambdaState(world, account, region).functions.size,
  logGroups: logsState(world, account, region).groups.size,
});

test('the log stays, all else goes', async () => {
  const aws = await installed();
  assertDone(await runCli([...aws.teardown, '--keep', 'log-group'], aws.io));
  expect(left(aws)).toEqual({ roles: 0, policies: 0, functions: 0, logGroups: 1 });
});

test('the function stays with role, policy, client and log; trigger and flow go', async () => {
  const aws = await installed();
  assertDone(
    await runCli([...aws.teardown, '--keep', 'lambda-function', '--keep', 'policy-attachments'], aws.io),
  );
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
  assertDone(await runCli([...aws.teardown, '--keep', 'lambda-function'], aws.io));
  assertDone(await runCli(aws.init, aws.io));
  expect(snapshot(aws)).toBe(after);
  assertDone(await runCli([...aws.teardown, '--keep', 'lambda-role'], aws.io));
  await assertTakenDown(aws, before);
});

test('with everything kept it does not say that nothing is there; env prints nothing that is gone', async () => {
  const aws = await installed();
  const before = snapshot(aws);
  const ended = await runCli([...aws.teardown, '--keep', 'migration-trigger'], aws.io);
  assertDone(ended);
  expect(ended.stdout).toContain('Nothing was removed. 9 kept.');
  expect(snapshot(aws)).toBe(before);

  assertDone(await runCli([...aws.teardown, '--keep', 'old-client'], aws.io));
  const { stdout } = await runCli(['env', '--state', aws.state, '--format', 'json'], aws.io);
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
  const ended = await runCli([...aws.teardown, '--keep', 'everything'], aws.io);
  expect(ended.code).toBe(exitCodes.usage.code);
  expect(ended.stderr).toContain('log-group');
  expect(snapshot(aws)).toBe(before);
});
