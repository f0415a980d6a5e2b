/** finish: which app clients lose password sign-in, on what evidence, and that nothing else changes. */
import {
  DescribeUserPoolClientCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { loadState } from '../../src/core/state.ts';
import { fakeClock } from '../support/clock.ts';
import { putSignIns } from '../support/control.ts';
import { account, type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';

const day = 86_400_000;

/** A migration with password sign-in for web and ios. The program and the local AWS have one clock. */
async function scene(days = 8) {
  const clock = fakeClock();
  const aws = await startLocalAws({ now: clock.now });
  const run = (...words: readonly string[]) => runCli([...words, ...aws.where], { clock });
  const { web, ios } = aws.clients;
  const before = { web: await settings(aws, web), ios: await settings(aws, ios) };
  const pools = ['--old-user-pool-id', aws.oldPool, '--new-user-pool-id', aws.newPool];
  const made = await run('init', ...pools, '--new-client-id', web, '--new-client-id', ios, '--yes');
  expect(made.code, made.stderr).toBe(0);
  clock.advance(days * day);
  aws.sandbox.journal.clear();
  const put = (clientId: string, body: object) => {
    const to = clock.now() - 3_600_000;
    return putSignIns(aws.sandbox, account, { clientId, from: to - day, to, ...body });
  };
  return {
    aws,
    web,
    ios,
    before,
    clock,
    put,
    run,
    finish: (...more: readonly string[]) => run('finish', ...more),
  };
}

/** Everything about an app client but the time of its last change. */
async function settings({ sdk, newPool }: LocalAws, ClientId: string): Promise<object> {
  const command = new DescribeUserPoolClientCommand({ UserPoolId: newPool, ClientId });
  const { UserPoolClient } = await sdk.idp.send(command);
  return { ...UserPoolClient, LastModifiedDate: undefined };
}

const clientsIn = (document: Record<string, unknown>) =>
  Array.isArray(document.clients) ? new Map(document.clients.map((one) => [Object(one).id, one])) : new Map();

describe('the evidence', () => {
  test('seven whole days without a sign-in, and one that still uses the flow', async () => {
    const { aws, web, ios, put, finish } = await scene();
    await put(ios, { count: 214, successes: 214, flow: 'USER_PASSWORD_AUTH' });
    await put(web, { count: 40, successes: 40, flow: 'USER_SRP_AUTH' });
    const document = json(await finish('--dry-run', '--json'));
    expect(document).toMatchObject({ command: 'finish', version: 1, dryRun: true, changes: 2, unread: [] });
    expect(clientsIn(document).get(web)).toMatchObject({ would: 'turned-off', use: 'unused', signIns: 0 });
    expect(clientsIn(document).get(ios)).toMatchObject({ would: 'turned-off', use: 'in-use', signIns: 214 });
    const { stdout } = await finish('--dry-run');
    expect(stdout).toContain('✔ web: no sign-in with USER_PASSWORD_AUTH since 2026-11-23 12:0');
    expect(stdout).toContain('! ios: used USER_PASSWORD_AUTH 214 times since');
    expect(stdout).toContain("Probably 1 user of legacy-users hasn't moved.");
    expect(stdout).toContain('can no longer move by signing in where password sign-in is off.');
    expect(aws.sandbox.journal.writes()).toEqual([]);
  });

  test.each([
    ['the flow is on for two days only', 2, {}, 'recent', 'The flow has been on only since 2026-11-22 12:0'],
    ['more events than one run reads', 8, { count: 40_000 }, 'truncated', 'Too many events: read only since'],
    ['a flow without a name', 8, { flow: 'NEW_FLOW_2030' }, 'other-flows', 'name a flow that this version'],
  ])('cannot tell: %s', async (_why, days, body, doubt, words) => {
    const { web, put, finish } = await scene(days);
    await put(web, { count: 40, successes: 40, flow: 'USER_SRP_AUTH', ...body });
    expect(clientsIn(json(await finish('--dry-run', '--json'))).get(web)).toMatchObject({
      use: 'unknown',
      doubt,
    });
    expect((await finish('--dry-run')).stdout).toContain(words);
  });

  test('cannot tell without CloudTrail, and says which permission shows it', async () => {
    const { aws, web, ios, put, finish } = await scene();
    await put(web, { count: 40, successes: 40, flow: 'USER_SRP_AUTH' });
    aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'LookupEvents', times: 100 });
    const document = json(await finish('--dry-run', '--json'));
    expect(document.unread).toEqual(['ACCESS_DENIED']);
    expect(clientsIn(document).get(web)).toMatchObject({ use: 'unknown', doubt: 'unreadable' });
    // Nobody signs in there, which the metric alone shows.
    expect(clientsIn(document).get(ios)).toMatchObject({ use: 'unused' });
    expect((await finish('--dry-run')).stdout).toContain('cognito-migrate policy --for sign-ins');
  });
});

describe('--yes', () => {
  test('turns it off, and puts back each setting as it was before init', async () => {
    const { aws, web, ios, before, finish, run } = await scene();
    const result = await finish('--yes', '--json');
    expect(result.code, result.stderr).toBe(0);
    expect(json(result)).toMatchObject({ changes: 2, undo: expect.stringContaining('cognito-migrate init') });
    expect(await settings(aws, web)).toEqual(before.web);
    expect(await settings(aws, ios)).toEqual(before.ios);
    const updated = aws.sandbox.journal.writes().map(({ operation }) => operation);
    expect(updated.filter((name) => name === 'UpdateUserPoolClient')).toHaveLength(2);
    expect(new Set(updated)).toEqual(new Set(['UpdateUserPoolClient', 'UntagResource']));
    const state = await loadState(aws.file);
    expect(state?.variables.NEW_CLIENT_IDS).toEqual([]);
    expect(Object.keys(state?.steps ?? {}).filter((name) => name.startsWith('new-clients'))).toEqual([]);
    expect(state?.finish?.clients).toMatchObject({ [web]: { name: 'web' }, [ios]: { name: 'ios' } });
    // A second run has nothing to do.
    aws.sandbox.journal.clear();
    const again = await finish('--yes');
    expect(again.stdout).toContain('No app client has password sign-in from this migration.');
    expect(aws.sandbox.journal.writes()).toEqual([]);
    const status = await run('status');
    expect(status.code).toBe(8);
    expect(status.stdout).toMatch(/Finished\. Password sign-in of the apps is off since 2026-\d\d-\d\d\./);
    expect(status.stdout).toContain('cognito-migrate teardown');
    expect(status.stdout + status.stderr).not.toContain('--new-client-id');
    // init does not turn it on again by itself, and the undo command does.
    expect((await run('init', '--yes', '--json')).code).toBe(8);
    expect(await settings(aws, web)).toEqual(before.web);
    expect((await run('init', '--new-client-id', web, '--yes')).code).toBe(0);
    expect((await aws.client(aws.newPool, web)).ExplicitAuthFlows).toContain('ALLOW_USER_PASSWORD_AUTH');
  });

  test('refuses where an app may break, before any change, unless that was agreed to', async () => {
    const { aws, ios, web, put, finish } = await scene();
    await put(ios, { count: 3, successes: 3, flow: 'USER_PASSWORD_AUTH' });
    const refused = await finish('--yes');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('Missing: --end-password-sign-in');
    expect(aws.sandbox.journal.writes()).toEqual([]);
    // The other one alone needs no more than --yes.
    expect((await finish('--yes', '--client-id', web)).code).toBe(0);
    expect((await aws.client(aws.newPool, ios)).ExplicitAuthFlows).toContain('ALLOW_USER_PASSWORD_AUTH');
    const done = await finish('--yes', '--end-password-sign-in');
    expect(done.code, done.stderr).toBe(0);
    expect(done.stdout).toContain('Done: password sign-in is off for ios.');
    expect(done.stdout).toContain(`cognito-migrate init --new-client-id ${ios}`);
  });

  test('without --yes and without a terminal, all that is missing is named at once', async () => {
    const { ios, put, finish } = await scene();
    await put(ios, { count: 3, successes: 3, flow: 'USER_PASSWORD_AUTH' });
    const { code, stderr } = await finish();
    expect(code).toBe(2);
    expect(stderr).toMatch(/Missing: --yes[\s\S]*--end-password-sign-in/);
  });
});

describe('an app client', () => {
  test('that had the flow before init keeps it, and cannot be named', async () => {
    const { aws, finish } = await scene();
    const early = await aws.addClient(aws.newPool, 'early', {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    });
    const named = await finish('--client-id', early, '--yes');
    expect(named.code).toBe(2);
    expect(named.stderr).toContain(`init has not added password sign-in to ${early}`);
    expect((await aws.client(aws.newPool, early)).ExplicitAuthFlows).toEqual(['ALLOW_USER_PASSWORD_AUTH']);
  });

  test('whose flow someone has turned off by hand is forgotten', async () => {
    const { aws, web, ios, before, run, finish } = await scene();
    await aws.sdk.idp.send(
      new UpdateUserPoolClientCommand({ ...before.web, UserPoolId: aws.newPool, ClientId: web }),
    );
    const result = await finish('--yes');
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toContain('It was off already for web.');
    const { steps } = json(await run('status', '--json'));
    expect(JSON.stringify(steps)).not.toContain(web);
    expect(await settings(aws, ios)).toEqual(before.ios);
  });

  test('whose only flow it is by now keeps it', async () => {
    const { aws, web, before, finish } = await scene();
    await aws.sdk.idp.send(
      new UpdateUserPoolClientCommand({
        ...{ ...before.web, UserPoolId: aws.newPool, ClientId: web },
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      }),
    );
    const { stderr, code } = await finish('--yes');
    expect(code).toBe(0);
    expect(stderr).toContain('web: keeps it, its only flow.');
    expect((await aws.client(aws.newPool, web)).ExplicitAuthFlows).toEqual(['ALLOW_USER_PASSWORD_AUTH']);
  });
});

describe('a run that ends early', () => {
  test.each(['UpdateUserPoolClient', 'UntagResource'])(
    'at %s: the next one ends in the same place',
    async (operation) => {
      const { aws, web, ios, before, finish, run } = await scene();
      aws.sandbox.faults.inject({ kind: 'access-denied', operation, times: 1 });
      expect((await finish('--yes')).code).toBe(3);
      const next = await finish('--yes');
      expect(next.code, next.stderr).toBe(0);
      expect(await settings(aws, web)).toEqual(before.web);
      expect(await settings(aws, ios)).toEqual(before.ios);
      const { steps } = json(await run('status', '--json'));
      expect(JSON.stringify(steps)).not.toContain('new-clients');
    },
  );

  test('without its state file, the tags of the function name the app clients', async () => {
    const { aws, web, ios, before, clock } = await scene();
    const words = ['finish', '--new-user-pool-id', aws.newPool, '--endpoint-url', aws.sandbox.url];
    const result = await runCli([...words, '--state', `${aws.folder}/other.json`, '--yes'], { clock });
    expect(result.code, result.stderr).toBe(0);
    expect(await settings(aws, web)).toEqual(before.web);
    expect(await settings(aws, ios)).toEqual(before.ios);
  });
});

describe('the old pool', () => {
  test('who still signs in there, and that nobody deletes it by mistake', async () => {
    const { aws, put, finish } = await scene();
    const shop = await aws.addClient(aws.oldPool, 'shop');
    await put(shop, { count: 7, successes: 7, flow: 'USER_SRP_AUTH' });
    const document = json(await finish('--dry-run', '--json'));
    expect(document.oldPool).toEqual({
      ...{ id: aws.oldPool, name: 'legacy-users', deletionProtection: false, domain: false },
      activeClients: [{ name: 'shop', attempts: 7 }],
    });
    const { stdout } = await finish('--yes');
    expect(stdout).toContain('Before you delete legacy-users');
    expect(stdout).toContain('1. Apps still sign in there in the last 30 days: shop (7 attempts).');
    expect(stdout).toContain('3. Its deletion protection is off.');
    expect(stdout).toContain('cognito-migrate users --out users.csv');
    expect(stdout).not.toContain('update-user-pool');
  });

  test('without the metrics, it is something to check', async () => {
    const { aws, finish } = await scene(2);
    await aws.addClient(aws.oldPool, 'shop');
    aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'GetMetricData', times: 100 });
    const { stdout } = await finish('--yes', '--end-password-sign-in');
    expect(stdout).toContain('1. Check who signs in there in the last 30 days');
  });

  test('with an app client that still has the flow, it is too early for the list', async () => {
    const { web, finish } = await scene();
    const { stdout } = await finish('--yes', '--client-id', web);
    expect(stdout).toContain('Done: password sign-in is off for web.');
    expect(stdout).toContain('Still on for ios.');
    expect(stdout).not.toContain('Before you delete');
  });
});

test('teardown leaves nothing afterwards', async () => {
  const { aws, web, before, finish, run } = await scene();
  expect((await finish('--yes')).code).toBe(0);
  const down = await run('teardown', '--yes', '--no-report');
  expect(down.code, down.stderr).toBe(0);
  expect(down.stdout).toContain('Nothing of this migration is left.');
  expect(await settings(aws, web)).toEqual(before.web);
});
