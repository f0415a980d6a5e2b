import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  PutRolePolicyCommand,
  type Role,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { parsePolicy } from '../../src/aws/policy-document.ts';
import { handoff, textOf } from '../cli/handoff-support.ts';
import { lambdaTrust, policyOf } from '../sandbox/support.ts';
import { given } from '../support/errors.ts';
import { json, runCli } from '../support/run-cli.ts';
import { accounts, profiles, startTwoAccounts, type TwoAccounts } from '../support/two-accounts.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const password = 'Old-password-of-ana-1';

const init = (ground: TwoAccounts, ...more: string[]) =>
  runCli([
    'init',
    ...profiles,
    ...ground.pools,
    ...ground.where,
    '--all-new-clients',
    '--yes',
    '--json',
    ...more,
  ]);

async function roleOf({ old, name }: TwoAccounts): Promise<Role> {
  return given((await old.iam.send(new GetRoleCommand({ RoleName: name }))).Role);
}

const trustOf = async (ground: TwoAccounts) => parsePolicy((await roleOf(ground)).AssumeRolePolicyDocument);

/** The trust policy as it must be, word for word. */
const trustFor = (ground: TwoAccounts, externalId: unknown, path = '/') => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${accounts.new}:root` },
      Action: 'sts:AssumeRole',
      Condition: {
        ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${accounts.new}:role${path}${ground.name}` },
        StringEquals: { 'sts:ExternalId': externalId },
      },
    },
  ],
});

/** Ends the environments of the function, and with them the credentials that they have kept. */
async function restartFunction({ new: side, name: FunctionName }: TwoAccounts): Promise<void> {
  const { Environment } = await side.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment?.Variables };
  await side.lambda.send(
    new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }),
  );
}

describe('the role in the old account', () => {
  test('lets in the role of the function only, with 128 bits that nobody can guess, to do two things in one pool', async () => {
    const ground = await startTwoAccounts();
    const { variables } = json(await init(ground, '--tag', 'team=identity'));
    const externalId: unknown = Object(variables).OLD_EXTERNAL_ID;
    expect(externalId).toMatch(/^[0-9a-f]{32}$/);
    expect(await trustOf(ground)).toEqual(trustFor(ground, externalId));

    const role = await roleOf(ground);
    expect(role.Arn).toBe(`arn:aws:iam::${accounts.old}:role/${ground.name}`);
    expect(role.Tags).toEqual(
      expect.arrayContaining([
        { Key: 'team', Value: 'identity' },
        { Key: 'cognito-migrate:pool', Value: ground.new.pool },
        { Key: 'cognito-migrate:old-pool', Value: ground.old.pool },
      ]),
    );
    const { PolicyDocument } = await ground.old.iam.send(
      new GetRolePolicyCommand({ RoleName: ground.name, PolicyName: 'cognito-migrate' }),
    );
    expect(parsePolicy(PolicyDocument)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: expect.any(String),
          Effect: 'Allow',
          Action: ['cognito-idp:AdminInitiateAuth', 'cognito-idp:AdminGetUser'],
          Resource: `arn:aws:cognito-idp:eu-west-1:${accounts.old}:userpool/${ground.old.pool}`,
        },
      ],
    });
    const attached = await ground.old.iam.send(
      new ListAttachedRolePoliciesCommand({ RoleName: ground.name }),
    );
    expect(attached.AttachedPolicies).toEqual([]);
  });

  test('each migration has an external ID of its own', async () => {
    const ids = [];
    for (const _round of [1, 2]) {
      const { variables } = json(await init(await startTwoAccounts()));
      ids.push(Object(variables).OLD_EXTERNAL_ID);
    }
    expect(new Set(ids).size).toBe(2);
  });

  test('has the permissions boundary that its account demands, also where it is there already', async () => {
    const ground = await startTwoAccounts();
    const boundaryOf = async () => (await roleOf(ground)).PermissionsBoundary?.PermissionsBoundaryArn;
    const boundary = (name: string) => ['--old-permissions-boundary', `arn:aws:iam::aws:policy/${name}`];
    await init(ground, ...boundary('AdministratorAccess'));
    const [created] = ground.sandbox.journal.calls.filter(
      ({ operation, account }) => operation === 'CreateRole' && account === accounts.old,
    );
    expect(created?.input.PermissionsBoundary).toBe('arn:aws:iam::aws:policy/AdministratorAccess');
    expect(json(await init(ground)).changes).toBe(0); // remembered
    await ground.old.iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: ground.name }));
    expect(json(await init(ground)).changes).toBe(1);
    expect(await boundaryOf()).toBe('arn:aws:iam::aws:policy/AdministratorAccess');
    expect(json(await init(ground, '--state', `${ground.state}.lost`)).changes).toBe(0); // and kept
    expect(await boundaryOf()).toBe('arn:aws:iam::aws:policy/AdministratorAccess');
  });

  test('keeps its external ID when init runs again, with and without the state file', async () => {
    const ground = await startTwoAccounts();
    const { variables } = json(await init(ground));
    for (const more of [[], ['--state', `${ground.state}.lost`]]) {
      ground.sandbox.journal.clear();
      const again = json(await init(ground, ...more));
      expect(again).toMatchObject({ changes: 0, variables });
      expect(ground.sandbox.journal.writes()).toEqual([]);
    }
  });

  test('gets its condition back when somebody took it out, with a new external ID that the function gets too', async () => {
    const ground = await startTwoAccounts();
    await ground.addUser('ana@example.com', password);
    const before = Object(json(await init(ground)).variables).OLD_EXTERNAL_ID;
    await ground.old.iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: ground.name,
        PolicyDocument: policyOf({
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${accounts.new}:root` },
          Action: 'sts:AssumeRole',
        }),
      }),
    );
    const again = json(await init(ground));
    expect(again.changes).toBe(2); // that role, and the function that must say the new one
    const after: unknown = Object(again.variables).OLD_EXTERNAL_ID;
    expect(after).toMatch(/^[0-9a-f]{32}$/);
    expect(after).not.toBe(before);
    expect(await trustOf(ground)).toEqual(trustFor(ground, after));
    await ground.signIn('ana@example.com', password);
  });

  test('is widened by nobody: another principal in its trust policy is taken out again, the external ID stays', async () => {
    const ground = await startTwoAccounts();
    const externalId: unknown = Object(json(await init(ground)).variables).OLD_EXTERNAL_ID;
    const trust = trustFor(ground, externalId);
    const wider = [
      ...trust.Statement,
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::777788889999:root' }, Action: 'sts:AssumeRole' },
    ];
    await ground.old.iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName: ground.name, PolicyDocument: policyOf(...wider) }),
    );
    expect(json(await init(ground)).changes).toBe(1);
    expect(await trustOf(ground)).toEqual(trust);
  });

  test('can be made before the function has a role, as a principal could not', async () => {
    const ground = await startTwoAccounts();
    ground.sandbox.faults.add({
      service: 'iam',
      operation: 'CreateRole',
      position: 'before',
      kind: 'access-denied',
      predicate: ({ account }) => account === accounts.new,
    });
    expect((await init(ground)).code).toBe(3);
    expect(await trustOf(ground)).toMatchObject({ Statement: [{ Effect: 'Allow' }] });
    await expect(ground.new.iam.send(new GetRoleCommand({ RoleName: ground.name }))).rejects.toThrow();
    ground.sandbox.faults.clear();
    expect((await init(ground)).code).toBe(0);
  });

  test("survives the recreation of the function's role: the next user still moves", async () => {
    const ground = await startTwoAccounts();
    await ground.addUser('ana@example.com', password);
    await ground.addUser('ben@example.com', password);
    await init(ground);
    await ground.signIn('ana@example.com', password);
    const trust = await trustOf(ground);

    const { iam } = ground.new;
    const RoleName = ground.name;
    const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    for (const { PolicyArn } of AttachedPolicies)
      await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
    await iam.send(new DeleteRoleCommand({ RoleName }));
    expect(json(await init(ground)).changes).toBe(2); // role and attachments
    await restartFunction(ground);

    expect(await trustOf(ground)).toEqual(trust);
    await ground.signIn('ben@example.com', password);
    expect(await ground.statusOf('ben@example.com')).toBe('CONFIRMED');
  });

  test('is never taken from somebody else', async () => {
    const ground = await startTwoAccounts();
    await ground.old.iam.send(
      new CreateRoleCommand({ RoleName: ground.name, AssumeRolePolicyDocument: lambdaTrust }),
    );
    ground.sandbox.journal.clear();
    const refused = await init(ground);
    expect(refused.code).toBe(4);
    expect(refused.stderr).toContain(`There is already an old role that this migration did not create`);
    expect(ground.sandbox.journal.writes()).toEqual([]);
  });

  test('trusts the role that was brought along, by its path too, and so does what handoff writes down', async () => {
    const ground = await startTwoAccounts();
    await ground.addUser('ana@example.com', password);
    const { iam } = ground.new;
    const role = { RoleName: 'made-by-security', Path: '/security/' };
    const made = await iam.send(new CreateRoleCommand({ ...role, AssumeRolePolicyDocument: lambdaTrust }));
    const arn = given(made.Role?.Arn);
    expect(arn).toBe(`arn:aws:iam::${accounts.new}:role/security/made-by-security`);
    const PolicyDocument = policyOf({
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Resource: `arn:aws:iam::${accounts.old}:role/${ground.name}`,
    });
    await iam.send(
      new PutRolePolicyCommand({ RoleName: role.RoleName, PolicyName: 'old-account', PolicyDocument }),
    );
    const { variables } = json(await init(ground, '--role-arn', arn));
    const trust = trustFor(ground, Object(variables).OLD_EXTERNAL_ID);
    const [statement] = trust.Statement;
    const Condition = { ...statement?.Condition, ArnEquals: { 'aws:PrincipalArn': arn } };
    const trusted = { ...trust, Statement: [{ ...statement, Condition }] };
    expect(await trustOf(ground)).toEqual(trusted);
    await ground.signIn('ana@example.com', password);

    const written = json(await handoff(ground, '--json')); // the state file has the role
    expect(written.functionRole).toBe(arn);
    expect(String(written.init)).toContain(`--role-arn ${arn}`);
    const template = JSON.parse(await textOf(ground, 'cloudformation.json'));
    expect(template.Resources.MigrationRole.Properties.AssumeRolePolicyDocument).toEqual(trusted);
  });

  test('has the path that was asked for', async () => {
    const ground = await startTwoAccounts();
    const { variables } = json(await init(ground, '--role-path', '/migration/'));
    const trusted = trustFor(ground, Object(variables).OLD_EXTERNAL_ID, '/migration/');
    expect(await trustOf(ground)).toEqual(trusted);
    expect((await roleOf(ground)).Arn).toBe(`arn:aws:iam::${accounts.old}:role/migration/${ground.name}`);
  });
});
