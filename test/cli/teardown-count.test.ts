/** How many users have not moved, as `teardown` counts them: from both pools, and in bounds. */
import { AdminGetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { oneSample, putSamples } from '../../src/sandbox/services/cloudwatch/state.ts';
import { generateUsers } from '../../src/sandbox/services/cognito/helpers.ts';
import { fakeClock } from '../support/clock.ts';
import { account, type LocalAws, region, startLocalAws } from '../support/local-aws.ts';
import { fakeIo, json, runCli } from '../support/run-cli.ts';
import { addMoved, byEmail, install } from './users-support.ts';

const teardownOf = (aws: LocalAws, ...more: readonly string[]) => ['teardown', ...aws.where, ...more];

/** The operations of the last command that have to do with counting. */
const counting = ({ sandbox }: LocalAws): string[] =>
  sandbox.journal.calls
    .map(({ operation }) => operation)
    .filter((name) => ['ListUsers', 'FilterLogEvents', 'GetProvisionedLimit', 'AdminGetUser'].includes(name));

async function installed(...more: readonly string[]): Promise<LocalAws> {
  const aws = await startLocalAws();
  for (const name of ['one', 'two', 'three']) await byEmail(aws, `${name}@example.com`);
  await install(aws, ...more);
  aws.sandbox.journal.clear();
  return aws;
}

describe('with custom:old_sub', () => {
  test('the number is exact, with two more requests and one fewer', async () => {
    const aws = await installed('--add-old-sub');
    await addMoved(aws, 'one@example.com');
    // Somebody else has the name of a user who has not moved.
    await byEmail(aws, 'two@example.com', { pool: aws.newPool });
    aws.sandbox.journal.clear();
    const dry = json(await runCli(teardownOf(aws, '--dry-run', '--json')));
    expect(dry.users).toEqual({ moved: 1, notMoved: 3, complete: true, basis: 'old-sub' });
    expect(counting(aws)).toEqual(['ListUsers', 'ListUsers']);
    const { stdout } = await runCli(teardownOf(aws, '--dry-run'));
    expect(stdout).toContain('Users who have moved stay in customers (1).');
    expect(stdout).toMatch(
      /! 3 users of legacy-users have not moved yet\. After teardown, they will no longer be able to sign in/,
    );
    const result = json(await runCli(teardownOf(aws, '--yes', '--json')));
    expect(result.users).toEqual(dry.users);
  });

  test('a user who moved and is in the new pool twice counts once', async () => {
    const aws = await installed('--add-old-sub');
    await addMoved(aws, 'one@example.com');
    await addMoved(aws, 'one@example.com', 'again@example.com');
    const { users } = json(await runCli(teardownOf(aws, '--dry-run', '--json')));
    expect(users).toMatchObject({ moved: 1, notMoved: 3, basis: 'old-sub' });
  });
});

test('without custom:old_sub, it is a guess from names, and says so', async () => {
  const aws = await installed();
  await byEmail(aws, 'one@example.com', { pool: aws.newPool });
  const { users } = json(await runCli(teardownOf(aws, '--dry-run', '--json')));
  expect(users).toEqual({ moved: 1, notMoved: 3, complete: true, basis: 'names' });
  const { stdout } = await runCli(teardownOf(aws, '--dry-run'));
  expect(stdout).toContain('Users who have moved stay in customers (probably 1: customers has their names).');
  expect(stdout).toContain('Probably 3 users of legacy-users have not moved yet.');
});

test('with --find-by, the old pool is read once', async () => {
  const aws = await startLocalAws();
  const old = await aws.addPool('by-name', { AutoVerifiedAttributes: ['email'] });
  const { code, stderr } = await runCli([
    ...['init', '--old-user-pool-id', old, '--new-user-pool-id', aws.newPool, ...aws.where],
    ...['--new-client-id', aws.clients.web, '--find-by', 'email', '--yes'],
  ]);
  expect(code, stderr).toBe(0);
  aws.sandbox.journal.clear();
  expect((await runCli(teardownOf(aws, '--dry-run'))).code).toBe(0);
  expect(counting(aws)).toEqual(['ListUsers', 'ListUsers']);
});

describe('in bounds', () => {
  test('a pool that takes longer than two minutes is not read: two estimates, and the command that counts', async () => {
    const aws = await startLocalAws();
    const old = await aws.addPool('large', { UsernameAttributes: ['email'] });
    generateUsers(aws.sandbox.world, old, 100_000, 'Some-password-1');
    const { code, stderr } = await runCli([
      ...['init', '--old-user-pool-id', old, '--new-user-pool-id', aws.newPool, ...aws.where],
      ...['--new-client-id', aws.clients.web, '--yes'],
    ]);
    expect(code, stderr).toBe(0);
    aws.sandbox.journal.clear();
    const { stdout } = await runCli(teardownOf(aws, '--dry-run'));
    expect(counting(aws)).toEqual(['FilterLogEvents']);
    expect(stdout).toContain('Nobody has moved to customers yet, by the count of the function.');
    expect(stdout).toContain('About 100,000 users of large have not moved yet.');
    expect(stdout).toContain('To count them, and see who can still move:  cognito-migrate users');
    const { users } = json(await runCli(teardownOf(aws, '--dry-run', '--json')));
    expect(users).toEqual({ moved: 0, notMoved: 100_000, complete: true, basis: 'log' });
    // What the log no longer holds is still in the metrics.
    const { world } = aws.sandbox;
    const at = world.now() - 90 * 86_400_000;
    const metric = {
      namespace: 'CognitoMigrate',
      name: 'Migrated',
      dimensions: { newUserPoolId: aws.newPool },
    };
    putSamples({ world, account, region }, metric, [oneSample(at, 60_000, 'Count')]);
    aws.sandbox.journal.clear();
    const later = json(await runCli(teardownOf(aws, '--dry-run', '--json')));
    expect(later.users).toEqual({ moved: 60_000, notMoved: 40_000, complete: true, basis: 'log' });
    expect(counting(aws)).toEqual([]);
    // A user whom Cognito refuses to create is handed over at each sign-in.
    putSamples({ world, account, region }, metric, [oneSample(at, 50_000, 'Count')]);
    const more = json(await runCli(teardownOf(aws, '--dry-run', '--json')));
    expect(more.users).toEqual({ moved: 110_000, notMoved: null, complete: true, basis: 'log' });
    const said = (await runCli(teardownOf(aws, '--dry-run'))).stdout;
    expect(said).toContain("It is unknown how many users haven't moved yet.");
    aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'GetMetricData', times: 10 });
    const denied = json(await runCli(teardownOf(aws, '--dry-run', '--json')));
    expect(denied.users).toEqual(users);
  });

  test('a pool of one chain is read at 12 requests a second', async () => {
    const aws = await startLocalAws();
    const old = await aws.addPool('middle', { UsernameAttributes: ['email'] });
    generateUsers(aws.sandbox.world, old, 19_000, 'Some-password-1');
    const { code, stderr } = await runCli([
      ...['init', '--old-user-pool-id', old, '--new-user-pool-id', aws.newPool, ...aws.where],
      ...['--new-client-id', aws.clients.web, '--yes'],
    ]);
    expect(code, stderr).toBe(0);
    aws.sandbox.journal.clear();
    const clock = fakeClock();
    const before = clock.now();
    const fake = fakeIo();
    const result = await runCli(teardownOf(aws, '--dry-run', '--json'), {
      ...fake,
      io: { ...fake.io, clock },
    });
    expect(json(result).users).toMatchObject({ moved: 0, notMoved: 19_000 });
    expect(counting(aws).length).toBe(Math.ceil(19_000 / 60) + 1);
    // 12 requests a second, however many the account allows.
    expect((clock.now() - before) / 1000).toBeCloseTo(317 / 12, 0);
  });
});

describe('never slows a teardown down', () => {
  test('if requests are throttled: after two minutes it is two estimates', async () => {
    const aws = await startLocalAws();
    const old = await aws.addPool('throttled', { UsernameAttributes: ['email'] });
    generateUsers(aws.sandbox.world, old, 18_000, 'Some-password-1');
    const { code, stderr } = await runCli([
      ...['init', '--old-user-pool-id', old, '--new-user-pool-id', aws.newPool, ...aws.where],
      ...['--new-client-id', aws.clients.web, '--yes'],
    ]);
    expect(code, stderr).toBe(0);
    let requests = 0;
    aws.sandbox.faults.add({
      kind: 'throttle',
      operation: 'ListUsers',
      times: 10_000,
      predicate() {
        requests += 1;
        return requests % 2 === 0;
      },
    });
    const clock = fakeClock();
    const before = clock.now();
    const fake = fakeIo();
    const result = await runCli(teardownOf(aws, '--dry-run', '--json'), {
      ...fake,
      io: { ...fake.io, clock },
    });
    expect(json(result).users).toEqual({ moved: 0, notMoved: 18_000, complete: true, basis: 'log' });
    expect((clock.now() - before) / 1000).toBeLessThan(130);
  });
});

describe('never stops a teardown', () => {
  test.each(['old', 'new'] as const)('if the %s pool may not be listed', async (side) => {
    const aws = await installed();
    aws.sandbox.faults.add({
      kind: 'access-denied',
      operation: 'ListUsers',
      times: 10,
      predicate: ({ input }) => input.UserPoolId === (side === 'old' ? aws.oldPool : aws.newPool),
    });
    const result = await runCli(teardownOf(aws, '--yes', '--json'));
    expect(result.code).toBe(0);
    const { users, notes } = json(result);
    expect(users).toEqual({ moved: 0, notMoved: 4, complete: true, basis: 'log' });
    expect(JSON.stringify(notes)).toContain('Cannot check both pools for users who have moved');
  });

  test('if a part of a pool cannot be read: a part is no count', async () => {
    const aws = await installed();
    for (let number = 0; number < 61; number += 1) await byEmail(aws, `user${number}@example.com`);
    aws.sandbox.faults.add({ kind: 'internal-error', operation: 'ListUsers', skip: 2, times: 10_000 });
    const result = await runCli(teardownOf(aws, '--yes', '--json'));
    expect(result.code).toBe(0);
    expect(json(result).users).toEqual({ moved: 0, notMoved: 65, complete: true, basis: 'log' });
  });

  test('if both pools and the log are unreadable', async () => {
    const aws = await installed();
    for (const operation of ['ListUsers', 'FilterLogEvents'])
      aws.sandbox.faults.add({ kind: 'access-denied', operation, times: 10 });
    const result = await runCli(teardownOf(aws, '--yes', '--json'));
    expect(result.code).toBe(0);
    expect(json(result).users).toEqual({ moved: 0, notMoved: null, complete: false, basis: 'log' });
    const user = new AdminGetUserCommand({ UserPoolId: aws.oldPool, Username: 'one@example.com' });
    expect((await aws.sdk.idp.send(user)).Enabled).toBe(true);
  });
});
