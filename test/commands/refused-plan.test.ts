/** What init would refuse is in the plan, with whose it is, and the plan ends as init would. */
import { rm } from 'node:fs/promises';
import {
  CreateUserPoolClientCommand,
  DescribeUserPoolClientCommand,
  paginateListUserPoolClients,
} from '@aws-sdk/client-cognito-identity-provider';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { clientsWithRecord } from '../../src/aws/function/flow-records.ts';
import { exitCodes } from '../../src/core/errors.ts';
import { earlierTrigger } from '../fault-injection/configurations.ts';
import { setTrigger } from '../fault-injection/drift.ts';
import { assertDone } from '../fault-injection/prove.ts';
import { account, type ConfiguredAws } from '../fault-injection/scene.ts';
import { as, operatorRole } from '../policy/operator.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { installed, scene } from './support.ts';

const { conflict, permission } = exitCodes;

/** `--replace-trigger` and `--yes` are for init. */
const planOf = ({ init }: ConfiguredAws): string[] => [
  'plan',
  ...init.slice(1).filter((word) => word !== '--yes' && word !== '--replace-trigger'),
];

test('a trigger of somebody else, before init', async () => {
  const aws = await scene('replaced');
  const { code, stdout } = await runCli(planOf(aws), aws.io);
  expect(code).toBe(conflict.code);
  expect(stdout).toMatch(/^ {2}✖ init would refuse this plan\. The reasons are at the end\.\n/);
  expect(stdout).toContain(
    `✖ There is already a trigger that this migration did not create: ${earlierTrigger}`,
  );
  expect(stdout).toContain('To replace it:  --replace-trigger');
  expect(stdout).toContain('Nothing was written. init would refuse:');
  const { stdout: printed, code: same } = await runCli([...planOf(aws), '--json'], aws.io);
  const document = JSON.parse(printed);
  expect(same).toBe(code);
  expect(document).toMatchObject({
    ok: false,
    refusals: [{ code: 'FOREIGN', exitCode: conflict.code, found: earlierTrigger }],
  });
  expect(document.items.at(-1)).toMatchObject({
    step: 'migration-trigger',
    action: 'foreign',
    owner: earlierTrigger,
  });
});

test('--replace-trigger: the plan says which function loses its place', async () => {
  const aws = await scene('replaced');
  const { code, stdout } = await runCli([...planOf(aws), '--replace-trigger'], aws.io);
  expect(code).toBe(0);
  expect(stdout).toContain(`replaces ${earlierTrigger}; teardown restores it`);
  const { items } = JSON.parse(
    (await runCli([...planOf(aws), '--replace-trigger', '--json'], aws.io)).stdout,
  );
  expect(items.at(-1)).toMatchObject({ step: 'migration-trigger', replaces: earlierTrigger });
  // Set up and repaired, it replaces nothing any longer.
  const all = await installed('replaced');
  expect((await runCli([...planOf(all), '--replace-trigger'], all.io)).stdout).not.toContain('replaces');
});

test('a function whose tags may not be read; then a trigger that came later, where all else is in place', async () => {
  const aws = await installed();
  const operator = await operatorRole(aws.sandbox, account);
  const any = { Effect: 'Allow', Action: '*', Resource: '*' };
  const no = { Effect: 'Deny', Action: 'lambda:ListTags', Resource: '*' };
  await operator.allow({ Version: '2012-10-17', Statement: [any, no] });
  aws.clock.advance(1_000);
  const keys = await operator.session();
  const unread = await as(keys, () => runCli(planOf(aws), aws.io));
  expect(unread.stdout).toContain('Cannot read the tags of the ');
  const codes = [unread.code, (await as(keys, () => runCli(aws.init, aws.io))).code];
  const down = await as(keys, () => runCli([...aws.teardown, '--dry-run', '--json'], aws.io));
  expect([...codes, down.code]).toEqual(Array(3).fill(permission.code));
  const { ok, items } = JSON.parse(down.stdout);
  expect(ok).toBe(false);
  expect(items).toContainEqual(expect.objectContaining({ step: 'lambda-function', would: 'unknown' }));

  setTrigger(aws, earlierTrigger);
  const dry = await runCli([...aws.init, '--dry-run'], aws.io);
  expect(dry.stdout).not.toContain('Everything is in place.');
  expect(dry.stdout).toContain(`it is ${earlierTrigger}`);
  const [plan, init] = [await runCli(planOf(aws), aws.io), await runCli(aws.init, aws.io)];
  expect([dry.code, plan.code, init.code]).toEqual(Array(3).fill(conflict.code));
});

async function addClients({ sdk, newPool: UserPoolId }: ConfiguredAws, count: number): Promise<void> {
  for (let index = 1; index <= count; index += 1) {
    const ClientName = `tenant ${count} ${index}`;
    await sdk.idp.send(
      new CreateUserPoolClientCommand({ UserPoolId, ClientName, ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] }),
    );
  }
}

/** Refused with both numbers, and nothing was written. */
function expectRefused(aws: ConfiguredAws, ended: CliResult, found: number, expected: number): void {
  expect(ended.code).toBe(exitCodes.usage.code);
  expect(JSON.parse(ended.stdout).error).toMatchObject({ code: 'TOO_MANY_CLIENTS', found, expected });
  expect(aws.sandbox.journal.writes()).toEqual([]);
}

/** Flows of every app client of the new pool, by ID. */
async function flowsOf({ sdk, newPool: UserPoolId }: ConfiguredAws): Promise<Map<string, readonly string[]>> {
  const clients = new Map<string, readonly string[]>();
  for await (const { UserPoolClients = [] } of paginateListUserPoolClients(
    { client: sdk.idp, pageSize: 60 },
    { UserPoolId },
  ))
    for (const { ClientId = '' } of UserPoolClients) {
      const { UserPoolClient } = await sdk.idp.send(
        new DescribeUserPoolClientCommand({ UserPoolId, ClientId }),
      );
      clients.set(ClientId, UserPoolClient?.ExplicitAuthFlows ?? []);
    }
  return clients;
}

describe('more app clients than the function’s tags can remember', () => {
  test('432 can be remembered, one more cannot, and each --tag takes the place of nine', async () => {
    const aws = await scene();
    await addClients(aws, 431);
    aws.sandbox.journal.clear();
    assertDone(await runCli(planOf(aws), aws.io));
    expectRefused(aws, await runCli([...planOf(aws), '--json', '--tag', 'cost=42'], aws.io), 432, 423);
    expectRefused(aws, await runCli([...aws.init, '--json', '--tag', 'cost=42'], aws.io), 432, 423);
  }, 120_000);

  test('those that were changed before count too', async () => {
    const aws = await installed();
    await addClients(aws, 432);
    aws.sandbox.journal.clear();
    expectRefused(aws, await runCli([...aws.init, '--json'], aws.io), 433, 432);
  }, 120_000);

  test('300 get the flow, and teardown without the state file gives each back what it had', async () => {
    const aws = await scene();
    await addClients(aws, 299);
    const before = await flowsOf(aws);
    expect(before.size).toBe(300);
    assertDone(await runCli(aws.init, aws.io));
    const given = [...(await flowsOf(aws)).values()];
    expect(given.filter((one) => one.includes('ALLOW_USER_PASSWORD_AUTH'))).toHaveLength(300);
    const { Tags = {} } = await aws.sdk.lambda.send(new GetFunctionCommand({ FunctionName: aws.name }));
    expect(Object.keys(Tags).length).toBeLessThanOrEqual(50);
    await rm(aws.state);
    assertDone(await runCli(aws.teardown, aws.io));
    expect(await flowsOf(aws)).toEqual(before);
  }, 120_000);

  test('no client is changed before its record is written, and a run that stopped there goes on', async () => {
    const aws = await scene();
    await addClients(aws, 59);
    const before = await flowsOf(aws);
    // The second write of records is lost, with the clients that waited for it.
    aws.sandbox.faults.inject({
      kind: 'access-denied',
      operation: 'TagResource',
      service: 'lambda',
      skip: 1,
      times: 9,
    });
    expect((await runCli(aws.init, aws.io)).code).toBe(permission.code);
    const hasFlow = async () =>
      [...(await flowsOf(aws))]
        .filter(([, one]) => one.includes('ALLOW_USER_PASSWORD_AUTH'))
        .map(([id]) => id);
    const { Tags = {} } = await aws.sdk.lambda.send(new GetFunctionCommand({ FunctionName: aws.name }));
    const changed = await hasFlow();
    expect(changed.length).toBeLessThan(60);
    expect(clientsWithRecord(Tags)).toEqual(expect.arrayContaining(changed));
    aws.sandbox.faults.clear();
    assertDone(await runCli(aws.init, aws.io));
    expect(await hasFlow()).toHaveLength(60);
    await rm(aws.state);
    assertDone(await runCli(aws.teardown, aws.io));
    expect(await flowsOf(aws)).toEqual(before);
  });

  test('tags of version 1.0.0, one for each client, stay beside the packed ones of a later run', async () => {
    const aws = await installed();
    await addClients(aws, 60);
    assertDone(await runCli(aws.init, aws.io));
    const { Tags = {} } = await aws.sdk.lambda.send(new GetFunctionCommand({ FunctionName: aws.name }));
    const values = Object.entries(Tags).filter(([key]) => key.startsWith('cognito-migrate:flow:'));
    expect(values.length).toBeLessThan(12);
    expect(values.filter(([, value]) => value === 'added')).toHaveLength(1);
    expect(clientsWithRecord(Tags)).toHaveLength(61);
  });
});
