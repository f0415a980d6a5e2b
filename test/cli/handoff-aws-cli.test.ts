import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateUserPoolCommand,
  ListUserPoolClientsCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateRoleCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { decodeSettings } from '../../src/lambda/settings-codec.ts';
import { keysOf } from '../../src/sandbox/index.ts';
import { lambdaTrust } from '../sandbox/support.ts';
import { given } from '../support/errors.ts';
import { needs } from '../support/needs.ts';
import { json, runCli } from '../support/run-cli.ts';
import { accounts, profiles, startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts';
import { externalIdIn, halfOf, handoff } from './handoff-support.ts';

// A call of the AWS CLI takes a second of computing time, and a script makes eight of them.
vi.setConfig({ testTimeout: 180_000 });

afterEach(() => {
  vi.unstubAllEnvs();
});

const ana = ['ana@example.com', 'Old-password-of-ana-1'] as const;

describe('the scripts, run with the AWS CLI of this machine', () => {
  beforeEach((context) => {
    needs(context, 'aws');
  });

  const shell = (ground: TwoAccounts, account: string, script: string) =>
    promisify(execFile)('sh', [join(ground.folder, 'handoff', script)], {
      env: {
        PATH: process.env.PATH,
        HOME: ground.folder,
        AWS_ENDPOINT_URL: ground.sandbox.url,
        AWS_ACCESS_KEY_ID: keysOf(account).accessKeyId,
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    });
  const outputsOf = (stdout: string): string[] => {
    const [, role, id, client, signIn] =
      /^OldRoleArn +(\S+)\nOldExternalId +(\S+)\nOldClientId +(\S+)\nOldSignIn +(\S+)\n$/.exec(stdout) ?? [];
    return [
      ...['--old-role-arn', given(role), '--old-external-id', given(id)],
      ...['--old-client-id', given(client), '--old-sign-in', given(signIn)],
    ];
  };

  test('make.sh makes what init would; init takes its outputs; a user moves; remove.sh leaves nothing', async () => {
    const ground = await startTwoAccounts();
    await ground.addUser(...ana);
    const boundary = ['--old-permissions-boundary', 'arn:aws:iam::aws:policy/AdministratorAccess'];
    const tag = ['--tag', 'owner=o.neil @ home', ...boundary];
    const words = [...ground.pools, ...ground.where, '--all-new-clients', '--yes'];
    await runCli(['init', ...profiles, ...words, ...tag]);
    const byInit = await halfOf(ground);
    await runCli(['teardown', ...profiles, ...ground.where, '--yes']);

    await handoff(ground, ...tag, '--old-external-id', externalIdIn(byInit.trust));
    const { stdout } = await shell(ground, accounts.old, 'make.sh');
    const made = await halfOf(ground);
    const outputs = outputsOf(stdout);
    expect(outputs).toContain(made.arn);
    expect(outputs).toContain(made.clientId);
    const { clientId: _other, tags, settings, ...rest } = byInit;
    expect(made).toMatchObject({ ...rest, settings });
    expect(made.tags).toHaveLength(tags.length);
    expect(made.tags).toEqual(expect.arrayContaining(tags));

    // Once more, after somebody has changed the client: the same role and the same client.
    await ground.old.idp.send(
      new UpdateUserPoolClientCommand({
        UserPoolId: ground.old.pool,
        ClientId: made.clientId,
        ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      }),
    );
    expect((await shell(ground, accounts.old, 'make.sh')).stdout).toBe(stdout);
    expect(await halfOf(ground)).toEqual(made);

    ground.sandbox.journal.clear();
    const init = ['init', '--profile', 'new', ...words];
    expect((await runCli([...init, ...outputs])).code).toBe(0);
    // What the administrator's own credentials have read of the pool, in the function's settings.
    expect(outputs).toContain('email');
    const { Environment } = await ground.new.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: ground.name }),
    );
    expect(decodeSettings(Environment?.Variables?.MIGRATION_SETTINGS).oldPool).toEqual({
      usernameAttributes: ['email'],
      aliasAttributes: [],
    });
    await ground.signIn(...ana);
    expect(await ground.statusOf(ana[0])).toBe('CONFIRMED');
    const inOld = ground.sandbox.journal.calls.filter(({ account }) => account === accounts.old);
    expect(inOld.filter(({ caller }) => !caller.includes(`assumed-role/${ground.name}/`))).toEqual([]);
    expect(json(await runCli([...init, '--json']))).toMatchObject({ changes: 0 });
    expect((await runCli(['status', '--profile', 'new', ...ground.where])).code).toBe(0);

    const down = await runCli(['teardown', '--profile', 'new', ...ground.where, '--yes']);
    expect(down.code).toBe(0);
    expect(down.stderr).toContain(`The old pool's account ${accounts.old} still has its half`);
    expect(await halfOf(ground)).toEqual(made);
    await shell(ground, accounts.old, 'remove.sh');
    expect((await ground.old.iam.send(new ListRolesCommand({}))).Roles).toEqual([]);
    const left = await ground.old.idp.send(new ListUserPoolClientsCommand({ UserPoolId: ground.old.pool }));
    expect(left.UserPoolClients).toEqual([]);
    const again = await shell(ground, accounts.old, 'remove.sh');
    expect(again.stdout).toBe('Nothing of the migration is left here.\n');
  });

  test.each(['make.sh', 'remove.sh'])(
    '%s with credentials of the new account touches nothing',
    async (script) => {
      const ground = await startTwoAccounts();
      await runCli(['init', ...profiles, ...ground.pools, ...ground.where, '--yes']);
      await handoff(ground);
      ground.sandbox.journal.clear();
      await expect(shell(ground, accounts.new, script)).rejects.toThrow('credentials of the new pool');
      expect(ground.sandbox.journal.writes()).toEqual([]);
    },
  );

  test.each(['make.sh', 'remove.sh'])(
    '%s leaves a role alone that is not of this migration',
    async (script) => {
      const ground = await startTwoAccounts();
      await ground.old.iam.send(
        new CreateRoleCommand({ RoleName: ground.name, AssumeRolePolicyDocument: lambdaTrust }),
      );
      await handoff(ground);
      ground.sandbox.journal.clear();
      await expect(shell(ground, accounts.old, script)).rejects.toThrow('not for this migration');
      expect(ground.sandbox.journal.writes()).toEqual([]);
    },
  );

  test.each(['make.sh', 'remove.sh'])(
    '%s leaves the role of a migration from another old pool into the same new one alone',
    async (script) => {
      const ground = await startTwoAccounts();
      await runCli(['init', ...profiles, ...ground.pools, ...ground.where, '--yes']);
      const { UserPool } = await ground.old.idp.send(new CreateUserPoolCommand({ PoolName: 'second' }));
      const second = [
        '--old-user-pool-id',
        given(UserPool?.Id),
        '--state',
        join(ground.folder, 'second.json'),
      ];
      await handoff(ground, ...second);
      ground.sandbox.journal.clear();
      await expect(shell(ground, accounts.old, script)).rejects.toThrow('not for this migration');
      expect(ground.sandbox.journal.writes()).toEqual([]);
    },
  );

  test('make.sh does not make a second client when the list is denied', async () => {
    const ground = await startTwoAccounts();
    await handoff(ground);
    ground.sandbox.faults.add({ kind: 'access-denied', operation: 'ListUserPoolClients' });
    await expect(shell(ground, accounts.old, 'make.sh')).rejects.toThrow('AccessDenied');
    const made = ground.sandbox.journal.writes().map(({ operation }) => operation);
    expect(made).not.toContain('CreateUserPoolClient');
  });
});
