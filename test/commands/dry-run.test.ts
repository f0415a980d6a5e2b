/** A dry run shows what would become of everything and changes nothing, whether the flag or its variable asked for it. */
import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { assertDone, assertOrderly } from '../fault-injection/prove.ts';
import type { ConfiguredAws } from '../fault-injection/scene.ts';
import { snapshot } from '../fault-injection/snapshot.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { installed, scene } from './support.ts';

const variable = { COGNITO_MIGRATE_DRY_RUN: '1' };

/** Runs it, and afterwards AWS and the folder are what they were. */
async function looking(aws: ConfiguredAws, argv: readonly string[], env = {}): Promise<CliResult> {
  const [before, files] = [snapshot(aws), await readdir(aws.folder)];
  aws.sandbox.journal.clear();
  const ended = await runCli(argv, { ...aws.io, env });
  assertOrderly(ended);
  expect(aws.sandbox.journal.writes()).toEqual([]);
  expect(snapshot(aws)).toBe(before);
  expect(await readdir(aws.folder)).toEqual(files);
  return ended;
}

/** What would become of each thing, by its step; of app clients by their name. */
function fates({ clients }: ConfiguredAws, { stdout }: CliResult): Record<string, string> {
  const names = new Map(Object.entries(clients).map(([name, id]) => [id, name]));
  const items: { step: string; key?: string; would: string }[] = JSON.parse(stdout).items;
  return Object.fromEntries(items.map(({ step, key, would }) => [names.get(key ?? '') ?? step, would]));
}

describe('teardown', () => {
  test('by the flag, which needs no approval, and by the variable, --yes or not; --restore too', async () => {
    const aws = await installed();
    const unapproved = aws.teardown.filter((word) => word !== '--yes');
    const flag = await looking(aws, [...unapproved, '--dry-run']);
    assertDone(flag);
    expect(flag.stdout).toContain('stop calling the function');
    expect(flag.stdout).toContain('9 to remove. Nothing was written.');
    expect((await looking(aws, aws.teardown, variable)).stdout).toBe(flag.stdout);
    const restoring = await looking(aws, [...aws.teardown, '--restore', '--dry-run']);
    assertDone(restoring);
    expect(restoring.stdout).toMatch(/LambdaConfig\.UserMigration: "arn:.* → \(not set\)/);
    expect(restoring.stdout).toContain('2 to restore. Nothing was written.');
    const { stdout } = await looking(aws, [...aws.teardown, '--restore', '--json'], variable);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      command: 'restore',
      dryRun: true,
      changes: 2,
      items: [
        { name: `user pool ${aws.newPool}`, settings: ['LambdaConfig.UserMigration'] },
        { name: `app client ${aws.clients.web}`, settings: ['ExplicitAuthFlows'] },
      ],
    });
    assertDone(await runCli(aws.teardown, { ...aws.io, env: { COGNITO_MIGRATE_DRY_RUN: '0' } }));
    expect(await readdir(aws.folder)).toEqual([]);
  });

  test('as JSON: what would go, what stays because it was there before, and what is kept', async () => {
    const aws = await installed('replaced');
    const ended = await looking(aws, [...aws.teardown, '--dry-run', '--keep', 'log-group', '--json']);
    assertDone(ended);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      ok: true,
      command: 'teardown',
      dryRun: true,
      changes: 8,
      users: { moved: 0 },
    });
    expect(fates(aws, ended)).toEqual({
      'migration-trigger': 'removed',
      web: 'removed',
      ready: 'left',
      'invoke-permission': 'removed',
      'lambda-function': 'removed',
      'log-group': 'left',
      'old-client': 'removed',
      'policy-attachments': 'removed',
      'lambda-policy': 'removed',
      'lambda-role': 'removed',
    });
    const { stdout } = await looking(aws, [...aws.teardown, '--dry-run']);
    expect(stdout).toMatch(/= app client +ready in .*\(stays: it was on before init\)/);
  });

  test('where nothing is there', async () => {
    const aws = await scene();
    const ended = await looking(aws, [...aws.teardown, '--dry-run']);
    assertDone(ended);
    expect(ended.stdout).toContain('Nothing of this migration exists.');
  });
});

test.each([
  ['try --for-real', ['try', '--username', 'ana@example.com', '--for-real', '--password-stdin']],
  ['self-test', ['self-test', '--region', 'eu-west-1', '--yes']],
  ['self-test --clean', ['self-test', '--region', 'eu-west-1', '--clean', '--yes']],
])('%s, which has none, refuses the variable before it asks AWS anything', async (_what, argv) => {
  const aws = await scene();
  const ended = await looking(aws, [...argv, '--endpoint-url', aws.sandbox.url, '--json'], variable);
  expect(ended.code).toBe(exitCodes.usage.code);
  expect(JSON.parse(ended.stdout).error.code).toBe('NO_DRY_RUN');
  expect(ended.stderr).toContain('COGNITO_MIGRATE_DRY_RUN');
  expect(aws.sandbox.journal.calls).toEqual([]);
});

test('plan names the monthly cost of a new function, and of none that exists', async () => {
  const cost = 'Cost: at most 3 USD a month in most Regions';
  const before = await scene();
  const plan = ['plan', ...before.flags, '--all-new-clients'];
  expect((await looking(before, plan)).stdout).toContain(cost);
  const alarms = 'Cost: 0.60 USD a month in most Regions, for the 6 metrics of the alarms.';
  const dashboard = 'Cost: nothing for one of the first 3 dashboards of an account, or 3 USD a month.';
  expect((await looking(before, plan)).stdout).not.toContain('alarms');
  const withAlarms = await looking(before, [...plan, '--alarms']);
  expect(withAlarms.stdout).toContain(`${cost}, for the function's 10 CloudWatch metrics.`);
  expect(withAlarms.stdout).toContain(alarms);
  expect(withAlarms.stdout).toContain(dashboard);
  const after = await installed('watched');
  expect((await looking(after, ['plan', ...after.flags])).stdout).not.toContain('Cost:');
});
