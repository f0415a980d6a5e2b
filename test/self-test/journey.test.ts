/** The one journey, on the local AWS: what anybody can run in an account of their own. */

import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { exitCodes } from '../../src/core/errors.ts';
import { keysOf } from '../../src/sandbox/index.ts';
import { cognitoKind } from '../../src/sandbox/services/cognito/state.ts';
import { type CliResult, fakeIo, json, runCli } from '../support/run-cli.ts';
import { tempFolder } from '../support/temp.ts';
import { here, holds, home, oldHome, openSelfTestAws, twoProfiles } from './support.ts';

// A journey asks some forty questions, and starts a function for most of them.
vi.setConfig({ testTimeout: 90_000 });

afterEach(() => {
  vi.unstubAllEnvs();
});

const Document = z.object({
  ok: z.boolean(),
  broken: z.array(z.string()),
  checks: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      outcome: z.string(),
      seen: z.string(),
      ms: z.number(),
      calls: z.number(),
    }),
  ),
});
const documentOf = (result: CliResult) => Document.parse(json(result));

/** What the journey is about; the questions have their own tests. */
const promised = [
  'stage',
  'plan',
  'init',
  'nothing-else-changed',
  'probe',
  'moves-by-password',
  'moves-by-admin',
  'unverified-stays',
  'phone-comes-along',
  'srp-does-not-move',
  'forgot-password-moves',
  'wrong-and-unknown',
  'refused-users',
  'forgot-password-refused',
  'quiet-log',
  'users-agree',
  'status',
  'init-again',
  'drift',
  'repair',
  'lost-state',
  'teardown',
  'as-before',
  'moved-users-stay',
  'guard-init',
  'guard-sign-ups',
  'guard-move',
  'guard-teardown',
  'nothing-left',
];

describe('the journey holds, and leaves nothing', () => {
  test('in one account', async () => {
    const ground = await openSelfTestAws();
    const file = join(await tempFolder(), 'report.md');
    const result = await ground.run(...here, '--yes', '--json', '--report', file);
    const { ok, broken, checks } = documentOf(result);
    expect(broken, checks.map(({ id, seen }) => `${id}: ${seen}`).join('\n')).toEqual([]);
    expect([result.code, ok]).toEqual([exitCodes.ok.code, true]);
    expect(checks.map(({ id }) => id)).toEqual(expect.arrayContaining(promised));
    expect(checks.filter(({ outcome }) => outcome === 'skipped')).toEqual([]);
    expect(checks.find(({ id }) => id === 'stage')?.seen).toBe('made');
    // The new pool's other triggers name functions that are gone, or never were: they go when its protection does.
    const opened = ground.sandbox.journal.calls.filter(
      ({ input }) =>
        input.DeletionProtection === 'INACTIVE' && String(input.PoolName).endsWith('-journey-new'),
    );
    expect(opened.map(({ input }) => input.LambdaConfig)).toEqual([undefined]);
    expect(checks.reduce((sum, { calls }) => sum + calls, 0)).toBeGreaterThan(500);
    expect(holds(ground.sandbox)).toEqual([]);
    // Nothing was sent to a person.
    expect(ground.deliveries.length).toBeGreaterThan(0);
    for (const { destination } of ground.deliveries)
      expect(destination).toMatch(/^success\+[\w-]+@simulator\.amazonses\.com$/);
    const report = await readFile(file, 'utf8');
    expect(report).toContain('promises hold.');
    for (const id of promised) expect(report).toContain(`(${id})`);
    expect(report + result.stdout).not.toContain(home.account);
  });

  test('in two accounts and Regions', async () => {
    const ground = await openSelfTestAws();
    const profiles = await twoProfiles();
    const result = await ground.run(...profiles, '--yes', '--json', '--with-account');
    const { broken, checks } = documentOf(result);
    expect(broken, checks.map(({ id, seen }) => `${id}: ${seen}`).join('\n')).toEqual([]);
    expect(result.code).toBe(exitCodes.ok.code);
    expect(json(result)).toMatchObject({ newPool: home, oldPool: oldHome, accounts: 2 });
    const accounts = new Set(ground.sandbox.journal.calls.map(({ account }) => account));
    expect([...accounts].toSorted()).toEqual([home.account, oldHome.account]);
    expect(holds(ground.sandbox)).toEqual([]);
  });
});

describe('before anything is made', () => {
  test('says where, what and at what cost, and asks; without a terminal --yes must be given', async () => {
    const ground = await openSelfTestAws();
    const result = await ground.run(...here);
    expect(result.code).toBe(exitCodes.usage.code);
    expect(result.stderr).toContain(`Self-test in account ${home.account}, ${home.region}`);
    expect(result.stderr).toMatch(
      /All of it has tags, and a name that begins with cognito-migrate-self-test-[0-9a-f]{8}-\./,
    );
    expect(result.stderr).toContain('It costs almost nothing');
    expect(result.stderr).toContain('--yes');
    expect(ground.sandbox.journal.writes()).toEqual([]);
  });

  test('an endpoint of the AWS configuration file is seen, and said', async () => {
    const ground = await openSelfTestAws();
    const file = join(await tempFolder(), 'config');
    const keys = [`aws_access_key_id = ${keysOf(home.account).accessKeyId}`, 'aws_secret_access_key = local'];
    await writeFile(file, ['[default]', ...keys, `endpoint_url = ${ground.sandbox.url}`].join('\n'));
    vi.stubEnv('AWS_CONFIG_FILE', file);
    vi.stubEnv('AWS_ENDPOINT_URL', '');
    const result = await runCli(['self-test', ...here]);
    expect(result.code).toBe(exitCodes.usage.code);
    expect(result.stderr).toContain(`  at ${ground.sandbox.url}`);
  });

  test('a no makes nothing', async () => {
    const ground = await openSelfTestAws(fakeIo({ tty: true }));
    const running = ground.run(...here);
    await vi.waitFor(() => expect(ground.fake.err()).toContain('Continue?'), { timeout: 10_000 });
    ground.fake.stdin.write('n\n');
    const result = await running;
    expect(result.code).toBe(exitCodes.cancelled.code);
    expect(result.stderr).toContain('Nothing was created.');
    expect(ground.sandbox.journal.writes()).toEqual([]);
  });

  test('a Region must be known', async () => {
    const ground = await openSelfTestAws();
    const result = await ground.run('--yes');
    expect(result.code).toBe(exitCodes.usage.code);
    expect(result.stderr).toContain('--region');
  });

  test('a report that could not be written is found out at once', async () => {
    const ground = await openSelfTestAws();
    const loop = join(await tempFolder(), 'report.md');
    await symlink(loop, loop); // there, and not to be opened by anybody
    for (const file of ['/nonexistent/report.md', loop]) {
      const result = await ground.run(...here, '--yes', '--report', file);
      expect(result.code).toBe(exitCodes.usage.code);
    }
    expect(ground.sandbox.journal.writes()).toEqual([]);
  });
});

describe('what does not hold', () => {
  test('a promise that is broken fails the self-test, is named, and leaves nothing', async () => {
    const ground = await openSelfTestAws();
    const { faults } = ground.sandbox;
    // The function cannot be made: nothing that stands on init can be tried.
    faults.inject({
      service: 'lambda',
      operation: 'CreateFunction',
      kind: 'access-denied',
      position: 'before',
      times: 1,
    });
    const result = await ground.run(...here, '--yes', '--json');
    const { ok, broken, checks } = documentOf(result);
    expect([result.code, ok]).toEqual([exitCodes.refused.code, false]);
    expect(broken).toContain('init');
    expect(checks.find(({ id }) => id === 'init')?.seen).toContain('lambda:CreateFunction');
    expect(checks.find(({ id }) => id === 'status')?.outcome).toBe('skipped');
    expect(checks.find(({ id }) => id === 'nothing-left')?.outcome).toBe('same');
    expect(holds(ground.sandbox)).toEqual([]);
  });

  test('a setting that does not come back is seen', async () => {
    const ground = await openSelfTestAws();
    // Somebody changes the pool in the middle of the journey.
    ground.sandbox.faults.onCall('after', (call) => {
      if (call.operation !== 'DeleteFunction') return;
      for (const { state } of ground.sandbox.world.states(cognitoKind)) {
        for (const pool of state.pools.values()) pool.config.DeviceConfiguration = {};
      }
    });
    const { broken, checks } = documentOf(await ground.run(...here, '--yes', '--json'));
    expect(broken).toContain('as-before');
    expect(checks.find(({ id }) => id === 'as-before')?.seen).toContain('DeviceConfiguration');
    expect(holds(ground.sandbox)).toEqual([]);
  });

  test('where the users cannot be made AWS is quoted, the questions are asked, and the report is written', async () => {
    const ground = await openSelfTestAws();
    ground.sandbox.faults.inject({
      operation: 'AdminSetUserPassword',
      kind: 'access-denied',
      position: 'before',
      times: Number.POSITIVE_INFINITY,
    });
    const file = join(await tempFolder(), 'report.md');
    const result = await ground.run(...here, '--yes', '--json', '--report', file);
    expect(result.code).toBe(exitCodes.refused.code);
    const { broken, checks } = documentOf(result);
    expect(broken).toEqual(['stage']);
    expect(checks.filter(({ kind }) => kind === 'question').length).toBeGreaterThan(10);
    expect(await readFile(file, 'utf8')).toContain('cognito-idp:AdminSetUserPassword');
    expect(holds(ground.sandbox)).toEqual([]);
  });

  test('a report that cannot be written in the end loses nothing of the result', async () => {
    const ground = await openSelfTestAws();
    const { faults } = ground.sandbox;
    const file = join(await tempFolder(), 'report.md');
    const stop = faults.onCall('before', async (call) => {
      if (call.operation !== 'CreateUserPoolClient') return;
      stop();
      await mkdir(file);
      faults.inject({ operation: 'SignUp', kind: 'access-denied', times: Number.POSITIVE_INFINITY });
    });
    const result = await ground.run(...here, '--yes', '--json', '--report', file);
    expect(documentOf(result).checks.map(({ id }) => id)).toEqual(expect.arrayContaining(['stage', 'Q1']));
    expect(JSON.stringify(json(result).notes)).toContain('The report could not be written');
    expect(holds(ground.sandbox)).toEqual([]);
  });
});
