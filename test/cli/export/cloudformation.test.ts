import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { cloudFormationResources } from '../../../src/cli/codegen/cloudformation.ts';
import { decodeSettings } from '../../../src/lambda/settings-codec.ts';

import { snapshot } from '../../fault-injection/snapshot.ts';
import { startLocalAws } from '../../support/local-aws.ts';
import { runCli } from '../../support/run-cli.ts';
import { profiles, startTwoAccounts } from '../../support/two-accounts.ts';
import { deploy } from './cloudformation-deploy.ts';
import { attributesOf, type Template, wrongResources } from './cloudformation-spec.ts';
import { makersIn } from './makers.ts';
import {
  afterInitOf,
  exported,
  farPool,
  handlerZip,
  liveWrites,
  looks,
  sceneOf,
  textIn,
  writesOfInit,
} from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const templateIn = async (folder: string, name = 'cloudformation.json'): Promise<Template> =>
  JSON.parse(await textIn(folder, name));

/** What the tags of a policy are said to be, wherever it is: only init could set them. */
const withoutPolicyTags = (all: unknown): unknown =>
  JSON.parse(JSON.stringify(all), (key, value) =>
    key === 'policies' ? value.map((policy: object) => ({ ...policy, tags: {} })) : value,
  );

describe('the specification of CloudFormation', () => {
  const properties = { RoleName: 'x', AssumeRolePolicyDocument: {} };
  const wrong = (Properties: object) =>
    wrongResources({ Resources: { Role: { Type: 'AWS::IAM::Role', Properties } }, Outputs: {} });

  test('tells unknown, missing, read-only and ill-typed properties, and references to nothing', () => {
    expect(wrong(properties)).toEqual([]);
    expect(wrong({ RoleName: 'x' })).toEqual(['Role.AssumeRolePolicyDocument is missing']);
    expect(attributesOf('AWS::IAM::Role')).toContain('Arn');
    expect(wrong({ ...properties, Arn: 'x' })).toEqual(['Role.Arn is unknown']);
    expect(wrong({ ...properties, MaxSessionDuration: '1' })).toEqual([
      'Role.MaxSessionDuration: no integer',
    ]);
    expect(wrong({ ...properties, Tags: [{ Key: 'a' }] })).not.toEqual([]);
    expect(wrong({ ...properties, RoleName: { Ref: 'Nothing' } })).toEqual(['there is no Nothing']);
  });

  test('knows neither tags of a managed policy nor the ID of a permission, which init therefore does without', () => {
    const type = (Type: string, Properties: object) =>
      wrongResources({ Resources: { It: { Type, Properties } }, Outputs: {} });
    expect(type('AWS::IAM::ManagedPolicy', { PolicyDocument: {}, Tags: [] })).toEqual(['It.Tags is unknown']);
    const permission = { FunctionName: 'f', Action: 'a', Principal: 'p', StatementId: 's' };
    expect(type('AWS::Lambda::Permission', permission)).toEqual(['It.StatementId is unknown']);
  });
});

describe('export --format cloudformation', () => {
  test('is a stack that init takes for its own work: only the policy’s tags, app client and trigger are left to it', async () => {
    const scene = await sceneOf('plain');
    const template = await templateIn(await exported(scene, 'cloudformation'));
    expect(wrongResources(template)).toEqual([]);
    const before = snapshot(scene);
    const outputs = await deploy(template, { CodeBucket: 'a-bucket' }, makersIn(scene, await handlerZip()));
    expect(outputs.LambdaArn).toBe(`arn:aws:lambda:eu-west-1:111122223333:function:${scene.name}`);

    expect(await writesOfInit(scene)).toEqual(['iam:TagPolicy', ...liveWrites]);
    expect(looks(scene)).toEqual(await afterInitOf('plain'));
    expect((await runCli(scene.status, scene.io)).code).toBe(0);
    expect((await runCli(scene.teardown, scene.io)).code).toBe(0);
    expect(snapshot(scene)).toBe(before);
  });

  test('is taken back to the stack alone, as its page says, by a teardown that keeps it', async () => {
    const scene = await sceneOf('replaced');
    const boundary = ['--permissions-boundary', 'arn:aws:iam::aws:policy/AdministratorAccess'];
    const folder = await exported(scene, 'cloudformation', ...boundary);
    const template = await templateIn(folder);
    expect(wrongResources(template)).toEqual([]);
    const { Policy, Function: lambda } = template.Resources;
    const { MIGRATION_SETTINGS } = Object(lambda?.Properties).Environment.Variables;
    expect(decodeSettings(MIGRATION_SETTINGS)).toMatchObject({ findBy: 'email' });
    expect(JSON.stringify(Policy)).toContain('"cognito-idp:ListUsers"');
    await deploy(template, { CodeBucket: 'a-bucket' }, makersIn(scene, await handlerZip()));
    const stack = looks(scene);
    expect(await writesOfInit(scene, ...boundary)).toContain('cognito-idp:UpdateUserPool');
    expect(looks(scene)).toEqual(await afterInitOf('replaced', ...boundary));

    const page = await textIn(folder, 'README.md');
    const kept = [...page.matchAll(/--keep [\w-]+/g)].flatMap(([words]) => words.split(' '));
    expect((await runCli([...scene.teardown, ...kept], scene.io)).code).toBe(0);
    expect(withoutPolicyTags(looks(scene))).toEqual(withoutPolicyTags(stack));
  });

  test('takes no value for a reference because JavaScript knows such a name', async () => {
    const scene = await sceneOf('plain');
    const tags = ['--tag', 'team=constructor', '--tag', 'stage=toString'];
    const template = await templateIn(await exported(scene, 'cloudformation', ...tags));
    expect(wrongResources(template)).toEqual([]);
    expect(JSON.stringify(template)).toContain('{"Key":"team","Value":"constructor"}');
    expect(JSON.stringify(template)).toContain('{"Key":"stage","Value":"toString"}');
  });

  test('makes a template of its own for an old pool in another Region, whose output the other asks for', async () => {
    const aws = await startLocalAws();
    const old = await farPool(aws);
    const folder = join(aws.folder, 'out');
    const pools = ['--old-user-pool-id', old, '--new-user-pool-id', aws.newPool];
    const words = ['export', '--format', 'cloudformation', ...pools, ...aws.where];
    expect((await runCli([...words, '--out', folder])).code).toBe(0);
    const far = await templateIn(folder, 'cloudformation-old-pool.json');
    expect(wrongResources(far)).toEqual([]);
    expect(far.Parameters).toBeUndefined();
    expect(Object.keys(far.Resources)).toEqual(['OldClient']);
    expect(Object.keys(far.Outputs)).toEqual(['OldClientId']);
    const template = await templateIn(folder);
    expect(wrongResources(template)).toEqual([]);
    expect(Object.keys(template.Parameters ?? {})).toEqual(['CodeBucket', 'CodeKey', 'OldClientId']);
    const page = await textIn(folder, 'README.md');
    const stack = `cognito-migrate-${aws.newPool.replace('_', '-')}`;
    expect(page).toContain(`deploy --region us-east-1 --stack-name ${stack}-old-pool`);
    expect(page).toContain(`delete-stack --region us-east-1 --stack-name ${stack}-old-pool`);
    expect(page).toContain(`deploy --region eu-west-1 --stack-name ${stack} `);
    expect(page).toContain(`delete-stack --region eu-west-1 --stack-name ${stack}\n`);
    expect((await runCli(words)).stderr).toContain('account or Region are not included. --out FOLDER');
  });

  test('asks for the app client of another account, whose half lies beside it with the same external ID', async () => {
    const aws = await startTwoAccounts();
    const folder = `${aws.folder}/out`;
    const words = ['--format', 'cloudformation', '--out', folder, ...profiles, ...aws.pools, ...aws.where];
    const { code, stderr } = await runCli(['export', ...words]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(aws.sandbox.journal.writes()).toEqual([]);
    const template = await templateIn(folder);
    const half = await templateIn(folder, 'old-account/cloudformation.json');
    expect(wrongResources(template)).toEqual([]);
    expect(wrongResources({ ...half, Outputs: {} })).toEqual([]);
    expect(Object.keys(template.Parameters ?? {})).toEqual(['CodeBucket', 'CodeKey', 'OldClientId']);
    expect(Object.keys(template.Resources)).toEqual(['Policy', 'Role', 'LogGroup', 'Function', 'Permission']);
    const { Variables } = Object(template.Resources.Function?.Properties).Environment;
    expect(Variables.OLD_CLIENT_ID).toEqual({ Ref: 'OldClientId' });
    expect(Variables.OLD_ROLE_ARN).toBe(`arn:aws:iam::444455556666:role/${aws.name}`);
    expect(half.Outputs.OldExternalId?.Value).toBe(Variables.OLD_EXTERNAL_ID);
    expect(await textIn(folder, 'README.md')).toContain('OldClientId=ID');
  });
});

test('groups of every name have logical IDs of letters and digits, and no two share one', () => {
  const ids = {
    ...{ policy: 'Policy', role: 'Role', 'policy-attachment': 'Attachment', 'app-client': 'OldClient' },
    ...{
      'log-group': 'LogGroup',
      function: 'Function',
      permission: 'Permission',
      'async-retries': 'Retries',
    },
    ...{ group: 'Group', alarm: 'Alarm', dashboard: 'Dashboard' },
  };
  const named = (name: string) =>
    ({ type: 'group', name, calls: [{ operation: 'CreateGroup', input: {} }] }) as const;
  const names = [
    'admins',
    'Admins',
    'read-only',
    'read.only',
    'read_only',
    'readOnly',
    '管理',
    '1',
    `it's"x"*/`,
  ];
  const printed = cloudFormationResources({ resources: names.map(named), ids, codeSha256: '' });
  expect(Object.keys(printed)).toHaveLength(names.length);
  expect(Object.keys(printed).filter((id) => !/^[A-Za-z0-9]{1,255}$/.test(id))).toEqual([]);
  expect(Object.keys(printed)).toEqual(expect.arrayContaining(['AdminsGroup', 'ReadOnlyGroup']));
});
