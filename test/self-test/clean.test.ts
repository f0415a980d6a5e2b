/** However a self-test ends, nothing of it is left; and what is not its own is never touched. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { createSandbox, keysOf, noDelays, type Sandbox } from '../../src/sandbox/index.ts';
import { isWrite, type JournalEntry } from '../../src/sandbox/journal.ts';
import { cognitoKind } from '../../src/sandbox/services/cognito/state.ts';
import { logsState, makeGroup } from '../../src/sandbox/services/logs/state.ts';
import { lambdaTrust } from '../sandbox/support.ts';
import { random } from '../support/interleave.ts';
import { json } from '../support/run-cli.ts';
import { tempFolder } from '../support/temp.ts';
import { here, holds, home, openSelfTestAws, openSelfTestOn, startSelfTest, twoProfiles } from './support.ts';

// Each of these runs a self-test or most of one.
vi.setConfig({ testTimeout: 90_000 });

afterEach(() => {
  vi.unstubAllEnvs();
});

const credentials = keysOf(home.account);

/** While the pools are made, in init, and in teardown: the first call of that name. */
const operations = ['CreateUserPoolClient', 'CreateFunction', 'DeleteRole'] as const;

describe('Ctrl-C', () => {
  test.each(operations)('at %s: nothing is left', async (operation) => {
    const ground = await openSelfTestAws();
    const { faults } = ground.sandbox;
    const stop = faults.onCall('before', (call) => {
      if (call.operation !== operation) return;
      stop();
      ground.fake.io.interrupt.press();
    });
    const file = join(await tempFolder(), 'report.md');
    const result = await ground.run(...here, '--yes', '--report', file);
    expect(result.code).toBe(exitCodes.cancelled.code);
    expect(result.stderr).toContain('Ctrl-C again stops at once.');
    expect(await readFile(file, 'utf8')).toContain('stopped before its end');
    expect(result.stderr).toContain('Everything that it created is deleted again.');
    expect(holds(ground.sandbox)).toEqual([]);
  });
});

interface Kill {
  /** The writing call that is the first. */
  readonly from: (call: JournalEntry) => boolean;
  readonly at: number;
  readonly position: 'before' | 'after';
}

/** Starts the real program and kills it at its n-th writing call, before or after AWS has done it. */
async function killedAt(sandbox: Sandbox, folder: string, { from, at, position }: Kill): Promise<void> {
  const child = startSelfTest(sandbox, folder, '--yes');
  let writes = 0;
  let hasBegun = false;
  const stop = sandbox.faults.onCall(position, async (call) => {
    if (!isWrite(call.operation) || call.service === 'logs') return;
    hasBegun ||= from(call);
    if (!hasBegun) return;
    writes += 1;
    if (writes !== at) return;
    child.child.kill('SIGKILL');
    await child.ended; // answered only when nobody is there any more
  });
  const { code, stderr } = await child.ended;
  stop();
  expect(code, stderr).toBeNull();
  expect(writes).toBeGreaterThanOrEqual(at); // others can be under way at the same time
}

const ofFunction =
  (operation: string, label: string) =>
  (call: JournalEntry): boolean =>
    call.operation === operation && String(call.input.FunctionName).endsWith(`-${label}`);

const takesTriggerOut = ({ operation, input }: JournalEntry): boolean =>
  operation === 'UpdateUserPool' && !JSON.stringify(input.LambdaConfig ?? {}).includes('UserMigration');

/** Where each stretch of the run begins, and how many writing calls of it may be the last. */
const stretches = [
  ['making pools and users', () => true, 60],
  ['init', ({ operation }: JournalEntry) => operation === 'CreateRole', 18],
  ['teardown', takesTriggerOut, 15],
  ['the questions', ofFunction('CreateFunction', 'questions'), 30],
  // Of the last calls several are under way at once: killed at one of those, the run may have left nothing.
  ['the clean-up', ofFunction('DeleteFunction', 'questions'), 4],
] as const;

const seed = Number(env.SELF_TEST_SEED ?? 9);
const next = random(seed);
const kills = stretches.map(([during, from, length]) => {
  const position: Kill['position'] = next() < 0.5 ? 'before' : 'after';
  return [during, { from, at: 1 + Math.floor(next() * length), position }] as const;
});
const atOnce: Kill = { from: () => true, at: 1, position: 'after' };

describe(`killed, seed ${seed}`, () => {
  test.each([['its first call', atOnce] as const, ...kills])(
    'during %s, %o: --clean finds everything and deletes it',
    async (_, kill) => {
      const sandbox = await createSandbox({ delays: noDelays });
      onTestFinished(() => sandbox.close());
      const folder = await tempFolder();
      await killedAt(sandbox, folder, kill);
      const stateFolders = async () => (await readdir(folder)).filter((name) => name.includes('self-test'));
      expect(await stateFolders()).toHaveLength(1);
      const left = holds(sandbox);
      expect(left.length).toBeGreaterThan(0);
      const child = startSelfTest(sandbox, folder, '--clean', '--yes');
      const { code, stdout, stderr } = await child.ended;
      expect(code, stderr).toBe(exitCodes.ok.code);
      for (const name of left) expect(stderr).toContain(name.split(' ').at(-1));
      expect(stdout).toContain('Nothing of a self-test is left here.');
      expect(holds(sandbox)).toEqual([]);
      expect(await stateFolders()).toEqual([]);
    },
  );
});

describe('self-test --clean', () => {
  /** What others have, with names or tags that come near. */
  async function others({ url }: Sandbox): Promise<readonly string[]> {
    const config = { endpoint: url, region: home.region, credentials };
    const [idp, iam] = [new CognitoIdentityProviderClient(config), new IAMClient(config)];
    onTestFinished(() => {
      idp.destroy();
      iam.destroy();
    });
    const pool = (PoolName: string, UserPoolTags: Record<string, string> = {}) =>
      idp.send(new CreateUserPoolCommand({ PoolName, UserPoolTags }));
    await pool('cognito-migrate-self-test-0a1b2c3d-journey-new');
    await pool('customers', { 'cognito-migrate:self-test': '0a1b2c3d' });
    await pool('cognito-migrate-self-test-0a1b2c3d-journey-old', { 'cognito-migrate:self-test': 'ffffffff' });
    await pool('cognito-migrate-self-test-customers', { 'cognito-migrate:self-test': 'customers' });
    const RoleName = 'cognito-migrate-self-test-0a1b2c3d-journey';
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: lambdaTrust }));
    return [
      'user pool cognito-migrate-self-test-0a1b2c3d-journey-new',
      'user pool customers',
      'user pool cognito-migrate-self-test-0a1b2c3d-journey-old',
      'user pool cognito-migrate-self-test-customers',
      `role ${RoleName}`,
    ];
  }

  test('leaves alone what has the name and not the tag, or the tag and not the name', async () => {
    const ground = await openSelfTestAws();
    const theirs = await others(ground.sandbox);
    const result = await ground.run(...here, '--clean', '--yes', '--json');
    expect(result.code).toBe(exitCodes.ok.code);
    expect(json(result)).toMatchObject({ deleted: [], left: [] });
    expect(json(result).foreign).toEqual([
      'user pool cognito-migrate-self-test-0a1b2c3d-journey-new',
      'user pool cognito-migrate-self-test-0a1b2c3d-journey-old',
      'role cognito-migrate-self-test-0a1b2c3d-journey',
    ]);
    expect(holds(ground.sandbox)).toEqual(theirs);
  });

  test('finds by its own name what has lost its pools, and what Lambda has logged late', async () => {
    const ground = await openSelfTestAws();
    const { faults, world } = ground.sandbox;
    const stop = faults.onCall('after', (call) => {
      if (call.operation !== 'UpdateUserPool') return;
      stop();
      faults.inject({
        predicate: ({ operation }) => /^(Delete|Detach)/.test(operation),
        kind: 'access-denied',
        times: Number.POSITIVE_INFINITY,
      });
      ground.fake.io.interrupt.press();
    });
    expect((await ground.run(...here, '--yes')).code).toBe(exitCodes.cancelled.code);
    faults.clear();
    for (const { state } of world.states(cognitoKind)) state.pools.clear();
    const { groups } = logsState(world, home.account, home.region);
    const plant = (name: string, tags: Record<string, string> = {}): void => {
      groups.set(name, { ...makeGroup(world, name), tags: new Map(Object.entries(tags)) });
    };
    plant('/aws/lambda/cognito-migrate-self-test-0a1b2c3d-late');
    plant('/aws/lambda/cognito-migrate-self-test-0a1b2c3d-theirs', { team: 'identity' });
    plant('/aws/lambda/cognito-migrate-self-test-customers');
    const left = holds(ground.sandbox).map((name) => name.split(' ')[0]);
    expect(left).toEqual(expect.arrayContaining(['function', 'role', 'policy', 'log']));

    const later = await openSelfTestOn(ground.sandbox).run(...here, '--clean', '--yes', '--json');
    expect(later.code).toBe(exitCodes.ok.code);
    expect(json(later).foreign).toEqual(['log group /aws/lambda/cognito-migrate-self-test-0a1b2c3d-theirs']);
    expect(holds(ground.sandbox)).toEqual([
      'log group /aws/lambda/cognito-migrate-self-test-0a1b2c3d-theirs',
      'log group /aws/lambda/cognito-migrate-self-test-customers',
    ]);
  });

  test('waits while AWS is busy, and looks again', async () => {
    const ground = await openSelfTestAws();
    await others(ground.sandbox);
    ground.sandbox.faults.inject({ operation: 'ListUserPools', kind: 'throttle', times: 12 });
    const result = await ground.run(...here, '--clean', '--yes', '--json');
    expect(result.code).toBe(exitCodes.ok.code);
    expect(json(result).foreign).toHaveLength(3);
  });

  test('shows what a run that could not delete has left, asks, and deletes it', async () => {
    const ground = await openSelfTestAws();
    const { faults } = ground.sandbox;
    const deny = (operation: string, times: number) =>
      faults.inject({ operation, kind: 'access-denied', position: 'before', times });
    deny('DeleteUserPool', Number.POSITIVE_INFINITY);
    deny('CreateFunction', 1);
    const result = await ground.run(...here, '--yes', '--json');
    expect(result.code).toBe(exitCodes.refused.code);
    expect(json(result).broken).toContain('nothing-left');
    expect(result.stdout).toContain('cognito-idp:DeleteUserPool');
    faults.clear();

    const left = holds(ground.sandbox);
    expect(left.length).toBeGreaterThan(0);
    const unattended = await openSelfTestOn(ground.sandbox).run(...here, '--clean');
    expect(unattended.code).toBe(exitCodes.usage.code);
    const asked = openSelfTestOn(ground.sandbox, true);
    const running = asked.run(...here, '--clean');
    await vi.waitFor(() => expect(asked.fake.err()).toContain('Delete it?'), { timeout: 10_000 });
    for (const name of left) expect(asked.fake.err()).toContain(name.split(' ').at(-1));
    asked.fake.stdin.write('n\n');
    expect((await running).code).toBe(exitCodes.cancelled.code);
    expect(holds(ground.sandbox)).toEqual(left);

    const later = await openSelfTestOn(ground.sandbox).run(...here, '--clean', '--yes');
    expect(later.code).toBe(exitCodes.ok.code);
    expect(holds(ground.sandbox)).toEqual([]);
  });

  test('in both accounts', async () => {
    const ground = await openSelfTestAws();
    const profiles = await twoProfiles();
    const stop = ground.sandbox.faults.onCall('after', (call) => {
      if (call.operation !== 'UpdateUserPool') return;
      stop();
      ground.sandbox.faults.inject({
        predicate: ({ operation }) => /^(Delete|Detach|Remove)/.test(operation),
        kind: 'access-denied',
        position: 'before',
        times: Number.POSITIVE_INFINITY,
      });
      ground.fake.io.interrupt.press();
    });
    const stopped = await ground.run(...profiles, '--yes');
    expect(stopped.code).toBe(exitCodes.cancelled.code);
    expect(stopped.stderr).toContain('self-test --clean');
    ground.sandbox.faults.clear();
    const left = holds(ground.sandbox);
    expect(left.filter((name) => name.startsWith('role'))).toHaveLength(2);
    const later = await openSelfTestOn(ground.sandbox).run(...profiles, '--clean', '--yes');
    expect(later.code).toBe(exitCodes.ok.code);
    expect(holds(ground.sandbox)).toEqual([]);
  });
});
