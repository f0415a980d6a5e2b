/** docs/examples/github-actions.yml: its scripts, run by the shell that GitHub runs, against the local AWS. */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { describe, expect, inject, test } from 'vitest';
import { oldestNode, readManifest, root } from '../pack/support.ts';
import { readWorkflow } from '../pack/workflow.ts';
import { policyOf } from '../sandbox/support.ts';
import { given } from '../support/errors.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { type ProgramResult, programEnv } from '../support/run-program.ts';
import { tempFolder } from '../support/temp.ts';
import { between, spawned } from './support.ts';

const example = join(root, 'docs/examples/github-actions.yml');

interface Runner {
  readonly folder: string;
  /** Runs the scripts of a job, one after the other until one fails, in a folder of its own. */
  job(name: string, env?: Record<string, string>): Promise<ProgramResult>;
  /** What the jobs have written for people, so far. */
  summary(): Promise<string>;
  /** Issues that were opened. */
  issues(): Promise<string[]>;
}

/** `npx` finds the built program; `gh` keeps issues in a file. */
async function startRunner(pools: LocalAws): Promise<Runner> {
  const folder = await tempFolder();
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const { version } = readManifest(await readFile(join(root, 'package.json'), 'utf8'));
  const [major] = version.split('.');
  const tools = {
    npx: `[ "$1 $2" = "--yes cognito-migrate@${major}" ] || exit 64; shift 2; exec '${process.execPath}' '${inject('program')}' "$@"`,
    gh: `case "$1 $2" in
  "issue list") grep -c . '${folder}/issues' || true ;;
  "issue create") [ "$3 $5" = "--title --body-file" ] && { printf '%s: ' "$4"; tr '\\n' ' ' < "$6"; echo; } >> '${folder}/issues' ;;
  *) exit 64 ;;
esac`,
  };
  for (const [name, script] of Object.entries(tools)) {
    await writeFile(join(bin, name), `#!/usr/bin/env bash\n${script}\n`);
    await chmod(join(bin, name), 0o755);
  }
  await Promise.all(['issues', 'summary'].map((name) => writeFile(join(folder, name), '')));
  const workflow = await readWorkflow(example);
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const base = {
    ...programEnv(folder),
    ...workflow.env,
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    CI: 'true',
    AWS_ENDPOINT_URL: pools.sandbox.url,
    COGNITO_MIGRATE_OLD_USER_POOL_ID: pools.oldPool,
    COGNITO_MIGRATE_NEW_USER_POOL_ID: pools.newPool,
    COGNITO_MIGRATE_NEW_CLIENT_ID: pools.clients.web,
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
  };
  return {
    folder,
    async job(name, env = {}) {
      const cwd = await tempFolder();
      let ended: ProgramResult | undefined;
      for (const { run, env: own } of given(workflow.jobs[name], name).steps) {
        if (run === undefined) continue;
        const file = join(cwd, 'script.sh');
        await writeFile(file, run);
        // As GitHub runs `shell: bash`.
        const args = ['--noprofile', '--norc', '-eo', 'pipefail', file];
        ended = await spawned('bash', args, { cwd, env: { ...base, ...own, ...env } }).ended;
        if (ended.code !== 0) break;
      }
      return given(ended, 'script');
    },
    summary: () => read('summary'),
    issues: async () => (await read('issues')).split('\n').filter(Boolean),
  };
}

/** Keys of a role with the reading half of the operator's policy, made by the command that the documentation shows. */
async function readingKeys(pools: LocalAws, runner: Runner): Promise<Record<string, string>> {
  const docs = await readFile(join(root, 'docs/scripting.md'), 'utf8');
  const [, command = ''] = given(
    /```sh\nnpx (cognito-migrate policy \| jq [\s\S]*?)```/.exec(docs) ?? undefined,
  );
  const called = `'${process.execPath}' '${inject('program')}' ${between(pools, 'policy').join(' ')}`;
  const script = command.replace('cognito-migrate policy', called);
  const env = { ...programEnv(runner.folder), AWS_ENDPOINT_URL: pools.sandbox.url };
  const { code, stdout } = await spawned('bash', ['-eo', 'pipefail', '-c', script], {
    cwd: runner.folder,
    env,
  }).ended;
  expect(code).toBe(0);
  expect(stdout).not.toMatch(/"\w+:(Create|Update|Put|Delete|Add|Pass|Tag)/);
  const { iam, sts } = pools.sdk;
  const trust = policyOf({ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole' });
  const RoleName = 'reader';
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: stdout }));
  const assumed = await sts.send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'ci' }));
  const keys = given(assumed.Credentials);
  return {
    AWS_ACCESS_KEY_ID: given(keys.AccessKeyId),
    AWS_SECRET_ACCESS_KEY: given(keys.SecretAccessKey),
    AWS_SESSION_TOKEN: given(keys.SessionToken),
  };
}

describe.skipIf(process.platform === 'win32')('the example for GitHub Actions', () => {
  test('plan, init, status and drift, with one role that reads and one that writes', {
    timeout: 60_000,
  }, async () => {
    const pools = await startLocalAws();
    const runner = await startRunner(pools);
    const reader = await readingKeys(pools, runner);
    pools.sandbox.journal.clear();

    expect(await runner.job('plan', reader)).toMatchObject({ code: 0 });
    expect(await runner.summary()).toMatch(
      /```\n {2}Plan: [\s\S]* to change[\s\S]*Nothing was written\. To apply:\n[\s\S]*\n```/,
    );
    expect(pools.sandbox.journal.writes()).toEqual([]);
    expect((await runner.job('init', reader)).code).toBe(3);

    const made = await runner.job('init');
    expect(made).toMatchObject({ code: 0 });
    expect(await runner.summary()).toMatch(/\d+ changed, \d+ checked/);
    expect((await pools.pool(pools.newPool)).LambdaConfig?.UserMigration).toBeDefined();

    expect(await runner.job('status', reader)).toMatchObject({ code: 0 });
    expect(await runner.summary()).toContain('0 of 1 users have moved');
    expect(await runner.issues()).toEqual([]);

    const FunctionName = `cognito-migrate-${pools.newPool}`;
    await pools.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName }));
    expect(await runner.job('status', reader)).toMatchObject({ code: 5 });
    const [issue] = await runner.issues();
    expect(issue).toMatch(/^The user migration has drifted: .*- function: missing\./);
    expect((await runner.job('status', reader)).code).toBe(5);
    expect(await runner.issues()).toEqual([issue]); // one issue, however many nights

    expect(await runner.job('init')).toMatchObject({ code: 0 });
    expect(await runner.job('status', reader)).toMatchObject({ code: 0 });
  });

  test('a run that fails fails the job, whatever stands behind the pipe', async () => {
    const pools = await startLocalAws();
    const runner = await startRunner(pools);
    const { code, stderr } = await runner.job('init', { COGNITO_MIGRATE_NEW_CLIENT_ID: 'nosuchclient' });
    expect(code).toBe(2);
    expect(stderr).toContain('There is no app client nosuchclient');
  });

  test('runs on a Node that the package allows', async () => {
    const text = await readFile(example, 'utf8');
    const { engines } = readManifest(await readFile(join(root, 'package.json'), 'utf8'));
    for (const [, version] of text.matchAll(/node-version: (\d+)/g))
      expect(Number(version)).toBeGreaterThan(oldestNode(engines.node)[0]);
  });
});
