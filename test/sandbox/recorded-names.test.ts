/** How AWS refuses names and ARNs, as public tests have recorded it; accounts, names, and Regions apart. */

import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  GetPolicyCommand,
  TagRoleCommand,
} from '@aws-sdk/client-iam';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  TagResourceCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { clientsOf, errorOf, keyOf, lambdaTrust, policyOf, startSandbox, zipOf } from './support.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

const region = '((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?';
const prefix = `(arn:(aws[a-zA-Z-]*)?:lambda:)?${region}(\\d{12}:)?(function:)?`;
const toCreate = `${prefix}([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?`;
const toFind = `${prefix}([a-zA-Z0-9-_\\.]+)(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`;
const qualifier = '\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+';

const arnOf = (name: string, where = 'eu-west-1') => `arn:aws:lambda:${where}:111122223333:function:${name}`;
const fault = (value: string, at: string, constraint: string) =>
  `Value '${value}' at '${at}' failed to satisfy constraint: Member must ${constraint}`;
const pattern = (text: string) => `satisfy regular expression pattern: ${text}`;
const atMost = (length: number) => `have length less than or equal to ${length}`;

/** The refusal with what is wrong sorted: its order is not recorded. */
async function refusal(promise: Promise<unknown>) {
  const { name, message } = await errorOf(promise);
  const [count, faults = ''] = message.split(' detected: ');
  return { name, count, faults: faults.split('; ').toSorted() };
}
const invalid = (...faults: string[]) => ({
  name: 'ValidationException',
  count: faults.length === 1 ? '1 validation error' : `${faults.length} validation errors`,
  faults: faults.toSorted(),
});

function lambdaCalls(where?: string) {
  const { lambda } = clientsOf(sandbox, keyOf('111122223333'), where);
  return {
    create: (FunctionName: string) =>
      lambda.send(
        new CreateFunctionCommand({
          FunctionName,
          Role: 'arn:aws:iam::111122223333:role/r',
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Code: { ZipFile: zipOf({ 'index.mjs': 'export const handler = async () => 1;' }) },
        }),
      ),
    find: {
      get: (FunctionName: string, Qualifier?: string) =>
        lambda.send(new GetFunctionCommand({ FunctionName, Qualifier })),
      delete: (FunctionName: string, Qualifier?: string) =>
        lambda.send(new DeleteFunctionCommand({ FunctionName, Qualifier })),
      invoke: (FunctionName: string, Qualifier?: string) =>
        lambda.send(new InvokeCommand({ FunctionName, Qualifier })),
    },
    configuration: (FunctionName: string, Qualifier?: string) =>
      lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier })),
    permit: (FunctionName: string, Qualifier?: string) =>
      lambda.send(
        new AddPermissionCommand({
          FunctionName,
          Qualifier,
          StatementId: 's',
          Action: 'lambda:InvokeFunction',
          Principal: 'cognito-idp.amazonaws.com',
        }),
      ),
    tag: (Resource: string) => lambda.send(new TagResourceCommand({ Resource, Tags: { a: 'b' } })),
  };
}

describe('names of functions', () => {
  test.each([
    ['*'],
    ['my-function!'],
    ['invalid-account:function:my-function'],
    [arnOf('my-function', 'invalid-region')],
    ['arn:aws:ec2:eu-west-1:111122223333:instance:i-1234567890abcdef0'],
    [arnOf('my-function:$LATES')],
    [`arn:aws:lambda::111122223333:function:my-function`],
  ])('%s', async (name) => {
    const { create, find } = lambdaCalls();
    expect(await refusal(create(name))).toEqual(invalid(fault(name, 'functionName', pattern(toCreate))));
    for (const call of Object.values(find))
      expect(await refusal(call(name))).toEqual(invalid(fault(name, 'functionName', pattern(toFind))));
  });

  test('a Region and a name that are both wrong are both named', async () => {
    const { create, find } = lambdaCalls();
    const long = arnOf(`my-function${'a'.repeat(140)}`, 'invalid-region');
    expect(await refusal(create(long))).toEqual(
      invalid(fault(long, 'functionName', pattern(toCreate)), fault(long, 'functionName', atMost(140))),
    );
    const tooMuch = 'a'.repeat(129);
    for (const call of Object.values(find)) {
      expect(await refusal(call(long))).toEqual(invalid(fault(long, 'functionName', pattern(toFind))));
      expect(await refusal(call(long, tooMuch))).toEqual(
        invalid(fault(tooMuch, 'qualifier', atMost(128)), fault(long, 'functionName', pattern(toFind))),
      );
      expect(await refusal(call('my-function', 'invalid!'))).toEqual(
        invalid(fault('invalid!', 'qualifier', pattern(qualifier))),
      );
    }
  });

  test('a name of more than 64 characters', async () => {
    const long = 'a'.repeat(65);
    expect(await refusal(lambdaCalls().create(long))).toEqual({
      ...invalid(fault(long, 'functionName', atMost(64))),
      name: 'InvalidParameterValueException',
    });
  });

  test('of a Region of the European Sovereign Cloud are good', async () => {
    const { find, tag } = lambdaCalls('eusc-de-east-1');
    const arn = 'arn:aws-eusc:lambda:eusc-de-east-1:111122223333:function:my-function';
    const message = `Function not found: ${arn}`;
    for (const call of [find.get, find.delete, tag])
      expect(await errorOf(call(arn))).toEqual({ name: 'ResourceNotFoundException', message });
  });

  test('to tag', async () => {
    const { tag } = lambdaCalls();
    const where = region.slice(1, -3);
    const uuid = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}';
    const resource = `arn:(aws[a-zA-Z-]*):lambda:${where}:\\d{12}:(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)|code-signing-config:csc-[a-z0-9]{17}|event-source-mapping:${uuid}|capacity-provider:[a-zA-Z0-9-_]+)`;
    const wrong = 'arn:aws:lambda:eu-west-1:111122223333:foobar:x';
    expect(await refusal(tag(wrong))).toEqual(invalid(fault(wrong, 'resource', pattern(resource))));
    expect(await errorOf(tag(arnOf('my-function:alias')))).toEqual({
      name: 'InvalidParameterValueException',
      message: 'Tags on function aliases and versions are not supported. Please specify a function ARN.',
    });
  });
});

describe('qualifiers', () => {
  test('two that differ are refused before the function is looked for', async () => {
    const { find, configuration, permit } = lambdaCalls();
    for (const call of [...Object.values(find), configuration, permit])
      expect(await errorOf(call(arnOf('my-function:$LATEST'), '1'))).toEqual({
        name: 'InvalidParameterValueException',
        message: 'The derived qualifier from the function name does not match the specified qualifier.',
      });
    for (const call of [find.get, configuration])
      expect(await errorOf(call(arnOf('my-function:$LATEST'), '$LATEST'))).toEqual({
        name: 'ResourceNotFoundException',
        message: `Function not found: ${arnOf('my-function:$LATEST')}`,
      });
  });

  test('neither $LATEST nor an alias can be deleted', async () => {
    const { find } = lambdaCalls();
    expect(await errorOf(find.delete(arnOf('my-function:$LATEST'), '$LATEST'))).toEqual({
      name: 'InvalidParameterValueException',
      message: '$LATEST version cannot be deleted without deleting the function.',
    });
    expect(await errorOf(find.delete('my-function', 'a'.repeat(65)))).toEqual({
      name: 'InvalidParameterValueException',
      message: 'Deletion of aliases is not currently supported.',
    });
  });
});

test('IAM: a policy ARN that is none', async () => {
  const { iam } = clientsOf(sandbox);
  await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: lambdaTrust }));
  const attach = (PolicyArn: string) => iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn }));
  const PolicyArn = 'longpolicynamebutnoarn';
  for (const call of [attach(PolicyArn), iam.send(new GetPolicyCommand({ PolicyArn }))]) {
    await expect(call).rejects.toMatchObject({
      name: 'ValidationError',
      message: 'Invalid ARN:  Could not be parsed!',
      $metadata: { httpStatusCode: 400 },
    });
  }
  const missing = 'arn:aws:iam::111122223333:policy/p123';
  await expect(attach(missing)).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: `Policy ${missing} does not exist or is not attachable.`,
    $metadata: { httpStatusCode: 404 },
  });
});

describe('IAM: tags', () => {
  const allowed = (times: '+' | '*') => `[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]${times}`;
  const plain = { Key: 'team', Value: 'identity' };

  test.each([
    ['key', { Key: 'NOWAY!', Value: '' }, pattern(allowed('+'))],
    ['value', { Key: 'team', Value: 'one, two' }, pattern(allowed('*'))],
    ['key', { Key: 'k'.repeat(129), Value: '' }, atMost(128)],
    ['value', { Key: 'team', Value: 'v'.repeat(257) }, atMost(256)],
  ])('a %s that is refused is named by its place', async (member, wrong, constraint) => {
    const { iam } = clientsOf(sandbox);
    const role = { RoleName: 'r', AssumeRolePolicyDocument: lambdaTrust };
    await iam.send(new CreateRoleCommand(role));
    const Tags = [{ Key: 'first', Value: 'ü @ 1_.:/=+-' }, wrong];
    const message = `1 validation error detected: Value at 'tags.2.member.${member}' failed to satisfy constraint: Member must ${constraint}`;
    for (const call of [
      iam.send(new CreateRoleCommand({ ...role, RoleName: 'other', Tags })),
      iam.send(new TagRoleCommand({ RoleName: 'r', Tags })),
      iam.send(
        new CreatePolicyCommand({
          PolicyName: 'p',
          PolicyDocument: policyOf({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }),
          Tags,
        }),
      ),
    ])
      expect(await errorOf(call)).toEqual({ name: 'ValidationError', message });
    await iam.send(new TagRoleCommand({ RoleName: 'r', Tags: [{ ...plain, Value: '' }] }));
  });
});
