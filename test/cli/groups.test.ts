/** `init --groups`: groups of the new pool, and a function that puts users into them when they move. */
import {
  AdminAddUserToGroupCommand,
  AdminListGroupsForUserCommand,
  CreateGroupCommand,
  InitiateAuthCommand,
  ListGroupsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  GetFunctionEventInvokeConfigCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { describe, expect, test, vi } from 'vitest';
import { oldHalf } from '../../src/cli/codegen/old-account/half.ts';
import { changedRights } from '../../src/cli/codegen/old-account/rights.ts';
import { exitCodes } from '../../src/core/errors.ts';
import { longestPolicy, operatorPolicy } from '../../src/steps/operator-policy.ts';
import { as, operatorRole } from '../policy/operator.ts';
import { someInputs } from '../support/inputs.ts';
import { closeSignUp, functionOf, nameOf, rightsOf } from '../support/installed-function.ts';
import { account, type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';

const initWith = (aws: LocalAws, ...more: string[]): string[] =>
  aws.init('--new-client-id', aws.clients.web, '--yes', ...more);
const withSub = (aws: LocalAws, ...more: string[]): string[] => initWith(aws, '--add-old-sub', ...more);

interface Sample {
  readonly GroupName: string;
  readonly Description?: string;
  readonly Precedence?: number;
}

async function withGroups(old: readonly Sample[], fresh: readonly Sample[] = []): Promise<LocalAws> {
  const aws = await startLocalAws();
  // Nobody signs up, so nobody claims the old ID of another user.
  closeSignUp(aws, true);
  const { idp } = aws.sdk;
  for (const group of old) await idp.send(new CreateGroupCommand({ ...group, UserPoolId: aws.oldPool }));
  for (const group of fresh) await idp.send(new CreateGroupCommand({ ...group, UserPoolId: aws.newPool }));
  aws.sandbox.journal.clear();
  return aws;
}

const admins = { GroupName: 'admins', Description: 'May do everything', Precedence: 1 };
const staff = { GroupName: 'staff' };

/** The groups of the new pool, without their dates. */
async function groupsOf({ sdk, newPool }: LocalAws): Promise<Sample[]> {
  const { Groups = [] } = await sdk.idp.send(new ListGroupsCommand({ UserPoolId: newPool }));
  const all = Groups.map(({ GroupName = '', Description, Precedence }) => ({
    GroupName,
    ...(Description === undefined ? {} : { Description }),
    ...(Precedence === undefined ? {} : { Precedence }),
  }));
  return all.toSorted((one, other) => one.GroupName.localeCompare(other.GroupName));
}

const retriesOf = (aws: LocalAws) =>
  aws.sdk.lambda
    .send(new GetFunctionEventInvokeConfigCommand({ FunctionName: nameOf(aws) }))
    .catch(() => undefined);

const writes = ({ sandbox }: LocalAws): string[] =>
  sandbox.journal.writes().map(({ operation }) => operation);

async function installed(aws: LocalAws, ...more: string[]): Promise<LocalAws> {
  const made = await runCli(withSub(aws, ...more));
  expect(made.code, made.stderr).toBe(0);
  aws.sandbox.journal.clear();
  return aws;
}

describe('init', () => {
  test('creates what is missing with its description and precedence, and sets the function up', async () => {
    const aws = await installed(await withGroups([admins, staff]), '--groups', 'all');
    expect(await groupsOf(aws)).toEqual([admins, staff]);
    expect(await functionOf(aws)).toEqual({
      Timeout: 30,
      NEW_USER_POOL_ID: aws.newPool,
      afterMove: { groups: { admins: 'admins', staff: 'staff' } },
    });
    expect(await retriesOf(aws)).toMatchObject({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 900 });
    const rights = await rightsOf(aws);
    for (const action of ['AdminListGroupsForUser', 'ListUsers', 'AdminAddUserToGroup', 'InvokeFunction'])
      expect(rights).toContain(action);
    const again = await runCli(withSub(aws, '--groups', 'all'));
    expect(again.code, again.stderr).toBe(0);
    expect(writes(aws)).toEqual([]);
  });

  test('gives a role only to the group that names one', async () => {
    const aws = await withGroups([admins, staff]);
    const role = `arn:aws:iam::${account}:role/admins-of-the-app`;
    const chosen = ['--groups', 'all', '--group-role', `admins=${role}`];
    const plan = await runCli(withSub(aws, ...chosen, '--dry-run'));
    expect(plan.stderr + plan.stdout).toContain(`with the role ${role}`);
    await installed(aws, ...chosen);
    const { Groups = [] } = await aws.sdk.idp.send(new ListGroupsCommand({ UserPoolId: aws.newPool }));
    expect(Groups.map(({ GroupName, RoleArn }) => [GroupName, RoleArn]).toSorted()).toEqual([
      ['admins', role],
      ['staff', undefined],
    ]);
    const again = await runCli(withSub(aws, ...chosen));
    expect(again.code, again.stderr).toBe(0);
    expect(writes(aws)).toEqual([]);
  });

  test.each([
    ['a group that is not copied', 'nobody', 'which is not copied'],
    ['a group that exists without it', 'staff', 'exists in the new pool, with no role'],
  ])('refuses a role for %s, and writes nothing', async (_, name, why) => {
    const aws = await withGroups([admins, staff], [staff]);
    const wish = ['--groups', 'admins', '--groups', 'staff'];
    const role = `${name}=arn:aws:iam::${account}:role/r`;
    const refused = await runCli(withSub(aws, ...wish, '--group-role', role, '--json'));
    expect(refused.code).toBe(exitCodes.usage.code);
    expect(json(refused)).toMatchObject({
      error: { code: 'GROUPS_UNFIT', message: expect.stringContaining(why) },
    });
    expect(writes(aws)).toEqual([]);
  });

  test.each([
    [
      'of another account',
      'arn:aws:iam::999988887777:role/r',
      'is in account 999988887777, and the new pool in',
    ],
    ['of another partition', `arn:aws-us-gov:iam::${account}:role/r`, 'the new pool in'],
    ['that is no role', `arn:aws:iam::${account}:user/r`, "a role's ARN looks like"],
    ['that is a pattern', `arn:aws:iam::${account}:role/*`, 'must name one resource'],
  ])('refuses a role %s before any change', async (_, role, why) => {
    const aws = await withGroups([admins]);
    const chosen = ['--groups', 'admins', '--group-role', `admins=${role}`];
    const refused = await runCli(withSub(aws, ...chosen, '--json'));
    expect(refused.code).toBe(exitCodes.usage.code);
    expect(json(refused)).toMatchObject({
      error: { code: 'BAD_INPUT', message: expect.stringContaining(why) },
    });
    await aws.expectUntouched();
  });

  test('a role that the operator may not pass is refused before the attribute that nobody can remove', async () => {
    const aws = await withGroups([admins]);
    const Role = `arn:aws:iam::${account}:role/admins-of-the-app`;
    const chosen = ['--groups', 'admins', '--group-role', `admins=${Role}`];
    const pools = [...aws.init().slice(1, 5), ...aws.where];
    const words = ['policy', ...pools, '--for', 'init', '--add-old-sub', '--groups', 'admins', '--json'];
    const { policy } = json(await runCli(words));
    if (typeof policy !== 'object' || policy === null) throw new Error('no policy');
    const operator = await operatorRole(aws.sandbox, account, [account], 'init');
    await operator.allow(policy);
    const refused = await as(await operator.session(), () => runCli(withSub(aws, ...chosen, '--json')));
    expect(refused.code).toBe(exitCodes.permission.code);
    expect(json(refused)).toMatchObject({
      error: { code: 'ACCESS_DENIED', step: 'groups', found: { action: 'iam:PassRole', resource: Role } },
    });
    expect(await groupsOf(aws)).toEqual([]);
    const { SchemaAttributes = [], LambdaConfig } = await aws.pool(aws.newPool);
    expect(SchemaAttributes.map(({ Name }) => Name)).not.toContain('custom:old_sub');
    expect(LambdaConfig?.UserMigration).toBeUndefined();
  });

  test('a user who moves is in the groups from the second token on', async () => {
    const aws = await withGroups([admins, staff]);
    const { idp } = aws.sdk;
    const Username = aws.user.username;
    await idp.send(
      new AdminAddUserToGroupCommand({ UserPoolId: aws.oldPool, Username, GroupName: 'admins' }),
    );
    await installed(aws, '--groups', 'admins=owners');
    const { AuthenticationResult } = await idp.send(
      new InitiateAuthCommand({
        ClientId: aws.clients.web,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: Username, PASSWORD: aws.user.password },
      }),
    );
    expect(AuthenticationResult).toBeDefined();
    await vi.waitFor(
      async () => {
        const request = new AdminListGroupsForUserCommand({ UserPoolId: aws.newPool, Username });
        const { Groups = [] } = await idp.send(request);
        expect(Groups.map(({ GroupName }) => GroupName)).toEqual(['owners']);
      },
      { timeout: 60_000, interval: 200 },
    );
  });

  test('without the flag nothing of it is there, and the calls are those of before', async () => {
    const aws = await withGroups([admins]);
    const made = await runCli(initWith(aws));
    expect(made.code, made.stderr).toBe(0);
    expect(await groupsOf(aws)).toEqual([]);
    expect(await functionOf(aws)).toEqual({ Timeout: 5, NEW_USER_POOL_ID: undefined, afterMove: undefined });
    expect(await retriesOf(aws)).toBeUndefined();
    expect(await rightsOf(aws)).not.toContain('Group');
    expect(made.stderr).toContain('CM601');
  });

  test('"all" leaves a group of the new pool alone; by its name users are added to it', async () => {
    const other = { GroupName: 'admins', Precedence: 1 };
    const aws = await installed(await withGroups([admins, staff], [other]), '--groups', 'all');
    expect((await functionOf(aws)).afterMove).toEqual({ groups: { staff: 'staff' } });
    const named = await runCli(withSub(aws, '--groups', 'admins', '--groups', 'staff'));
    expect(named.code, named.stderr).toBe(0);
    expect((await functionOf(aws)).afterMove).toEqual({ groups: { admins: 'admins', staff: 'staff' } });
    expect(await groupsOf(aws)).toEqual([other, staff]);
  });

  test('an existing group with another precedence blocks, unless it is accepted, and is never changed', async () => {
    const other = { GroupName: 'admins', Precedence: 7 };
    const aws = await withGroups([admins], [other]);
    const refused = await runCli(withSub(aws, '--groups', 'admins', '--json'));
    expect(refused.code).toBe(exitCodes.refused.code);
    expect(json(refused)).toMatchObject({ error: { code: 'CM605' } });
    expect(writes(aws)).toEqual([]);
    await installed(aws, '--groups', 'admins', '--accept', 'CM605');
    expect(await groupsOf(aws)).toEqual([other]);
  });

  test.each([
    ['without custom:old_sub', initWith, [admins], ['admins'], /custom:old_sub/],
    ['for a group that the old pool lacks', withSub, [admins], ['owners'], /the old pool has no owners/],
    ['with nothing to copy', withSub, [], ['all'], /has all of these groups already/],
  ])('refuses %s', async (_, command, old, names, message) => {
    const aws = await withGroups(old);
    const { code, stderr } = await runCli(command(aws, ...names.flatMap((name) => ['--groups', name])));
    expect(code).toBe(exitCodes.usage.code);
    expect(stderr).toMatch(message);
    await aws.expectUntouched();
  });

  test('a group that somebody makes between plan and creation is a refusal, and never ours', async () => {
    const aws = await withGroups([admins]);
    let made = false;
    aws.sandbox.faults.onCall('before', async ({ operation }) => {
      if (operation !== 'CreateGroup' || made) return;
      made = true;
      await aws.sdk.idp.send(new CreateGroupCommand({ GroupName: 'admins', UserPoolId: aws.newPool }));
    });
    const refused = await runCli(withSub(aws, '--groups', 'all', '--json'));
    expect(refused.code).toBe(exitCodes.conflict.code);
    expect(json(refused)).toMatchObject({ error: { code: 'GROUP_EXISTS' } });
    const gone = await runCli(['teardown', '--yes', ...aws.where]);
    expect(gone.code, gone.stderr).toBe(0);
    expect(await groupsOf(aws)).toEqual([{ GroupName: 'admins' }]);
  });
});

describe('status, repair, and teardown', () => {
  test('a deleted group and changed retries are drift, and init repairs them', async () => {
    const aws = await installed(await withGroups([admins]), '--groups', 'all');
    const FunctionName = nameOf(aws);
    await aws.sdk.lambda.send(
      new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 0 }),
    );
    const drifted = await runCli(['status', ...aws.where, '--json']);
    expect(drifted.code).toBe(exitCodes.unhealthy.code);
    expect(drifted.stdout).toContain('maximumRetryAttempts');
    const repaired = await runCli(withSub(aws, '--groups', 'all'));
    expect(repaired.code, repaired.stderr).toBe(0);
    expect(await retriesOf(aws)).toMatchObject({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 900 });
    const healthy = await runCli(['status', ...aws.where]);
    expect(healthy.code, healthy.stdout).toBe(0);
    expect(healthy.stdout).toContain('Groups  users who move are added to admins (--groups)');
    const document = json(await runCli(['status', ...aws.where, '--json']));
    expect(document).toMatchObject({ groups: { admins: 'admins' } });
  });

  test('teardown deletes only empty groups that init has made', async () => {
    const aws = await installed(
      await withGroups([admins, staff, { GroupName: 'beta' }], [{ GroupName: 'beta' }]),
      ...['admins', 'staff', 'beta'].flatMap((name) => ['--groups', name]),
    );
    const { idp } = aws.sdk;
    await idp.send(
      new InitiateAuthCommand({
        ClientId: aws.clients.web,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: aws.user.username, PASSWORD: aws.user.password },
      }),
    );
    await idp.send(
      new AdminAddUserToGroupCommand({
        UserPoolId: aws.newPool,
        Username: aws.user.username,
        GroupName: 'staff',
      }),
    );
    const gone = await runCli(['teardown', '--yes', ...aws.where]);
    expect(gone.code, gone.stderr).toBe(0);
    expect(await groupsOf(aws)).toEqual([{ GroupName: 'beta' }, staff]);
    expect(gone.stdout + gone.stderr).toContain('has members, who keep their rights');
  });

  test('"none" stops copying; the groups stay until teardown', async () => {
    const aws = await installed(await withGroups([admins]), '--groups', 'all');
    const stopped = await runCli(withSub(aws, '--groups', 'none'));
    expect(stopped.code, stopped.stderr).toBe(0);
    expect((await functionOf(aws)).afterMove).toBeUndefined();
    expect(await rightsOf(aws)).not.toContain('Group');
    expect(await groupsOf(aws)).toEqual([admins]);
    const gone = await runCli(['teardown', '--yes', ...aws.where]);
    expect(gone.code, gone.stderr).toBe(0);
    expect(await groupsOf(aws)).toEqual([]);
  });
});

test('where anyone can sign up, a client without a list of attributes blocks, unless it is accepted', async () => {
  const aws = await withGroups([admins]);
  closeSignUp(aws, false);
  const blocked = await runCli(withSub(aws, '--groups', 'all'));
  expect(blocked).toMatchObject({ code: 8, stderr: expect.stringContaining('[CM122]') });
  expect(await groupsOf(aws)).toEqual([]);
  // Without groups, an old ID gives no rights.
  expect((await runCli(withSub(aws))).code).toBe(0);
  expect((await runCli(withSub(aws, '--groups', 'all'))).code).toBe(8);
  expect((await runCli(withSub(aws, '--groups', 'all', '--accept', 'CM122'))).code).toBe(0);
  expect(await groupsOf(aws)).toEqual([admins]);
});

test('the policies with --groups are enough, and without it they name no group to create', async () => {
  const aws = await withGroups([admins]);
  const pools = [...aws.init().slice(1, 5), ...aws.where];
  const policy = async (...more: string[]) => json(await runCli(['policy', ...pools, '--json', ...more]));
  expect(JSON.stringify(await policy())).not.toContain('CreateGroup');
  for (const [task, words] of [
    ['init', withSub(aws, '--groups', 'all')],
    ['watch', ['status', ...aws.where]],
    ['finish', ['teardown', ...aws.where, '--yes']],
  ] as const) {
    const { policy: document, size } = await policy('--for', task, '--groups', 'all', '--add-old-sub');
    expect(Number(size), task).toBeLessThan(longestPolicy);
    if (typeof document !== 'object' || document === null) throw new Error('no policy');
    const role = await operatorRole(aws.sandbox, account, [account], task);
    await role.allow(document);
    const ended = await as(await role.session(), () => runCli(words));
    expect(ended.code, `${task}\n${ended.stderr}`).toBe(0);
  }
  expect(await groupsOf(aws)).toEqual([]);
});

describe('what others see', () => {
  test('the half of another account gets two rights, and an update names them', () => {
    const inputs = { ...someInputs(), GROUPS: 'all' as const };
    const { GROUPS: _without, ...others } = inputs;
    const rights = changedRights(oldHalf(others, 'external-id'), oldHalf(inputs, 'external-id'));
    const added = ['cognito-idp:AdminListGroupsForUser', 'cognito-idp:ListUsers'];
    expect(rights).toEqual({ added, removed: [] });
    expect(changedRights(oldHalf(inputs, 'external-id'), oldHalf(others, 'external-id'))).toEqual({
      added: [],
      removed: added,
    });
  });

  test('each task may list the groups of each pool in its own account', () => {
    const accountOf = (pool: string) => `arn:aws:cognito-idp:eu-west-1:222233334444:userpool/${pool}`;
    const facts = {
      ...someInputs({ OLD_USER_POOL_ARN: accountOf('eu-west-1_OldPool01') }),
      GROUPS: 'all' as const,
      hasTags: false,
    };
    for (const task of ['init', 'watch', 'users', 'finish'] as const)
      for (const side of ['old', 'new'] as const)
        expect(JSON.stringify(operatorPolicy(facts, side, [task])), `${task}, ${side}`).toContain(
          'cognito-idp:ListGroups',
        );
  });

  test('policy, plan, and export name what --groups takes', async () => {
    const aws = await withGroups([admins]);
    const policy = await runCli([
      'policy',
      ...['--old-user-pool-id', aws.oldPool, '--new-user-pool-id', aws.newPool, '--groups', 'all'],
      ...aws.where,
    ]);
    expect(policy.stdout).toContain('cognito-idp:CreateGroup');
    expect(policy.stdout).toContain('lambda:PutFunctionEventInvokeConfig');
    const plan = await runCli([
      'plan',
      ...withSub(aws, '--groups', 'all')
        .slice(1)
        .filter((word) => word !== '--yes'),
    ]);
    expect(plan.stdout + plan.stderr).toMatch(/group\s+admins in customers/);
    const exported = async (format: string): Promise<string> =>
      (
        await runCli([
          'export',
          '--format',
          format,
          ...withSub(aws, '--groups', 'all')
            .slice(1)
            .filter((word) => word !== '--yes'),
        ])
      ).stdout;
    expect(await exported('cloudformation')).toContain('AWS::Cognito::UserPoolGroup');
    expect(await exported('terraform')).toContain('aws_cognito_user_group');
    expect(await exported('aws-cli')).toContain('create-group');
  });
});
