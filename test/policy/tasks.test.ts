/** What a task needs on the days that the journey does not have: its own document, and no other, lets it through. */
import { rm } from 'node:fs/promises';
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminGetUserCommand,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import type { PolicyTask } from '../../src/core/permission.ts';
import { plantPoolFields } from '../../src/sandbox/services/cognito/index.ts';
import { cognitoSettings } from '../../src/sandbox/services/cognito/settings.ts';
import { fakeClock } from '../support/clock.ts';
import { account, type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { type CliResult, fakeIo, json, runCli } from '../support/run-cli.ts';

import { partnerOf } from './journey.ts';
import { as, operatorRole } from './operator.ts';

const srp = { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH' as const, 'ALLOW_REFRESH_TOKEN_AUTH' as const] };

const poolsOf = (aws: LocalAws): string[] => [
  ...['--old-user-pool-id', aws.oldPool, '--new-user-pool-id', aws.newPool],
  ...aws.where,
];

/** Runs commands as the operator of these tasks. */
async function operatorOf(aws: LocalAws, ...tasks: readonly PolicyTask[]) {
  const wanted = tasks.flatMap((one) => ['--for', one]);
  const printed = json(await runCli(['policy', ...poolsOf(aws), ...wanted, '--json']));
  const task = tasks.join('-');
  const { policy } = printed;
  if (typeof policy !== 'object' || policy === null) throw new Error('no policy');
  const role = await operatorRole(aws.sandbox, account, [account], task);
  await role.allow(policy);
  const keys = await role.session();
  const caller = `arn:aws:sts::${account}:assumed-role/${task}/`;
  const actions = () =>
    aws.sandbox.journal.calls
      .filter((call) => call.caller.startsWith(caller))
      .flatMap((call) => call.actions);
  return {
    run: (argv: readonly string[], io = fakeIo()): Promise<CliResult> => as(keys, () => runCli(argv, io)),
    denied: (): string[] =>
      actions().flatMap(({ action, resource, allowed }) => (allowed ? [] : [`${action} on ${resource}`])),
    used: (): ReadonlySet<string> => new Set(actions().map(({ action }) => action)),
  };
}

describe('--for init', () => {
  test('takes the record of an app client that AWS refuses off the function again', async () => {
    const aws = await startLocalAws();
    const broken = await aws.addClient(aws.newPool, 'shop', {
      ...srp,
      SupportedIdentityProviders: ['COGNITO', 'SignInWithApple'],
    });
    cognitoSettings(aws.sandbox.world).deletedIdentityProviders = ['SignInWithApple'];
    const operator = await operatorOf(aws, 'init');
    const chosen = [aws.clients.web, broken].flatMap((id) => ['--new-client-id', id]);
    const result = await operator.run(aws.init('--yes', ...chosen));
    expect(result.code).toBe(7);
    expect(operator.denied()).toEqual([]);
    expect(operator.used()).toContain('lambda:UntagResource');
  });

  test('deletes its own app client when another run was faster', async () => {
    const aws = await startLocalAws();
    const operator = await operatorOf(aws, 'init');
    const { faults } = aws.sandbox;
    const stop = faults.onCall('before', async ({ operation, input }) => {
      if (operation !== 'CreateUserPoolClient') return;
      stop();
      await aws.sdk.idp.send(
        new CreateUserPoolClientCommand({
          UserPoolId: aws.oldPool,
          ClientName: String(input.ClientName),
          ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
        }),
      );
    });
    const result = await operator.run(aws.init('--yes', '--new-client-id', aws.clients.web));
    expect(result.code, result.stderr).toBe(0);
    expect(operator.denied()).toEqual([]);
    expect(operator.used()).toContain('cognito-idp:DeleteUserPoolClient');
  });
});

describe('--for watch', () => {
  test('looks for the app client that try is not told, and for a migration without its state file', async () => {
    const aws = await startLocalAws();
    expect((await runCli(aws.init('--yes', '--all-new-clients'))).code).toBe(0);
    await rm(aws.file);
    const operator = await operatorOf(aws, 'watch');
    const status = await operator.run(['status', ...poolsOf(aws), '--probe']);
    expect(status.code, status.stderr).toBe(0);
    const io = fakeIo();
    io.stdin.end(`${aws.user.password}\n`);
    const trying = [
      'try',
      ...poolsOf(aws),
      '--username',
      aws.user.username,
      '--password-stdin',
      '--for-real',
    ];
    expect((await operator.run(trying, io)).stderr).toContain('--client-id');
    expect(operator.denied()).toEqual([]);
    expect(operator.used()).toContain('cognito-idp:ListUserPoolClients');
  });
});

describe('--for finish', () => {
  test('removes one record of several from a tag, without the state file', async () => {
    const aws = await startLocalAws();
    for (let count = 0; count < 5; count += 1) await aws.addClient(aws.newPool, `app-${count}`, srp);
    // Beside so many tags, the function has no room for one tag for each app client.
    const tags = Array.from({ length: 44 }, (_, number) => ['--tag', `cost-${number}=42`]).flat();
    expect((await runCli(aws.init('--yes', '--all-new-clients', ...tags))).code).toBe(0);
    await rm(aws.file);
    const operator = await operatorOf(aws, 'finish');
    const rehearsal = await operator.run(['teardown', ...poolsOf(aws), '--dry-run']);
    expect(rehearsal.code, rehearsal.stderr).toBe(0);
    const result = await operator.run(['teardown', ...poolsOf(aws), '--yes']);
    expect(result.code, result.stderr).toBe(0);
    expect(operator.denied()).toEqual([]);
    expect(operator.used()).toContain('lambda:TagResource'); // one tag holds the records of nine
  });

  /** With a sign-in, so that the flows matter. The program and the local AWS have one clock. */
  async function withSignIn() {
    const io = fakeIo();
    const aws = await startLocalAws({ now: io.io.clock.now });
    expect((await runCli(aws.init('--yes', '--all-new-clients'))).code).toBe(0);
    await aws.sdk.idp.send(
      new InitiateAuthCommand({
        ClientId: aws.clients.web,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: aws.user.username, PASSWORD: aws.user.password },
      }),
    );
    return { aws, io };
  }

  const finishing = (aws: LocalAws) => ['finish', ...poolsOf(aws), '--yes', '--end-password-sign-in'];

  test('turns password sign-in off, and cannot tell who uses it', async () => {
    const { aws, io } = await withSignIn();
    const operator = await operatorOf(aws, 'finish');
    const result = await operator.run(finishing(aws), io);
    expect(result.code, result.stderr).toBe(0);
    expect(operator.denied()).toEqual(['cloudtrail:LookupEvents on *']);
  });

  test('removes the migration too, in one document', async () => {
    const { aws, io } = await withSignIn();
    const operator = await operatorOf(aws, 'finish');
    const result = await operator.run([...finishing(aws), '--end-migration', '--no-report'], io);
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toContain('Nothing of this migration is left.');
    expect(operator.denied()).toEqual(['cloudtrail:LookupEvents on *']);
    const printed = json(await runCli(['policy', ...poolsOf(aws), '--for', 'finish', '--json']));
    expect(printed.size).toBeLessThan(6_144);
  });

  test('with --for import, it imports the rest', async () => {
    const clock = fakeClock();
    const aws = await startLocalAws({
      now: clock.now,
      sleep: clock.sleep,
      delays: { importStart: 2_000, importRow: 33 },
    });
    plantPoolFields(aws.sandbox.world, aws.newPool, { AutoVerifiedAttributes: ['email'] });
    expect((await runCli(aws.init('--yes', '--all-new-clients'), { clock })).code).toBe(0);
    const rest = ['--import-ends-old-passwords', '--end-migration', '--no-report', '--json'];
    const alone = await operatorOf(aws, 'finish');
    const refused = await alone.run([...finishing(aws), ...rest], fakeIo({ clock }));
    expect(refused.code).toBe(3);
    expect(alone.denied()).toContainEqual(expect.stringContaining('cognito-idp:ListUserImportJobs'));
    const operator = await operatorOf(aws, 'finish', 'import', 'sign-ins');
    const result = await operator.run([...finishing(aws), ...rest], fakeIo({ clock }));
    expect(result.code, result.stderr).toBe(0);
    expect(json(result)).toMatchObject({ import: { imported: 1 }, parts: { teardown: 'removed' } });
    expect(operator.denied()).toEqual([]);
  });

  test('with --for sign-ins, it can tell', async () => {
    const { aws, io } = await withSignIn();
    const operator = await operatorOf(aws, 'finish', 'sign-ins');
    const result = await operator.run([...finishing(aws), '--json'], io);
    expect(result.code, result.stderr).toBe(0);
    expect(json(result).unread).toEqual([]);
    expect(operator.used()).toContain('cloudtrail:LookupEvents');
    expect(operator.denied()).toEqual([]);
  });
});

describe('--for sign-ins', () => {
  test('reads how apps sign in, and nothing else; the whole policy does not', async () => {
    const io = fakeIo();
    const aws = await startLocalAws({ now: io.io.clock.now });
    const operator = await operatorOf(aws, 'sign-ins');
    const result = await operator.run(['sign-ins', '--new-user-pool-id', aws.newPool, ...aws.where], io);
    expect(result.code).toBe(0);
    expect(operator.denied()).toEqual([]);
    expect([...operator.used()].toSorted()).toEqual([
      'cloudtrail:LookupEvents',
      'cloudwatch:GetMetricData',
      'cognito-idp:ListUserPoolClients',
    ]);
    expect(printedActions(await runCli(['policy', ...poolsOf(aws), '--for', 'sign-ins', '--json']))).toEqual([
      'cloudtrail:LookupEvents',
      'cloudwatch:GetMetricData',
      'cognito-idp:ListUserPoolClients',
    ]);
    expect(printedActions(await runCli(['policy', ...poolsOf(aws), '--json']))).not.toContain(
      'cloudtrail:LookupEvents',
    );
  });
});

describe('--for sync', () => {
  test.each([
    ['adds a lacked group', [], '1 user has got 1 group.', []],
    [
      'adds a lacked group and disables an old user',
      ['--move-once', 'disable'],
      '1 old user has been disabled.',
      ['cognito-idp:AdminDisableUser', 'cognito-idp:AdminGetUser', 'cognito-idp:ListUsers'],
    ],
    [
      'adds a lacked group and marks an old user',
      ['--move-once', 'mark'],
      '1 old user has been marked.',
      ['cognito-idp:AdminUpdateUserAttributes', 'cognito-idp:AdminGetUser', 'cognito-idp:ListUsers'],
    ],
  ])('%s, and allows nothing that a run does not use', async (_, moveOnce, ends, onOldPool) => {
    const clock = fakeClock();
    const aws = await startLocalAws({ now: clock.now, sleep: clock.sleep });
    plantPoolFields(aws.sandbox.world, aws.newPool, {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    });
    const { idp } = aws.sdk;
    const member = { UserPoolId: aws.oldPool, Username: aws.user.username, GroupName: 'admins' };
    await idp.send(new CreateGroupCommand(member));
    await idp.send(new AdminAddUserToGroupCommand(member));
    // Its attribute mapping is read: a provider must not write the old sub.
    await idp.send(partnerOf(aws.newPool));
    const flags = ['--new-client-id', aws.clients.web, '--add-old-sub', '--groups', 'all', ...moveOnce];
    const made = await runCli(aws.init(...flags, '--yes'), { clock });
    expect(made.code, made.stderr).toBe(0);
    const old = await idp.send(new AdminGetUserCommand(member));
    const sub = old.UserAttributes?.find(({ Name }) => Name === 'sub')?.Value;
    await idp.send(
      new AdminCreateUserCommand({
        UserPoolId: aws.newPool,
        Username: aws.user.username,
        MessageAction: 'SUPPRESS',
        UserAttributes: [{ Name: 'custom:old_sub', Value: sub }],
      }),
    );
    clock.advance(60 * 60_000);
    const operator = await operatorOf(aws, 'sync');
    const failed = await operator.run(['sync', ...poolsOf(aws)], fakeIo({ clock }));
    expect(failed.code, failed.stderr).toBe(0);
    const result = await operator.run(['sync', ...poolsOf(aws), '--all', '--yes'], fakeIo({ clock }));
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toContain('1 user has got 1 group.');
    expect(result.stdout).toContain(ends);
    expect(operator.denied()).toEqual([]);
    const printed = await runCli(['policy', ...poolsOf(aws), '--for', 'sync', '--json']);
    expect(json(printed).size).toBeLessThan(6_144);
    // A tag that GetFunction withholds is read with lambda:ListTags.
    const used = operator.used();
    expect(printedActions(printed).filter((action) => !used.has(action))).toEqual([]);
    const half = await runCli(['policy', ...poolsOf(aws), '--for', 'sync', '--side', 'old', '--json']);
    expect(printedActions(half)).toEqual(expect.arrayContaining(onOldPool));
    const whole = printedActions(await runCli(['policy', ...poolsOf(aws), '--json']));
    for (const right of ['AddUserToGroup', 'DisableUser', 'UpdateUserAttributes'])
      expect(whole).not.toContain(`cognito-idp:Admin${right}`);
  });
});

/** Every action of a printed policy, in alphabetical order. */
function printedActions(result: CliResult): string[] {
  const statements: unknown = Object(json(result).policy).Statement;
  if (!Array.isArray(statements)) throw new Error('no statements');
  return statements.flatMap((one) => [Object(one).Action].flat().map(String)).toSorted();
}
