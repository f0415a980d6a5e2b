import { readFile } from 'node:fs/promises';
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  InitiateAuthCommand,
  ListUserPoolClientsCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { GetRoleCommand, ListPoliciesCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { refusalOf } from '../support/errors.ts';
import { namesOf, writesOf } from '../support/local-aws.ts';
import { changesOf, type Migration, startMigration } from './support.ts';

const everything = [
  'cognito-idp:CreateUserPoolClient',
  'iam:AttachRolePolicy',
  'iam:AttachRolePolicy',
  'iam:CreatePolicy',
  'iam:CreateRole',
  'lambda:AddPermission',
  'lambda:CreateFunction',
  'logs:CreateLogGroup',
  'logs:PutRetentionPolicy',
];
/** What touches the live pool, and the undo record before it; in this order and after all of the above. */
const live = ['lambda:TagResource', 'cognito-idp:UpdateUserPoolClient', 'cognito-idp:UpdateUserPool'];

/** Everything that a migration makes, by name. */
async function leftovers({ sdk, oldPool }: Migration): Promise<string[]> {
  const [roles, policies, functions, groups, clients] = await Promise.all([
    sdk.iam.send(new ListRolesCommand({})),
    sdk.iam.send(new ListPoliciesCommand({ Scope: 'Local' })),
    sdk.lambda.send(new ListFunctionsCommand({})),
    sdk.logs.send(new DescribeLogGroupsCommand({})),
    sdk.idp.send(new ListUserPoolClientsCommand({ UserPoolId: oldPool, MaxResults: 60 })),
  ]);
  return [
    ...(roles.Roles ?? []).map(({ RoleName }) => `role ${RoleName}`),
    ...(policies.Policies ?? []).map(({ PolicyName }) => `policy ${PolicyName}`),
    ...(functions.Functions ?? []).map(({ FunctionName }) => `function ${FunctionName}`),
    ...(groups.logGroups ?? []).map(({ logGroupName }) => `log group ${logGroupName}`),
    ...(clients.UserPoolClients ?? []).map(({ ClientName }) => `client ${ClientName}`),
  ];
}

describe('the whole migration', () => {
  test('is made in order, the probe before anything live, the trigger last; and a user moves', async () => {
    const migration = await startMigration();
    const { sandbox, sdk, clients, user } = migration;
    await migration.apply();
    const writes = writesOf(sandbox);
    expect(writes.slice(0, -live.length).toSorted()).toEqual(everything);
    expect(writes.slice(-live.length)).toEqual(live);
    const names = namesOf(sandbox.journal.calls);
    const at = (name: string) => names.indexOf(name);
    expect(at('iam:CreateRole')).toBeLessThan(at('lambda:CreateFunction'));
    expect(at('logs:CreateLogGroup')).toBeLessThan(at('lambda:CreateFunction'));
    expect(names.lastIndexOf('iam:AttachRolePolicy')).toBeLessThan(at('lambda:Invoke'));
    expect(at('lambda:AddPermission')).toBeLessThan(at('cognito-idp:UpdateUserPoolClient'));
    expect(at('lambda:Invoke')).toBeLessThan(at('cognito-idp:UpdateUserPoolClient'));
    expect(sandbox.journal.calls.filter(({ operation }) => operation === 'Invoke')).toHaveLength(1);

    const answer = await sdk.idp.send(
      new InitiateAuthCommand({
        ClientId: clients.web,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: user.username, PASSWORD: user.password },
      }),
    );
    expect(answer.AuthenticationResult?.AccessToken).toBeDefined();
    const { Users } = await sdk.idp.send(new ListUsersCommand({ UserPoolId: migration.newPool }));
    expect(Users).toMatchObject([{ UserStatus: 'CONFIRMED' }]);
  });

  test('is planned without a write, and the plan is what apply does', async () => {
    const migration = await startMigration();
    expect(changesOf(await migration.plan()).toSorted()).toEqual(
      [
        'lambda-role create',
        'lambda-policy create',
        'policy-attachments create',
        'old-client create',
        'log-group create',
        'lambda-function create',
        'invoke-permission create',
        'new-clients update',
        'migration-trigger update',
      ].toSorted(),
    );
    expect(migration.sandbox.journal.writes()).toEqual([]);
    await migration.apply();
    expect(changesOf(await migration.plan())).toEqual([]);
  });

  test('a second run writes nothing and does not invoke the function', async () => {
    const migration = await startMigration();
    await migration.apply();
    expect(await migration.repair()).toEqual([]);
    expect(namesOf(migration.sandbox.journal.calls)).not.toContain('lambda:Invoke');
  });

  test('removed, nothing of it is left, and pool and client are as they were', async () => {
    const migration = await startMigration();
    const { clients, sandbox } = migration;
    const before = {
      left: await leftovers(migration),
      pool: await migration.pool(migration.newPool),
      web: await migration.client(migration.newPool, clients.web),
    };
    await migration.apply();
    expect((await leftovers(migration)).length).toBe(before.left.length + 5);
    sandbox.journal.clear();
    await migration.destroy();
    expect(await leftovers(migration)).toEqual(before.left);
    const undated = { LastModifiedDate: expect.anything() };
    expect(await migration.pool(migration.newPool)).toEqual({ ...before.pool, ...undated });
    expect(await migration.client(migration.newPool, clients.web)).toEqual({ ...before.web, ...undated });
    const writes = writesOf(sandbox);
    expect(writes[0]).toBe('cognito-idp:UpdateUserPool');
    expect(writes[1]).toBe('cognito-idp:UpdateUserPoolClient');

    sandbox.journal.clear();
    const again = await migration.destroy();
    expect(new Set(again.outcomes.map(({ done }) => done))).toEqual(new Set(['absent']));
    expect(sandbox.journal.writes()).toEqual([]);
  });

  test('keeps no secret in the state file, though a client has one', async () => {
    const migration = await startMigration();
    const { ClientSecret } = await migration.client(migration.newPool, migration.clients.ios);
    expect(ClientSecret).toBeDefined();
    const NEW_CLIENT_IDS = [migration.clients.ios];
    await migration.apply({ NEW_CLIENT_IDS, NEW_CLIENT_NAMES: { [migration.clients.ios]: 'ios' } });
    const text = await readFile(migration.file, 'utf8');
    expect(text).not.toContain(ClientSecret);
    expect(text).not.toMatch(/"ClientSecret"/);
    expect((await migration.client(migration.newPool, migration.clients.ios)).ClientSecret).toBe(
      ClientSecret,
    );
  });
});

describe('names, path, boundary and tags', () => {
  test('are used for everything that takes them, and stay on a second run', async () => {
    const boundary = 'arn:aws:iam::aws:policy/AdministratorAccess';
    const migration = await startMigration({
      inputs: {
        NAME: 'our-migration',
        ROLE_PATH: '/team/id/',
        PERMISSIONS_BOUNDARY: boundary,
        TAGS: { team: 'id', 'cost-center': '7' },
      },
    });
    const { vars } = await migration.apply();
    expect(vars.ROLE_ARN).toBe('arn:aws:iam::111122223333:role/team/id/our-migration');
    expect(vars.POLICY_ARN).toBe('arn:aws:iam::111122223333:policy/team/id/our-migration');
    expect(vars.LAMBDA_ARN).toBe('arn:aws:lambda:eu-west-1:111122223333:function:our-migration');
    const { Role } = await migration.sdk.iam.send(new GetRoleCommand({ RoleName: 'our-migration' }));
    expect(Role).toMatchObject({
      Path: '/team/id/',
      PermissionsBoundary: { PermissionsBoundaryArn: boundary },
    });
    for (const operation of ['CreateRole', 'CreatePolicy']) {
      const [call] = migration.sandbox.journal.calls.filter((one) => one.operation === operation);
      expect(call?.input.Tags).toEqual(
        expect.arrayContaining([
          { Key: 'team', Value: 'id' },
          { Key: 'cost-center', Value: '7' },
        ]),
      );
    }
    expect(await migration.repair()).toEqual([]);
  });

  test('new tags and a new boundary reach what exists; a dropped tag is left alone', async () => {
    const migration = await startMigration();
    await migration.apply();
    expect((await migration.repair({ TAGS: { team: 'id' } })).toSorted()).toEqual([
      'iam:TagPolicy',
      'iam:TagRole',
      'lambda:TagResource',
      'logs:TagResource',
    ]);
    expect(await migration.repair()).toEqual([]);
    const PERMISSIONS_BOUNDARY = 'arn:aws:iam::aws:policy/AdministratorAccess';
    expect(await migration.repair({ PERMISSIONS_BOUNDARY })).toEqual(['iam:PutRolePermissionsBoundary']);
  });
});

describe('Ctrl-C', () => {
  test.each(['CreateRole', 'CreateFunction', 'UpdateUserPoolClient'])(
    'during %s: that call is finished, nothing follows, and the next run converges',
    async (operation) => {
      const migration = await startMigration();
      const { sandbox } = migration;
      const stop = sandbox.faults.onCall('before', (call) => {
        if (call.operation === operation) migration.abort();
      });
      expect(await refusalOf(migration.apply())).toMatchObject({ exitCode: 130 });
      stop();
      expect(sandbox.journal.calls.every(({ result }) => result !== 'open')).toBe(true);
      expect(writesOf(sandbox)).not.toContain('cognito-idp:UpdateUserPool');
      expect(sandbox.journal.calls.find((call) => call.operation === operation)?.result).toBe('ok');
    },
  );
});
