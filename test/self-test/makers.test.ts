/** What was made a moment ago is not seen everywhere yet: the makers wait for it, and only as long as that makes sense. */
import { expect, onTestFinished, test } from 'vitest';
import { openAccess } from '../../src/aws/clients.ts';
import { createSandbox, keysOf, noDelays } from '../../src/sandbox/index.ts';
import type { Place } from '../../src/self-test/fixtures/resources.ts';
import { Makers } from '../../src/self-test/makers.ts';
import { fakeClock } from '../support/clock.ts';
import { home } from './support.ts';

async function openMakers() {
  const clock = fakeClock();
  let skew = 0;
  const sandbox = await createSandbox({
    delays: noDelays,
    now: () => clock.now() + skew,
    sleep: clock.sleep,
  });
  onTestFinished(() => sandbox.close());
  const { signal } = new AbortController();
  const access = { endpoint: sandbox.url, clock, signal, userAgent: 'test', requestTimeout: 28_000 };
  const open = openAccess(
    { ...access, mfaCode: () => Promise.reject(new Error('no MFA here')), emit: () => undefined },
    () => async () => keysOf(home.account),
  );
  const { account, region } = home;
  const caller = `arn:aws:iam::${account}:root`;
  const place: Place = {
    side: open(region),
    account,
    partition: 'aws',
    caller,
    endpoint: sandbox.url,
    rolePath: '/',
    permissionsBoundary: undefined,
  };
  const makers = new Makers({ runId: '0a1b2c3d', places: { new: place, old: place }, clock, signal });
  return {
    clock,
    makers,
    faults: sandbox.faults,
    /** The clock of AWS is ahead of ours by so much. */
    skewBy(ms: number) {
      skew = ms;
    },
  };
}

test('a tag and an app client that are not seen yet, and a code that comes too early', async () => {
  const { makers, faults, skewBy } = await openMakers();
  const pool = await makers.makePool('old', 'fresh');
  faults.inject({ operation: 'CreateUserPoolClient', kind: 'access-denied', times: 2 });
  faults.inject({ operation: 'AdminCreateUser', kind: 'access-denied', times: 2 });
  faults.inject({ operation: 'AdminInitiateAuth', kind: 'throttle', times: 7 });
  let codes = 0;
  skewBy(120_000);
  faults.onCall('before', ({ operation }) => {
    if (operation !== 'VerifySoftwareToken') return;
    codes += 1;
    if (codes === 3) skewBy(0);
  });
  await makers.makeUser(pool, { kind: 'totp' });
  expect(codes).toBe(3);
});

test('a permission that does not come is waited for once', async () => {
  const { makers, faults, clock } = await openMakers();
  const pool = await makers.makePool('old', 'fresh');
  faults.inject({
    operation: 'CreateUserPoolClient',
    kind: 'access-denied',
    times: Number.POSITIVE_INFINITY,
  });
  const waitedFor = async (name: string): Promise<number> => {
    const start = clock.now();
    await expect(makers.makeClient(pool, name)).rejects.toThrow('cognito-idp:CreateUserPoolClient');
    return clock.now() - start;
  };
  expect(await waitedFor('first')).toBeGreaterThan(20_000);
  expect(await waitedFor('second')).toBe(0);
});
