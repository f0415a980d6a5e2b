import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  SetDefaultPolicyVersionCommand,
  TagPolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keysOf, type Sandbox } from '../../../../src/sandbox/index.ts';
import { basicExecution, clientsOf, errorOf, lambdaTrust, policyOf, startSandbox } from '../../support.ts';

let sandbox: Sandbox;
let iam: ReturnType<typeof clientsOf>['iam'];
beforeEach(async () => {
  sandbox = await startSandbox();
  iam = clientsOf(sandbox).iam;
});
afterEach(() => sandbox.close());

const document = policyOf({ Effect: 'Allow', Action: 's3:*', Resource: '*' });
const role = (RoleName: string, more: object = {}) =>
  iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: lambdaTrust, ...more }));
const policy = async (PolicyName: string, more: object = {}) => {
  const { Policy } = await iam.send(
    new CreatePolicyCommand({ PolicyName, PolicyDocument: document, ...more }),
  );
  return Policy?.Arn ?? '';
};

describe('roles', () => {
  test('come back as they were made, documents and markup intact', async () => {
    await role('r', {
      Path: '/team/x/',
      Description: 'a <b> & "c" \'ü\r\n',
      Tags: [{ Key: 'k', Value: 'a=b @ ü' }],
    });
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'r' }));
    expect(Role).toMatchObject({
      Arn: 'arn:aws:iam::111122223333:role/team/x/r',
      Path: '/team/x/',
      Description: 'a <b> & "c" \'ü\r\n',
      MaxSessionDuration: 3600,
      Tags: [{ Key: 'k', Value: 'a=b @ ü' }],
    });
    expect(Role?.AssumeRolePolicyDocument).toMatch(/^%7B%22Version%22/);
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(lambdaTrust);
    expect(Math.abs(Date.now() - (Role?.CreateDate?.getTime() ?? 0))).toBeLessThan(60_000);
  });

  test('have names that are unique whatever their case', async () => {
    await role('Role');
    expect(await errorOf(role('rOLE'))).toEqual({
      name: 'EntityAlreadyExistsException',
      message: 'Role with name rOLE already exists.',
    });
    await clientsOf(sandbox, keysOf('444455556666')).iam.send(
      new CreateRoleCommand({ RoleName: 'role', AssumeRolePolicyDocument: lambdaTrust }),
    );
  });

  test.each([
    ['a name of 65 characters', { RoleName: 'x'.repeat(65) }, 'length less than or equal to 64'],
    ['a name with a space', { RoleName: 'a b' }, '[\\w+=,.@-]+'],
    ['a path without slash at the end', { RoleName: 'r', Path: '/x' }, 'path is invalid'],
    [
      'a session of less than an hour',
      { RoleName: 'r', MaxSessionDuration: 60 },
      'greater than or equal to 3600',
    ],
  ])('refuse %s', async (_, input, text) => {
    const refused = await errorOf(
      iam.send(new CreateRoleCommand({ AssumeRolePolicyDocument: lambdaTrust, ...input })),
    );
    expect(refused.name).toBe('ValidationError');
    expect(refused.message).toContain(text);
  });

  test('that do not exist are NoSuchEntity', async () => {
    expect(await errorOf(iam.send(new GetRoleCommand({ RoleName: 'gone' })))).toEqual({
      name: 'NoSuchEntityException',
      message: 'The role with name gone cannot be found.',
    });
  });

  test('can be deleted only once their policies are gone', async () => {
    await role('r');
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn: basicExecution }));
    await iam.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument: document }));
    const drop = () => iam.send(new DeleteRoleCommand({ RoleName: 'r' }));
    expect((await errorOf(drop())).message).toBe('Cannot delete entity, must detach all policies first.');
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'r', PolicyArn: basicExecution }));
    expect((await errorOf(drop())).message).toBe('Cannot delete entity, must delete policies first.');
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'r', PolicyName: 'p' }));
    await drop();
    expect((await errorOf(drop())).name).toBe('NoSuchEntityException');
  });

  test('are listed in pages, by path', async () => {
    for (const name of ['c', 'a', 'b']) await role(name, { Path: '/x/' });
    await role('d');
    const first = await iam.send(new ListRolesCommand({ PathPrefix: '/x/', MaxItems: 2 }));
    expect(first.Roles?.map(({ RoleName }) => RoleName)).toEqual(['a', 'b']);
    expect(first.IsTruncated).toBe(true);
    const rest = await iam.send(
      new ListRolesCommand({ PathPrefix: '/x/', MaxItems: 2, Marker: first.Marker }),
    );
    expect(rest.Roles?.map(({ RoleName }) => RoleName)).toEqual(['c']);
    expect(rest.IsTruncated).toBe(false);
  });

  test('keep one tag per key, whatever its case', async () => {
    await role('r', { Tags: [{ Key: 'Department', Value: 'finance' }] });
    await iam.send(new TagRoleCommand({ RoleName: 'r', Tags: [{ Key: 'department', Value: 'hr' }] }));
    const list = async () => (await iam.send(new ListRoleTagsCommand({ RoleName: 'r' }))).Tags;
    expect(await list()).toEqual([{ Key: 'department', Value: 'hr' }]);
    await iam.send(new UntagRoleCommand({ RoleName: 'r', TagKeys: ['DEPARTMENT'] }));
    expect(await list()).toEqual([]);
    const reserved = iam.send(new TagRoleCommand({ RoleName: 'r', Tags: [{ Key: 'aws:x', Value: '' }] }));
    expect((await errorOf(reserved)).name).toBe('InvalidInputException');
  });

  test('can be changed: description, session length, trust, boundary', async () => {
    await role('r');
    const trust = policyOf({ Effect: 'Allow', Principal: { AWS: '444455556666' }, Action: 'sts:AssumeRole' });
    await iam.send(new UpdateRoleCommand({ RoleName: 'r', Description: 'new', MaxSessionDuration: 7200 }));
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'r', PolicyDocument: trust }));
    const boundary = await policy('boundary');
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'r', PermissionsBoundary: boundary }));
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'r' }));
    expect(Role).toMatchObject({
      Description: 'new',
      MaxSessionDuration: 7200,
      PermissionsBoundary: { PermissionsBoundaryArn: boundary, PermissionsBoundaryType: 'Policy' },
    });
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(trust);
    expect((await errorOf(iam.send(new DeletePolicyCommand({ PolicyArn: boundary })))).name).toBe(
      'DeleteConflictException',
    );
  });
});

describe('trust policies are refused when', () => {
  const trust = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
  test.each([
    ['they are no JSON', '{', 'This policy contains invalid Json'],
    [
      'a principal role does not exist',
      policyOf({ ...trust, Principal: { AWS: 'arn:aws:iam::111122223333:role/none' } }),
      'Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/none"',
    ],
    [
      'a principal has a wildcard',
      policyOf({ ...trust, Principal: { AWS: 'arn:aws:iam::111122223333:role/*' } }),
      'Invalid principal in policy',
    ],
    ['they name a resource', policyOf({ ...trust, Resource: '*' }), 'Has prohibited field Resource'],
    [
      'they are about something else than STS',
      policyOf({ ...trust, Action: 's3:GetObject' }),
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
    [
      'an operator does not exist',
      policyOf({ ...trust, Condition: { Sounds: { a: 'b' } } }),
      'Invalid Condition type : Sounds.',
    ],
  ])('%s', async (_, AssumeRolePolicyDocument, text) => {
    const refused = await errorOf(
      iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument })),
    );
    expect(refused.name).toBe('MalformedPolicyDocumentException');
    expect(refused.message).toContain(text);
  });
});

describe('policies', () => {
  test.each([
    [
      'a principal',
      { Effect: 'Allow', Action: 's3:*', Resource: '*', Principal: '*' },
      'Policy document should not specify a principal.',
    ],
    ['no resource', { Effect: 'Allow', Action: 's3:*' }, 'Policy statement must contain resources.'],
    [
      'a resource that is no ARN',
      { Effect: 'Allow', Action: 's3:*', Resource: 'bucket' },
      'Resource bucket must be in ARN format or "*".',
    ],
    [
      'an action without service',
      { Effect: 'Allow', Action: 'GetObject', Resource: '*' },
      'Actions/Conditions must be prefaced by a vendor',
    ],
    ['no effect', { Action: 's3:*', Resource: '*' }, 'Missing required field Effect'],
  ])('with %s are refused', async (_, statement, text) => {
    const refused = await errorOf(
      iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: policyOf(statement) })),
    );
    expect(refused.name).toBe('MalformedPolicyDocumentException');
    expect(refused.message).toContain(text);
  });

  test('of a role are put, read, listed and deleted by name', async () => {
    await role('r');
    await iam.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument: document }));
    await iam.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument: document }));
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName: 'r', PolicyName: 'p' }));
    expect(decodeURIComponent(PolicyDocument ?? '')).toBe(document);
    expect((await iam.send(new ListRolePoliciesCommand({ RoleName: 'r' }))).PolicyNames).toEqual(['p']);
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'r', PolicyName: 'p' }));
    const gone = iam.send(new GetRolePolicyCommand({ RoleName: 'r', PolicyName: 'p' }));
    expect((await errorOf(gone)).message).toBe('The role policy with name p cannot be found.');
  });

  test('are attached once, counted, and in the way of their own deletion', async () => {
    await role('r');
    const arn = await policy('p', { Path: '/x/', Tags: [{ Key: 'a', Value: 'b' }] });
    const attach = () => iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn: arn }));
    await attach();
    await attach();
    const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'r' }));
    expect(attached.AttachedPolicies).toEqual([{ PolicyArn: arn, PolicyName: 'p' }]);
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }));
    expect(Policy).toMatchObject({
      AttachmentCount: 1,
      DefaultVersionId: 'v1',
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    const { PolicyRoles } = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: arn }));
    expect(PolicyRoles?.map(({ RoleName }) => RoleName)).toEqual(['r']);
    const drop = () => iam.send(new DeletePolicyCommand({ PolicyArn: arn }));
    expect(await errorOf(drop())).toEqual({
      name: 'DeleteConflictException',
      message: 'Cannot delete a policy attached to entities.',
    });
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'r', PolicyArn: arn }));
    await drop();
    const missing = iam.send(new DetachRolePolicyCommand({ RoleName: 'r', PolicyArn: arn }));
    expect((await errorOf(missing)).name).toBe('NoSuchEntityException');
  });

  test('have names unique whatever their case, and tag keys that are not', async () => {
    const arn = await policy('Name');
    expect((await errorOf(policy('nAME'))).name).toBe('EntityAlreadyExistsException');
    const Tags = [
      { Key: 'Costcenter', Value: '1' },
      { Key: 'costcenter', Value: '2' },
    ];
    await iam.send(new TagPolicyCommand({ PolicyArn: arn, Tags }));
    expect((await iam.send(new GetPolicyCommand({ PolicyArn: arn }))).Policy?.Tags).toEqual(Tags);
  });

  test('keep five versions', async () => {
    const arn = await policy('p');
    const add = (SetAsDefault: boolean) =>
      iam.send(new CreatePolicyVersionCommand({ PolicyArn: arn, PolicyDocument: document, SetAsDefault }));
    for (let count = 2; count <= 5; count += 1) await add(count === 5);
    expect((await errorOf(add(true))).name).toBe('LimitExceededException');
    const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn: arn }));
    expect(Versions?.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion])).toEqual([
      ['v5', true],
      ['v4', false],
      ['v3', false],
      ['v2', false],
      ['v1', false],
    ]);
    const drop = (VersionId: string) =>
      iam.send(new DeletePolicyVersionCommand({ PolicyArn: arn, VersionId }));
    expect((await errorOf(drop('v5'))).name).toBe('DeleteConflictException');
    expect((await errorOf(iam.send(new DeletePolicyCommand({ PolicyArn: arn })))).message).toContain(
      'more than one version',
    );
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn: arn, VersionId: 'v1' }));
    for (const version of ['v2', 'v3', 'v4', 'v5']) await drop(version);
    const { PolicyVersion } = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: 'v1' }),
    );
    expect(decodeURIComponent(PolicyVersion?.Document ?? '')).toBe(document);
    await iam.send(new DeletePolicyCommand({ PolicyArn: arn }));
    expect((await iam.send(new ListPoliciesCommand({ Scope: 'Local' }))).Policies).toEqual([]);
  });

  test('of AWS are there in every partition', async () => {
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: basicExecution }));
    expect(Policy).toMatchObject({ PolicyName: 'AWSLambdaBasicExecutionRole', Path: '/service-role/' });
    const gov = clientsOf(sandbox, undefined, 'us-gov-west-1').iam;
    const PolicyArn = basicExecution.replace('arn:aws:', 'arn:aws-us-gov:');
    await gov.send(new GetPolicyCommand({ PolicyArn }));
    const { Role } = await gov.send(
      new CreateRoleCommand({ RoleName: 'gov', AssumeRolePolicyDocument: lambdaTrust }),
    );
    expect(Role?.Arn).toBe('arn:aws-us-gov:iam::111122223333:role/gov');
  });
});
