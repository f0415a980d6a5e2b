/** What a task needs on the days that the journey does not have: its own document, and no other, lets it through. */
import { rm } from 'node:fs/promises';
import { CreateUserPoolClientCommand } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import type { PolicyTask } from '../../src/core/permission.ts';
import { cognitoSettings } from '../../src/sandbox/services/cognito/settings.ts';
import { type Ground, startGround } from '../cli/support.ts';
import { type CliResult, fakeIo, json, runCli } from '../support/run-cli.ts';
import { account } from '../support/two-pools.ts';
import { as, operatorRole } from './operator.ts';

const srp = { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH' as const, 'ALLOW_REFRESH_TOKEN_AUTH' as const] };

const poolsOf = (ground: Ground): string[] => [
  ...['--old-user-pool-id', ground.old, '--new-user-pool-id', ground.new],
  ...ground.where,
];

/** Runs commands as the operator of one task. */
async function operatorOf(ground: Ground, task: PolicyTask) {
  const printed = json(await runCli(['policy', ...poolsOf(ground), '--for', task, '--json']));
  const { policy } = printed;
  if (typeof policy !== 'object' || policy === null) throw new Error('no policy');
  const role = await operatorRole(ground.sandbox, account, [account], task);
  await role.allow(policy);
  const keys = await role.session();
  const caller = `arn:aws:sts::${account}:assumed-role/${task}/`;
  const actions = () =>
    ground.sandbox.journal.calls
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
    const ground = await startGround();
    const broken = await ground.addClient(ground.new, 'shop', {
      ...srp,
      SupportedIdentityProviders: ['COGNITO', 'SignInWithApple'],
    });
    cognitoSettings(ground.sandbox.world).deletedIdentityProviders = ['SignInWithApple'];
    const operator = await operatorOf(ground, 'init');
    const chosen = [ground.clients.web, broken].flatMap((id) => ['--new-client-id', id]);
    const result = await operator.run(ground.init('--yes', ...chosen));
    expect(result.code).toBe(7);
    expect(operator.denied()).toEqual([]);
    expect(operator.used()).toContain('lambda:UntagResource');
  });

  test('deletes its own app client when another run was faster', async () => {
    const ground = await startGround();
    const operator = await operatorOf(ground, 'init');
    const { faults } = ground.sandbox;
    const stop = faults.onCall('before', async ({ operation, input }) => {
      if (operation !== 'CreateUserPoolClient') return;
      stop();
      await ground.sdk.idp.send(
        new CreateUserPoolClientCommand({
          UserPoolId: ground.old,
          ClientName: String(input.ClientName),
          ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
        }),
      );
    });
    const result = await operator.run(ground.init('--yes', '--new-client-id', ground.clients.web));
    expect(result.code, result.stderr).toBe(0);
    expect(operator.denied()).toEqual([]);
    expect(operator.used()).toContain('cognito-idp:DeleteUserPoolClient');
  });
});

describe('--for watch', () => {
  test('looks for the app client that try is not told, and for a migration without its state file', async () => {
    const ground = await startGround();
    expect((await runCli(ground.init('--yes', '--all-new-clients'))).code).toBe(0);
    await rm(ground.file);
    const operator = await operatorOf(ground, 'watch');
    const status = await operator.run(['status', ...poolsOf(ground), '--probe']);
    expect(status.code, status.stderr).toBe(0);
    const io = fakeIo();
    io.stdin.end(`${ground.user.password}\n`);
    const trying = [
      'try',
      ...poolsOf(ground),
      '--username',
      ground.user.username,
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
    const ground = await startGround();
    for (let count = 0; count < 5; count += 1) await ground.addClient(ground.new, `app-${count}`, srp);
    // Beside so many tags, the function has no room for one tag for each app client.
    const tags = Array.from({ length: 44 }, (_, number) => ['--tag', `cost-${number}=42`]).flat();
    expect((await runCli(ground.init('--yes', '--all-new-clients', ...tags))).code).toBe(0);
    await rm(ground.file);
    const operator = await operatorOf(ground, 'finish');
    const rehearsal = await operator.run(['teardown', ...poolsOf(ground), '--dry-run']);
    expect(rehearsal.code, rehearsal.stderr).toBe(0);
    const result = await operator.run(['teardown', ...poolsOf(ground), '--yes']);
    expect(result.code, result.stderr).toBe(0);
    expect(operator.denied()).toEqual([]);
    expect(operator.used()).toContain('lambda:TagResource'); // one tag holds the records of nine
  });
});
