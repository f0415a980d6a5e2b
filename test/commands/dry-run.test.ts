/** A dry run shows what would become of everything and changes nothing, whether the flag or its variable asked for it. */
import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { type Ended, run } from '../fault-injection/program.ts';
import { assertDone, assertOrderly } from '../fault-injection/prove.ts';
import type { Scene } from '../fault-injection/scene.ts';
import { snapshot } from '../fault-injection/snapshot.ts';
import { installed, scene } from './support.ts';

const variable = { COGNITO_MIGRATE_DRY_RUN: '1' };

/** Runs it, and afterwards AWS and the folder are what they were. */
async function looking(args: Scene, argv: readonly string[], env = {}): Promise<Ended> {
  const [before, files] = [snapshot(args), await readdir(args.folder)];
  args.sandbox.journal.clear();
  const ended = await run(args, argv, { env });
  assertOrderly(ended);
  expect(args.sandbox.journal.writes()).toEqual([]);
  expect(snapshot(args)).toBe(before);
  expect(await readdir(args.folder)).toEqual(files);
  return ended;
}

/** What would become of each thing, by its step; of app clients by their name. */
function fates({ clients }: Scene, { stdout }: Ended): Record<string, string> {
  const names = new Map(Object.entries(clients).map(([name, id]) => [id, name]));
  const items: { step: string; key?: string; would: string }[] = JSON.parse(stdout).items;
  return Object.fromEntries(items.map(({ step, key, would }) => [names.get(key ?? '') ?? step, would]));
}

describe('teardown', () => {
  test('by the flag, which needs no approval, and by the variable, --yes or not; --restore too', async () => {
    const of = await installed();
    const unapproved = of.teardown.filter((word) => word !== '--yes');
    const flag = await looking(of, [...unapproved, '--dry-run']);
    assertDone(flag);
    expect(flag.stdout).toContain('take the user-migration trigger out');
    expect(flag.stdout).toContain('9 to remove. Nothing was written.');
    expect((await looking(of, of.teardown, variable)).stdout).toBe(flag.stdout);
    const restoring = await looking(of, [...of.teardown, '--restore', '--dry-run']);
    assertDone(restoring);
    expect(restoring.stdout).toMatch(/LambdaConfig\.UserMigration: "arn:.* → \(not set\)/);
    expect(restoring.stdout).toContain('2 to put back. Nothing was written.');
    const { stdout } = await looking(of, [...of.teardown, '--restore', '--json'], variable);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      command: 'restore',
      dryRun: true,
      changes: 2,
      items: [
        { name: `user pool ${of.newPool}`, settings: ['LambdaConfig.UserMigration'] },
        { name: `app client ${of.clients.web}`, settings: ['ExplicitAuthFlows'] },
      ],
    });
    assertDone(await run(of, of.teardown, { env: { COGNITO_MIGRATE_DRY_RUN: '0' } }));
    expect(await readdir(of.folder)).toEqual([]);
  });

  test('as JSON: what would go, what stays because it was there before, and what is kept', async () => {
    const of = await installed('replaced');
    const ended = await looking(of, [...of.teardown, '--dry-run', '--keep', 'log-group', '--json']);
    assertDone(ended);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      ok: true,
      command: 'teardown',
      dryRun: true,
      changes: 8,
      users: { moved: 0 },
    });
    expect(fates(of, ended)).toEqual({
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
    const { stdout } = await looking(of, [...of.teardown, '--dry-run']);
    expect(stdout).toMatch(/= app client +ready in .*\(stays: it was on before init\)/);
  });

  test('where nothing is there', async () => {
    const of = await scene();
    const ended = await looking(of, [...of.teardown, '--dry-run']);
    assertDone(ended);
    expect(ended.stdout).toContain('Nothing of this migration is there.');
  });
});

test.each([
  ['try --for-real', ['try', '--username', 'ana@example.com', '--for-real', '--password-stdin']],
  ['self-test', ['self-test', '--region', 'eu-west-1', '--yes']],
  ['self-test --clean', ['self-test', '--region', 'eu-west-1', '--clean', '--yes']],
])('%s, which has none, refuses the variable before it asks AWS anything', async (_what, argv) => {
  const of = await scene();
  const ended = await looking(of, [...argv, '--endpoint-url', of.sandbox.url, '--json'], variable);
  expect(ended.code).toBe(exitCodes.usage.code);
  expect(JSON.parse(ended.stdout).error.code).toBe('NO_DRY_RUN');
  expect(ended.stderr).toContain('COGNITO_MIGRATE_DRY_RUN');
  expect(of.sandbox.journal.calls).toEqual([]);
});
