/** What only looks: plan, init --dry-run, status and env write nothing, neither in AWS nor on disk. */
import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { loadState } from '../../src/core/state.ts';
import { drift } from '../fault-injection/drift.ts';
import { assertDone, assertOrderly } from '../fault-injection/prove.ts';
import type { ConfiguredAws } from '../fault-injection/scene.ts';
import { snapshot } from '../fault-injection/snapshot.ts';
import { given } from '../support/errors.ts';
import { runCli } from '../support/run-cli.ts';
import { installed, scene } from './support.ts';

/** Arguments of plan: those of init, without what init alone takes. */
const planOf = ({ init }: ConfiguredAws): string[] => [
  'plan',
  ...init.slice(1).filter((word) => word !== '--yes'),
];

const drifted = async (): Promise<ConfiguredAws> => {
  const aws = await installed('rich');
  await drift(aws);
  aws.sandbox.journal.clear();
  return aws;
};

test.each([
  ['nothing', scene],
  ['everything', installed],
  ['drift', drifted],
] as const)('where there is %s, looking changes nothing', async (_what, make) => {
  const aws = await make('rich');
  const [before, files] = [snapshot(aws), await readdir(aws.folder)];
  const state = await readFile(aws.state, 'utf8').catch(() => undefined);
  for (const argv of [planOf(aws), [...planOf(aws), '--json'], [...aws.init, '--dry-run'], aws.status]) {
    const ended = await runCli(argv, aws.io);
    assertOrderly(ended);
    expect([exitCodes.ok.code, exitCodes.unhealthy.code]).toContain(ended.code);
  }
  expect(aws.sandbox.journal.writes()).toEqual([]);
  expect(aws.sandbox.journal.calls.length).toBeGreaterThan(0);
  expect(snapshot(aws)).toBe(before);
  expect(await readdir(aws.folder)).toEqual(files);
  expect(await readFile(aws.state, 'utf8').catch(() => undefined)).toBe(state);
});

test('plan tells what would be created, changed and left', async () => {
  const aws = await drifted();
  const ended = await runCli([...planOf(aws), '--json'], aws.io);
  assertDone(ended);
  const { changes, items } = JSON.parse(ended.stdout);
  const actions = Object.fromEntries(
    items.map(({ step, key, action }: Record<string, string>) => [
      key === aws.clients.web ? 'web' : step,
      action,
    ]),
  );
  expect(actions).toMatchObject({
    'lambda-role': 'update',
    'lambda-function': 'update',
    'old-client': 'update',
    'log-group': 'none',
    'invoke-permission': 'create',
    web: 'update',
    'migration-trigger': 'update',
  });
  expect(changes).toBe(8);
});

test('plan and dry run print the same document', async () => {
  const aws = await scene();
  const [plan, dry] = [
    await runCli([...planOf(aws), '--json'], aws.io),
    await runCli([...aws.init, '--dry-run', '--json'], aws.io),
  ];
  expect(dry.stdout).toBe(plan.stdout);
});

test('env prints the tracked variables in three formats, and asks AWS nothing', async () => {
  const aws = await installed();
  const { variables } = given(await loadState(aws.state), 'state');
  const env = async (...more: string[]): Promise<string> => {
    const ended = await runCli(['env', '--state', aws.state, ...more], aws.io);
    assertDone(ended);
    return ended.stdout;
  };
  const json: unknown = JSON.parse(await env('--format', 'json'));
  expect(json).toEqual({
    OLD_USER_POOL_ID: aws.oldPool,
    NEW_USER_POOL_ID: aws.newPool,
    OLD_USER_POOL_ARN: variables.OLD_USER_POOL_ARN,
    OLD_USER_POOL_REGION: 'eu-west-1',
    ROLE_ARN: variables.ROLE_ARN,
    POLICY_ARN: variables.POLICY_ARN,
    OLD_CLIENT_ID: variables.OLD_CLIENT_ID,
    LAMBDA_ARN: variables.LAMBDA_ARN,
  });
  expect(JSON.parse(await env('--json'))).toEqual(json);
  const shell = await env();
  expect(shell).toContain(`export ROLE_ARN=${variables.ROLE_ARN}\n`);
  expect(await env('--format', 'shell')).toBe(shell);
  expect(await env('--format', 'dotenv')).toContain(`OLD_CLIENT_ID="${variables.OLD_CLIENT_ID}"\n`);
  expect(aws.sandbox.journal.calls).toEqual([]);
});

test.each(['yaml', 'constructor', ''])('env knows no format %o', async (format) => {
  const aws = await installed();
  const ended = await runCli(['env', '--state', aws.state, '--format', format], aws.io);
  assertOrderly(ended);
  expect(ended.code).toBe(exitCodes.usage.code);
  expect(ended.stdout).toBe('');
});

test('env without a state file: exit 6, nothing on standard output', async () => {
  const aws = await scene();
  const ended = await runCli(['env', '--state', aws.state], aws.io);
  expect(ended.code).toBe(exitCodes.state.code);
  expect(ended.stdout).toBe('');
  expect(ended.stderr).toContain('There is no state file');
});
