/** "Ready" and a healthy status are promises to users: neither is given while no app client accepts passwords. */
import {
  DeleteUserPoolClientCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { RemovePermissionCommand } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { cli, json } from '../cli/fake-io.ts';
import { type Ground, startGround } from '../cli/support.ts';
import { namesOf } from '../support/two-pools.ts';

const stuck = 8;
const unhealthy = 5;

/** init without an app client; both clients for people have SRP only. */
async function setUp(...more: string[]): Promise<{ ground: Ground; ended: Awaited<ReturnType<typeof cli>> }> {
  const ground = await startGround();
  return { ground, ended: await cli(ground.init('--yes', ...more)) };
}

test('init sets everything up, says that nobody can move yet, and ends with 8, again and again', async () => {
  const { ground, ended } = await setUp();
  expect(ended.code).toBe(stuck);
  expect(ended.out).toContain('Set up, but nobody can move yet: no app client of the new pool accepts');
  expect(ended.out).toContain('cognito-migrate init --new-client-id ID');
  expect(ended.out).not.toContain('Ready.');
  expect((await ground.pool(ground.new)).LambdaConfig?.UserMigration).toBeDefined();

  const again = await cli(ground.init('--yes', '--json'));
  expect(again.code).toBe(stuck);
  expect(json(again)).toMatchObject({ ok: true, code: 'NOBODY_CAN_MOVE', changes: 0 });
});

test('init --accept CM202 ends with 0, and does not say "Ready" either', async () => {
  const { ended } = await setUp('--accept', 'CM202');
  expect(ended.code).toBe(0);
  expect(ended.out).toContain('nobody can move yet');
  expect(ended.out).not.toContain('Ready.');
});

test('--all-new-clients that matches no app client is no better', async () => {
  const ground = await startGround();
  for (const ClientId of [ground.clients.web, ground.clients.ios])
    await ground.sdk.idp.send(new DeleteUserPoolClientCommand({ UserPoolId: ground.new, ClientId }));
  const ended = await cli(ground.init('--yes', '--all-new-clients'));
  expect(ended.code).toBe(stuck);
  expect(ended.out).toContain('nobody can move yet');
});

test('status ends with 8 while everything is in place and nobody can move; drift comes first', async () => {
  const { ground } = await setUp();
  const seen = await cli(['status', ...ground.where, '--json']);
  expect(seen.code).toBe(stuck);
  expect(json(seen)).toMatchObject({ code: 'NOBODY_CAN_MOVE', healthy: false, installed: true });
  const text = await cli(['status', ...ground.where]);
  expect(text.out).toContain('Set up, but nobody can move yet');

  const FunctionName = `cognito-migrate-${ground.new}`;
  await ground.sdk.lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: 'cognito-migrate' }));
  const drifted = await cli(['status', ...ground.where, '--json']);
  expect(drifted.code).toBe(unhealthy);
  expect(json(drifted)).not.toHaveProperty('code');
});

test('an app client to which somebody gave the flow is enough', async () => {
  const ground = await startGround();
  await ground.sdk.idp.send(
    new UpdateUserPoolClientCommand({
      UserPoolId: ground.new,
      ClientId: ground.clients.ios,
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
    }),
  );
  const ended = await cli(ground.init('--yes'));
  expect(ended.code).toBe(0);
  expect(ended.out).toContain('Ready.');
  expect((await cli(['status', ...ground.where])).code).toBe(0);
});

test('without the right to read app clients nothing is claimed', async () => {
  const { ground } = await setUp();
  ground.sandbox.faults.inject({
    kind: 'access-denied',
    service: 'cognito-idp',
    operation: 'DescribeUserPoolClient',
    predicate: ({ input }) => Object(input).UserPoolId === ground.new,
    times: 9,
  });
  ground.sandbox.journal.clear();
  expect((await cli(['status', ...ground.where])).code).toBe(0);
  expect(namesOf(ground.sandbox.journal.writes())).toEqual([]);
});
