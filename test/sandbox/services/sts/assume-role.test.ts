import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CognitoIdentityProviderClient,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../../src/sandbox/index.ts';
import { disabledRegions } from '../../../../src/sandbox/regions.ts';
import { assume, clientsOf, errorOf, fakeClock, keyOf, policyOf, startSandbox } from '../../support.ts';

const other = '444455556666';
const clock = fakeClock();
let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ now: clock.now });
});
afterEach(() => sandbox.close());

const assumeStatement = (more: object) => ({ Effect: 'Allow', Action: 'sts:AssumeRole', ...more });

async function makeRole(account: string, name: string, trust: object, permissions?: object) {
  const { iam } = clientsOf(sandbox, keyOf(account));
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: policyOf(assumeStatement(trust)) }),
  );
  if (permissions) {
    const PolicyDocument = policyOf(permissions);
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'p', PolicyDocument }));
  }
  return Role?.Arn ?? '';
}

const toAccount = (account: string, condition?: object) => ({
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  ...(condition ? { Condition: condition } : {}),
});

test('a session is the role session it says it is', async () => {
  const arn = await makeRole('111122223333', 'operator', toAccount('111122223333'));
  const keys = await assume(sandbox, keyOf('111122223333'), arn);
  const identity = await clientsOf(sandbox, keys).sts.send(new GetCallerIdentityCommand({}));
  expect(identity).toMatchObject({
    Account: '111122223333',
    Arn: 'arn:aws:sts::111122223333:assumed-role/operator/test',
  });
  expect(identity.UserId).toMatch(/^AROA\w{17}:test$/);
});

describe('across accounts', () => {
  const external = { StringEquals: { 'sts:ExternalId': 'secret-id' } };
  const may = (resource: string) => assumeStatement({ Resource: resource });

  test('trust and the caller’s own policy and the external ID are all needed', async () => {
    const target = await makeRole(other, 'old', toAccount('111122223333', external));
    const caller = await makeRole('111122223333', 'fn', toAccount('111122223333'), may(target));
    const idle = await makeRole('111122223333', 'idle', toAccount('111122223333'));
    const keys = await assume(sandbox, keyOf('111122223333'), caller);
    const idleKeys = await assume(sandbox, keyOf('111122223333'), idle);
    const { sts } = clientsOf(sandbox, keys);
    const command = (ExternalId?: string) =>
      new AssumeRoleCommand({
        RoleArn: target,
        RoleSessionName: 'x1',
        ...(ExternalId ? { ExternalId } : {}),
      });
    const good = await sts.send(command('secret-id'));
    expect(good.AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${other}:assumed-role/old/x1`);
    const refusal = {
      name: 'AccessDenied',
      message: `User: arn:aws:sts::111122223333:assumed-role/fn/test is not authorized to perform: sts:AssumeRole on resource: ${target}`,
    };
    expect(await errorOf(sts.send(command('wrong-id')))).toEqual(refusal);
    expect(await errorOf(sts.send(command()))).toEqual(refusal);
    expect((await errorOf(clientsOf(sandbox, idleKeys).sts.send(command('secret-id')))).name).toBe(
      'AccessDenied',
    );
    const stranger = clientsOf(sandbox, keyOf('777788889999')).sts;
    expect((await errorOf(stranger.send(command('secret-id')))).name).toBe('AccessDenied');
  });

  test('trusting an account with ArnEquals aws:PrincipalArn admits that role only, even before it exists', async () => {
    const wanted = 'arn:aws:iam::111122223333:role/fn';
    const condition = { ArnEquals: { 'aws:PrincipalArn': wanted } };
    const target = await makeRole(other, 'old', toAccount('111122223333', condition));
    await makeRole('111122223333', 'fn', toAccount('111122223333'), may(target));
    await makeRole('111122223333', 'fn2', toAccount('111122223333'), may(target));
    const keys = await assume(sandbox, keyOf('111122223333'), wanted);
    const wrong = await assume(sandbox, keyOf('111122223333'), `${wanted}2`);
    const command = new AssumeRoleCommand({ RoleArn: target, RoleSessionName: 'x1' });
    expect((await clientsOf(sandbox, keys).sts.send(command)).Credentials?.AccessKeyId).toMatch(/^ASIA/);
    expect((await errorOf(clientsOf(sandbox, wrong).sts.send(command))).name).toBe('AccessDenied');
  });
});

test('in one account a trust policy that names the role is enough', async () => {
  const caller = await makeRole('111122223333', 'caller', toAccount('111122223333'));
  const target = await makeRole('111122223333', 'target', { Principal: { AWS: caller } });
  const whole = await makeRole('111122223333', 'whole', toAccount('111122223333'));
  const { sts } = clientsOf(sandbox, await assume(sandbox, keyOf('111122223333'), caller));
  await sts.send(new AssumeRoleCommand({ RoleArn: target, RoleSessionName: 'x1' }));
  expect(await errorOf(sts.send(new AssumeRoleCommand({ RoleArn: whole, RoleSessionName: 'x1' })))).toEqual({
    name: 'AccessDenied',
    message: `User: arn:aws:sts::111122223333:assumed-role/caller/test is not authorized to perform: sts:AssumeRole on resource: ${whole} because no identity-based policy allows the sts:AssumeRole action`,
  });
});

test('a principal that is deleted and made anew is another principal', async () => {
  const caller = await makeRole('111122223333', 'caller', toAccount('111122223333'));
  const target = await makeRole('111122223333', 'target', { Principal: { AWS: caller } });
  const { iam } = clientsOf(sandbox);
  await iam.send(new DeleteRoleCommand({ RoleName: 'caller' }));
  await makeRole('111122223333', 'caller', toAccount('111122223333'));
  const { sts } = clientsOf(sandbox, await assume(sandbox, keyOf('111122223333'), caller));
  const refused = await errorOf(sts.send(new AssumeRoleCommand({ RoleArn: target, RoleSessionName: 'x1' })));
  expect(refused.name).toBe('AccessDenied');
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'target' }));
  expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toMatch(/"AWS":"AROA\w{17}"/);
});

test('chained sessions last at most an hour, others as long as the role says', async () => {
  const arn = await makeRole(
    '111122223333',
    'operator',
    toAccount('111122223333'),
    assumeStatement({ Resource: '*' }),
  );
  const long = new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'x1', DurationSeconds: 7200 });
  expect((await errorOf(clientsOf(sandbox).sts.send(long))).name).toBe('ValidationError');
  const keys = await assume(sandbox, keyOf('111122223333'), arn);
  expect((await errorOf(clientsOf(sandbox, keys).sts.send(long))).message).toContain('role chaining');
});

describe('credentials', () => {
  const calls = (keys: Parameters<typeof clientsOf>[1]) => {
    const { iam, sts, lambda, logs } = clientsOf(sandbox, keys);
    const config = { endpoint: sandbox.url, region: 'eu-west-1', maxAttempts: 1 };
    const cognito = new CognitoIdentityProviderClient({ ...config, ...(keys ? { credentials: keys } : {}) });
    return [
      iam.send(new GetRoleCommand({ RoleName: 'operator' })),
      sts.send(new GetCallerIdentityCommand({})),
      lambda.send(new ListFunctionsCommand({})),
      logs.send(new DescribeLogGroupsCommand({})),
      cognito.send(new ListUserPoolsCommand({ MaxResults: 1 })),
    ];
  };
  const names = (keys: Parameters<typeof clientsOf>[1]) =>
    Promise.all(calls(keys).map(async (call) => (await errorOf(call)).name));

  test('that nobody issued are refused in each service’s words', async () => {
    const unknown = { accessKeyId: 'ASIAAAAAAAAAAAAAAAAA', secretAccessKey: 'x', sessionToken: 'y' };
    const invalid = [
      'InvalidClientTokenId',
      'InvalidClientTokenId',
      ...Array(3).fill('UnrecognizedClientException'),
    ];
    expect(await names(unknown)).toEqual(invalid);
    const arn = await makeRole('111122223333', 'operator', toAccount('111122223333'));
    const keys = await assume(sandbox, keyOf('111122223333'), arn);
    expect(await names({ ...keys, sessionToken: 'another' })).toEqual(invalid);
  });

  test('expire by the sandbox’s clock', async () => {
    const arn = await makeRole('111122223333', 'operator', toAccount('111122223333'));
    const keys = await assume(sandbox, keyOf('111122223333'), arn);
    clock.advance(3600_000);
    const expired = ['ExpiredToken', 'ExpiredToken', ...Array(3).fill('ExpiredTokenException')];
    expect(await names(keys)).toEqual(expired);
  });

  test('end with the role they came from', async () => {
    const arn = await makeRole('111122223333', 'operator', toAccount('111122223333'));
    const keys = await assume(sandbox, keyOf('111122223333'), arn);
    await clientsOf(sandbox).iam.send(new DeleteRoleCommand({ RoleName: 'operator' }));
    const refused = await errorOf(clientsOf(sandbox, keys).sts.send(new GetCallerIdentityCommand({})));
    expect(refused.name).toBe('InvalidClientTokenId');
  });

  test('of an unknown long-term key are refused in the same words', async () => {
    const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' };
    expect(await names(keys)).toEqual(await names({ ...keys, accessKeyId: '111122223333' }));
    expect(await names(keys)).toContain('InvalidClientTokenId');
  });
});

/** IAM User Guide, "Managing AWS STS in an AWS Region". */
describe('a Region that an account has not enabled', () => {
  const [own, region] = ['111122223333', 'me-south-1'];
  const command = (RoleArn: string) => new AssumeRoleCommand({ RoleArn, RoleSessionName: 'x1' });

  test('issues no credentials for that account’s roles, whoever asks', async () => {
    const target = await makeRole(other, 'there', toAccount(own));
    disabledRegions(sandbox.world, other).add(region);
    const { sts } = clientsOf(sandbox, keyOf(own), region);
    expect((await errorOf(sts.send(command(target)))).name).toBe('RegionDisabledException');
    const elsewhere = clientsOf(sandbox, keyOf(own), 'eu-west-1').sts;
    expect((await elsewhere.send(command(target))).Credentials).toBeDefined();
  });

  test('does not know that account’s keys, whatever they are for; IAM is of no Region', async () => {
    const target = await makeRole(other, 'there', toAccount(own));
    const role = await makeRole(own, 'here', toAccount(own));
    const session = await assume(sandbox, keyOf(own), role);
    disabledRegions(sandbox.world, own).add(region);
    for (const keys of [keyOf(own), session]) {
      const { sts, lambda, iam } = clientsOf(sandbox, keys, region);
      expect((await errorOf(sts.send(command(target)))).name).toBe('InvalidClientTokenId');
      const listed = errorOf(lambda.send(new ListFunctionsCommand({})));
      expect((await listed).name).toBe('UnrecognizedClientException');
      if (keys !== session)
        expect((await iam.send(new GetRoleCommand({ RoleName: 'here' }))).Role).toBeDefined();
    }
  });
});
