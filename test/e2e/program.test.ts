import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  InitiateAuthCommand,
  SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, inject, test, vi } from 'vitest';
import { given } from '../support/errors.ts';
import { startLocalAws } from '../support/local-aws.ts';
import { type ProgramResult, programEnv } from '../support/run-program.ts';
import { tempFolder } from '../support/temp.ts';
import { between, init, spawned, start } from './support.ts';

/** As root, or in a user namespace where the system allows it. */
const otherNamespace = [['--pid'], ['--user', '--map-root-user', '--pid']]
  .map((words) => [...words, '--fork', '--mount-proc'])
  .find((words) => spawnSync('unshare', [...words, 'true']).status === 0);

describe('the built program', () => {
  test('sets a migration up with flags alone, in its own folder; the second run changes nothing', async () => {
    const pools = await startLocalAws();
    const folder = await tempFolder();
    const env = { AWS_ENDPOINT_URL: pools.sandbox.url };
    const first = await start(folder, init(pools, '--json'), env).ended;
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(first.stdout)).toMatchObject({
      ok: true,
      changes: 10,
      variables: {
        OLD_USER_POOL_ID: pools.oldPool,
        NEW_USER_POOL_ID: pools.newPool,
        ROLE_ARN: expect.any(String),
        POLICY_ARN: expect.any(String),
        OLD_CLIENT_ID: expect.any(String),
        LAMBDA_ARN: expect.any(String),
      },
    });
    expect((await readdir(folder)).filter((name) => !name.startsWith('.'))).toEqual([
      'cognito-migrate.state.json',
    ]);

    pools.sandbox.journal.clear();
    const second = await start(folder, init(pools, '--json'), env).ended;
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(second.stdout)).toMatchObject({ ok: true, changes: 0 });
    expect(pools.sandbox.journal.writes()).toEqual([]);

    const { username: USERNAME, password: PASSWORD } = pools.user;
    const answer = await pools.sdk.idp.send(
      new InitiateAuthCommand({
        ClientId: pools.clients.web,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME, PASSWORD },
      }),
    );
    expect(answer.AuthenticationResult?.IdToken).toBeDefined();
  });

  test('SIGINT in the middle of init: 130, nothing half done, and the next run converges', async () => {
    const pools = await startLocalAws();
    const folder = await tempFolder();
    const env = { AWS_ENDPOINT_URL: pools.sandbox.url };
    const running = start(folder, init(pools, '--json'), env);
    const stop = pools.sandbox.faults.onCall('before', ({ operation }) => {
      if (operation === 'CreateFunction') running.child.kill('SIGINT');
    });
    const interrupted = await running.ended;
    stop();
    expect(interrupted.code).toBe(130);
    expect(interrupted.stderr).toContain('Ctrl-C again stops at once.');
    expect(JSON.parse(interrupted.stdout)).toMatchObject({
      ok: false,
      error: { code: 'CANCELLED', exitCode: 130 },
    });
    expect((await pools.pool(pools.newPool)).LambdaConfig?.UserMigration).toBeUndefined();

    expect((await start(folder, init(pools), env).ended).code).toBe(0);
    const settled = await start(folder, init(pools, '--json'), env).ended;
    expect(JSON.parse(settled.stdout)).toMatchObject({ changes: 0 });
  });

  test('killed outright: its lock is taken over at once, and the next run converges', async () => {
    const pools = await startLocalAws();
    const folder = await tempFolder();
    const env = { AWS_ENDPOINT_URL: pools.sandbox.url };
    const running = start(folder, init(pools), env);
    pools.sandbox.faults.onCall('before', async ({ operation }) => {
      if (operation === 'AddPermission' && running.child.kill('SIGKILL')) await running.ended;
    });
    expect((await running.ended).signal).toBe('SIGKILL');
    expect(await readdir(folder)).toContain('cognito-migrate.state.json.lock');
    const next = await start(folder, init(pools, '--json'), env).ended;
    expect(next.code).toBe(0);
    const settled = await start(folder, init(pools, '--json'), env).ended;
    expect(JSON.parse(settled.stdout)).toMatchObject({ changes: 0 });
  });

  // test/core/state-lock.test.ts has the same with made-up facts, for systems that allow no namespaces.
  if (otherNamespace !== undefined)
    test('in another PID namespace it keeps the lock of a living run, and --break-lock takes it', async () => {
      const pools = await startLocalAws();
      const folder = await tempFolder();
      const env = { ...programEnv(folder), AWS_ENDPOINT_URL: pools.sandbox.url };
      const elsewhere = (...words: string[]) =>
        spawned('unshare', [...otherNamespace, process.execPath, inject('program'), ...words], {
          cwd: folder,
          env,
        }).ended;
      const others: ProgramResult[] = [];
      const stop = pools.sandbox.faults.onCall('before', async ({ operation }) => {
        if (operation !== 'AddPermission') return;
        stop();
        others.push(await elsewhere(...init(pools)));
        others.push(await elsewhere(...init(pools, '--break-lock', '--json')));
      });
      const first = await start(folder, init(pools), env).ended;
      const [refused, broke] = others;
      expect(refused?.code).toBe(6);
      expect(refused?.stderr.replace(/\s+/g, ' ')).toMatch(
        /process \d+ on \S+ \(another container\).*--break-lock/,
      );
      expect(broke).toMatchObject({ code: 0, stderr: '' });
      expect(first.signal).toBeNull();
      expect((await readdir(folder)).filter((name) => name.endsWith('.lock'))).toEqual([]);
    });

  test('a reader that closes the pipe is no error, and no reason to call a failure a success', async () => {
    const folder = await tempFolder();
    const help = start(folder, ['--help']);
    help.child.stdout?.destroy();
    expect(await help.ended).toMatchObject({ code: 0, stderr: '' });
    const failing = start(folder, ['init', '--json']);
    failing.child.stdout?.destroy();
    const { code, stderr } = await failing.ended;
    expect(code).toBe(2);
    expect(stderr).toContain('Missing:');
    expect(stderr).not.toMatch(/EPIPE|^\s+at /m);
  });

  test.each([
    { world: [], refusal: 'NotAuthorizedException' },
    { world: ['--world', 'writesWithoutList=all'], refusal: undefined },
  ])('sandbox $world answers as that world does', async ({ world, refusal }) => {
    const sandbox = start(await tempFolder(), ['sandbox', '--json', ...world]);
    await vi.waitFor(() => expect(() => JSON.parse(sandbox.stdout())).not.toThrow(), { timeout: 20_000 });
    const { endpoint, env }: { endpoint: string; env: Record<string, string> } = JSON.parse(sandbox.stdout());
    const idp = new CognitoIdentityProviderClient({
      endpoint,
      region: given(env.AWS_REGION, 'Region'),
      credentials: {
        accessKeyId: given(env.AWS_ACCESS_KEY_ID, 'key ID'),
        secretAccessKey: given(env.AWS_SECRET_ACCESS_KEY, 'key'),
      },
    });
    const { UserPool } = await idp.send(
      new CreateUserPoolCommand({
        PoolName: 'pool',
        Schema: [{ Name: 'role', AttributeDataType: 'String', Mutable: true }],
      }),
    );
    const { UserPoolClient } = await idp.send(
      new CreateUserPoolClientCommand({ UserPoolId: UserPool?.Id, ClientName: 'web' }),
    );
    const signUp = new SignUpCommand({
      ClientId: UserPoolClient?.ClientId,
      Username: 'ana',
      Password: 'Correct-horse-1',
      UserAttributes: [{ Name: 'custom:role', Value: 'admin' }],
    });
    const ended = await idp.send(signUp).then(
      () => undefined,
      ({ name }: Error) => name,
    );
    expect(ended).toBe(refusal);
    sandbox.child.kill('SIGINT');
    expect(await sandbox.ended).toMatchObject({ code: 0 });
  });

  test('sandbox says where it is, serves init from another process, and ends with SIGINT', async () => {
    const folder = await tempFolder();
    const sandbox = start(folder, ['sandbox', '--port', '0', '--seed', 'demo', '--json']);
    await vi.waitFor(() => expect(() => JSON.parse(sandbox.stdout())).not.toThrow(), { timeout: 20_000 });
    const ready: { endpoint: string; env: Record<string, string>; pools: { id: string }[] } = JSON.parse(
      sandbox.stdout(),
    );
    expect(ready.env.AWS_REGION).toMatch(/^us-/);
    expect(ready.env.AWS_DEFAULT_REGION).toBe(ready.env.AWS_REGION);
    const [old, fresh] = ready.pools;
    const args = between({ oldPool: old?.id ?? '', newPool: fresh?.id ?? '' }, 'plan', '--json');
    const plan = await start(folder, args, ready.env).ended;
    expect(plan.code).toBe(0);
    expect(JSON.parse(plan.stdout)).toMatchObject({ ok: true, changes: 8 });
    sandbox.child.kill('SIGINT');
    expect(await sandbox.ended).toMatchObject({ code: 0 });
  });

  test('--version and --help answer from any folder', async () => {
    const folder = await tempFolder();
    const [version, help] = await Promise.all([
      start(folder, ['--version']).ended,
      start(folder, ['help', 'init']).ended,
    ]);
    expect(version).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    expect(help.stdout).toContain('--old-user-pool-id');
    expect(await readdir(join(folder))).toEqual([]);
  });
});
