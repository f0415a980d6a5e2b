/** "Ready" and a healthy status are promises to users: neither is given while no app client accepts passwords. */
import {
  DeleteUserPoolClientCommand,
  type ExplicitAuthFlowsType,
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
  type UpdateUserPoolCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { RemovePermissionCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { namedPool } from '../cli/named-pool.ts';
import { type LocalAws, namesOf, startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';

const srp = { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] } satisfies {
  ExplicitAuthFlows: ExplicitAuthFlowsType[];
};

const stuck = 8;
const unhealthy = 5;

/** Both app clients for people have SRP only, and nobody moves by asking for a new password. */
async function setUp(
  ...more: string[]
): Promise<{ aws: LocalAws; ended: Awaited<ReturnType<typeof runCli>> }> {
  const aws = await startLocalAws();
  return { aws, ended: await runCli(aws.init('--yes', '--forgot-password', 'off', ...more)) };
}

test('init sets everything up, says that nobody can move yet, and ends with 8, again and again', async () => {
  const { aws, ended } = await setUp();
  expect(ended.code).toBe(stuck);
  expect(ended.stdout).toContain('Set up, but nobody can move yet: no app client of the new pool accepts');
  expect(ended.stdout).toContain('cognito-migrate init --new-client-id ID');
  expect(ended.stdout).not.toContain('Ready.');
  expect((await aws.pool(aws.newPool)).LambdaConfig?.UserMigration).toBeDefined();

  const again = await runCli(aws.init('--yes', '--json'));
  expect(again.code).toBe(stuck);
  expect(json(again)).toMatchObject({ ok: false, code: 'NOBODY_CAN_MOVE', changes: 0 });
});

test('init --accept CM202 ends with 0, and does not say "Ready" either', async () => {
  const { ended } = await setUp('--accept', 'CM202');
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain('nobody can move yet');
  expect(ended.stdout).not.toContain('Ready.');
});

test('--all-new-clients that matches no app client is no better', async () => {
  const aws = await startLocalAws();
  for (const ClientId of [aws.clients.web, aws.clients.ios])
    await aws.sdk.idp.send(new DeleteUserPoolClientCommand({ UserPoolId: aws.newPool, ClientId }));
  const ended = await runCli(aws.init('--yes', '--all-new-clients', '--forgot-password', 'off'));
  expect(ended.code).toBe(stuck);
  expect(ended.stdout).toContain('nobody can move yet');
});

test('status ends with 8 while everything is in place and nobody can move; drift comes first', async () => {
  const { aws } = await setUp();
  const seen = await runCli(['status', ...aws.where, '--json']);
  expect(seen.code).toBe(stuck);
  expect(json(seen)).toMatchObject({ code: 'NOBODY_CAN_MOVE', healthy: false, installed: true });
  const text = await runCli(['status', ...aws.where]);
  expect(text.stdout).toContain('Set up, but nobody can move yet');

  const FunctionName = `cognito-migrate-${aws.newPool}`;
  await aws.sdk.lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: 'cognito-migrate' }));
  const drifted = await runCli(['status', ...aws.where, '--json']);
  expect(drifted.code).toBe(unhealthy);
  expect(json(drifted)).not.toHaveProperty('code');
});

/** Sets the flows of the app client for phones. */
async function setFlows(aws: LocalAws, ...ExplicitAuthFlows: ExplicitAuthFlowsType[]): Promise<void> {
  await aws.sdk.idp.send(
    new UpdateUserPoolClientCommand({
      UserPoolId: aws.newPool,
      ClientId: aws.clients.ios,
      ExplicitAuthFlows,
    }),
  );
}

const admins: Partial<UpdateUserPoolCommandInput> = {
  AccountRecoverySetting: { RecoveryMechanisms: [{ Priority: 1, Name: 'admin_only' }] },
};

interface Way {
  readonly what: string;
  readonly flows?: readonly ExplicitAuthFlowsType[];
  readonly flags?: readonly string[];
  readonly pool?: Partial<UpdateUserPoolCommandInput>;
  readonly moves: 'sign-in' | 'password reset' | 'nobody';
}

/** Developer Guide, "Migrate user Lambda trigger": what fires it. */
const off = ['--forgot-password', 'off'] as const;
const ways: readonly Way[] = [
  { what: 'an app', flows: ['ALLOW_USER_PASSWORD_AUTH'], flags: off, moves: 'sign-in' },
  { what: 'an app, older name', flows: ['USER_PASSWORD_AUTH'], flags: off, moves: 'sign-in' },
  { what: 'a server', flows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'], flags: off, moves: 'sign-in' },
  { what: 'a server, older name', flows: ['ADMIN_NO_SRP_AUTH'], flags: off, moves: 'sign-in' },
  { what: 'choices only', flows: ['ALLOW_USER_AUTH'], flags: off, moves: 'nobody' },
  { what: 'SRP, passwords can be reset', moves: 'password reset' },
  { what: 'SRP, only administrators reset passwords', pool: admins, moves: 'nobody' },
  { what: 'SRP, nobody moves by a reset', flags: off, moves: 'nobody' },
];

test.each(ways)('$what: $moves', async ({ flows, flags = [], pool, moves }) => {
  const aws = await startLocalAws();
  if (flows !== undefined) await setFlows(aws, ...flows);
  if (pool !== undefined)
    await aws.sdk.idp.send(new UpdateUserPoolCommand({ UserPoolId: aws.newPool, ...pool }));
  const ended = await runCli(aws.init('--yes', ...flags));
  const seen = await runCli(['status', ...aws.where]);
  const document = json(await runCli(['status', ...aws.where, '--json']));
  const code = moves === 'sign-in' ? 0 : stuck;
  expect([ended.code, seen.code]).toEqual([code, code]);
  expect(document).toMatchObject({ healthy: moves === 'sign-in' });
  expect(ended.stdout.includes('Ready.')).toBe(moves === 'sign-in');
  const words = 'users move only when they reset their password';
  expect((ended.stdout + ended.stderr).replace(/\s+/g, ' ').includes(words)).toBe(moves === 'password reset');
  expect(JSON.stringify(document).includes(words)).toBe(moves === 'password reset');
  for (const { stdout } of [ended, seen])
    expect(stdout.includes('nobody can move yet')).toBe(moves === 'nobody');
});

const unknown = 'unknown whether any app client accepts passwords';

describe('where app clients cannot be read nothing is claimed, and that is said', () => {
  test.each(['access-denied', 'throttle', 'internal-error'] as const)('%s', async (kind) => {
    const { aws } = await setUp();
    aws.sandbox.faults.inject({
      kind,
      service: 'cognito-idp',
      operation: 'DescribeUserPoolClient',
      predicate: ({ input }) => Object(input).UserPoolId === aws.newPool,
      times: 99,
    });
    aws.sandbox.journal.clear();
    const seen = await runCli(['status', ...aws.where]);
    expect(seen.code).toBe(0);
    expect((seen.stdout + seen.stderr).replace(/\s+/g, ' ')).toContain(unknown);
    expect(namesOf(aws.sandbox.journal.writes())).toEqual([]);
  });
});

test('all app clients are looked at, however many there are', async () => {
  const { aws } = await setUp();
  for (let i = 0; i < 61; i += 1) await aws.addClient(aws.newPool, `more-${i}`, srp);
  const seen = await runCli(['status', ...aws.where]);
  expect(seen.code).toBe(stuck);
  expect((await runCli(aws.init('--yes', ...off))).code).toBe(stuck);
  await setFlows(aws, 'ALLOW_ADMIN_USER_PASSWORD_AUTH');
  expect((await runCli(['status', ...aws.where])).code).toBe(0);
});

describe('where the function would turn away every user', () => {
  /** The new pool takes addresses as names. The users of the old pool have usernames. */
  async function withUsers(count: number, email = 'none'): Promise<LocalAws> {
    const aws = await namedPool();
    for (let i = 0; i < count; i += 1)
      await aws.addUser(`user-${i}`, email === 'none' ? {} : { email, email_verified: 'true' });
    return aws;
  }
  const accepted = ['--yes', '--accept', 'CM111'] as const;

  test('init says so with 8, names no next step, and says it again when nothing is left to do', async () => {
    const aws = await withUsers(2);
    const first = await runCli(aws.init(...accepted));
    expect(first.code, first.stderr).toBe(stuck);
    expect(first.stdout).toContain('Set up, but nobody can move: the function refuses every user of');
    expect(first.stdout).not.toMatch(/Ready|Next|cognito-migrate try/);
    const again = await runCli(aws.init(...accepted, '--json'));
    expect([again.code, json(again)]).toMatchObject([
      stuck,
      { ok: false, code: 'NOBODY_CAN_MOVE', changes: 0 },
    ]);
    const known = await runCli(aws.init(...accepted, '--accept', 'CM202'));
    expect([known.code, known.stdout]).toEqual([0, expect.stringContaining('nobody can move')]);
    expect(known.stdout).not.toContain('Everything is in place');
  });

  test('init claims nothing beyond the sample', async () => {
    const aws = await withUsers(121);
    const { code, stdout, stderr } = await runCli(aws.init(...accepted));
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('the function would refuse every sampled user');
    expect(stdout).not.toContain('Ready');
    const again = await runCli(aws.init(...accepted));
    expect(again.stdout).toContain('Nothing to do, but the function would refuse every sampled user');
  });

  test('a user who would move is enough, and so is a pool without users', async () => {
    const aws = await withUsers(1, 'ana@example.com');
    const moved = await runCli(aws.init('--yes', '--find-by', 'email'));
    expect([moved.code, moved.stdout]).toEqual([0, expect.stringContaining('Ready.')]);
    const empty = await runCli((await withUsers(0)).init('--yes'));
    expect([empty.code, empty.stdout]).toEqual([0, expect.stringContaining('Ready.')]);
  });
});
