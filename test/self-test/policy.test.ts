/** What `policy --side self-test` prints is enough for a whole self-test, and nothing of it is too much. */
import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  DeleteUserPoolCommand,
  TagResourceCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { allRuns } from '../../src/self-test/fixtures/names.ts';
import { adminOf, as, operatorRole } from '../policy/operator.ts';
import { type Policy, prove, type Statement } from '../policy/removal.ts';
import { policyOf } from '../sandbox/support.ts';
import { given } from '../support/errors.ts';
import { json, runCli } from '../support/run-cli.ts';
import {
  type Home,
  here,
  holds,
  home,
  oldHome,
  openSelfTestAws,
  openSelfTestOn,
  twoProfiles,
} from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const isStatement = (value: unknown): value is Statement =>
  typeof value === 'object' && value !== null && 'Sid' in value && 'Action' in value && 'Resource' in value;

function policyIn(document: Record<string, unknown>): Policy {
  const { policy } = document;
  if (typeof policy !== 'object' || policy === null || !('Statement' in policy)) throw new Error('no policy');
  const { Statement } = policy;
  if (!Array.isArray(Statement)) throw new Error('no statements');
  return { Version: '2012-10-17', Statement: Statement.filter(isStatement) };
}

/** What is there for other turns of the journey: two accounts, a repair that finds more, a kill in the middle. */
const forOtherTurns = [
  'MakeRoles: iam:PutRolePolicy',
  'KeepAndDeleteRoles: iam:GetRolePolicy',
  'SayWhatTheFunctionMayDo: iam:DeletePolicyVersion',
];

describe('the policy for self-tests', () => {
  test('is enough for all of it, and nothing else can be left out', async () => {
    const ground = await openSelfTestAws();
    const { sandbox } = ground;
    const printed = json(
      await runCli(['policy', '--side', 'self-test', '--endpoint-url', sandbox.url, ...here, '--json']),
    );
    expect(printed.size).toBeLessThan(Number(printed.limit));
    const policy = policyIn(printed);
    const operator = await operatorRole(sandbox, home.account);
    await operator.allow(policy);
    const before = holds(sandbox);
    sandbox.journal.clear();
    const session = await operator.session();
    const result = await as(session, () => ground.run(...here, '--yes', '--json'));
    expect(json(result).broken, result.stdout).toEqual([]);
    expect(result.code).toBe(exitCodes.ok.code);
    const cleaned = await as(session, () =>
      openSelfTestOn(sandbox).run(...here, '--clean', '--yes', '--json'),
    );
    expect(cleaned.code, cleaned.stderr).toBe(exitCodes.ok.code);
    const caller = `arn:aws:sts::${home.account}:assumed-role/operator/`;
    // Without its Deny nothing more would be denied: that has a test of its own below.
    const allowing = { ...policy, Statement: policy.Statement.filter(({ Effect }) => Effect === 'Allow') };
    const { denied, removableStatements, removableActions } = prove(allowing, sandbox.journal.calls, [
      caller,
    ]);
    // A pool that is deleted has no tag any more: whether it is gone cannot be asked, only seen in the list.
    const wanted = /^(cognito-idp:DescribeUserPool|kms:CreateGrant) on /; // Q34 asks for what nobody may
    expect(denied.filter((one) => !wanted.test(one))).toEqual([]);
    expect(removableStatements).toEqual([]);
    expect(removableActions.filter((one) => !forOtherTurns.includes(one))).toEqual([]);
    expect(holds(sandbox)).toEqual(before);
  }, 120_000);

  test('is enough in two accounts, printed for each', async () => {
    const ground = await openSelfTestAws();
    const { sandbox } = ground;
    const profiles = await twoProfiles();
    const sessionIn = async ({ account, region }: Home, profile: string) => {
      const where = ['--profile', profile, '--region', region, '--endpoint-url', sandbox.url];
      const operator = await operatorRole(sandbox, account);
      await operator.allow(
        policyIn(json(await runCli(['policy', '--side', 'self-test', ...where, '--json']))),
      );
      return operator.session();
    };
    const keys = { new: await sessionIn(home, 'new'), old: await sessionIn(oldHome, 'old') };
    await twoProfiles(keys);
    const before = holds(sandbox);
    sandbox.journal.clear();
    const result = await ground.run(...profiles, '--yes', '--json');
    expect(json(result).broken, result.stdout).toEqual([]);
    const operators = sandbox.journal.calls.filter(({ caller }) => caller.includes('assumed-role/operator/'));
    const denied = operators.flatMap(({ actions }) => actions.filter(({ allowed }) => !allowed));
    expect(new Set(operators.map(({ account }) => account)).size).toBe(2);
    const wanted = ['cognito-idp:DescribeUserPool', 'kms:CreateGrant'];
    expect(denied.filter(({ action }) => !wanted.includes(action))).toEqual([]);
    expect(holds(sandbox)).toEqual(before);
  }, 120_000);

  test('lets nobody touch what is not a self-test’s own', async () => {
    const { sandbox } = await openSelfTestAws();
    const config = { endpoint: sandbox.url, region: home.region };
    const admin = new CognitoIdentityProviderClient({ ...config, credentials: adminOf(home.account) });
    const made = await admin.send(new CreateUserPoolCommand({ PoolName: 'customers' }));
    const policy = policyIn(
      json(await runCli(['policy', '--side', 'self-test', '--endpoint-url', sandbox.url, ...here, '--json'])),
    );
    const operator = await operatorRole(sandbox, home.account);
    await operator.allow(policy);
    const idp = new CognitoIdentityProviderClient({ ...config, credentials: await operator.session() });
    onTestFinished(() => {
      admin.destroy();
      idp.destroy();
    });
    const UserPoolId = given(made.UserPool?.Id);
    await expect(idp.send(new DeleteUserPoolCommand({ UserPoolId }))).rejects.toThrow(/not authorized/);
    await expect(idp.send(new CreateUserPoolCommand({ PoolName: 'another' }))).rejects.toThrow(
      /not authorized/,
    );
    // Nor make it one of its own: no tag opens a pool that was not created with it.
    const ResourceArn = given(made.UserPool?.Arn);
    const Tags = { 'cognito-migrate:self-test': 'mine' };
    await expect(idp.send(new TagResourceCommand({ ResourceArn, Tags }))).rejects.toThrow(/not authorized/);
    await expect(idp.send(new UpdateUserPoolCommand({ UserPoolId, UserPoolTags: Tags }))).rejects.toThrow(
      /not authorized/,
    );
    await expect(idp.send(new DeleteUserPoolCommand({ UserPoolId }))).rejects.toThrow(/not authorized/);
  });

  test('with a boundary makes no role without it, and gives none a policy', async () => {
    const { sandbox } = await openSelfTestAws();
    const boundary = `arn:aws:iam::${home.account}:policy/boundary`;
    const words = ['policy', '--side', 'self-test', '--endpoint-url', sandbox.url, ...here, '--json'];
    const limited = json(await runCli([...words, '--permissions-boundary', boundary]));
    expect(limited.notes).toBeUndefined();
    const operator = await operatorRole(sandbox, home.account);
    await operator.allow(policyIn(limited));
    const at = { endpoint: sandbox.url, region: home.region };
    const admin = new IAMClient({ ...at, credentials: adminOf(home.account) });
    const iam = new IAMClient({ ...at, credentials: await operator.session() });
    onTestFinished(() => {
      admin.destroy();
      iam.destroy();
    });
    const PolicyDocument = policyOf({ Effect: 'Allow', Action: '*', Resource: '*' });
    await admin.send(new CreatePolicyCommand({ PolicyName: 'boundary', PolicyDocument }));
    const AssumeRolePolicyDocument = policyOf({
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    });
    const role = (RoleName: string) => ({ RoleName, AssumeRolePolicyDocument });
    const inline = (RoleName: string) =>
      new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument });
    const attach = (RoleName: string) =>
      new AttachRolePolicyCommand({
        RoleName,
        PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
      });
    const named = allRuns.replace('*', 'x');
    await expect(iam.send(new CreateRoleCommand(role(named)))).rejects.toThrow(/not authorized/);
    await admin.send(new CreateRoleCommand(role(`${named}-theirs`)));
    await expect(iam.send(inline(`${named}-theirs`))).rejects.toThrow(/not authorized/);
    await expect(iam.send(attach(`${named}-theirs`))).rejects.toThrow(/not authorized/);
    await iam.send(new CreateRoleCommand({ ...role(named), PermissionsBoundary: boundary }));
    await iam.send(inline(named));
    await iam.send(attach(named));
  });
});
