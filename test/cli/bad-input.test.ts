import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UpdateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { keysOf } from '../../src/sandbox/index.ts';
import { policyOf } from '../sandbox/support.ts';
import { fakeClock } from '../support/clock.ts';
import { type LocalAws, recordsOf, startLocalAws, writesOf } from '../support/local-aws.ts';
import { fakeIo, json, runCli } from '../support/run-cli.ts';
import { tempFolder } from '../support/temp.ts';
import { assume } from './assume.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('pool IDs', () => {
  test.each([
    'nonsense',
    'us-east-2_',
    'eu-west-1_abc def',
    'us-east-2_Abcus-east-2_Xyz', // pasted twice
    'us_east_2_Abc',
    'us-east-2.evil.example/_Abc',
    'US-EAST-2_Abc',
  ])('%j is malformed', async (id) => {
    const aws = await startLocalAws();
    const { code, stderr } = await runCli([
      'init',
      '--old-user-pool-id',
      id,
      '--new-user-pool-id',
      aws.newPool,
      ...aws.where,
      '--yes',
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('--old-user-pool-id: a user pool ID looks like us-east-2_AbCdEfGhI');
    expect(stderr).toContain(JSON.stringify(id));
    await aws.expectUntouched();
    expect(aws.sandbox.journal.calls).toEqual([]);
  });

  test.each(['--old-user-pool-id', '--new-user-pool-id'])(
    '%s names a pool that does not exist',
    async (flag) => {
      const aws = await startLocalAws();
      const result = await runCli(aws.init(flag, 'eu-west-1_Nowhere01', '--yes', '--json'));
      expect(result.code).toBe(2);
      expect(json(result)).toMatchObject({
        ok: false,
        error: {
          name: 'UsageError',
          code: 'POOL_NOT_FOUND',
          exitCode: 2,
          found: 'eu-west-1_Nowhere01',
          hint: expect.arrayContaining([expect.stringContaining(flag)]),
        },
      });
      expect(result.stderr).toContain(
        'There is no user pool eu-west-1_Nowhere01 in eu-west-1 in account 111122223333',
      );
      await aws.expectUntouched();
    },
  );

  test('the same pool twice', async () => {
    const aws = await startLocalAws();
    const { code, stderr } = await runCli(aws.init('--new-user-pool-id', aws.oldPool, '--yes'));
    expect(code).toBe(2);
    expect(stderr).toContain('The old and the new user pool are the same');
    await aws.expectUntouched();
    expect(aws.sandbox.journal.calls).toEqual([]);
  });

  test('a pool in China', async () => {
    const aws = await startLocalAws();
    const { code, stderr } = await runCli(aws.init('--old-user-pool-id', 'cn-north-1_Abcdefghi', '--yes'));
    expect(code).toBe(2);
    expect(stderr).toContain('China');
  });
});

describe('a pool in China is refused for the same reason', () => {
  test.each([
    ['logs', '--new-user-pool-id', 'cn-north-1_Abcdefghi'],
    ['policy', '--new-user-pool-id', 'cn-north-1_Abcdefghi'],
    ['plan', '--old-user-pool-id', 'cn-northwest-1_Abcdefghi'],
    ['status', '--new-user-pool-id', 'cn-north-1_Abcdefghi'],
    ['teardown', '--new-user-pool-id', 'cn-north-1_Abcdefghi'],
    ['handoff', '--new-user-pool-id', 'cn-north-1_Abcdefghi'],
  ])('%s %s', async (...argv) => {
    const aws = await startLocalAws();
    const result = await runCli([...argv, ...aws.where, '--json']);
    expect(result.code).toBe(2);
    expect(json(result).error).toMatchObject({ code: 'CHINA', found: argv.at(-1) });
    expect(aws.sandbox.journal.calls).toEqual([]);
  });
});

describe('missing answers where nobody can be asked', () => {
  test('all of them are listed, each with its flag and its variable', async () => {
    const aws = await startLocalAws();
    const commands = [
      ['init'],
      ['init', '--no-input'],
      ['init', '--json'],
      ['teardown'],
      ['teardown', '--json'],
    ];
    for (const argv of commands) {
      const { code, stderr } = await runCli([...argv, ...aws.where]);
      expect(code).toBe(2);
      // The tags of an existing migration say which old pool it is.
      const isNew = argv[0] === 'init';
      expect(/Missing: --old-user-pool-id +the pool that users come from\n/.test(stderr)).toBe(isNew);
      expect(stderr).toMatch(/ --new-user-pool-id +the pool that users go to\n/);
      expect(stderr).toMatch(/ --yes +apply without asking/);
      for (const name of [...(isNew ? ['OLD_USER_POOL_ID'] : []), 'NEW_USER_POOL_ID', 'YES']) {
        expect(stderr).toContain(`COGNITO_MIGRATE_${name}`);
      }
    }
    await aws.expectUntouched();
  });

  test('a terminal is not enough in CI', async () => {
    const aws = await startLocalAws();
    const { code, stderr } = await runCli(['init', ...aws.where], { tty: true, env: { CI: 'true' } });
    expect(code).toBe(2);
    expect(stderr).toContain('Missing:');
  });

  test('the approval alone: everything is looked at, the plan shown, and nothing written', async () => {
    const aws = await startLocalAws();
    const { code, stderr } = await runCli(aws.init());
    expect(code).toBe(2);
    expect(stderr).toContain('Missing: --yes');
    await aws.expectUntouched();
  });
});

describe('app clients', () => {
  test.each([
    [
      'does not exist',
      () => 'nosuchclient',
      'CLIENT_NOT_FOUND',
      'There is no app client nosuchclient in the new pool',
    ],
    ['is for machines', ({ clients }: LocalAws) => clients.machine, 'CLIENT_UNSUITABLE', 'machines only'],
  ] as const)('one that %s', async (_what, args, code, words) => {
    const aws = await startLocalAws();
    const result = await runCli(aws.init('--new-client-id', args(aws), '--yes', '--json'));
    expect(result.code).toBe(2);
    expect(json(result).error).toMatchObject({ code });
    expect(result.stderr).toContain(words);
    await aws.expectUntouched();
  });
});

describe('credentials', () => {
  const without = () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
  };
  /** Makes these the AWS configuration files of the test. */
  const configure = async (config: string, credentials = '') => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'config'), config);
    await writeFile(join(folder, 'credentials'), credentials);
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
    without();
  };

  test('there are none', async () => {
    const aws = await startLocalAws();
    await configure('', '');
    const result = await runCli(aws.init('--yes', '--json'));
    expect(result.code).toBe(3);
    expect(json(result).error).toMatchObject({ code: 'NO_CREDENTIALS' });
    expect(result.stderr).toContain('--profile');
    expect(result.stderr).toContain('cognito-migrate demo');
    await aws.expectUntouched();
  });

  test('the profile does not exist', async () => {
    const aws = await startLocalAws();
    await configure('[profile other]\nregion = eu-west-1\n');
    const { code, stderr } = await runCli(aws.init('--profile', 'nobody', '--yes'));
    expect(code).toBe(3);
    expect(stderr).toContain('The profile nobody gives no credentials');
    expect(stderr).toContain('The AWS configuration files have: other');
    await aws.expectUntouched();
  });

  test('the SSO session has expired', async () => {
    const aws = await startLocalAws();
    await configure(
      [
        '[sso-session work]',
        'sso_start_url = https://example.awsapps.com/start',
        'sso_region = eu-west-1',
        'sso_registration_scopes = sso:account:access',
        '[profile work]',
        'sso_session = work',
        'sso_account_id = 111122223333',
        'sso_role_name = Admin',
        'region = eu-west-1',
        '',
      ].join('\n'),
    );
    vi.stubEnv('HOME', await tempFolder());
    const result = await runCli(aws.init('--profile', 'work', '--yes', '--json'));
    expect(result.code).toBe(3);
    expect(json(result).error).toMatchObject({ code: 'SSO_EXPIRED' });
    expect(result.stderr).toContain('aws sso login');
    await aws.expectUntouched();
  });

  test('the profile needs an MFA code and nobody is there', async () => {
    const aws = await startLocalAws();
    await configure(
      [
        '[profile base]',
        'region = eu-west-1',
        '[profile guarded]',
        'role_arn = arn:aws:iam::111122223333:role/Admin',
        'source_profile = base',
        'mfa_serial = arn:aws:iam::111122223333:mfa/ana',
        'region = eu-west-1',
        '',
      ].join('\n'),
      `[base]\naws_access_key_id = ${keysOf('111122223333').accessKeyId}\naws_secret_access_key = local\n`,
    );
    const result = await runCli(aws.init('--profile', 'guarded', '--yes', '--json'));
    expect(result.code).toBe(3);
    expect(json(result).error).toMatchObject({ code: 'MFA_CODE_NEEDED' });
    expect(result.stderr).toContain('arn:aws:iam::111122223333:mfa/ana');
    expect(result.stderr).toContain('terminal');
    await aws.expectUntouched();
  });

  test('they have expired', async () => {
    const clock = fakeClock();
    const aws = await startLocalAws({ now: clock.now });
    const keys = await assume(aws);
    clock.advance(1_000_000);
    aws.sandbox.journal.clear();
    const result = await runCli(aws.init('--yes', '--json'));
    expect(result.code).toBe(3);
    expect(json(result).error).toMatchObject({ code: 'CREDENTIALS_EXPIRED' });
    expect(result.stdout + result.stderr).not.toContain(keys.SecretAccessKey);
    expect(result.stdout + result.stderr).not.toContain(keys.SessionToken);
    await aws.expectUntouched();
  });

  test.each([
    ['cognito-idp:DescribeUserPool', 'userpool/'],
    ['iam:GetRole', 'role/cognito-migrate-'],
  ])('%s is denied: nothing was written, and the action is named', async (Action, resource) => {
    const aws = await startLocalAws();
    await assume(aws, { Effect: 'Deny', Action, Resource: '*' });
    aws.sandbox.journal.clear();
    const result = await runCli(aws.init('--yes', '--json'));
    expect(result.code).toBe(3);
    expect(json(result).error).toMatchObject({ code: 'ACCESS_DENIED', found: { action: Action } });
    // Both pools are read at the same time, and both denials are listed.
    expect(result.stderr).toMatch(/Not allowed: /);
    expect(result.stderr).toContain(`${Action} on ${resource}`);
    expect(result.stderr).toContain('(as arn:aws:sts::111122223333:assumed-role/Dev/ana)');
    await aws.expectUntouched();
  });

  test.each(['iam:CreateRole', 'iam:PassRole', 'lambda:InvokeFunction', 'cognito-idp:UpdateUserPool'])(
    '%s is denied in the middle: the run says so, and goes on from there once it is allowed',
    async (Action) => {
      const aws = await startLocalAws();
      await assume(aws, { Effect: 'Deny', Action, Resource: '*' });
      aws.sandbox.journal.clear();
      const refused = await runCli(aws.init('--new-client-id', aws.clients.web, '--yes', '--json'));
      expect(refused.code).toBe(3);
      expect(json(refused).error).toMatchObject({ code: 'ACCESS_DENIED', found: { action: Action } });
      expect(refused.stderr).toContain('run the same command again');
      expect((await aws.pool(aws.newPool)).LambdaConfig?.UserMigration).toBeUndefined();
      vi.unstubAllEnvs();
      const again = await runCli(['init', ...aws.where, '--yes', '--json']);
      expect(json(again)).toMatchObject({ ok: true });
      const settled = await runCli(['init', ...aws.where, '--yes', '--json']);
      expect(json(settled)).toMatchObject({ changes: 0 });
    },
  );

  test('tags may not be read: a permission is missing, it is not taken for somebody else’s', async () => {
    const aws = await startLocalAws();
    await runCli(aws.init('--yes'));
    await assume(aws, { Effect: 'Deny', Action: 'lambda:ListTags', Resource: '*' });
    aws.sandbox.journal.clear();
    const result = await runCli(aws.init('--yes', '--json'));
    expect(result.code).toBe(3);
    expect(json(result).error).toMatchObject({ code: 'OWNER_UNREADABLE' });
    expect(aws.sandbox.journal.writes()).toEqual([]);
  });

  test('AWS cannot be reached', async () => {
    const aws = await startLocalAws();
    const result = await runCli(aws.init('--endpoint-url', 'http://127.0.0.1:9', '--yes', '--json'));
    expect(result.code).toBe(7);
    expect(json(result).error).toMatchObject({ code: 'AWS_UNREACHABLE', found: 'ECONNREFUSED' });
    expect(result.stderr).toContain('--endpoint-url');
  });
});

describe('something that is not ours is in the way', () => {
  test('a trigger: refused before anything is made, and the flag that replaces it is named', async () => {
    const aws = await startLocalAws();
    const UserMigration = 'arn:aws:lambda:eu-west-1:111122223333:function:theirs';
    await aws.sdk.idp.send(
      new UpdateUserPoolCommand({ UserPoolId: aws.newPool, LambdaConfig: { UserMigration } }),
    );
    aws.sandbox.journal.clear();
    const result = await runCli(aws.init('--yes', '--json'));
    expect(result.code).toBe(4);
    expect(json(result).error).toMatchObject({
      name: 'ConflictError',
      code: 'FOREIGN',
      found: UserMigration,
    });
    expect(result.stderr).toContain('--replace-trigger');
    await aws.expectUntouched();
    const replaced = await runCli(aws.init('--all-new-clients', '--yes', '--replace-trigger'));
    expect(replaced.code).toBe(0);
  });

  test('a role of the same name: refused before anything is made, and --name is named', async () => {
    const aws = await startLocalAws();
    const trust = policyOf({
      Effect: 'Allow',
      Principal: { Service: 'ec2.amazonaws.com' },
      Action: 'sts:AssumeRole',
    });
    await aws.sdk.iam.send(
      new CreateRoleCommand({ RoleName: `cognito-migrate-${aws.newPool}`, AssumeRolePolicyDocument: trust }),
    );
    aws.sandbox.journal.clear();
    const { code, stderr } = await runCli(aws.init('--yes'));
    expect(code).toBe(4);
    expect(stderr).toContain(`There is already a role that this migration did not create`);
    expect(stderr).toContain('--name');
    await aws.expectUntouched();
    expect((await runCli(aws.init('--all-new-clients', '--yes', '--name', 'another'))).code).toBe(0);
  });
});

describe('the state file', () => {
  const good = { version: 1, migration: 'a → b', account: '111122223333', variables: {}, steps: {} };
  const other = { OLD_USER_POOL_ID: 'eu-west-1_Another01', NEW_USER_POOL_ID: 'eu-west-1_Another02' };
  test.each([
    ['corrupt', '{"version": 1,', 'STATE_CORRUPT', 'it is not JSON'],
    ['newer', JSON.stringify({ ...good, version: 9 }), 'STATE_NEWER', 'newer cognito-migrate'],
    [
      'of another migration',
      JSON.stringify({ ...good, variables: other }),
      'STATE_OTHER_MIGRATION',
      '--old-user-pool-id is eu-west-1_Another01',
    ],
    [
      'of another account',
      JSON.stringify({ ...good, account: '999900001111' }),
      'STATE_OTHER_ACCOUNT',
      'AWS account 999900001111',
    ],
  ])('is %s: it stays as it is, and nothing is written', async (_what, text, code, words) => {
    const aws = await startLocalAws();
    await writeFile(aws.file, text);
    const result = await runCli(aws.init('--yes', '--json'));
    expect(result.code).toBe(6);
    expect(json(result).error).toMatchObject({ name: 'StateFileError', code });
    expect(result.stderr).toContain(words);
    expect(result.stderr).toContain('--state');
    expect(await readFile(aws.file, 'utf8')).toBe(text);
    expect(aws.sandbox.journal.writes()).toEqual([]);
  });

  test('cannot be written: found out before anything is made', async () => {
    const aws = await startLocalAws();
    const { code, stderr } = await runCli(aws.init('--state', join(aws.folder, 'none', 's.json'), '--yes'));
    expect(code).toBe(6);
    expect(stderr).toContain('cannot be written');
    await aws.expectUntouched();
  });

  test('is a folder', async () => {
    const aws = await startLocalAws();
    await mkdir(aws.file);
    const { code } = await runCli(aws.init('--yes'));
    expect(code).toBe(6);
    expect(aws.sandbox.journal.writes()).toEqual([]);
  });

  test('is locked by a running process', async () => {
    const aws = await startLocalAws();
    const { hostname } = await import('node:os');
    const lock = { pid: process.pid, host: hostname(), since: '2026-11-22T00:00:00.000Z' };
    await writeFile(`${aws.file}.lock`, JSON.stringify(lock));
    const { code, stderr } = await runCli(aws.init('--yes'));
    expect(code).toBe(6);
    expect(stderr).toContain(`process ${process.pid}`);
    expect(aws.sandbox.journal.writes()).toEqual([]);
  });
});

describe('values that the pools do not allow', () => {
  test.each([
    [['--map', 'email=custom:none', '--on-bad-attribute', 'perhaps'], '--on-bad-attribute'],
    [['--log-retention', '31'], '--log-retention'],
    [['--role-path', 'team'], '--role-path: an IAM path begins and ends with "/"'],
    [['--tag', 'novalue'], '--tag'],
  ])('%j', async (flags, words) => {
    const aws = await startLocalAws();
    const { code, stderr } = await runCli(aws.init(...flags, '--yes'));
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    await aws.expectUntouched();
  });

  test('settings that do not fit into a function’s environment', async () => {
    const aws = await startLocalAws();
    // Text that deflate cannot make small.
    const noise = createHash('shake256', { outputLength: 3000 }).update('noise').digest('base64url');
    const result = await runCli(aws.init('--set', `custom:noise=${noise}`, '--yes', '--json'));
    expect(result.code).toBe(2);
    await aws.expectUntouched();
  });
});

describe('Ctrl-C in the middle of a call', () => {
  test.each(['CreateRole', 'CreateFunction', 'UpdateUserPoolClient', 'UpdateUserPool'])(
    '%s is finished and recorded, the exit code is 130, and the next run converges',
    async (operation) => {
      const aws = await startLocalAws();
      const fake = fakeIo();
      const stop = aws.sandbox.faults.onCall('before', (call) => {
        if (call.operation === operation) fake.io.interrupt.press();
      });
      const { code, stderr } = await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'), fake);
      stop();
      expect(stderr).toContain('Finishing the current call. Ctrl-C again stops at once.');
      // The last write of all may be finished before anybody asks.
      expect(code).toBe(operation === 'UpdateUserPool' ? 0 : 130);
      expect(fake.exits).toEqual([]);
      const records = Object.entries(await recordsOf(aws.file));
      const open = records.flatMap(([step, status]) => (status === 'applied' ? [] : [`${step} ${status}`]));
      // A function that has not answered yet is asked by the next run.
      expect(open).toEqual(operation === 'CreateFunction' ? ['lambda-function applying'] : []);
      expect(records).not.toEqual([]);
      const again = await runCli(['init', ...aws.where, '--yes', '--json']);
      expect(json(again)).toMatchObject({ ok: true });
      aws.sandbox.journal.clear();
      await runCli(['init', ...aws.where, '--yes']);
      expect(writesOf(aws.sandbox)).toEqual([]);
    },
  );

  test('before anything is written it ends at once', async () => {
    const aws = await startLocalAws();
    const fake = fakeIo();
    aws.sandbox.faults.onCall('before', ({ operation }) => {
      if (operation === 'DescribeUserPool' && fake.exits.length === 0) fake.io.interrupt.press();
    });
    await runCli(aws.init('--dry-run'), fake);
    expect(fake.exits).toEqual([130]);
    expect(fake.err()).toContain('Cancelled. Nothing was changed.');
  });

  test('a second one ends at once', async () => {
    const aws = await startLocalAws();
    const fake = fakeIo();
    aws.sandbox.faults.onCall('before', ({ operation }) => {
      if (operation !== 'CreateRole') return;
      fake.io.interrupt.press();
      fake.io.interrupt.press();
    });
    await runCli(aws.init('--yes'), fake);
    expect(fake.exits).toEqual([130]);
  });
});

describe('a question', () => {
  test('standard input closes: cancelled, 130, nothing written', async () => {
    const aws = await startLocalAws();
    const fake = fakeIo({ tty: true, env: { TERM: 'xterm' } });
    const run = runCli(['init', ...aws.where, '--region', 'eu-west-1'], fake);
    await vi.waitFor(() => expect(fake.err()).toContain('Old user pool'), { timeout: 10_000 });
    fake.stdin.end();
    const { code, stderr } = await run;
    expect(code).toBe(130);
    expect(stderr).toContain('Cancelled. Nothing was changed.');
    await aws.expectUntouched();
  });

  test.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s: the same', async (_what, key) => {
    const aws = await startLocalAws();
    const fake = fakeIo({ tty: true, env: { TERM: 'xterm' } });
    const run = runCli(['init', ...aws.where, '--region', 'eu-west-1'], fake);
    await vi.waitFor(() => expect(fake.err()).toContain('Old user pool'), { timeout: 10_000 });
    fake.stdin.write(key);
    const { code, stderr } = await run;
    expect(code).toBe(130);
    expect(stderr).toContain('Cancelled. Nothing was changed.');
    await aws.expectUntouched();
  });
});
