import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { keysOf } from '../../../src/sandbox/index.ts';

import { account, type ConfiguredAws } from '../../fault-injection/scene.ts';
import { snapshot } from '../../fault-injection/snapshot.ts';
import { lambdaTrust } from '../../sandbox/support.ts';
import { namesOf } from '../../support/local-aws.ts';
import { needs } from '../../support/needs.ts';
import { runCli } from '../../support/run-cli.ts';
import { profiles, startTwoAccounts } from '../../support/two-accounts.ts';
import { afterInitOf, exported, liveWrites, looks, sceneOf, textIn, writesOfInit } from './support.ts';

// A call of the AWS CLI takes a second of computing time, and the script makes fourteen of them.
vi.setConfig({ testTimeout: 180_000 });

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Runs make.sh with the AWS CLI of this machine; its waits pass at once. */
async function make(
  scene: ConfiguredAws,
  folder: string,
  as = account,
): Promise<{ stdout: string; stderr: string }> {
  const bin = join(scene.folder, 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'sleep'), '#!/bin/sh\nexit 0\n');
  await chmod(join(bin, 'sleep'), 0o755);
  return promisify(execFile)('sh', [join(folder, 'make.sh')], {
    env: {
      PATH: [bin, process.env.PATH].join(delimiter),
      HOME: scene.folder,
      AWS_ENDPOINT_URL: scene.sandbox.url,
      AWS_ACCESS_KEY_ID: keysOf(as).accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
}

describe('make.sh, run with the AWS CLI of this machine', () => {
  beforeEach((context) => {
    needs(context, 'aws');
  });

  test('leaves what init leaves, run twice too; init then sets only what is live, and teardown takes all of it', async () => {
    const scene = await sceneOf('replaced');
    const tag = ['--tag', 'owner=o.neil @ home'];
    const folder = await exported(scene, 'aws-cli', ...tag);
    const before = snapshot(scene);
    // IAM has told Lambda about the role when the function is tried for the second time.
    let tries = 0;
    scene.sandbox.faults.onCall('before', ({ operation }) => {
      if (operation !== 'CreateFunction') return;
      tries += 1;
      if (tries > 1) scene.clock.advance(60_000);
    });
    const first = await make(scene, folder);
    expect(tries).toBe(2);
    expect(first.stderr).toContain('Waiting for IAM');
    expect(first.stdout).toContain(`LAMBDA_ARN     arn:aws:lambda:eu-west-1:${account}:function:move-users`);
    expect(first.stdout).toContain('npx cognito-migrate init');
    const made = snapshot(scene);
    expect(namesOf(scene.sandbox.journal.writes())).not.toContain('cognito-idp:UpdateUserPool');

    const again = await make(scene, folder);
    expect(again.stdout).toBe(first.stdout);
    expect(again.stderr).toBe('');
    expect(snapshot(scene)).toBe(made);

    const writes = await writesOfInit(scene, ...tag);
    expect(writes.filter((name) => !liveWrites.includes(name))).toEqual([]);
    expect(looks(scene)).toEqual(await afterInitOf('replaced', ...tag));
    expect((await runCli(scene.status, scene.io)).code).toBe(0);
    expect((await runCli(scene.teardown, scene.io)).code).toBe(0);
    expect(snapshot(scene)).toBe(before);
  });

  test('touches nothing with credentials of another account, and nothing of somebody else', async () => {
    const scene = await sceneOf('plain');
    const folder = await exported(scene, 'aws-cli');
    await expect(make(scene, folder, '999988887777')).rejects.toThrow(`The new pool is in ${account}`);
    await scene.sdk.iam.send(
      new CreateRoleCommand({ RoleName: scene.name, AssumeRolePolicyDocument: lambdaTrust }),
    );
    scene.sandbox.journal.clear();
    await expect(make(scene, folder)).rejects.toThrow('that is not of this migration');
    expect(scene.sandbox.journal.writes()).toEqual([]);
  });
});

describe('make.sh', () => {
  test('gives shellcheck nothing to say', async (context) => {
    const shellcheck = needs(context, 'shellcheck');
    const scene = await sceneOf('plain');
    const script = join(await exported(scene, 'aws-cli'), 'make.sh');
    expect((await promisify(execFile)(shellcheck, [script])).stdout).toBe('');
  });

  test('calls what makes things, and nothing that changes a pool or its app clients', async () => {
    const text = await textIn(await exported(await sceneOf('rich'), 'aws-cli'), 'make.sh');
    const called = [
      ...text.matchAll(/aws (?:cognito-idp|iam|lambda|logs|sts) ([a-z]\S+)/g),
      ...text.matchAll(/^ {2}(?:iam|lambda) (get-\S+)/gm),
      ...text.matchAll(/\$\(put_client (\S+?)\)/g),
    ].map(([, verb]) => verb);
    expect([...new Set(called)].toSorted()).toEqual([
      'add-permission',
      'attach-role-policy',
      'create-function',
      'create-log-group',
      'create-policy',
      'create-role',
      'create-user-pool-client',
      'get-caller-identity',
      'get-function',
      'get-policy',
      'get-role',
      'list-user-pool-clients',
      'put-retention-policy',
    ]);
    expect(text).not.toMatch(/update-|set-user/);
  });

  test('asks for the app client of another account before anything else', async () => {
    const ground = await startTwoAccounts();
    const out = join(ground.folder, 'out');
    const words = ['--format', 'aws-cli', '--out', out, ...profiles, ...ground.pools, ...ground.where];
    expect((await runCli(['export', ...words])).code).toBe(0);
    const text = await readFile(join(out, 'make.sh'), 'utf8');
    expect(text).toContain(`old_client_id=\${1:?`);
    expect(text).not.toContain('create-user-pool-client');
    expect(text).toContain(`"OLD_ROLE_ARN": "arn:aws:iam::444455556666:role/${ground.name}"`);
    expect(await readFile(join(out, 'old-account', 'make.sh'), 'utf8')).toContain('create-user-pool-client');
  });
});
