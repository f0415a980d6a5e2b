/** `policy`: what it prints, for whom, and with how little. That it is enough is proven in test/policy. */
import { describe, expect, test } from 'vitest';
import { allTasks, type OperatorFacts, policyTasks } from '../../src/core/permission.ts';
import { longestPolicy, operatorPolicy, permissionsOf, policySize } from '../../src/steps/operator-policy.ts';
import { as, operatorRole } from '../policy/operator.ts';
import { account, type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { type CliResult, json, runCli } from '../support/run-cli.ts';

const poolsOf = (aws: LocalAws): string[] => [
  ...['--old-user-pool-id', aws.oldPool, '--new-user-pool-id', aws.newPool],
  ...aws.where,
];
const policyOf = (aws: LocalAws, ...more: readonly string[]): Promise<CliResult> =>
  runCli(['policy', ...poolsOf(aws), ...more]);

/** The document on standard output. */
function printed(result: CliResult): {
  Version: string;
  Statement: { Sid: string; Action: string | string[] }[];
} {
  expect(result.code).toBe(0);
  return JSON.parse(result.stdout);
}
const sidsOf = (result: CliResult): string[] => printed(result).Statement.map(({ Sid }) => Sid);

describe('policy', () => {
  test('prints a policy document and nothing else, ready for aws iam create-policy', async () => {
    const aws = await startLocalAws();
    const result = await policyOf(aws);
    expect(Object.keys(printed(result))).toEqual(['Version', 'Statement']);
    const text = result.stdout;
    expect(text).toContain(`arn:aws:cognito-idp:eu-west-1:${account}:userpool/${aws.newPool}`);
    expect(text).toContain(`arn:aws:cognito-idp:eu-west-1:${account}:userpool/${aws.oldPool}`);
    expect(text).toContain(`arn:aws:lambda:eu-west-1:${account}:function:cognito-migrate-${aws.newPool}`);
    expect(text).not.toMatch(/\$\{[A-Z_]+\}/);
    // One resource for each action, but for versions and groups that nobody knows yet, and for what has no resource.
    expect(text.match(/"[^"]*\*"/g)).toEqual([
      `"arn:aws:lambda:eu-west-1:${account}:function:cognito-migrate-${aws.newPool}:*"`,
      '"*"', // lambda:ListEventSourceMappings, cognito-idp:GetProvisionedLimit, cloudwatch:GetMetricData
      `"arn:aws:logs:eu-west-1:${account}:log-group:*"`,
      `"arn:aws:logs:eu-west-1:${account}:log-group:/aws/lambda/cognito-migrate-${aws.newPool}:*"`,
    ]);
    expect(result.stderr).toBe(
      [
        '  ! This policy amounts to account administrator: its holder can give a new role any permission, and use that role.',
        '    Limit it with --permissions-boundary ARN  or  --role-arn ARN.\n',
      ].join('\n'),
    );
    expect(aws.sandbox.journal.writes()).toEqual([]);
  });

  test('as JSON, with its size beside the limit', async () => {
    const aws = await startLocalAws();
    const document = json(await policyOf(aws, '--json'));
    expect(document).toEqual({
      ok: true,
      command: 'policy',
      side: null,
      size: expect.any(Number),
      limit: 6144,
      policy: printed(await policyOf(aws)),
      notes: [{ level: 'warning', message: expect.stringContaining('amounts to account administrator') }],
    });
    expect(document.size).toBe(JSON.stringify(document.policy).length);
  });

  test('somebody without any permission gets it too, with a word on what could not be seen', async () => {
    const aws = await startLocalAws();
    const keys = await (await operatorRole(aws.sandbox, account)).session();
    const result = await as(keys, () => policyOf(aws));
    expect(sidsOf(result)).toContain('SendThePoolsOwnTagsBack');
    expect(result.stderr).toContain('Cannot read the configuration of ');
    expect(result.stderr).toContain('iam:PassRole');
  });

  test.each(['throttle', 'internal-error', 'connection-reset'] as const)(
    'pools that cannot be read because of %s are a note',
    async (kind) => {
      const aws = await startLocalAws();
      aws.sandbox.faults.inject({
        kind,
        service: 'cognito-idp',
        operation: 'DescribeUserPool',
        times: 99,
      });
      const result = await policyOf(aws);
      expect(result.code).toBe(0);
      expect(result.stderr).toContain(`Cannot check the configuration of the pool ${aws.newPool}`);
      expect(sidsOf(result)).toContain('SendThePoolsOwnTagsBack');
    },
  );

  test('the pools are those of the state file where none are given', async () => {
    const aws = await startLocalAws();
    const init = aws.init('--new-client-id', aws.clients.web, '--yes', '--role-path', '/apps/');
    expect((await runCli(init)).code).toBe(0);
    const result = await runCli(['policy', ...aws.where]);
    expect(printed(result)).toEqual(printed(await policyOf(aws, '--role-path', '/apps/')));
    expect(result.stdout).toContain(`:role/apps/cognito-migrate-${aws.newPool}`);
  });

  test('each side by itself; both in one account are the whole', async () => {
    const aws = await startLocalAws();
    const [whole, fresh, old] = [
      await policyOf(aws),
      await policyOf(aws, '--side', 'new'),
      await policyOf(aws, '--side', 'old'),
    ];
    expect([...sidsOf(fresh), ...sidsOf(old)]).toEqual(sidsOf(whole));
    expect(fresh.stdout).not.toContain(aws.oldPool);
    expect(old.stdout).not.toContain(aws.newPool);
  });

  test('in two accounts it is that of the new one, and the other is named', async () => {
    const aws = await startLocalAws();
    const role = 'arn:aws:iam::444455556666:role/team/setup';
    const result = await policyOf(aws, '--old-role-to-assume', role);
    expect(sidsOf(result)).toContain('EnterTheOldAccountForTheSetUp');
    expect(result.stdout).toContain(role);
    expect(result.stdout).not.toContain(aws.oldPool);
    expect(result.stderr).toContain('cognito-migrate policy --side old');
    const old = await policyOf(aws, '--old-role-to-assume', role, '--side', 'old');
    expect(sidsOf(old)).toContain('MakeTheRoleForTheOtherAccount');
    expect(old.stdout).toContain(`arn:aws:iam::444455556666:role/cognito-migrate-${aws.newPool}`);
    expect(old.stdout).not.toContain(account);
  });

  test('what is brought along need not be made', async () => {
    const aws = await startLocalAws();
    const role = `arn:aws:iam::${account}:role/made-by-security`;
    const result = await policyOf(aws, '--role-arn', role, '--old-client-id', 'abc123');
    expect(result.stdout).not.toMatch(/iam:(Create|Delete|Attach|Tag)|CreateUserPoolClient/);
    expect(printed(result).Statement).toContainEqual(
      expect.objectContaining({ Sid: 'GiveTheRoleToLambdaOnly', Resource: role }),
    );
  });

  test('a boundary becomes a condition: no role can be made without it', async () => {
    const aws = await startLocalAws();
    const boundary = `arn:aws:iam::${account}:policy/boundary`;
    const { Statement } = printed(await policyOf(aws, '--permissions-boundary', boundary));
    const making = Statement.filter((one) => JSON.stringify(one).includes('iam:CreateRole'));
    expect(making).toEqual([
      expect.objectContaining({ Condition: { ArnEquals: { 'iam:PermissionsBoundary': boundary } } }),
    ]);
    const attaching = Statement.filter((one) => JSON.stringify(one).includes('iam:AttachRolePolicy'));
    expect(attaching).toEqual([
      expect.objectContaining({
        Condition: { ArnEquals: expect.objectContaining({ 'iam:PermissionsBoundary': boundary }) },
      }),
    ]);
  });

  test('without a boundary it warns that its holder can do everything; with one, or a role of others, it does not', async () => {
    const aws = await startLocalAws();
    const warning = 'amounts to account administrator';
    const boundary = `arn:aws:iam::${account}:policy/boundary`;
    expect((await policyOf(aws, '--permissions-boundary', boundary)).stderr).not.toContain(warning);
    const role = `arn:aws:iam::${account}:role/made-by-security`;
    expect((await policyOf(aws, '--role-arn', role)).stderr).not.toContain(warning);
    expect((await policyOf(aws, '--side', 'new')).stderr).toContain(warning);
    expect((await policyOf(aws, '--side', 'old')).stderr).not.toContain(warning); // one account: the new side makes the role
    const other = ['--side', 'old', '--old-role-to-assume', 'arn:aws:iam::444455556666:role/team/setup'];
    const old = await policyOf(aws, ...other);
    expect(old.stderr).toContain(warning);
    expect(old.stderr).toContain('--old-permissions-boundary ARN  or  --old-role-arn ARN');
    const limited = await policyOf(aws, ...other, '--old-permissions-boundary', boundary);
    expect(limited.stderr).not.toContain(warning);
    for (const one of printed(limited).Statement.filter((statement) =>
      /iam:(CreateRole|PutRolePolicy)/.test(JSON.stringify(statement)),
    ))
      expect(one).toMatchObject({ Condition: { ArnEquals: { 'iam:PermissionsBoundary': boundary } } });
  });

  test('for one task it is less, for several their union, for all of them the same as without --for', async () => {
    const aws = await startLocalAws();
    const role = ['--old-role-to-assume', 'arn:aws:iam::444455556666:role/team/setup'];
    for (const more of [[], ['--side', 'new'], ['--side', 'old'], role, [...role, '--side', 'old']]) {
      const whole = await policyOf(aws, ...more);
      const all = ['finish', 'users', 'watch', 'init', 'watch'].flatMap((task) => ['--for', task]);
      expect((await policyOf(aws, ...more, ...all)).stdout).toBe(whole.stdout);
    }
    const granted = async (...tasks: readonly string[]): Promise<string[]> => {
      const result = await policyOf(aws, ...tasks.flatMap((task) => ['--for', task]));
      return printed(result).Statement.flatMap(({ Sid, Action }) =>
        [Action].flat().map((one) => `${Sid} ${one}`),
      );
    };
    const [init, watch, finish] = [await granted('init'), await granted('watch'), await granted('finish')];
    const both = await granted('watch', 'finish');
    expect(both.toSorted()).toEqual([...new Set([...watch, ...finish])].toSorted());
    for (const one of [init, watch, finish, await granted('users')])
      expect(one.length).toBeLessThan((await granted(...policyTasks)).length);
    const document = json(await policyOf(aws, '--for', 'finish', '--for', 'init', '--json'));
    expect(document).toMatchObject({ side: null, for: ['init', 'finish'], limit: 6144 });
  });

  test('for one task it warns of an administrator only if that task creates a role', async () => {
    const aws = await startLocalAws();
    const warning = 'amounts to account administrator';
    expect((await policyOf(aws, '--for', 'init')).stderr).toContain(warning);
    expect((await policyOf(aws, '--for', 'watch', '--for', 'finish')).stderr).toBe('');
    const other = ['--old-role-to-assume', 'arn:aws:iam::444455556666:role/team/setup'];
    const { stderr } = await policyOf(aws, ...other, '--for', 'watch', '--for', 'finish');
    expect(stderr).toContain('cognito-migrate policy --side old --for watch --for finish');
  });

  test('for watching, pools that cannot be read yet make no difference, so there is no warning', async () => {
    const aws = await startLocalAws();
    const keys = await (await operatorRole(aws.sandbox, account)).session();
    const [watch, finish] = await as(keys, async () => [
      await policyOf(aws, '--for', 'watch'),
      await policyOf(aws, '--for', 'finish'),
    ]);
    expect(watch.stdout).toBe((await policyOf(aws, '--for', 'watch')).stdout);
    expect(watch.stderr).not.toContain('Cannot read the configuration of ');
    expect(finish.stderr).toContain(`Cannot read the configuration of ${aws.newPool} yet`);
    expect(finish.stderr).not.toContain(`Cannot read the configuration of ${aws.oldPool} yet`);
  });

  test('--for self-test is --side self-test, and nothing else together with it', async () => {
    const aws = await startLocalAws();
    const where = ['policy', '--endpoint-url', aws.sandbox.url, '--region', 'eu-west-1'];
    const side = await runCli([...where, '--side', 'self-test']);
    expect(printed(side)).toEqual(printed(await runCli([...where, '--for', 'self-test'])));
    expect(await runCli([...where, '--side', 'self-test', '--for', 'self-test'])).toEqual(side);
    for (const more of [
      ['--for', 'self-test', '--for', 'init'],
      ['--side', 'self-test', '--for', 'init'],
    ]) {
      const { code, stderr } = await runCli([...where, ...more]);
      expect(code).toBe(2);
      expect(stderr).toContain(
        'self-test and --for init: not together, because a self-test creates its own pools',
      );
    }
    const { code, stderr } = await runCli([...where, '--for', 'self-test', '--side', 'old']);
    expect(code).toBe(2);
    expect(stderr).toContain(
      '--for self-test and --side old: not together, because the pools of a self-test do not exist',
    );
  });

  test('for sign-ins, the old side has no policy: IAM refuses one without statements', async () => {
    const aws = await startLocalAws();
    const other = ['--for', 'sign-ins', '--old-role-to-assume', 'arn:aws:iam::444455556666:role/team/setup'];
    const whole = await policyOf(aws, ...other);
    expect(whole.code).toBe(0);
    expect(whole.stderr).not.toContain('--side old');
    expect(await policyOf(aws, ...other, '--side', 'new')).toEqual(whole);
    const old = await policyOf(aws, ...other, '--side', 'old');
    expect(old.code).toBe(2);
    expect(old.stderr).toContain('--side old and --for sign-ins: not together');
    expect((await policyOf(aws, ...other, '--for', 'users', '--side', 'old')).code).toBe(0);
  });

  test('what is missing or wrong is said', async () => {
    const aws = await startLocalAws();
    const nothing = await runCli(['policy', ...aws.where]);
    expect(nothing.code).toBe(2);
    expect(nothing.stderr).toMatch(/--old-user-pool-id[\s\S]*--new-user-pool-id/);
    expect((await policyOf(aws, '--side', 'left')).code).toBe(2);
    const { error } = json(await policyOf(aws, '--for', 'init', '--for', 'status', '--json'));
    expect(error).toMatchObject({
      code: 'BAD_INPUT',
      message:
        '--for must be init, watch, users, finish, sign-ins, import, import-undo, sync, or self-test (got "status")',
      expected: [
        'init',
        'watch',
        'users',
        'finish',
        'sign-ins',
        'import',
        'import-undo',
        'sync',
        'self-test',
      ],
      found: 'status',
    });
  });
});

test('no two statements have the same Sid: IAM refuses such a document', () => {
  const sids = [...permissionsOf('new'), ...permissionsOf('old')].map(({ sid }) => sid);
  expect(sids.filter((sid, index) => sids.indexOf(sid) !== index)).toEqual([]);
});

describe('its size', () => {
  const facts = (more: Partial<OperatorFacts> = {}): OperatorFacts => ({
    OLD_USER_POOL_ARN: `arn:aws-us-gov:cognito-idp:us-gov-west-1:444455556666:userpool/us-gov-west-1_${'o'.repeat(9)}`,
    NEW_USER_POOL_ARN: `arn:aws-us-gov:cognito-idp:us-gov-west-1:111122223333:userpool/us-gov-west-1_${'n'.repeat(9)}`,
    NAME: 'n'.repeat(64),
    ROLE_PATH: '/company/identity/migrations/',
    hasTags: true,
    smsRoleArn: `arn:aws-us-gov:iam::111122223333:role/service-role/${'s'.repeat(64)}`,
    ...more,
  });

  test.each(['new', 'old'] as const)('the %s side fits a managed policy, with long names too', (side) => {
    const more = {
      OLD_ROLE_TO_ASSUME: `arn:aws-us-gov:iam::444455556666:role/${'r'.repeat(64)}`,
      PERMISSIONS_BOUNDARY: `arn:aws-us-gov:iam::111122223333:policy/${'b'.repeat(64)}`,
    };
    expect(policySize(operatorPolicy(facts(more), side))).toBeLessThan(longestPolicy);
  });

  test('so does that for both pools in one account', () => {
    const { NEW_USER_POOL_ARN: OLD_USER_POOL_ARN } = facts();
    const policy = operatorPolicy(facts({ OLD_USER_POOL_ARN }), undefined);
    expect(policySize(policy)).toBeLessThan(longestPolicy);
  });

  /** Everything that makes a document longer. Each name of others has this many characters. */
  const everyChoice = (length: number): Partial<OperatorFacts> => ({
    PERMISSIONS_BOUNDARY: `arn:aws-us-gov:iam::111122223333:policy/${'b'.repeat(length)}`,
    ADD_OLD_SUB: true,
    smsRoleArn: `arn:aws-us-gov:iam::111122223333:role/service-role/${'s'.repeat(length)}`,
    senderKeyArn: `arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/${'k'.repeat(36)}`,
    oldTriggerArn: `arn:aws-us-gov:lambda:us-gov-west-1:111122223333:function:${'f'.repeat(length)}`,
  });

  test.each(allTasks)('so does that for %s, with every choice', (task) => {
    const OLD_ROLE_TO_ASSUME = `arn:aws-us-gov:iam::444455556666:role/${'r'.repeat(64)}`;
    for (const side of ['new', 'old'] as const) {
      const policy = operatorPolicy(facts({ ...everyChoice(64), OLD_ROLE_TO_ASSUME }), side, [task]);
      expect(policySize(policy), side).toBeLessThan(longestPolicy);
    }
    const NAME = `cognito-migrate-us-gov-west-1_${'n'.repeat(9)}`;
    const { NEW_USER_POOL_ARN: OLD_USER_POOL_ARN } = facts();
    const same = facts({ ...everyChoice(32), OLD_USER_POOL_ARN, NAME, ROLE_PATH: '/' });
    const text = JSON.stringify(operatorPolicy(same, undefined, [task]));
    const commercial = text.replaceAll('aws-us-gov', 'aws').replaceAll('us-gov-west-1', 'ap-southeast-2');
    expect(commercial.length).toBeLessThan(longestPolicy);
  });

  test('a path of IAM’s longest kind does not, and that is said', async () => {
    const aws = await startLocalAws();
    const result = await policyOf(aws, '--role-path', `/${'p'.repeat(500)}/`);
    expect(result.code).toBe(0);
    expect(result.stderr).toContain('use it inline, or a shorter --role-path.');
    const init = await policyOf(aws, '--role-path', `/${'p'.repeat(500)}/`, '--for', 'init');
    expect(init.stderr.replace(/\s+/g, ' ')).toContain(
      'a shorter --role-path, or one policy for each --side.',
    );
  });
});

describe('a denied action', () => {
  test('is named with its resource, and with what helps', async () => {
    const aws = await startLocalAws();
    const operator = await operatorRole(aws.sandbox, account);
    const policy = printed(await policyOf(aws));
    const rest = policy.Statement.filter(({ Sid }) => Sid !== 'CreateTheFunctionsRole');
    await operator.allow({ ...policy, Statement: rest });
    const keys = await operator.session();
    const result = await as(keys, () => runCli(aws.init('--new-client-id', aws.clients.web, '--yes')));
    expect(result.code).toBe(3);
    expect(result.stderr).toContain(`Not allowed: iam:CreateRole on role/cognito-migrate-${aws.newPool}`);
    expect(result.stderr).toContain('cognito-migrate policy  prints the permissions that are needed');
    expect(result.stderr).toContain('--role-arn  uses an existing role');
  });

  test('--role-arn is offered only where it helps', async () => {
    const aws = await startLocalAws();
    const keys = await (await operatorRole(aws.sandbox, account)).session();
    const result = await as(keys, () => runCli(aws.init('--new-client-id', aws.clients.web, '--yes')));
    expect(result.code).toBe(3);
    expect(result.stderr).toContain('Not allowed: 3 actions');
    expect(result.stderr).toMatch(/^ {4}cognito-idp:DescribeUserPool on userpool\//m);
    expect(result.stderr).toMatch(/^ {4}lambda:GetFunction on function:/m);
    expect(result.stderr).toContain('cognito-migrate policy');
    expect(result.stderr).not.toContain('--role-arn');
  });
});
