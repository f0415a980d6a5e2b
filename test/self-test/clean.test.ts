/** However a self-test ends, nothing of it is left; and what is not its own is never touched. */
import { env } from 'node:process';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { createSandbox, noDelays, type Sandbox } from '../../src/sandbox/index.ts';
import { isWrite } from '../../src/sandbox/journal.ts';
import { json } from '../cli/fake-io.ts';
import { lambdaTrust } from '../sandbox/support.ts';
import { random } from '../support/interleave.ts';
import { tempFolder } from '../support/temp.ts';
import { here, holds, home, openGround, openGroundOn, startProcess, twoProfiles } from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const credentials = { accessKeyId: home.account, secretAccessKey: 'local' };

/** While the pools are made, in init, and in teardown: the first call of that name. */
const operations = ['CreateUserPoolClient', 'CreateFunction', 'DeleteRole'] as const;

describe('Ctrl-C', () => {
  test.each(operations)('at %s: nothing is left', async (operation) => {
    const ground = await openGround();
    const { faults } = ground.sandbox;
    const stop = faults.onCall('before', (call) => {
      if (call.operation !== operation) return;
      stop();
      ground.fake.io.interrupt.press();
    });
    const result = await ground.run(...here, '--yes');
    expect(result.code).toBe(exitCodes.cancelled.code);
    expect(result.err).toContain('Ctrl-C again stops at once.');
    expect(result.err).toContain('Everything that it had made is deleted again.');
    expect(holds(ground.sandbox)).toEqual([]);
  });
});

/** Starts the real program and kills it at its n-th writing call, before or after AWS has done it. */
async function killedAt(sandbox: Sandbox, at: number, position: 'before' | 'after'): Promise<void> {
  const child = startProcess(sandbox, await tempFolder(), '--yes');
  let writes = 0;
  const stop = sandbox.faults.onCall(position, async (call) => {
    if (!isWrite(call.operation) || call.service === 'logs') return;
    writes += 1;
    if (writes !== at) return;
    child.kill('SIGKILL');
    await child.ended; // answered only when nobody is there any more
  });
  const { code, err } = await child.ended;
  stop();
  expect(code, err).toBeNull();
  expect(writes).toBeGreaterThanOrEqual(at); // others can be under way at the same time
}

/** Writing calls of the journey by number: pools and users, init, teardown. The clean-up has its own beyond them. */
const stretches = [
  [1, 45],
  [46, 63],
  [73, 90],
] as const;

const seed = Number(env.SELF_TEST_SEED ?? 9);
const next = random(seed);
const kills = stretches.map(([first, last]) => {
  const position = next() < 0.5 ? 'before' : 'after';
  return [first + Math.floor(next() * (last - first + 1)), position] as const;
});

describe(`killed, seed ${seed}`, () => {
  test.each([[1, 'after'], ...kills] as const)(
    'at writing call %i, %s it: --clean finds everything and deletes it',
    async (at, position) => {
      const sandbox = await createSandbox({ delays: noDelays });
      onTestFinished(() => sandbox.close());
      await killedAt(sandbox, at, position);
      const left = holds(sandbox);
      expect(left.length).toBeGreaterThan(0);
      const child = startProcess(sandbox, await tempFolder(), '--clean', '--yes');
      const { code, out, err } = await child.ended;
      expect(code, err).toBe(exitCodes.ok.code);
      for (const name of left) expect(err).toContain(name.split(' ').at(-1));
      expect(out).toContain('Nothing of a self-test is left here.');
      expect(holds(sandbox)).toEqual([]);
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
    const ground = await openGround();
    const theirs = await others(ground.sandbox);
    const result = await ground.run(...here, '--clean', '--yes', '--json');
    expect(result.code).toBe(exitCodes.ok.code);
    expect(json(result)).toMatchObject({ deleted: [], left: [] });
    expect(json(result).foreign).toEqual([
      'user pool cognito-migrate-self-test-0a1b2c3d-journey-new',
      'user pool cognito-migrate-self-test-0a1b2c3d-journey-old',
    ]);
    expect(holds(ground.sandbox)).toEqual(theirs);
  });

  test('shows what a run that could not delete has left, asks, and deletes it', async () => {
    const ground = await openGround();
    const { faults } = ground.sandbox;
    const deny = (operation: string, times: number) =>
      faults.inject({ operation, kind: 'access-denied', position: 'before', times });
    deny('DeleteUserPool', Number.POSITIVE_INFINITY);
    deny('CreateFunction', 1);
    const result = await ground.run(...here, '--yes', '--json');
    expect(result.code).toBe(exitCodes.refused.code);
    expect(json(result).broken).toContain('nothing-left');
    expect(result.out).toContain('cognito-idp:DeleteUserPool');
    faults.clear();

    const left = holds(ground.sandbox);
    expect(left.length).toBeGreaterThan(0);
    const unattended = await openGroundOn(ground.sandbox).run(...here, '--clean');
    expect(unattended.code).toBe(exitCodes.usage.code);
    const asked = openGroundOn(ground.sandbox, true);
    const running = asked.run(...here, '--clean');
    await vi.waitFor(() => expect(asked.fake.err()).toContain('Delete it?'), { timeout: 10_000 });
    for (const name of left) expect(asked.fake.err()).toContain(name.split(' ').at(-1));
    asked.fake.stdin.write('n\n');
    expect((await running).code).toBe(exitCodes.cancelled.code);
    expect(holds(ground.sandbox)).toEqual(left);

    const later = await openGroundOn(ground.sandbox).run(...here, '--clean', '--yes');
    expect(later.code).toBe(exitCodes.ok.code);
    expect(holds(ground.sandbox)).toEqual([]);
  });

  test('in both accounts', async () => {
    const ground = await openGround();
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
    expect(stopped.err).toContain('self-test --clean');
    ground.sandbox.faults.clear();
    const left = holds(ground.sandbox);
    expect(left.filter((name) => name.startsWith('role'))).toHaveLength(2);
    const later = await openGroundOn(ground.sandbox).run(...profiles, '--clean', '--yes');
    expect(later.code).toBe(exitCodes.ok.code);
    expect(holds(ground.sandbox)).toEqual([]);
  });
});
