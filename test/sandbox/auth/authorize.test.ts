/** What a caller may do: its policies, its boundary, the actions that are not named like the call. */

import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  GetRoleCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  SetDefaultPolicyVersionCommand,
} from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  GetFunctionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import {
  clientsOf,
  errorOf,
  fakeClock,
  keysWith,
  lambdaTrust,
  policyOf,
  startSandbox,
  zipOf,
} from '../support.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const allow = (Action: string | string[], Resource = '*', more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const getRole = new GetRoleCommand({ RoleName: 'caller' });
const session = 'arn:aws:sts::111122223333:assumed-role/caller/test';
const callerArn = 'arn:aws:iam::111122223333:role/caller';

describe('a denial says in AWS’s words why', () => {
  test('no identity-based policy', async () => {
    const keys = await keysWith(sandbox, 'caller', policyOf(allow('s3:*')));
    expect(await errorOf(clientsOf(sandbox, keys).iam.send(getRole))).toEqual({
      name: 'AccessDenied',
      message: `User: ${session} is not authorized to perform: iam:GetRole on resource: ${callerArn} because no identity-based policy allows the iam:GetRole action`,
    });
  });

  test('an explicit deny', async () => {
    const deny = { Effect: 'Deny', Action: 'iam:GetRole', Resource: callerArn };
    const keys = await keysWith(sandbox, 'caller', policyOf(allow('iam:*'), deny));
    expect((await errorOf(clientsOf(sandbox, keys).iam.send(getRole))).message).toBe(
      `User: ${session} is not authorized to perform: iam:GetRole on resource: ${callerArn} with an explicit deny in an identity-based policy`,
    );
  });

  test('the permissions boundary', async () => {
    const keys = await keysWith(sandbox, 'caller', policyOf(allow('*')));
    const { iam } = clientsOf(sandbox);
    const PolicyDocument = policyOf(allow('s3:*'));
    const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: 'b', PolicyDocument }));
    const PermissionsBoundary = Policy?.Arn;
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'caller', PermissionsBoundary }));
    expect((await errorOf(clientsOf(sandbox, keys).iam.send(getRole))).message).toContain(
      'because no permissions boundary allows the iam:GetRole action',
    );
  });

  test('a session policy', async () => {
    await keysWith(sandbox, 'caller', policyOf(allow('*')));
    const { Credentials } = await clientsOf(sandbox).sts.send(
      new AssumeRoleCommand({ RoleArn: callerArn, RoleSessionName: 'test', Policy: policyOf(allow('s3:*')) }),
    );
    const keys = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    expect((await errorOf(clientsOf(sandbox, keys).iam.send(getRole))).message).toContain(
      'because no session policy allows the iam:GetRole action',
    );
  });
});

describe('actions that are not named like the call', () => {
  const createRole = (more: object = {}) =>
    new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: lambdaTrust, ...more });
  const denied = async (
    policy: string,
    send: (clients: ReturnType<typeof clientsOf>) => Promise<unknown>,
  ) => {
    const keys = await keysWith(sandbox, 'caller', policy);
    const { message } = await errorOf(send(clientsOf(sandbox, keys)));
    return /not authorized to perform: (\S+)/.exec(message)?.[1] ?? message;
  };
  const Tags = [{ Key: 'a', Value: 'b' }];
  const roleArn = 'arn:aws:iam::111122223333:role/r';
  const createFunction = (more: object = {}) =>
    new CreateFunctionCommand({
      FunctionName: 'f',
      Role: roleArn,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipOf({ 'index.mjs': 'export const handler = async () => 1;' }) },
      ...more,
    });

  test('CreateRole with tags needs iam:TagRole', async () => {
    const send = ({ iam }: ReturnType<typeof clientsOf>) => iam.send(createRole({ Tags }));
    expect(await denied(policyOf(allow('iam:CreateRole')), send)).toBe('iam:TagRole');
  });

  test('CreatePolicy with tags needs iam:TagPolicy', async () => {
    const input = { PolicyName: 'p', PolicyDocument: policyOf(allow('s3:*')), Tags };
    const send = ({ iam }: ReturnType<typeof clientsOf>) => iam.send(new CreatePolicyCommand(input));
    expect(await denied(policyOf(allow('iam:CreatePolicy')), send)).toBe('iam:TagPolicy');
  });

  test('CreateFunction with tags needs lambda:TagResource', async () => {
    const send = ({ lambda }: ReturnType<typeof clientsOf>) =>
      lambda.send(createFunction({ Tags: { a: 'b' } }));
    expect(await denied(policyOf(allow(['lambda:CreateFunction', 'iam:PassRole'])), send)).toBe(
      'lambda:TagResource',
    );
  });

  test('CreateLogGroup with tags needs logs:TagResource', async () => {
    const command = new CreateLogGroupCommand({ logGroupName: '/g', tags: { a: 'b' } });
    const send = ({ logs }: ReturnType<typeof clientsOf>) => logs.send(command);
    expect(await denied(policyOf(allow('logs:CreateLogGroup')), send)).toBe('logs:TagResource');
  });

  test.each([
    ['is missing', [allow('lambda:*')]],
    [
      'is for another service',
      [
        allow('lambda:*'),
        allow('iam:PassRole', roleArn, {
          Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
        }),
      ],
    ],
    ['is for another role', [allow('lambda:*'), allow('iam:PassRole', `${roleArn}2`)]],
  ])('CreateFunction is refused when iam:PassRole %s', async (_, statements) => {
    await clientsOf(sandbox).iam.send(createRole());
    const send = ({ lambda }: ReturnType<typeof clientsOf>) => lambda.send(createFunction());
    expect(await denied(policyOf(...statements), send)).toBe('iam:PassRole');
  });

  test('UpdateFunctionConfiguration needs iam:PassRole only when it names a role', async () => {
    await clientsOf(sandbox).iam.send(createRole());
    await clientsOf(sandbox).lambda.send(createFunction());
    const keys = await keysWith(sandbox, 'caller', policyOf(allow('lambda:*')));
    const { lambda } = clientsOf(sandbox, keys);
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'f', Timeout: 4 }));
    const update = lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'f', Role: roleArn }));
    expect((await errorOf(update)).message).toContain('iam:PassRole');
  });

  test('GetFunction answers tags only to callers that may lambda:ListTags', async () => {
    await clientsOf(sandbox).iam.send(createRole());
    await clientsOf(sandbox).lambda.send(createFunction({ Tags: { a: 'b' } }));
    const get = new GetFunctionCommand({ FunctionName: 'f' });
    const without = await keysWith(sandbox, 'without', policyOf(allow('lambda:GetFunction')));
    const withTags = await keysWith(
      sandbox,
      'with',
      policyOf(allow(['lambda:GetFunction', 'lambda:ListTags'])),
    );
    expect((await clientsOf(sandbox, without).lambda.send(get)).Tags).toBeUndefined();
    expect((await clientsOf(sandbox, withTags).lambda.send(get)).Tags).toEqual({ a: 'b' });
  });

  test('every action is in the journal with its resource, context and outcome', async () => {
    await clientsOf(sandbox).iam.send(createRole());
    const keys = await keysWith(sandbox, 'caller', policyOf(allow('lambda:CreateFunction')));
    await errorOf(clientsOf(sandbox, keys).lambda.send(createFunction()));
    const call = sandbox.journal.calls.at(-1);
    expect(call).toMatchObject({
      operation: 'CreateFunction',
      caller: session,
      result: 'AccessDeniedException',
    });
    expect(call?.actions).toEqual([
      {
        action: 'lambda:CreateFunction',
        resource: 'arn:aws:lambda:eu-west-1:111122223333:function:f',
        allowed: true,
        context: {},
      },
      {
        action: 'iam:PassRole',
        resource: roleArn,
        allowed: false,
        context: {
          'iam:PassedToService': 'lambda.amazonaws.com',
          'iam:AssociatedResourceArn': 'arn:aws:lambda:eu-west-1:111122223333:function:f',
        },
      },
    ]);
  });
});

test('conditions see request tags, tag keys and the boundary of a new role', async () => {
  const condition = {
    StringEquals: {
      'aws:RequestTag/team': 'a',
      'iam:PermissionsBoundary': 'arn:aws:iam::111122223333:policy/b',
    },
    'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
  };
  const { iam } = clientsOf(sandbox);
  await iam.send(new CreatePolicyCommand({ PolicyName: 'b', PolicyDocument: policyOf(allow('s3:*')) }));
  const policy = policyOf(allow('iam:CreateRole', '*', { Condition: condition }), allow('iam:TagRole'));
  const caller = clientsOf(sandbox, await keysWith(sandbox, 'caller', policy)).iam;
  const create = (RoleName: string, tags: Record<string, string>, boundary = true) =>
    caller.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: lambdaTrust,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        ...(boundary ? { PermissionsBoundary: 'arn:aws:iam::111122223333:policy/b' } : {}),
      }),
    );
  await create('good', { team: 'a' });
  expect((await errorOf(create('bad', { team: 'b' }))).name).toBe('AccessDenied');
  expect((await errorOf(create('bad', { team: 'a', more: 'x' }))).name).toBe('AccessDenied');
  expect((await errorOf(create('bad', { team: 'a' }, false))).name).toBe('AccessDenied');
});

test('what was attached, put or made the default has an effect only after a while', async () => {
  await sandbox.close();
  const clock = fakeClock();
  const delays = {
    roleToLambda: 0,
    policyPropagation: 3000,
    functionPending: 0,
    functionUpdate: 0,
    latency: 0,
  };
  sandbox = await startSandbox({ now: clock.now, delays });
  const { iam } = clientsOf(sandbox);
  const trust = policyOf({ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' });
  await iam.send(new CreateRoleCommand({ RoleName: 'caller', AssumeRolePolicyDocument: trust }));
  const command = new AssumeRoleCommand({ RoleArn: callerArn, RoleSessionName: 'test' });
  expect((await errorOf(clientsOf(sandbox).sts.send(command))).name).toBe('AccessDenied');
  clock.advance(3000);
  const { Credentials } = await clientsOf(sandbox).sts.send(command);
  const caller = clientsOf(sandbox, {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }).iam;
  const outcome = async () => {
    const before = await caller.send(getRole).then(
      () => 'ok',
      () => 'denied',
    );
    clock.advance(3000);
    const after = await caller.send(getRole).then(
      () => 'ok',
      () => 'denied',
    );
    return [before, after];
  };
  const { Policy } = await iam.send(
    new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: policyOf(allow('iam:GetRole')) }),
  );
  const PolicyArn = Policy?.Arn ?? '';
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'caller', PolicyArn }));
  expect(await outcome()).toEqual(['denied', 'ok']);
  const PolicyDocument = policyOf(allow('s3:*'));
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
  expect(await outcome()).toEqual(['ok', 'denied']);
  await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
  expect(await outcome()).toEqual(['denied', 'ok']);
  const deny = policyOf({ Effect: 'Deny', Action: '*', Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'caller', PolicyName: 'd', PolicyDocument: deny }));
  expect(await outcome()).toEqual(['ok', 'denied']);
});
