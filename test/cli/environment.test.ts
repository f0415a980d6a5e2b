/** COGNITO_MIGRATE_*: every flag has its variable, and which of flag, variable, state file and default counts. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { entries } from '../../src/cli/commands/registry.ts';
import { parseReport } from '../../src/cli/commands/status/report.ts';
import { parseOptions } from '../../src/cli/commands/users/options.ts';
import { addOptions, flagsOf, isOn, ownEnvOf, ownValueOf } from '../../src/cli/inputs/options.ts';
import { resolve } from '../../src/cli/inputs/resolve.ts';
import type { State } from '../../src/core/state.ts';
import {
  declarationOf,
  envOf,
  flagOf,
  names,
  parseVariable,
  type VarName,
} from '../../src/core/variables/index.ts';
import { given, refusal } from '../support/errors.ts';
import { startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';
import { streamOf } from '../support/stream-lines.ts';
import { tempFolder } from '../support/temp.ts';
import { usersOf } from './users-support.ts';

const arn = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;
const words = (one: string, other: string, bad?: string) => ({ one, other, bad });
const pairs = words('a=1', 'b=2,c=3', 'no-sign');
/** A flag that is there or not; only the variable can say no. */
const switched = { one: undefined, other: 'no', bad: 'perhaps' };

/** Of each flag: the word on the command line, another in the environment, and one that is refused (where any is). */
const values: Partial<Record<VarName, { one: string | undefined; other: string; bad?: string | undefined }>> =
  {
    OLD_USER_POOL_ID: words('eu-west-1_one', 'eu-west-1_other', 'nonsense'),
    NEW_USER_POOL_ID: words('eu-west-1_one', 'eu-west-1_other', 'eu-west-1'),
    NEW_CLIENT_IDS: words('abc', 'def,ghi', '-'),
    ALL_NEW_CLIENTS: switched,
    MFA: words('reset', 'allow', 'never'),
    FORGOT_PASSWORD: words('off', 'on', 'maybe'),
    WEAK_PASSWORD: words('reset', 'allow', 'no'),
    MAP: pairs,
    DROP: words('email', 'phone_number,name'),
    SET: pairs,
    ON_BAD_ATTRIBUTE: words('refuse', 'drop', 'ignore'),
    GROUPS: words('admins', 'all', 'two words'),
    GROUP_ROLES: words(
      'admins=arn:aws:iam::111122223333:role/admins',
      'staff=arn:aws:iam::111122223333:role/staff',
      'admins=nobody',
    ),
    MOVE_ONCE: words('disable', 'mark', 'delete'),
    GUARD_SIGN_UP: words('yes', 'no', 'perhaps'),
    GROUPS_IN_FIRST_TOKEN: words('yes', 'no', 'perhaps'),
    GUARD_FEDERATED: switched,
    ADD_OLD_SUB: switched,
    FIND_BY: words('email', 'phone_number', 'name'),
    FORWARD_CLIENT_METADATA: words('tenant', 'tenant,captcha', 'source'),
    ACCEPT: words('CM101', 'CM403,CM404', 'CM999'),
    PROFILE: words('one', 'other'),
    REGION: words('eu-west-1', 'us-east-2', 'US East'),
    ENDPOINT_URL: words('http://127.0.0.1:1', 'http://127.0.0.1:2', 'localhost'),
    EXISTING_ROLE_ARN: words(arn('one'), arn('other'), 'role'),
    OLD_PROFILE: words('one', 'other'),
    OLD_ROLE_TO_ASSUME: words(arn('one'), arn('other'), 'role'),
    EXISTING_OLD_ROLE_ARN: words(arn('one'), arn('other'), 'role'),
    EXISTING_OLD_EXTERNAL_ID: words('partner-1', 'partner-2', 'has space'),
    EXISTING_OLD_SIGN_IN: words('email', 'username,email', 'mail'),
    EXISTING_OLD_CLIENT_ID: words('abc', 'def', 'a-b'),
    OLD_PERMISSIONS_BOUNDARY: words(arn('one'), arn('other'), 'edge'),
    NAME: words('one', 'other', 'a/b'),
    ROLE_PATH: words('/one/', '/other/', 'other'),
    PERMISSIONS_BOUNDARY: words(arn('one'), arn('other'), 'edge'),
    TAGS: pairs,
    RUNTIME: words('nodejs22.x', 'nodejs24.x', 'nodejs18.x'),
    LOG_RETENTION: words('90', '7', '31'),
    ALARMS: words('arn:aws:sns:eu-west-1:111122223333:ops', 'on', 'ops'),
    REPLACE_TRIGGER: switched,
    CHAIN: switched,
    STATE: words('one.json', 'other.json'),
    CONFIG: words('one.json', 'other.json'),
    YES: switched,
    NO_INPUT: switched,
    DRY_RUN: switched,
    JSON: switched,
    STREAM: switched,
    QUIET: switched,
    NO_COLOR: switched,
    VERBOSE: switched,
  };

const givable = names.flatMap((name) => {
  const flag = flagOf(name);
  return flag === undefined ? [] : [{ name, flag, env: envOf(name), examples: values[name] }];
});
const rows = givable.flatMap(({ examples, ...rest }) =>
  examples === undefined ? [] : [{ ...rest, ...examples }],
);

/** Arguments and environment, parsed as a command parses them; the state file as it was read. */
function parse(argv: readonly string[], env: Record<string, string>, state?: State) {
  const command = addOptions(new Command('any').exitOverride(), names);
  command.parse([...argv], { from: 'user' });
  return resolve(names, { flags: flagsOf(command), env, state });
}

/** What this text means for this variable. */
function meaning(name: VarName, text: string): unknown {
  const parsed = parseVariable(name, text);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.value;
}

test('every flag has a row above, with two different values', () => {
  expect(givable.filter(({ examples }) => examples === undefined).map(({ flag }) => flag)).toEqual([]);
  for (const { name, one, other } of rows)
    expect(meaning(name, one ?? 'yes'), name).not.toEqual(meaning(name, other));
});

describe.each(rows)('$env', ({ name, flag, env, one, other }) => {
  const typed = one === undefined ? [flag] : [flag, one];

  test(`counts where ${flag} is not given, and an empty one is none`, () => {
    const { values: found, sources } = parse([], { [env]: other });
    expect(found[name]).toEqual(meaning(name, other));
    expect(sources.get(name)).toBe('environment');
    expect(parse([], { [env]: '' }).values[name]).toEqual(declarationOf(name).default);
  });

  test(`gives way to ${flag}`, () => {
    const { values: found, sources } = parse(typed, { [env]: other });
    expect(found[name]).toEqual(meaning(name, one ?? 'yes'));
    expect(sources.get(name)).toBe('flag');
  });

  test('counts before the state file, which counts before the default', () => {
    const remembered = meaning(name, one ?? 'yes');
    const state = { migration: '', account: '', steps: {}, variables: { [name]: remembered } };
    const both = parse([], { [env]: other }, state);
    expect(both.values[name]).toEqual(meaning(name, other));
    const alone = parse([], {}, state);
    expect(alone.values[name]).toEqual(remembered);
    expect(alone.sources.get(name)).toBe('state file');
  });
});

test.each(rows.filter(({ bad }) => bad !== undefined))(
  '$env: a bad value is refused by the name of the variable, not of the flag',
  async ({ env, flag, bad = '' }) => {
    const error = await refusal(() => parse([], { [env]: bad }));
    expect(error.exitCode).toBe(2);
    const [first = ''] = error.message.split('\n');
    expect(first.startsWith(`${env}: `) || first.startsWith(`${env} must `), first).toBe(true);
    expect(first).toContain(JSON.stringify(bad));
    expect(first).not.toContain(flag);
  },
);

test('all bad values of the environment are told at once by the program, in the order of the reference', async () => {
  const env = { COGNITO_MIGRATE_OLD_USER_POOL_ID: 'nonsense', COGNITO_MIGRATE_MFA: 'never' };
  const { code, stderr } = await runCli(['plan'], { env });
  expect(code).toBe(2);
  expect(stderr).toMatch(/COGNITO_MIGRATE_OLD_USER_POOL_ID: [\s\S]*COGNITO_MIGRATE_MFA must /);
  expect(stderr).not.toMatch(/--old-user-pool-id|--mfa/);
});

test('a whole migration without a flag: set up by variables alone; one flag still counts more', async () => {
  const aws = await startLocalAws();
  const folder = await tempFolder();
  const env = {
    COGNITO_MIGRATE_OLD_USER_POOL_ID: aws.oldPool,
    COGNITO_MIGRATE_NEW_USER_POOL_ID: aws.newPool,
    COGNITO_MIGRATE_NEW_CLIENT_ID: aws.clients.web,
    COGNITO_MIGRATE_ENDPOINT_URL: aws.sandbox.url,
    COGNITO_MIGRATE_STATE: join(folder, 'state.json'),
    COGNITO_MIGRATE_LOG_RETENTION: '90',
    COGNITO_MIGRATE_YES: '1',
    COGNITO_MIGRATE_JSON: '1',
    COGNITO_MIGRATE_STREAM: '1',
  };
  const made = await runCli(['init'], { env });
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(streamOf(made.stdout).result).toMatchObject({
    ok: true,
    command: 'init',
    clients: [aws.clients.web],
  });
  const retention = (): unknown =>
    aws.sandbox.journal.calls.findLast(({ operation }) => operation === 'PutRetentionPolicy')?.input
      .retentionInDays;
  expect(retention()).toBe(90);
  const { COGNITO_MIGRATE_STREAM: _stream, ...whole } = env;
  const changed = await runCli(['init', '--log-retention', '7'], { env: whole });
  expect(json(changed)).toMatchObject({ ok: true, changes: 1 });
  expect(retention()).toBe(7);
});

test('the commands whose own flags have variables', () => {
  const found = entries.flatMap(({ name, inEnvironment = [] }) =>
    inEnvironment.map((flag) => ownEnvOf(name, flag)),
  );
  expect(found.filter((name) => !name.startsWith('COGNITO_MIGRATE_USERS_'))).toEqual([
    'COGNITO_MIGRATE_STATUS_REPORT',
    'COGNITO_MIGRATE_STATUS_WITH_ACCOUNT',
    'COGNITO_MIGRATE_TEARDOWN_NO_REPORT',
    'COGNITO_MIGRATE_IMPORT_JOB_SIZE',
    'COGNITO_MIGRATE_IMPORT_RATE',
    'COGNITO_MIGRATE_IMPORT_WITH_DISABLED',
    'COGNITO_MIGRATE_IMPORT_OUT',
    'COGNITO_MIGRATE_FINISH_NO_REPORT',
    'COGNITO_MIGRATE_SYNC_ONLY',
    'COGNITO_MIGRATE_SYNC_OUT',
    'COGNITO_MIGRATE_SYNC_RATE',
  ]);
});

describe('flags of status and teardown', () => {
  const parsedOf = (name: 'status' | 'teardown', argv: readonly string[]): Command => {
    const command = new Command(name).exitOverride();
    given(entries.find((entry) => entry.name === name)).extra?.(command);
    return command.parse([...argv], { from: 'user' });
  };
  const file = { COGNITO_MIGRATE_STATUS_REPORT: 'one.html' };
  const account = { COGNITO_MIGRATE_STATUS_WITH_ACCOUNT: 'yes' };

  test('the variables of status count where the flags are not given', () => {
    expect(parseReport(parsedOf('status', []), {})).toBeUndefined();
    expect(parseReport(parsedOf('status', []), { ...file, ...account })).toEqual({
      ...{ file: 'one.html', source: 'COGNITO_MIGRATE_STATUS_REPORT', isTyped: false, withAccount: true },
    });
    expect(parseReport(parsedOf('status', ['--report', 'other.html']), file)).toMatchObject({
      ...{ file: 'other.html', source: '--report', isTyped: true, withAccount: false },
    });
    expect(parseReport(parsedOf('status', []), { COGNITO_MIGRATE_STATUS_REPORT: '' })).toBeUndefined();
    // A variable for all runs is no mistake in a run without a report.
    expect(parseReport(parsedOf('status', []), account)).toBeUndefined();
  });

  test('a bad value is refused by the name of the variable', async () => {
    const env = { ...file, COGNITO_MIGRATE_STATUS_WITH_ACCOUNT: 'perhaps' };
    const error = await refusal(() => parseReport(parsedOf('status', []), env));
    expect(error).toMatchObject({ exitCode: 2, code: 'BAD_INPUT' });
    expect(error.message).toBe('COGNITO_MIGRATE_STATUS_WITH_ACCOUNT must be yes or no (got "perhaps")');
  });

  test('--no-report of teardown', () => {
    const isOff = (argv: readonly string[], env: Record<string, string>): boolean =>
      isOn(ownValueOf('--no-report', parsedOf('teardown', argv), env));
    expect(isOff([], {})).toBe(false);
    expect(isOff(['--no-report'], {})).toBe(true);
    expect(isOff([], { COGNITO_MIGRATE_TEARDOWN_NO_REPORT: 'on' })).toBe(true);
    expect(isOff([], { COGNITO_MIGRATE_TEARDOWN_NO_REPORT: 'no' })).toBe(false);
    expect(isOff(['--no-report'], { COGNITO_MIGRATE_TEARDOWN_NO_REPORT: 'no' })).toBe(true);
  });
});

describe('flags of users', () => {
  const users = given(entries.find(({ name }) => name === 'users'));
  const parsed = (argv: readonly string[], env: Record<string, string>) => {
    const command = new Command('users').exitOverride();
    users.extra?.(command);
    command.parse([...argv], { from: 'user' });
    return parseOptions(command, env);
  };
  /** What --format, --only, and --columns choose. */
  const file = { COGNITO_MIGRATE_USERS_OUT: 'any.csv' };
  const ownRows = [
    { flag: '--out', ...words('one.csv', 'other.ndjson') },
    { flag: '--format', ...words('csv', 'ndjson', 'xml') },
    { flag: '--only', ...words('moved', 'waiting,by-reset', 'gone') },
    { flag: '--columns', ...words('email', 'sub,email') },
    { flag: '--mfa', ...switched, other: 'yes' },
    { flag: '--rate', ...words('5', '7.5', 'fast') },
  ];
  const withEnv = ownRows.map((row) => ({ ...row, env: ownEnvOf('users', row.flag) }));

  test('all of them have a variable, and a row above', () => {
    expect(users.inEnvironment).toEqual(ownRows.map(({ flag }) => flag));
    expect(withEnv.map(({ env }) => env)).toContain('COGNITO_MIGRATE_USERS_RATE');
  });

  test.each(withEnv)('$env counts where $flag is not given', ({ flag, env, one, other }) => {
    const before = parsed([], file);
    const after = parsed([], { ...file, [env]: other });
    expect(after).not.toEqual(before);
    const typed = one === undefined ? [flag] : [flag, one];
    const alone = parsed(typed, file);
    const both = parsed(typed, { ...file, [env]: one === undefined ? 'no' : other });
    expect(both).toEqual(alone);
    expect(parsed([], { ...file, [env]: '' })).toEqual(flag === '--out' ? parsed([], {}) : before);
  });

  test.each(withEnv.filter(({ bad }) => bad !== undefined))(
    '$env: a bad value is refused by the name of the variable',
    async ({ env, flag, bad = '' }) => {
      const error = await refusal(() => parsed([], { ...file, [env]: bad }));
      expect(error).toMatchObject({ exitCode: 2, code: 'BAD_INPUT' });
      expect(error.message).toContain(env);
      expect(error.message).toContain(JSON.stringify(bad));
      expect(error.message).not.toContain(flag);
    },
  );

  test('a variable about the file is no mistake without one, and a flag is', async () => {
    expect(parsed([], { COGNITO_MIGRATE_USERS_FORMAT: 'csv' }).out).toBeUndefined();
    expect(await refusal(() => parsed(['--format', 'csv'], {}))).toMatchObject({ code: 'BAD_INPUT' });
  });

  test('a whole run by variables alone', async () => {
    const aws = await startLocalAws();
    const out = join(aws.folder, 'waiting.ndjson');
    const env = {
      COGNITO_MIGRATE_OLD_USER_POOL_ID: aws.oldPool,
      COGNITO_MIGRATE_NEW_USER_POOL_ID: aws.newPool,
      COGNITO_MIGRATE_ENDPOINT_URL: aws.sandbox.url,
      COGNITO_MIGRATE_STATE: join(aws.folder, 'state.json'),
      COGNITO_MIGRATE_JSON: '1',
      COGNITO_MIGRATE_USERS_OUT: out,
      COGNITO_MIGRATE_USERS_ONLY: 'waiting',
      COGNITO_MIGRATE_USERS_COLUMNS: 'email,State',
      COGNITO_MIGRATE_USERS_MFA: 'yes',
      COGNITO_MIGRATE_USERS_RATE: '25',
    };
    const result = await runCli(['users'], { env });
    expect(result.code, result.stderr).toBe(0);
    const chosen = { path: out, format: 'ndjson', users: 1, columns: ['email', 'State'] };
    expect(json(result)).toMatchObject({ mfaChecked: true, file: chosen });
    expect(JSON.parse(await readFile(out, 'utf8'))).toEqual({
      email: aws.user.username,
      State: 'waiting',
    });
    const asked = aws.sandbox.journal.calls.map(({ operation }) => operation);
    expect(asked).not.toContain('GetProvisionedLimit');
  });

  test('a column that no user can have is refused by the name of the variable', async () => {
    const aws = await startLocalAws();
    const env = { COGNITO_MIGRATE_USERS_COLUMNS: 'custom:none' };
    const out = ['--out', join(aws.folder, 'users.csv')];
    const { code, stderr } = await runCli(usersOf(aws, ...out), { env });
    expect(code).toBe(2);
    expect(stderr).toContain('COGNITO_MIGRATE_USERS_COLUMNS: the old pool has no "custom:none"');
  });
});
