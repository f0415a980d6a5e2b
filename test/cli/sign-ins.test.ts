/** sign-ins: an app that uses SRP, one that has switched, one with managed login, and what each source can tell. */
import { describe, expect, test } from 'vitest';
import { putSignIns } from '../support/control.ts';
import { account, type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { fakeIo, json, runCli } from '../support/run-cli.ts';

const minute = 60_000;
const hour = 60 * minute;

/** The program and the local AWS have one clock: LookupEvents allows two calls a second. */
async function scene() {
  const io = fakeIo();
  const aws = await startLocalAws({ now: io.io.clock.now });
  const now = io.io.clock.now();
  const run = (...more: readonly string[]) =>
    runCli(['sign-ins', '--new-user-pool-id', aws.newPool, ...aws.where, ...more], io);
  return { aws, io, now, run };
}

const put = (aws: LocalAws, now: number, clientId: string, body: object): Promise<void> =>
  putSignIns(aws.sandbox, account, { clientId, from: now - 4 * minute, to: now - minute, ...body });

const clientIn = (document: Record<string, unknown>, id: string): unknown =>
  Array.isArray(document.clients) ? document.clients.find((one) => Object(one).id === id) : undefined;

describe('the verdict', () => {
  test('an app that uses SRP: the numbers, when, and the line of code', async () => {
    const { aws, now, run } = await scene();
    await put(aws, now, aws.clients.web, { count: 214, successes: 0, flow: 'USER_SRP_AUTH' });
    const { code, stdout: out } = await run();
    expect(code).toBe(0);
    expect(out).toContain('web: 214 with USER_SRP_AUTH, 0 with USER_PASSWORD_AUTH, 11:56–11:59 UTC');
    expect(out).toContain('Cognito counted 214 attempts, 0 successful.');
    expect(out).toContain("This app hasn't switched yet.");
    expect(out).toContain("authFlowType: 'USER_PASSWORD_AUTH'");
    expect(out).toContain('0 sign-ins reached the function.');
    expect(out).toMatch(/InitiateAuth {2}11:00–12:00 UTC\n/);
  });

  test.each([
    ['switched', [{ count: 40, flow: 'USER_PASSWORD_AUTH' }]],
    [
      'partly-switched',
      [
        { count: 40, flow: 'USER_PASSWORD_AUTH' },
        { count: 3, flow: 'USER_SRP_AUTH' },
      ],
    ],
    ['managed-login', [{ count: 25, operation: 'Login_POST' }]],
    ['choice-based', [{ count: 25, flow: 'USER_AUTH' }]],
    ['too-few', [{ count: 19, flow: 'USER_SRP_AUTH' }]],
    ['unknown', [{ count: 25, flow: 'NEW_FLOW_2030' }]],
    ['no-sign-ins', [{ count: 25, operation: 'ForgotPassword', successes: 0 }]],
    ['no-sign-ins', [{ count: 500, flow: 'REFRESH_TOKEN_AUTH' }]],
  ])('%s', async (verdict, puts) => {
    const { aws, now, run } = await scene();
    for (const body of puts) await put(aws, now, aws.clients.web, body);
    expect(clientIn(json(await run('--json')), aws.clients.web)).toMatchObject({ verdict });
  });

  test('sign-ins of other pools in the same history are left out', async () => {
    const { aws, now, run } = await scene();
    const pool = await aws.addPool('other');
    const other = await aws.addClient(pool, 'elsewhere');
    await put(aws, now, other, { count: 300, flow: 'USER_SRP_AUTH' });
    const { stdout: out } = await run();
    expect(out).not.toContain('elsewhere');
    expect(out).toContain('Without sign-ins: ');
  });
});

describe('what is read', () => {
  test('of a million sign-ins the newest, and the window says so', async () => {
    const { aws, now, run } = await scene();
    await put(aws, now, aws.clients.web, {
      ...{ count: 1_000_000, successes: 0, flow: 'USER_SRP_AUTH' },
      ...{ from: now - 50 * minute, to: now },
    });
    aws.sandbox.journal.clear();
    const document = json(await run('--json'));
    const looked = aws.sandbox.journal.names().filter((name) => name === 'cloudtrail:LookupEvents');
    expect(looked).toHaveLength(12 + 4);
    expect(clientIn(document, aws.clients.web)).toMatchObject({
      ...{ verdict: 'not-switched', attempts: 1_000_000, successes: 0 },
      flows: [{ flow: 'USER_SRP_AUTH', count: 600 }],
    });
    const initiate = Array.isArray(document.covered) ? document.covered[0] : undefined;
    expect(initiate).toMatchObject({ event: 'InitiateAuth', complete: false });
    expect(Date.parse(Object(initiate).from)).toBeGreaterThan(now - 10_000);
  });

  test('an event history of 90 days does not cover the 120 that were asked for', async () => {
    const { now, run } = await scene();
    const { covered } = json(await run('--json', '--since', '120d'));
    const from = new Date(now - 90 * 24 * hour).toISOString();
    expect(covered).toContainEqual(expect.objectContaining({ event: 'InitiateAuth', from, complete: true }));
  });

  test('without LookupEvents, failures that never reach the function still tell', async () => {
    const { aws, now, run } = await scene();
    await put(aws, now, aws.clients.web, { count: 400, successes: 0, flow: 'USER_SRP_AUTH' });
    aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'LookupEvents', times: 100 });
    const { code, stdout: out } = await run();
    expect(code).toBe(0);
    expect(out).toContain('web: 400 attempts, 0 successful');
    expect(out).toContain('This app probably uses SRP.');
    expect(out).toContain('cloudtrail:LookupEvents');
  });

  test('without metrics, the events tell', async () => {
    const { aws, now, run } = await scene();
    await put(aws, now, aws.clients.web, { count: 40, flow: 'USER_PASSWORD_AUTH' });
    aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'GetMetricData', times: 100 });
    const document = json(await run('--json'));
    expect(document).toMatchObject({ reachedFunction: null, unread: ['ACCESS_DENIED'] });
    expect(clientIn(document, aws.clients.web)).toMatchObject({ verdict: 'switched', attempts: null });
  });

  test('without both, each client is unknown; without the list of clients there is nothing to tell', async () => {
    const { aws, now, run } = await scene();
    await put(aws, now, aws.clients.web, { count: 40, flow: 'USER_SRP_AUTH' });
    for (const operation of ['GetMetricData', 'LookupEvents'])
      aws.sandbox.faults.inject({ kind: 'access-denied', operation, times: 100 });
    const document = json(await run('--json'));
    expect(document).toMatchObject({ reachedFunction: null, unread: ['ACCESS_DENIED', 'ACCESS_DENIED'] });
    expect(clientIn(document, aws.clients.web)).toMatchObject({ attempts: null, successes: null, flows: [] });
    aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'ListUserPoolClients', times: 100 });
    const denied = await run();
    expect(denied.code).toBe(3);
    expect(denied.stderr).toContain('cognito-idp:ListUserPoolClients');
  });

  test('fits in 50 columns', async () => {
    const { aws, io, now, run } = await scene();
    Object.assign(io.io.stdout, { columns: 50 });
    await put(aws, now, aws.clients.web, { count: 214, successes: 0, flow: 'USER_SRP_AUTH' });
    const { stdout } = await run();
    expect(stdout.split('\n').filter((line) => line.length > 50)).toEqual([]);
  });

  test('no sub, address, or user agent is shown', async () => {
    const { aws, now, run } = await scene();
    await put(aws, now, aws.clients.web, { count: 40, flow: 'USER_PASSWORD_AUTH' });
    const { stdout: out } = await run('--json');
    expect(out).not.toMatch(/192\.0\.2\.1|aws-sdk-js|sub/);
  });
});

describe('--since', () => {
  test.each([
    ['2026-11-23', 'must be in the past'],
    ['2025-01-01', 'must be within the last 15 months'],
    ['yesterday', 'must be a time, such as 30m'],
  ])('%s is refused before any call', async (since, reason) => {
    const { aws, run } = await scene();
    const { code, stderr: err } = await run('--since', since);
    expect(code).toBe(2);
    expect(err).toContain(reason);
    expect(aws.sandbox.journal.calls).toEqual([]);
  });

  test.each([
    ['1h', 'no-sign-ins'],
    ['2d', 'not-switched'],
  ])('%s: what is older is left out', async (since, verdict) => {
    const { aws, now, run } = await scene();
    await put(aws, now, aws.clients.web, {
      ...{ count: 40, flow: 'USER_SRP_AUTH' },
      ...{ from: now - 30 * hour, to: now - 29 * hour },
    });
    const document = json(await run('--json', '--since', since));
    expect(clientIn(document, aws.clients.web)).toMatchObject({ verdict });
  });
});
