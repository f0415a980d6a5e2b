/** Accounts of 10,000 pools and pools of 1,000 app clients, while AWS allows no more requests than it documents. */
import { ListGroupsCommand } from '@aws-sdk/client-cognito-identity-provider';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { screen } from '@inquirer/testing/vitest';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { choose } from '../../src/sandbox/index.ts';
import { poolById } from '../../src/sandbox/services/cognito/helpers.ts';
import { NumberedMap } from '../../src/sandbox/services/cognito/paging.ts';
import { cognitoKind } from '../../src/sandbox/services/cognito/state.ts';
import { given } from '../support/errors.ts';
import { type LocalAws, region, startLocalAws } from '../support/local-aws.ts';
import { type FakeIo, fakeIo, json, runCli } from '../support/run-cli.ts';
import { type VirtualClock, virtualClock } from '../support/virtual-clock.ts';
import { decline, goOn } from './wizard-support.ts';

const account = '111122223333';
const [pools, clients, groups] = [10_000, 1_000, 500];

interface Large {
  readonly aws: LocalAws;
  readonly clock: VirtualClock;
  /** The program at a terminal, or without one, on the clock of the local AWS. */
  io(tty: boolean): FakeIo;
  /** How often an operation was sent. */
  calls(operation: string): number;
}

const numbered = (name: string, number: number): string => `${name}-${String(number).padStart(5, '0')}`;

/** Fills the account with copies, which no request could create in a reasonable time. */
function fill({ sandbox, newPool, clients: { web } }: LocalAws): void {
  const state = sandbox.world.state(cognitoKind, account, region);
  const pool = poolById(sandbox.world, newPool);
  const client = given(pool.clients.get(web));
  for (let number = pool.clients.size; number < clients; number += 1) {
    const name = numbered('app', number);
    const config = { ...client.config, ClientName: name };
    state.seq += 1;
    pool.clients.set(name, { ...client, seq: state.seq, id: name, config });
  }
  for (let number = 0; number < groups; number += 1) {
    const name = numbered('group', number);
    state.seq += 1;
    const { created } = pool;
    pool.groups.set(name, {
      seq: state.seq,
      name,
      created,
      modified: created,
      details: {},
      members: new NumberedMap(),
    });
  }
  for (let number = state.pools.size; number < pools; number += 1) {
    state.seq += 1;
    const id = `${region}_Other${String(number).padStart(5, '0')}`;
    state.pools.set(id, { ...pool, seq: state.seq, id, name: numbered('other', number) });
  }
}

async function largeAccount(): Promise<Large> {
  const clock = virtualClock();
  const aws = await startLocalAws({ now: clock.now });
  fill(aws);
  choose(aws.sandbox.world, 'requestRates', 'documented');
  let underWay = 0;
  aws.sandbox.faults.onCall('before', () => {
    underWay += 1;
  });
  aws.sandbox.faults.onCall('after', () => {
    underWay -= 1;
  });
  clock.isBusy = () => underWay > 0;
  return {
    aws,
    clock,
    io(tty) {
      const fake = fakeIo({ tty, ...(tty && { env: { TERM: 'xterm' } }) });
      return { ...fake, io: { ...fake.io, clock } };
    },
    calls: (name) => aws.sandbox.journal.calls.filter(({ operation }) => operation === name).length,
  };
}

/** The IDs of all pools that were described. */
const describedPools = ({ sandbox }: LocalAws): string[] => {
  const described = sandbox.journal.calls.filter(({ operation }) => operation === 'DescribeUserPool');
  return [...new Set(described.map(({ input }) => String(input.UserPoolId)))].sort();
};

const refused = ({ sandbox }: LocalAws): string[] =>
  sandbox.journal.calls.flatMap(({ operation, result }) =>
    result === 'TooManyRequestsException' ? [operation] : [],
  );

/** Waits longer than other tests: the lists have hundreds of pages. */
async function answer(question: RegExp, ...keys: (string | { type: string })[]): Promise<void> {
  await vi.waitFor(() => expect(screen.getScreen()).toMatch(question), { timeout: 90_000, interval: 10 });
  for (const key of keys) {
    if (typeof key === 'string') screen.keypress(key);
    else screen.type(key.type);
  }
}

let large: Large;
beforeEach(async () => {
  large = await largeAccount();
});

describe('the wizard', () => {
  test('reads names at the pace of the quota, shows progress, and describes only the visible ones', async () => {
    const { aws, calls } = large;
    const fake = large.io(true);
    const run = runCli(['init', ...aws.where, '--region', region], fake);
    await answer(/Old user pool[\s\S]*customers/);
    expect(fake.err()).toMatch(/Reading pools in eu-west-1: [\d,]+ so far/);
    expect(fake.err()).toContain('10,000 pools. The list shows 30: type part of a name or an ID');
    expect(calls('ListUserPools')).toBe(Math.ceil(pools / 60));
    expect(calls('DescribeUserPool')).toBe(30);
    screen.type('legacy');
    await answer(/❯ legacy-users .* 1 user/, 'enter');
    await answer(/New user pool[\s\S]*customers/, { type: 'customers' });
    await answer(/customers\n❯ customers[^\n]*\n\n/, 'enter');
    // The long list is read once. Each further pool that was shown or checked takes one call, and a few its checks.
    await answer(/Which app client of the new pool may migrate users[\s\S]*❯ … none/); // Enter alone chooses nobody
    expect(calls('ListUserPools')).toBe(Math.ceil(pools / 60));
    expect(calls('DescribeUserPool')).toBeLessThanOrEqual(30 + 3);
    expect(fake.err()).toContain('1,000 app clients. Type part of a name or an ID to find one.');
    expect(calls('ListUserPoolClients')).toBe(Math.ceil(clients / 60));
    expect(calls('DescribeUserPoolClient')).toBeLessThanOrEqual(8);
    screen.type('machine');
    await answer(/❯ machine/, 'enter');
    await vi.waitFor(() => expect(fake.err()).toContain('Nobody signs in with machine: machines only'));
    await answer(/Which app client/, { type: 'app-00500' });
    await answer(/❯ app-00500 +SRP, refresh/, 'enter');
    await answer(/Which other app client[\s\S]*❯ … no other/, 'enter');
    await answer(/\? What happens when a user/);
    await goOn();
    await decline();
    expect((await run).code).toBe(130);
    expect(fake.err()).toContain('app-00500 in customers: add password sign-in');
    expect(refused(aws)).toEqual([]);
  }, 300_000);
});

describe('a check', () => {
  const args = ({ aws }: Large, command: string): string[] => [
    command,
    '--old-user-pool-id',
    aws.oldPool,
    '--new-user-pool-id',
    aws.newPool,
    ...aws.where,
  ];

  test('doctor reads every app client once, and shows progress', async () => {
    const { aws, calls } = large;
    const fake = large.io(true);
    const { code, stderr: err } = await runCli(args(large, 'doctor'), fake);
    expect(code, err).toBe(0);
    expect(err).toMatch(/Reading app clients: [\d,]+ of 1,000/);
    expect(calls('DescribeUserPoolClient')).toBe(clients);
    expect(describedPools(aws)).toEqual([aws.oldPool, aws.newPool].sort());
    expect(calls('ListUserPools')).toBe(0);
    expect(refused(aws)).toEqual([]);
  }, 300_000);

  test('status with nothing installed describes no app client', async () => {
    const { aws, calls } = large;
    const result = await runCli([...args(large, 'status'), '--json'], large.io(false));
    expect(json(result)).toMatchObject({ installed: false });
    expect(calls('DescribeUserPoolClient')).toBe(0);
    expect(refused(aws)).toEqual([]);
  }, 300_000);

  test('status reads app clients until one accepts passwords: here, none does', async () => {
    const { aws, calls } = large;
    // What an interrupted init leaves is a migration that no app client uses yet.
    await aws.sdk.iam.send(
      new CreateRoleCommand({
        RoleName: `cognito-migrate-${aws.newPool}`,
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        }),
        Tags: [
          { Key: 'cognito-migrate:pool', Value: aws.newPool },
          { Key: 'cognito-migrate:old-pool', Value: aws.oldPool },
        ],
      }),
    );
    const result = await runCli([...args(large, 'status'), '--json'], large.io(false));
    expect(json(result)).toMatchObject({ installed: true });
    expect(calls('DescribeUserPoolClient')).toBe(clients);
    expect(refused(aws)).toEqual([]);
  }, 300_000);

  test('without a terminal, try stops reading app clients once it knows that one must be named', async () => {
    const { aws, calls } = large;
    for (const client of poolById(aws.sandbox.world, aws.newPool).clients.values())
      client.config = { ...client.config, ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] };
    const words = [...args(large, 'try'), '--for-real', '--username', aws.user.username, '--no-input'];
    const { code, stderr: err } = await runCli(words, large.io(false));
    expect(code, err).toBe(2);
    expect(calls('DescribeUserPoolClient')).toBeLessThanOrEqual(30);
    expect(refused(aws)).toEqual([]);
  }, 300_000);
});

test('500 groups take nine pages, and a page reads only its own', async () => {
  const { aws } = large;
  const names: string[] = [];
  let NextToken: string | undefined;
  let requests = 0;
  do {
    const page = await aws.sdk.idp.send(new ListGroupsCommand({ UserPoolId: aws.newPool, NextToken }));
    names.push(...(page.Groups ?? []).map(({ GroupName = '' }) => GroupName));
    NextToken = page.NextToken;
    requests += 1;
    large.clock.isBusy = () => false;
    await large.clock.sleep(1_000, new AbortController().signal);
  } while (NextToken !== undefined);
  expect(names).toEqual(Array.from({ length: groups }, (_, number) => numbered('group', number)));
  expect(requests).toBe(9);
});
