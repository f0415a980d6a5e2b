/** An import that loses one answer: AWS has done what was asked, and the program doesn't know. */
import {
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminResetUserPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { deliveries } from '../../src/sandbox/services/cognito/index.ts';
import { emailsOf } from '../cli/import/support.ts';
import { type ImportScene, startScene } from './scene.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** As many as a run makes. */
const calls = Array.from({ length: 47 }, (_, index) => index);

test('no run makes more calls than are tried here', async () => {
  const scene = await startScene();
  const { result, calls: made } = await scene.run();
  expect(result.code, result.stderr).toBe(0);
  expect(made).toBeLessThanOrEqual(calls.length);
});

describe('a lost answer', () => {
  test.each(calls)('after %d calls', async (skip) => {
    const scene = await startScene();
    scene.fail('lost-response', skip);
    await scene.run();
    await scene.finish();
  });
});

describe('too many requests', () => {
  test.each(calls.filter((skip) => skip % 3 === 0))('after %d calls', async (skip) => {
    const scene = await startScene();
    scene.fail('throttle', skip);
    await scene.run();
    await scene.finish();
  });
});

test('users who move by signing in meanwhile are skipped, and never changed', async () => {
  const scene = await startScene();
  const moved = await scene.moveMeanwhile(3);
  const { result } = await scene.run();
  expect(result.code, result.stderr).toBe(0);
  expect(JSON.parse(result.stdout)).toMatchObject({ skipped: 3, failed: 0 });
  for (const user of moved) expect(await scene.statusOf(user)).toBe('CONFIRMED');
});

/** While the second job is about to start, an administrator changes users of both pools. Returns whom. */
function administrate({
  aws,
}: ImportScene): Promise<Readonly<Record<'disabled' | 'deleted' | 'reset', string>>> {
  const { idp } = aws.sdk;
  let starts = 0;
  return new Promise((resolve) => {
    const stop = aws.sandbox.faults.onCall('before', async ({ operation }) => {
      if (operation !== 'StartUserImportJob' || ++starts !== 2) return;
      stop();
      const there = await emailsOf(aws, aws.newPool);
      const [disabled = '', deleted = '', reset = ''] = Object.keys(there).filter(
        (name) => there[name] === 'RESET_REQUIRED',
      );
      const of = (Username: string, UserPoolId = aws.newPool) => ({ UserPoolId, Username });
      await idp.send(new AdminDisableUserCommand(of(disabled)));
      await idp.send(new AdminDeleteUserCommand(of(deleted)));
      await idp.send(new AdminResetUserPasswordCommand(of(reset)));
      await idp.send(new AdminResetUserPasswordCommand(of('xena@example.com')));
      // In the old pool, these three have been imported, and keep what the job gave them.
      await idp.send(new AdminDisableUserCommand(of(reset, aws.oldPool)));
      resolve({ disabled, deleted, reset });
    });
  });
}

test.each(['to its end', 'killed, and repeated an hour later'])(
  'users whom an administrator resets, disables, or deletes meanwhile stay so: %s',
  async (how) => {
    const scene = await startScene();
    const { aws, run } = scene;
    const administrated = administrate(scene);
    if (how === 'to its end') {
      const { result } = await run();
      expect(result.code, result.stderr).toBe(0);
    } else {
      let starts = 0;
      await scene.killAt(({ operation }) => {
        if (operation === 'StartUserImportJob') starts += 1;
        return starts === 2 && operation === 'DescribeUserImportJob';
      });
      // The second job ends by itself.
      aws.clock.advance(60_000);
    }
    const { disabled, deleted, reset } = await administrated;
    const { idp } = aws.sdk;
    const find = (Username: string) =>
      idp.send(new AdminGetUserCommand({ UserPoolId: aws.newPool, Username }));
    const expectKept = async (): Promise<void> => {
      expect(await find(disabled)).toMatchObject({ Enabled: false, UserStatus: 'RESET_REQUIRED' });
      expect(await find(reset)).toMatchObject({ Enabled: true, UserStatus: 'RESET_REQUIRED' });
      expect(await find('xena@example.com')).toMatchObject({ UserStatus: 'RESET_REQUIRED' });
    };
    await expectKept();
    expect(await emailsOf(aws, aws.newPool)).not.toHaveProperty([deleted]);
    if (how === 'to its end') return;
    // Two users of the third file leave the company.
    const there = await emailsOf(aws, aws.newPool);
    const [gone = '', closed = ''] = Object.keys(await emailsOf(aws, aws.oldPool)).filter(
      (name) => there[name] === undefined && name !== deleted,
    );
    expect(closed).not.toBe('');
    await idp.send(new AdminDeleteUserCommand({ UserPoolId: aws.oldPool, Username: gone }));
    await idp.send(new AdminDisableUserCommand({ UserPoolId: aws.oldPool, Username: closed }));
    aws.clock.advance(61 * 60_000);
    const { result } = await run();
    expect(result.code, result.stderr).toBe(0);
    await expectKept();
    const users = await emailsOf(aws, aws.newPool);
    expect(users).not.toHaveProperty([gone]);
    expect(users).not.toHaveProperty([closed]);
    expect(deliveries(aws.sandbox.world, aws.newPool)).toHaveLength(2);
  },
);
