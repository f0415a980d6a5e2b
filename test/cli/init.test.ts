import { readFile, rm } from 'node:fs/promises';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { recordsOf, startLocalAws } from '../support/local-aws.ts';
import { fakeIo, json, runCli } from '../support/run-cli.ts';

describe('init', () => {
  test('prints one JSON document with all variables, and the second time no change', async () => {
    const aws = await startLocalAws();
    const first = await runCli(aws.init('--all-new-clients', '--yes', '--json'));
    expect(first.code).toBe(0);
    expect(json(first)).toMatchObject({
      ok: true,
      command: 'init',
      account: '111122223333',
      changes: 10,
      checked: 10,
      state: aws.file,
      variables: {
        OLD_USER_POOL_ID: aws.oldPool,
        NEW_USER_POOL_ID: aws.newPool,
        OLD_USER_POOL_ARN: `arn:aws:cognito-idp:eu-west-1:111122223333:userpool/${aws.oldPool}`,
        OLD_USER_POOL_REGION: 'eu-west-1',
        ROLE_ARN: `arn:aws:iam::111122223333:role/cognito-migrate-${aws.newPool}`,
        POLICY_ARN: `arn:aws:iam::111122223333:policy/cognito-migrate-${aws.newPool}`,
        OLD_CLIENT_ID: expect.stringMatching(/^\w+$/),
        LAMBDA_ARN: `arn:aws:lambda:eu-west-1:111122223333:function:cognito-migrate-${aws.newPool}`,
      },
      notes: expect.arrayContaining([{ level: 'info', message: expect.stringContaining('machine') }]),
    });
    expect(json(first).clients).toEqual(expect.arrayContaining([aws.clients.web, aws.clients.ios]));
    expect(json(first).clients).not.toContain(aws.clients.machine);
    expect(Object.values(await recordsOf(aws.file)).every((status) => status === 'applied')).toBe(true);

    aws.sandbox.journal.clear();
    const second = await runCli(aws.init('--yes', '--json'));
    expect(second.code).toBe(0);
    expect(json(second)).toMatchObject({ ok: true, changes: 0, variables: json(first).variables });
    expect(aws.sandbox.journal.writes()).toEqual([]);
  });

  test('says what it does in lines on standard error, and its result on standard output', async () => {
    const aws = await startLocalAws();
    const first = await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'));
    expect(first.code).toBe(0);
    expect(first.stderr).toContain('Plan: 7 to create, 2 to change');
    expect(first.stderr).toContain(`legacy-users ${aws.oldPool} → customers ${aws.newPool}`);
    expect(first.stderr).toMatch(/✔ role +created/);
    expect(first.stderr).toMatch(/✔ test call +the old pool answered the function/);
    expect(first.stdout).toContain('Ready.');
    expect(first.stdout).toContain('USER_PASSWORD_AUTH');
    expect(first.stdout).toContain('8 variables saved in ');
    expect(first.stdout).toContain(aws.file);
    const second = await runCli(aws.init('--yes'));
    expect(second.stdout).toContain('Everything is in place. Nothing to do.   (9 checked, 0 changed)');
    expect(second.stderr).not.toContain('Plan:');
  });

  test('needs no flag but --yes when the state file knows everything', async () => {
    const aws = await startLocalAws();
    await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'));
    aws.sandbox.journal.clear();
    const again = await runCli(['init', ...aws.where, '--yes', '--json']);
    expect(json(again)).toMatchObject({ changes: 0, clients: [aws.clients.web] });
  });

  test('finds everything again when the state file is lost', async () => {
    const aws = await startLocalAws();
    const first = json(await runCli(aws.init('--new-client-id', aws.clients.web, '--yes', '--json')));
    await rm(aws.file);
    aws.sandbox.journal.clear();
    const again = await runCli(aws.init('--yes', '--json'));
    expect(json(again)).toMatchObject({
      changes: 0,
      variables: first.variables,
      clients: [aws.clients.web],
    });
    expect(aws.sandbox.journal.writes()).toEqual([]);
    expect(await recordsOf(aws.file)).toMatchObject({ 'lambda-role': 'applied' });
  });

  test('never copies AWS_ENDPOINT_URL into the function', async () => {
    const aws = await startLocalAws();
    process.env.AWS_ENDPOINT_URL = aws.sandbox.url;
    const { code } = await runCli(
      aws
        .init('--all-new-clients', '--yes')
        .filter((word) => word !== '--endpoint-url' && word !== aws.sandbox.url),
    );
    delete process.env.AWS_ENDPOINT_URL;
    expect(code).toBe(0);
    const { Configuration } = await aws.sdk.lambda.send(
      new GetFunctionCommand({ FunctionName: `cognito-migrate-${aws.newPool}` }),
    );
    expect(
      Object.keys(Configuration?.Environment?.Variables ?? {}).filter((name) => name.startsWith('AWS_')),
    ).toEqual([]);
  });
});

describe('where values come from', () => {
  test('flag before environment before state before default', async () => {
    const aws = await startLocalAws();
    const runtime = async (argv: readonly string[], env: Record<string, string> = {}) => {
      const result = await runCli([...argv, '--all-new-clients', '--yes', '--json'], { env });
      expect(result.code).toBe(0);
      const { Configuration } = await aws.sdk.lambda.send(
        new GetFunctionCommand({ FunctionName: `cognito-migrate-${aws.newPool}` }),
      );
      return Configuration?.Runtime;
    };
    expect(await runtime(aws.init())).toBe('nodejs24.x');
    expect(await runtime(aws.init(), { COGNITO_MIGRATE_RUNTIME: 'nodejs22.x' })).toBe('nodejs22.x');
    expect(await runtime(aws.init())).toBe('nodejs22.x'); // remembered
    const env = { COGNITO_MIGRATE_RUNTIME: 'nodejs22.x' };
    expect(await runtime(aws.init('--runtime', 'nodejs24.x'), env)).toBe('nodejs24.x');
  });

  test('every flag can come from the environment', async () => {
    const aws = await startLocalAws();
    const result = await runCli(['init'], {
      env: {
        COGNITO_MIGRATE_OLD_USER_POOL_ID: aws.oldPool,
        COGNITO_MIGRATE_NEW_USER_POOL_ID: aws.newPool,
        COGNITO_MIGRATE_STATE: aws.file,
        COGNITO_MIGRATE_ENDPOINT_URL: aws.sandbox.url,
        COGNITO_MIGRATE_YES: '1',
        COGNITO_MIGRATE_JSON: 'true',
        COGNITO_MIGRATE_NAME: 'by-env',
        COGNITO_MIGRATE_NEW_CLIENT_ID: `${aws.clients.web},${aws.clients.ios}`,
        COGNITO_MIGRATE_TAG: 'a=1,b=2',
      },
    });
    expect(json(result)).toMatchObject({
      changes: 10,
      variables: { ROLE_ARN: 'arn:aws:iam::111122223333:role/by-env' },
    });
  });
});

describe('--dry-run and plan', () => {
  test.each([
    ['init --dry-run', (argv: string[]) => [...argv, '--dry-run']],
    ['plan', ([, ...rest]: string[]) => ['plan', ...rest]],
  ])('%s shows everything, writes nothing, asks for no --yes', async (_what, args) => {
    const aws = await startLocalAws();
    const argv = args(aws.init('--new-client-id', aws.clients.web));
    const text = await runCli(argv);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/Plan: 7 to create, 2 to change[\s\S]*Nothing was written\. To apply:/);
    const document = json(await runCli([...argv, '--json']));
    expect(document).toMatchObject({ ok: true, command: 'plan', changes: 9 });
    expect(document.items).toContainEqual(
      expect.objectContaining({
        step: 'lambda-role',
        action: 'create',
        line: `cognito-migrate-${aws.newPool}`,
      }),
    );
    expect(document.items).toContainEqual(
      expect.objectContaining({ step: 'new-clients', key: aws.clients.web, action: 'update' }),
    );
    await aws.expectUntouched();
  });

  test('says of what is right how it is, not what was done about it', async () => {
    const aws = await startLocalAws();
    await runCli(aws.init('--new-client-id', aws.clients.web, '--add-old-sub', '--yes'));
    const document = json(await runCli(['plan', ...aws.where, '--add-old-sub', '--json']));
    expect(document).toMatchObject({ changes: 0 });
    for (const [step, line] of [
      ['new-clients', 'web in customers accepts passwords'],
      ['migration-trigger', 'customers calls the migration function'],
      ['old-sub-attribute', 'customers has custom:old_sub (text, immutable)'],
      ['policy-attachments', 'the role has that policy and AWSLambdaBasicExecutionRole (writes the log)'],
    ])
      expect(document.items).toContainEqual(expect.objectContaining({ step, action: 'none', line }));
    expect(JSON.stringify(document.items)).not.toMatch(/: (add|set) /);
  });

  test('shows where something drifted, and that a gone output makes others wait', async () => {
    const aws = await startLocalAws();
    await runCli(aws.init('--yes'));
    const drift = await runCli(['plan', ...aws.where, '--log-retention', '7']);
    expect(drift.stdout).toContain('retentionDays: 30 → 7');
    expect(drift.stdout).toContain('Plan: 0 to create, 1 to change');
  });
});

describe('what is typed in the wrong place', () => {
  test('a Region: it is in the ID of the pool', async () => {
    const { code, stderr } = await runCli([
      'logs',
      '--new-user-pool-id',
      'eu-west-1_Abc',
      '--region',
      'eu-west-1',
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('logs has no --region');
    expect(stderr).toContain("The Region is in the pool's ID");
    expect((await runCli(['logs', '--help'])).stdout).not.toContain('--region');
  });

  test('a password: it is not repeated, in JSON neither', async () => {
    const result = await runCli(['try', 'ana@example.com', 'Typed-in-sight-1', '--json']);
    expect(result.code).toBe(2);
    expect(json(result).error).toMatchObject({ code: 'BAD_INPUT' });
    expect(result.stdout + result.stderr).toContain('--username …');
    expect(result.stdout + result.stderr).not.toMatch(/ana@example|Typed-in-sight/);
  });
});

describe('how much is said', () => {
  test('--quiet says nothing of a success, and prints what a command is asked for', async () => {
    const aws = await startLocalAws();
    const result = await runCli(aws.init('--all-new-clients', '--yes', '--quiet'));
    expect(result).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const status = await runCli(['status', ...aws.where, '--quiet']);
    expect(status.stderr).toBe('');
    expect(status.stdout).toContain('Set up, but idle.');
    const removed = await runCli(['teardown', ...aws.where, '--yes', '--quiet']);
    expect(removed).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  test('--quiet still says why nobody can move', async () => {
    const aws = await startLocalAws();
    const result = await runCli(aws.init('--forgot-password', 'off', '--yes', '--quiet'));
    expect(result).toMatchObject({ code: 8, stderr: '' });
    expect(result.stdout).toContain('Set up, but nobody can move yet');
  });

  test('--no-color, and its variable, leave out every color', async () => {
    const aws = await startLocalAws();
    const plan = (words: readonly string[], env: Record<string, string>) => {
      const io = fakeIo({ tty: true, env: { FORCE_COLOR: '1', ...env } });
      const [, ...pools] = aws.init('--all-new-clients', '--no-input');
      return runCli(['plan', ...pools, ...words], io).then(() => io.rawOut());
    };
    const color = '\u001b[3';
    expect(await plan([], {})).toContain(color);
    expect(await plan(['--no-color'], {})).not.toContain(color);
    expect(await plan([], { COGNITO_MIGRATE_NO_COLOR: 'yes' })).not.toContain(color);
  });

  test.each([
    ['apply', 'init, or plan to see the changes first'],
    ['destroy', 'teardown'],
    ['list', 'status'],
    ['version', '--version'],
    ['initt', 'init'],
  ])('%s is no command, but it is said which one is', async (word, meant) => {
    const { code, stderr } = await runCli([word]);
    expect(code).toBe(2);
    expect(stderr).toContain(`✖ unknown command '${word}'`);
    expect(stderr).toContain(`Did you mean ${meant}?`);
  });

  test('--verbose names every AWS call, in JSON mode too, and none of their inputs', async () => {
    const aws = await startLocalAws();
    const lines = await runCli(aws.init('--yes', '--verbose'));
    expect(lines.stderr).toMatch(/IAM\.CreateRole \d+ ms/);
    expect(lines.stderr).toMatch(/Lambda\.GetFunction \d+ ms ResourceNotFoundException/);
    const document = await runCli(aws.init('--all-new-clients', '--yes', '--verbose', '--json'));
    expect(document.stderr).toMatch(/CognitoIdentityProvider\.DescribeUserPool \d+ ms/);
    expect(json(document).ok).toBe(true);
  });

  test.each([
    ['a terminal', {}, true],
    ['NO_COLOR', { NO_COLOR: '1' }, false],
    ['a dumb terminal', { TERM: 'dumb' }, false],
  ])('colours: %s', async (_what, env, isColored) => {
    const aws = await startLocalAws();
    const fake = fakeIo({ tty: true, env });
    expect((await runCli(aws.init('--all-new-clients', '--yes'), fake)).code).toBe(0);
    expect(fake.rawErr().includes(`${String.fromCharCode(27)}[32m`)).toBe(isColored);
  });

  test('colours can be forced where there is no terminal', async () => {
    const aws = await startLocalAws();
    const fake = fakeIo({ env: { FORCE_COLOR: '1' } });
    await runCli(aws.init('--dry-run', '--verbose'), fake);
    expect(fake.rawErr()).toContain(`${String.fromCharCode(27)}[2m`);
  });
});

describe('help and version', () => {
  test('--help names the commands and how to begin, and exits 0', async () => {
    const { code, stdout } = await runCli(['--help']);
    expect(code).toBe(0);
    for (const word of ['init', 'plan', 'demo', 'sandbox', 'Begin with']) expect(stdout).toContain(word);
  });

  test('--version is that of the package', async () => {
    const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await runCli(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test.each([
    [['frobnicate'], "unknown command 'frobnicate'"],
    [['init', '--frobnicate'], "unknown option '--frobnicate'"],
    [['init', '--name'], 'argument missing'],
    [['init', 'surplus'], 'init takes no arguments: --old-user-pool-id … --new-user-pool-id …'],
    [
      ['plan', 'eu-west-1_Abc', 'eu-west-1_Def'],
      'plan takes no arguments: --old-user-pool-id eu-west-1_Abc --new-user-pool-id eu-west-1_Def',
    ],
    [['logs', 'eu-west-1_Def'], 'logs takes no arguments: --new-user-pool-id eu-west-1_Def'],
    [['env', 'surplus'], 'env takes no arguments\n'],
    [['demo', '--region', 'eu-west-1'], 'demo has no --region'],
    [['init', '--accept', 'CM401', '--accept', 'CM999'], 'lists them (got "CM999")'],
    [['init', '--map', 'sub'], '--map must be in the form old=new (got "sub")'],
    [['init', '--set', 'locale=de', '--set', 'x'], '--set must be in the form name=value (got "x")'],
    [['init', '--tag', 'a=b', '--tag', 'c', '--tag', 'd'], 'must be in the form key=value (got "c", "d")'],
  ])('%j is a usage error', async (argv, words) => {
    const { code, stderr, stdout } = await runCli(argv);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr).toContain('--help');
    expect(stdout).toBe('');
  });
});
