/** However a self-test ends, nothing of it is left; and what is not its own is never touched. */
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
import { tempFolder } from '../support/temp.ts';
import { here, holds, home, openGround, openGroundOn, startProcess, twoProfiles } from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const credentials = { accessKeyId: home.account, secretAccessKey: 'local' };

/** The first call of that name, of the whole run. */
const operations = ['CreateUserPoolClient', 'CreateFunction', 'RemovePermission', 'DeleteRole'] as const;

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
  expect([writes, code], err).toEqual([at, null]);
}

describe('killed', () => {
  // In the order of the journey: among the pools' clients, its users, in init, and in the teardown.
  test.each([
    [1, 'after'],
    [6, 'before'],
    [31, 'after'],
    [62, 'before'],
    [70, 'after'],
    [88, 'after'],
  ] as const)('at writing call %i, %s it: --clean finds everything and deletes it', async (at, position) => {
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
  });
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

  /** A run that could not delete anything. */
  async function leftBehind() {
    const ground = await openGround();
    const disarm = ground.sandbox.faults.inject({
      operation: 'DeleteUserPool',
      kind: 'access-denied',
      position: 'before',
      times: Number.POSITIVE_INFINITY,
    });
    const first = ground.sandbox.faults.inject({
      operation: 'CreateFunction',
      kind: 'access-denied',
      position: 'before',
    });
    const result = await ground.run(...here, '--yes', '--json');
    disarm();
    first();
    return { ground, result };
  }

  test('a run that may not delete says what is left, and a later one deletes it', async () => {
    const { ground, result } = await leftBehind();
    expect(result.code).toBe(exitCodes.refused.code);
    expect(json(result).broken).toContain('nothing-left');
    expect(result.out).toContain('cognito-idp:DeleteUserPool');
    expect(holds(ground.sandbox).length).toBeGreaterThan(0);
    const later = await openGroundOn(ground.sandbox).run(...here, '--clean', '--yes');
    expect(later.code).toBe(exitCodes.ok.code);
    expect(holds(ground.sandbox)).toEqual([]);
  });

  test('shows what it has found and asks', async () => {
    const { ground } = await leftBehind();
    const before = holds(ground.sandbox);
    const unattended = await openGroundOn(ground.sandbox).run(...here, '--clean');
    expect(unattended.code).toBe(exitCodes.usage.code);
    const { run, fake } = openGroundOn(ground.sandbox, true);
    const running = run(...here, '--clean');
    await vi.waitFor(() => expect(fake.err()).toContain('Delete it?'), { timeout: 10_000 });
    for (const name of before) expect(fake.err()).toContain(name.split(' ').at(-1));
    fake.stdin.write('n\n');
    expect((await running).code).toBe(exitCodes.cancelled.code);
    expect(holds(ground.sandbox)).toEqual(before);
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
