import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DetachRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListPolicyVersionsCommand,
  UntagPolicyCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from 'vitest';
import { poolTag } from '../../src/aws/ownership.ts';
import { given, refusalOf } from '../support/errors.ts';
import { inputOf, writesOf } from '../support/local-aws.ts';
import { outputOf, startMigration } from './support.ts';

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
const wider = JSON.stringify({
  ...trust,
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
});
const document = (action: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });
const parsed = (text: unknown): unknown => JSON.parse(String(text));

describe('the role', () => {
  test('trusts Lambda and nobody else', async () => {
    const migration = await startMigration();
    await migration.apply();
    const input = inputOf(migration.sandbox, 'CreateRole');
    expect(parsed(input.AssumeRolePolicyDocument)).toEqual(trust);
    expect(input).toMatchObject({ RoleName: migration.inputs.NAME, Path: '/' });
    expect(input).not.toHaveProperty('PermissionsBoundary');
  });

  test('whose trust policy, tags or boundary drifted is repaired, and nothing else is written', async () => {
    const PERMISSIONS_BOUNDARY = 'arn:aws:iam::aws:policy/AdministratorAccess';
    const migration = await startMigration({ inputs: { PERMISSIONS_BOUNDARY, TAGS: { team: 'id' } } });
    const { iam } = migration.sdk;
    const RoleName = migration.inputs.NAME;
    await migration.apply();
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: wider }));
    expect(await migration.repair()).toEqual(['iam:UpdateAssumeRolePolicy']);
    await iam.send(new UntagRoleCommand({ RoleName, TagKeys: ['team'] }));
    expect(await migration.repair()).toEqual(['iam:TagRole']);
    await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
    expect(await migration.repair()).toEqual(['iam:PutRolePermissionsBoundary']);
    expect(await migration.repair()).toEqual([]);
  });

  test.each([
    ['untagged', []],
    ['of another migration', [{ Key: poolTag, Value: 'eu-west-1_Another01' }]],
  ])('%s under our name is refused and stays as it is', async (_what, Tags) => {
    const migration = await startMigration();
    const { iam } = migration.sdk;
    const RoleName = migration.inputs.NAME;
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: wider, Tags }));
    migration.sandbox.journal.clear();
    const error = await refusalOf(migration.apply());
    expect(error).toMatchObject({ code: 'FOREIGN', exitCode: 4 });
    expect(error.message).toContain('role');
    expect(
      writesOf(migration.sandbox).filter((name) => /Role$|RolePolicy|Cognito|UserPool$/.test(name)),
    ).toEqual([]);
    expect((await migration.plan()).items.find(({ step }) => step === 'lambda-role')?.action).toBe('foreign');
  });

  test('that was brought along is used as it is; no policy is made for it', async () => {
    const migration = await startMigration();
    const { iam } = migration.sdk;
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: 'theirs', AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: 'theirs', PolicyDocument: document('cognito-idp:Admin*') }),
    );
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'theirs', PolicyArn: Policy?.Arn }));
    migration.sandbox.journal.clear();
    const { vars } = await migration.apply({ EXISTING_ROLE_ARN: given(Role?.Arn) });
    expect(vars.ROLE_ARN).toBe(Role?.Arn);
    expect(writesOf(migration.sandbox).filter((name) => name.startsWith('iam:'))).toEqual([]);
    expect(inputOf(migration.sandbox, 'CreateFunction').Role).toBe(Role?.Arn);
  });
});

describe('the policy', () => {
  test('allows two actions on the old pool, nothing more', async () => {
    const migration = await startMigration();
    await migration.apply();
    expect(parsed(inputOf(migration.sandbox, 'CreatePolicy').PolicyDocument)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: expect.any(String),
          Effect: 'Allow',
          Action: ['cognito-idp:AdminInitiateAuth', 'cognito-idp:AdminGetUser'],
          Resource: migration.inputs.OLD_USER_POOL_ARN,
        },
      ],
    });
  });

  test('that drifted gets a new default version, its tags are put back', async () => {
    const migration = await startMigration({ inputs: { TAGS: { team: 'id' } } });
    const { iam } = migration.sdk;
    const PolicyArn = outputOf(await migration.apply(), 'POLICY_ARN');
    await iam.send(
      new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: document('*'), SetAsDefault: true }),
    );
    expect(await migration.repair()).toEqual(['iam:CreatePolicyVersion']);
    await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: ['team'] }));
    expect(await migration.repair()).toEqual(['iam:TagPolicy']);
    expect(await migration.repair()).toEqual([]);
  });

  test('with five versions loses its oldest one for the repair', async () => {
    const migration = await startMigration();
    const { iam } = migration.sdk;
    const PolicyArn = outputOf(await migration.apply(), 'POLICY_ARN');
    for (const action of ['s3:Get*', 's3:Put*', 's3:List*', '*']) {
      migration.clock.advance(1000);
      await iam.send(
        new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: document(action), SetAsDefault: true }),
      );
    }
    migration.clock.advance(1000);
    expect(await migration.repair()).toEqual(['iam:DeletePolicyVersion', 'iam:CreatePolicyVersion']);
    const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
    expect(Versions?.map(({ VersionId }) => VersionId).toSorted()).toEqual(['v2', 'v3', 'v4', 'v5', 'v6']);
    await migration.destroy();
    await expect(iam.send(new ListPolicyVersionsCommand({ PolicyArn }))).rejects.toThrow(
      /does not exist|not found/i,
    );
  });

  test('of somebody else under our name is refused and stays as it is', async () => {
    const migration = await startMigration();
    const { iam } = migration.sdk;
    await iam.send(
      new CreatePolicyCommand({ PolicyName: migration.inputs.NAME, PolicyDocument: document('s3:*') }),
    );
    migration.sandbox.journal.clear();
    const error = await refusalOf(migration.apply());
    expect(error).toMatchObject({ code: 'FOREIGN', exitCode: 4 });
    expect(error.message).toContain('policy');
    expect(
      writesOf(migration.sandbox).filter((name) => /Policy(Version)?$/.test(name) && name.startsWith('iam')),
    ).toEqual([]);
  });
});

describe('the attachments', () => {
  test('are both put back, and others are left', async () => {
    const migration = await startMigration();
    const { iam } = migration.sdk;
    const RoleName = migration.inputs.NAME;
    await migration.apply();
    const other = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: other }));
    const attached = async () =>
      (await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies?.map(
        ({ PolicyArn }) => String(PolicyArn),
      ) ?? [];
    const ours = (await attached()).filter((arn) => arn !== other);
    expect(ours).toHaveLength(2);
    for (const PolicyArn of ours) {
      await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
      expect(await migration.repair()).toEqual(['iam:AttachRolePolicy']);
    }
    expect((await attached()).toSorted()).toEqual([...ours, other].toSorted());
    expect(await migration.repair()).toEqual([]);
  });
});
