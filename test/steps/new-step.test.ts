/**
 * A step is one file and its line in the list. A throw-away step in a copy of the source is planned, permitted, made,
 * exported, taken down, and cleaned up after a self-test, with no other change.
 */
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { expect, test } from 'vitest';
import { spawned } from '../e2e/support.ts';
import { operatorRole } from '../policy/operator.ts';
import type { Keys } from '../sandbox/support.ts';
import { account, region, startLocalAws } from '../support/local-aws.ts';
import { type ProgramResult, programEnv } from '../support/run-program.ts';
import { tempFolder } from '../support/temp.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A second log group, which no other file of the program names. */
const auditLog = `import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { parseArn } from '../aws/arn.ts';
import type { Side } from '../aws/clients.ts';
import { undefinedIfNotFound } from '../aws/errors.ts';
import { ownerOf, ownTags, type TagMap } from '../aws/ownership.ts';
import { noEffect } from '../core/effects.ts';
import { defineStep } from './define-step.ts';

type Props = { readonly tags: TagMap };

const start = '/cognito-migrate/';
const nameOf = (vars: { readonly NAME: string }): string => start + vars.NAME;
const arnOf = (poolArn: string, name: string): string => {
  const { partition, region, account } = parseArn(poolArn);
  return ['arn', partition, 'logs', region, account, 'log-group', name].join(':');
};

async function tagsOf({ logs }: Side, name: string, resourceArn: string): Promise<TagMap | undefined> {
  const found = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
  if (!found.logGroups?.some(({ logGroupName }) => logGroupName === name)) return undefined;
  return (await logs.send(new ListTagsForResourceCommand({ resourceArn }))).tags ?? {};
}

async function removeGroup({ logs }: Side, logGroupName: string): Promise<undefined> {
  const gone = logs.send(new DeleteLogGroupCommand({ logGroupName }));
  await undefinedIfNotFound(gone, 'ResourceNotFoundException');
}

export const auditLog = defineStep({
  id: 'audit-log',
  title: 'audit log',
  effects: { missing: noEffect('Lost.'), drifted: noEffect('Other.'), foreign: noEffect('Of others.') },
  kind: 'create',
  requires: ['NAME', 'TAGS', 'OLD_USER_POOL_ID', 'NEW_USER_POOL_ID', 'NEW_USER_POOL_ARN'],
  outputs: [],
  alreadyExistsErrors: ['ResourceAlreadyExistsException'],
  permissions: [
    {
      sid: 'KeepTheAuditLog',
      actions: {
        'logs:CreateLogGroup': ['init'],
        'logs:TagResource': ['init'],
        'logs:ListTagsForResource': ['init', 'watch', 'finish'],
        'logs:DeleteLogGroup': ['finish'],
      },
      resource: (facts) => {
        const arn = arnOf(facts.NEW_USER_POOL_ARN, nameOf(facts));
        return [arn, arn + ':*'];
      },
    },
  ],
  cleanup: {
    kind: 'audit log',
    listAction: 'logs:DescribeLogGroups',
    async list({ side }, prefix) {
      const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: start + prefix });
      const { logGroups = [] } = await side.logs.send(command);
      return logGroups.flatMap(({ logGroupName }) => logGroupName?.slice(start.length) ?? []);
    },
    async find({ side, partition, account }, NAME) {
      const name = nameOf({ NAME });
      const arn = ['arn', partition, 'logs', side.region, account, 'log-group', name].join(':');
      const tags = await tagsOf(side, name, arn);
      return tags && { name, id: name, tags };
    },
    remove: ({ side }, name) => removeGroup(side, name),
    permissions: [
      {
        sid: 'KeepAuditLogs',
        actions: ['logs:CreateLogGroup', 'logs:DeleteLogGroup'],
        resource: ({ partition, region, account, names }) =>
          ['arn', partition, 'logs', region, account, 'log-group', nameOf({ NAME: names })].join(':'),
      },
    ],
  },
  describe: (inputs) => nameOf(inputs),
  desired: ({ vars }): Props => ({ tags: ownTags(vars) }),
  iac: ({ want, vars }) => ({
    type: 'log-group',
    name: 'audit',
    calls: [{ operation: 'CreateLogGroup', input: { logGroupName: nameOf(vars), tags: { ...want.tags } } }],
  }),
  async read({ aws, vars }) {
    const name = nameOf(vars);
    const tags = await tagsOf(aws.new, name, arnOf(vars.NEW_USER_POOL_ARN, name));
    return tags && { props: { tags }, outputs: {}, ...ownerOf(tags, vars) };
  },
  async write({ aws, want, live, vars }) {
    const create = new CreateLogGroupCommand({ logGroupName: nameOf(vars), tags: { ...want.tags } });
    if (live === undefined) await aws.new.logs.send(create);
    return { outputs: {} };
  },
  remove: ({ aws, vars }) => removeGroup(aws.new, nameOf(vars)),
});
`;

/** A copy of the project with that step: its file, and its line in the list with the import. */
async function projectWithStep(): Promise<string> {
  const folder = await tempFolder();
  for (const part of [
    'src',
    'docs',
    'templates',
    'scripts',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'LICENSE',
  ])
    await cp(join(root, part), join(folder, part), { recursive: true });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  await writeFile(join(folder, 'src/steps/audit-log.ts'), auditLog);
  const index = join(folder, 'src/steps/index.ts');
  const text = await readFile(index, 'utf8');
  expect(text).toContain('  logGroup,\n');
  const listed = text.replace('  logGroup,\n', '  logGroup,\n  auditLog,\n');
  await writeFile(index, listed.replace(/^import /m, "import { auditLog } from './audit-log.ts';\nimport "));
  return folder;
}

const node = async (folder: string, ...args: readonly string[]): Promise<ProgramResult> =>
  spawned(process.execPath, args, { cwd: folder, env: programEnv(folder) }).ended;

test('a new step is its file and its line in the list, and all of the program knows it', {
  timeout: 300_000,
}, async () => {
  const folder = await projectWithStep();
  const settings = join(folder, 'tsconfig.program.json');
  await writeFile(
    settings,
    JSON.stringify({ extends: './tsconfig.json', include: ['src', 'templates/**/*.json'] }),
  );
  const [compiled, built] = await Promise.all([
    node(folder, 'node_modules/typescript/bin/tsc', '--pretty', 'false', '-p', settings),
    node(folder, 'scripts/build.mjs'),
  ]);
  expect(compiled.stdout).toBe('');
  expect(built.code, built.stderr).toBe(0);

  const pools = await startLocalAws();
  const { logs } = pools.sdk;
  const home = join(folder, 'home');
  await mkdir(home);
  const flags = ['--old-user-pool-id', pools.oldPool, '--new-user-pool-id', pools.newPool];
  const where = ['--endpoint-url', pools.sandbox.url, '--state', join(home, 'state.json')];
  const program = async (args: readonly string[], keys?: Keys): Promise<ProgramResult> => {
    const own = keys && {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_SESSION_TOKEN: keys.sessionToken,
    };
    const main = [join(folder, 'dist/cli/main.js'), ...args];
    const ended = await spawned(process.execPath, main, { cwd: home, env: { ...programEnv(home), ...own } })
      .ended;
    expect(ended.code, `${args.join(' ')}\n${ended.stderr}${ended.stdout}`).toBe(0);
    return ended;
  };
  const groups = async (): Promise<string[]> => {
    const command = new DescribeLogGroupsCommand({ logGroupNamePrefix: '/cognito-migrate/' });
    return ((await logs.send(command)).logGroups ?? []).flatMap(({ logGroupName }) => logGroupName ?? []);
  };
  const name = `cognito-migrate-${pools.newPool}`;
  const group = `/cognito-migrate/${name}`;
  const arn = `arn:aws:logs:${region}:${account}:log-group:${group}`;

  const { policy } = JSON.parse((await program(['policy', ...flags, ...where, '--json'])).stdout);
  expect(policy.Statement).toContainEqual(
    expect.objectContaining({ Sid: 'KeepTheAuditLog', Resource: [arn, `${arn}:*`] }),
  );

  const printed = async (format: string): Promise<string> =>
    (await program(['export', '--format', format, ...flags, ...where, '--new-client-id', pools.clients.web]))
      .stdout;
  const { Resources } = JSON.parse(await printed('cloudformation'));
  expect(Resources.AuditLogGroup).toMatchObject({
    Type: 'AWS::Logs::LogGroup',
    Properties: { LogGroupName: group },
  });
  expect(Resources.LogGroup.Properties.LogGroupName).toBe(`/aws/lambda/${name}`);
  const terraform = await printed('terraform');
  expect(terraform).toContain(`resource "aws_cloudwatch_log_group" "audit" {\n  name = "${group}"`);
  expect(terraform).toContain('resource "aws_cloudwatch_log_group" "migration" {');
  expect(await printed('aws-cli')).toContain(`"logGroupName": "${group}"`);
  const steps: readonly { step: string }[] = JSON.parse(await printed('json')).steps;
  expect(steps.map(({ step }) => step)).toContain('audit-log');

  // With exactly that policy: what the step does is permitted, and by its own statement.
  const operator = await operatorRole(pools.sandbox, account);
  await operator.allow(policy);
  const session = await operator.session();
  await program(['init', ...flags, ...where, '--new-client-id', pools.clients.web, '--yes'], session);
  expect(await groups()).toEqual([group]);
  const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn: arn }));
  expect(tags).toMatchObject({ 'cognito-migrate:pool': pools.newPool });
  const status = JSON.parse((await program(['status', ...where, '--json'], session)).stdout);
  expect(status.steps).toContainEqual(expect.objectContaining({ step: 'audit-log', health: 'in place' }));
  await program(['teardown', ...where, '--keep', 'audit-log', '--dry-run'], session);
  await program(['teardown', ...where, '--yes'], session);
  expect(await groups()).toEqual([]);

  // What a killed self-test left, found by its name alone, is deleted.
  const left = '/cognito-migrate/cognito-migrate-self-test-0badcafe-stage';
  await logs.send(
    new CreateLogGroupCommand({ logGroupName: left, tags: { 'cognito-migrate:self-test': '0badcafe' } }),
  );
  const clean = ['self-test', '--clean', '--yes', '--region', region, '--endpoint-url', pools.sandbox.url];
  expect((await program(clean)).stderr).toContain(`audit log  ${left}`);
  expect(await groups()).toEqual([]);
  const selfTest = JSON.parse(
    (await program(['policy', '--side', 'self-test', ...clean.slice(3), '--json'])).stdout,
  );
  expect(JSON.stringify(selfTest.policy)).toContain('"KeepAuditLogs"');
});
