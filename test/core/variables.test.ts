import { describe, expect, test } from 'vitest';
import { resolve } from '../../src/cli/inputs/resolve.ts';
import {
  declarationOf,
  envOf,
  flagOf,
  has,
  names,
  parseVariable,
  trackedNames,
  type VarName,
} from '../../src/core/variables/index.ts';
import { refusal } from '../support/errors.ts';

const arn = 'arn:aws:iam::111122223333:role/name';
const pool = 'us-east-2_AbCdEfGhI';

interface Sample {
  /** Text as it stands on the command line (a list for a repeatable flag) and, where it differs, in the environment. */
  readonly flag?: string | true | readonly string[];
  readonly env?: string;
  readonly value: unknown;
  readonly bad: readonly unknown[];
}

const pairs = (bad: readonly unknown[] = [['no-sign'], 'no-sign', { a: 1 }, 7]): Sample => ({
  flag: ['a=1', 'b=x=y'],
  env: 'a=1,b=x=y',
  value: { a: '1', b: 'x=y' },
  bad,
});
const yesNo: Sample = { flag: true, env: 'yes', value: true, bad: ['perhaps', 3, null] };
const text = (value: string, ...bad: unknown[]): Sample => ({ flag: value, value, bad: [...bad, 5, null] });
const found = (value: unknown, ...bad: unknown[]): Sample => ({ value, bad: [...bad, 5] });

/** Every variable, so that a new one without a line here does not compile. */
/** ARNs of what is no role. */
const noRole = ['arn:aws:lambda:us-east-2:111122223333:function:x', 'arn:aws:iam::aws:role/x'];

const samples = {
  OLD_USER_POOL_ID: text(
    pool,
    'nonsense',
    `${pool}${pool}`,
    'us-east-2_',
    '_abc',
    'us east_1',
    `${'a'.repeat(60)}_b`,
  ),
  NEW_USER_POOL_ID: text('eusc-de-east-1_x1', 'eu-west-1', '', 'eu-west-1_ä'),
  OLD_USER_POOL_ARN: found(arn, 'arn', 'arn:aws:iam'),
  NEW_USER_POOL_ARN: found('arn:aws-us-gov:cognito-idp:us-gov-west-1:1:userpool/x', 'x'),
  ROLE_ARN: found(arn, 'role/name'),
  POLICY_ARN: found(arn, ''),
  LAMBDA_ARN: found('arn:aws:lambda:eu-west-1:111122223333:function:f', 'f'),
  OLD_CLIENT_ID: found('1abc2', 'has space', ''),
  OLD_USER_POOL_REGION: found('eu-west-1'),
  OLD_USER_POOL_NAME: found('any name at all'),
  NEW_USER_POOL_NAME: found('any'),
  NEW_CLIENT_NAMES: found({ abc: 'web' }, { abc: 1 }, ['abc']),
  OLD_ROLE_ARN: found(arn, 'role'),
  OLD_EXTERNAL_ID: found('0a1b', 'has space', 'x', 'y'.repeat(1225)),
  FRESH_EXTERNAL_ID: found('0a1b', ''),
  SETTINGS: found('text'),
  UNDO_RECORDS: found({ 'cognito-migrate:pool': 'x' }),
  CODE_SHA256: found('sha'),
  NEW_CLIENT_IDS: { flag: ['a1', 'b2'], env: 'a1, b2', value: ['a1', 'b2'], bad: [['-'], { a: 1 }, 4] },
  ALL_NEW_CLIENTS: yesNo,
  MFA: text('reset', 'never'),
  FORGOT_PASSWORD: text('off', 'maybe'),
  WEAK_PASSWORD: text('reset', 'no'),
  MAP: pairs(),
  DROP: { flag: ['phone_number'], env: 'phone_number', value: ['phone_number'], bad: [{ a: 1 }, [1], 4] },
  SET: pairs(),
  ON_BAD_ATTRIBUTE: text('refuse', 'ignore'),
  FIND_BY: text('phone_number', 'name', 'preferred_username'),
  FORWARD_CLIENT_METADATA: {
    flag: ['tenant', 'captcha'],
    env: 'tenant, captcha',
    value: ['tenant', 'captcha'],
    bad: [['source'], ['a\u0000'], ['x'.repeat(257)], Array.from({ length: 11 }, (_, at) => `k${at}`), 4],
  },
  GROUPS: {
    flag: ['admins', 'staff=team'],
    env: 'admins, staff=team',
    value: { admins: 'admins', staff: 'team' },
    bad: [['two words'], ['a='], 'x'.repeat(129), 4],
  },
  MOVE_ONCE: text('mark', 'delete'),
  OWN_MARKS: found(true, 'yes'),
  GROUP_PLAN: found({ map: { a: 'b' }, own: { b: { precedence: 1 } }, made: [], different: [] }, 'all'),
  GROUP_ROLES: {
    flag: [`admins=${arn}`],
    env: `admins=${arn}`,
    value: { admins: arn },
    bad: [['admins=nobody'], ['admins'], 4],
  },
  GROUPS_IN_FIRST_TOKEN: yesNo,
  GUARD_SIGN_UP: yesNo,
  GUARD_FEDERATED: yesNo,
  HELD_SLOTS: found(['PreSignUp'], ['UserMigration'], 'on'),
  ADD_OLD_SUB: yesNo,
  ACCEPT: {
    flag: ['CM101', 'CM403'],
    env: 'CM101, CM403',
    value: ['CM101', 'CM403'],
    bad: [['CM999'], { a: 1 }, 4],
  },
  PROFILE: text('prod', ''),
  REGION: text('us-gov-west-1', 'US East', ''),
  ENDPOINT_URL: text('http://127.0.0.1:4599', 'localhost', 'ftp://x'),
  EXISTING_ROLE_ARN: text(arn, 'role', ...noRole),
  OLD_PROFILE: text('old', ''),
  OLD_ROLE_TO_ASSUME: text(arn, 'role', ...noRole),
  EXISTING_OLD_ROLE_ARN: text(arn, 'role', ...noRole),
  EXISTING_OLD_EXTERNAL_ID: text('partner-7', 'has space'),
  EXISTING_OLD_SIGN_IN: text('username,email', 'mail', 'email,username', 'preferred_username', ''),
  EXISTING_OLD_CLIENT_ID: text('1abc2', 'a-b'),
  OLD_PERMISSIONS_BOUNDARY: text(
    'arn:aws:iam::aws:policy/PowerUserAccess',
    'edge',
    'arn:aws:iam::me:policy/x',
  ),
  NAME: text('my_name-1', 'a/b', '', 'x'.repeat(65)),
  ROLE_PATH: text('/team/app/', 'team/', '/*/', `/o'neil/`, '/a{b}/', '/team', `/${'x'.repeat(512)}/`),
  PERMISSIONS_BOUNDARY: text('arn:aws:iam::aws:policy/PowerUserAccess', 'edge', 'arn:aws:iam::me:policy/x'),
  TAGS: pairs([['no-sign'], 'no-sign', 'a=*', 'AWS:x=1', { a: 1 }, 7]),
  RUNTIME: text('nodejs22.x', 'nodejs18.x'),
  LOG_RETENTION: { flag: '90', value: 90, bad: ['31', 'a week', '', 0, null] },
  ALARMS: text(
    'arn:aws:sns:eu-west-1:111122223333:ops',
    'ops',
    'off',
    'arn:aws:sqs:eu-west-1:111122223333:ops',
    `arn:aws:sns:eu-west-1:111122223333:${'x'.repeat(240)}`,
  ),
  REPLACE_TRIGGER: yesNo,
  CHAIN: yesNo,
  CHAIN_LINKS: found({ before: [], after: ['arn:a'], others: [] }, { before: [] }, 'on'),
  RESTORE_TRIGGER: found('arn:aws:lambda:eu-west-1:111122223333:function:f', 'f'),
  STATE: text('some/where.json', ''),
  CONFIG: text('some/where.json', ''),
  YES: yesNo,
  NO_INPUT: yesNo,
  DRY_RUN: yesNo,
  JSON: yesNo,
  STREAM: yesNo,
  QUIET: yesNo,
  NO_COLOR: yesNo,
  VERBOSE: yesNo,
} as const satisfies Record<VarName, Sample>;

const sampled = names.flatMap((name) => {
  const sample: Sample | undefined = Object.entries(samples).find(([key]) => key === name)?.[1];
  return sample === undefined ? [] : [{ name, sample }];
});
const givable = sampled.filter(({ name }) => flagOf(name) !== undefined);

test('every variable has a sample below', () => {
  expect(sampled.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
});

describe.each(givable)('$name', ({ name, sample }) => {
  test('is read from its flag', () => {
    expect(resolve([name], { flags: { [name]: sample.flag }, env: {} }).values).toEqual({
      [name]: sample.value,
    });
  });
  test('is read from its environment variable', () => {
    const env = { [envOf(name)]: sample.env ?? String(sample.flag) };
    expect(resolve([name], { flags: {}, env }).values).toEqual({ [name]: sample.value });
  });
  test('is shown with flag and text when it is wrong', async () => {
    const bad = sample.bad.find((value) => typeof value === 'string' && value !== '');
    const env = { [envOf(name)]: String(bad ?? '-') };
    if (bad === undefined) return expect(sample.bad.length).toBeGreaterThan(0);
    const error = await refusal(() => resolve([name], { flags: {}, env }));
    expect(error.exitCode).toBe(2);
    expect(error.message).toContain(envOf(name));
    expect(error.message).toContain(JSON.stringify(bad));
  });
});

describe.each(sampled)('$name', ({ name, sample }) => {
  test('survives the state file', () => {
    const raw: unknown = JSON.parse(JSON.stringify(sample.value));
    expect(parseVariable(name, raw)).toEqual({ value: sample.value });
  });
  test.each([...sample.bad, undefined])('refuses %j with words', (bad) => {
    expect(parseVariable(name, bad)).toEqual({ problem: expect.stringMatching(/\w+/) });
  });
});

test('flags, short flags and environment variables are each used once', () => {
  const shorts = names.flatMap((name) => declarationOf(name).short ?? []);
  const flags = givable.map(({ name }) => flagOf(name));
  const envs = givable.map(({ name }) => envOf(name));
  for (const list of [flags, envs, shorts]) expect(new Set(list).size).toBe(list.length);
});

test('what is found or made is neither given through the environment nor believed of the state file', () => {
  const LAMBDA_ARN = 'arn:aws:lambda:eu-west-1:111122223333:function:x';
  const env = { COGNITO_MIGRATE_LAMBDA_ARN: LAMBDA_ARN, COGNITO_MIGRATE_SETTINGS: 'x' };
  const state = { migration: '', account: '', steps: {}, variables: { LAMBDA_ARN } };
  expect(resolve(['LAMBDA_ARN', 'SETTINGS'], { flags: {}, env, state }).values).toEqual({});
});

test('every default is a value that the declaration itself takes', () => {
  for (const name of names) {
    const { default: value } = declarationOf(name);
    if (value !== undefined) expect(parseVariable(name, value), name).toEqual({ value });
  }
});

test('the names that people know are tracked', () => {
  expect(trackedNames).toEqual(
    expect.arrayContaining([
      'OLD_USER_POOL_ID',
      'OLD_USER_POOL_ARN',
      'OLD_USER_POOL_REGION',
      'NEW_USER_POOL_ID',
      'ROLE_ARN',
      'POLICY_ARN',
      'OLD_CLIENT_ID',
      'LAMBDA_ARN',
    ]),
  );
});

test('0, no, off and false are no, for every yes-or-no variable', () => {
  for (const word of ['0', 'no', 'off', 'false'])
    expect(parseVariable('YES', word)).toEqual({ value: false });
});

test('has() looks at all of the names', () => {
  expect(has({ NAME: 'x' }, ['NAME'])).toBe(true);
  expect(has({ NAME: 'x' }, ['NAME', 'MFA'])).toBe(false);
});

describe('precedence', () => {
  const state = {
    migration: '',
    account: '',
    steps: {},
    variables: { NAME: 'from-state', RUNTIME: 'nodejs22.x' },
  } as const;
  const env = { COGNITO_MIGRATE_NAME: 'from-env' };

  test('flag, then environment, then state file, then default; and where it came from is known', () => {
    const sourceOf = (from: Parameters<typeof resolve>[1], name: VarName = 'NAME') => {
      const { values, sources } = resolve([name], from);
      return [values[name], sources.get(name)];
    };
    expect(sourceOf({ flags: { NAME: 'from-flag' }, env, state })).toEqual(['from-flag', 'flag']);
    expect(sourceOf({ flags: {}, env, state })).toEqual(['from-env', 'environment']);
    expect(sourceOf({ flags: {}, env: { COGNITO_MIGRATE_NAME: '' }, state })).toEqual([
      'from-state',
      'state file',
    ]);
    expect(sourceOf({ flags: {}, env: {}, state }, 'RUNTIME')).toEqual(['nodejs22.x', 'state file']);
    expect(sourceOf({ flags: {}, env: {} }, 'RUNTIME')).toEqual(['nodejs24.x', 'default']);
  });

  test('all problems are reported at once', async () => {
    const flags = { OLD_USER_POOL_ID: 'x', MFA: 'y', LOG_RETENTION: 'z' };
    const error = await refusal(() => resolve(names, { flags, env: {} }));
    expect(error.message.split('\n').map((line) => line.split(/:| must /)[0])).toEqual([
      '--old-user-pool-id',
      '--mfa',
      '--log-retention',
    ]);
  });
});
