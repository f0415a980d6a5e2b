/** Everything on the function that init did not put there is drift, and status says what it means for passwords. */
import { readFile, writeFile } from 'node:fs/promises';
import {
  CreateFunctionUrlConfigCommand,
  ListEventSourceMappingsCommand,
  RemovePermissionCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-lambda';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { loadState } from '../../src/core/state.ts';
import { assertDone } from '../fault-injection/prove.ts';
import {
  account,
  type ConfiguredAws,
  type Moment,
  momentOf,
  openConfiguredAws,
} from '../fault-injection/scene.ts';
import { given } from '../support/errors.ts';
import { runCli } from '../support/run-cli.ts';
import { status, unhealthy } from './support.ts';
import {
  mapQueue,
  permit,
  poolArn,
  publish,
  queueArn,
  setVariable,
  type Tampering,
  tamperings,
} from './tampering.ts';

const textOf = async (aws: ConfiguredAws): Promise<string> =>
  (
    await runCli(
      aws.status.filter((word) => word !== '--json'),
      aws.io,
    )
  ).stdout;

/** What an undisturbed init leaves: every test begins there. */
let moment: Moment;
beforeAll(async () => {
  const first = await openConfiguredAws('plain', 'fake');
  assertDone(await runCli(first.init, first.io));
  moment = await momentOf(first);
  await first.close();
});

const installed = async (): Promise<ConfiguredAws> => {
  const aws = await openConfiguredAws('plain', 'fake', moment);
  onTestFinished(() => aws.close());
  return aws;
};

const planOf = ({ init }: ConfiguredAws): string[] => [
  'plan',
  ...init.slice(1).filter((word) => word !== '--yes'),
];

const tampered = async ({ tamper }: Pick<Tampering, 'tamper'>): Promise<ConfiguredAws> => {
  const aws = await installed();
  await tamper(aws);
  aws.sandbox.journal.clear();
  return aws;
};

test.each(tamperings)('$what: status names it and what it means for passwords', async (one) => {
  const aws = await tampered(one);
  const { code, document } = await status(aws);
  expect(code).toBe(exitCodes.unhealthy.code);
  expect(document.healthy).toBe(false);
  expect(unhealthy(document)).toEqual({ [one.step]: 'drifted' });
  const step = given(document.steps.find(({ health }) => health === 'drifted'));
  const shown = [...step.differences, ...(step.additions ?? [])].find(({ path }) => path === one.path);
  expect(shown).toMatchObject({ path: one.path, means: expect.stringMatching(one.means) });
  if (one.remove) expect(shown).toMatchObject({ remove: expect.stringMatching(one.remove) });
  const text = await textOf(aws);
  expect(text).toContain(`${one.path}: `);
  expect(text).toMatch(new RegExp(one.means.source.replace('^', '')));
  expect(text + JSON.stringify(document)).not.toContain('secret-of-');
  // init repairs what it has set itself, and does not pretend that it repairs the rest.
  if (one.remove) expect(text).not.toContain('repair: cognito-migrate init');
  else expect(text).toContain('repair: cognito-migrate init');
  expect(aws.sandbox.journal.writes()).toEqual([]);
});

const added = tamperings.filter(({ remove }) => remove !== undefined);

test.each(added)('$what: plan and init refuse, and --accept goes on without a green word', async (one) => {
  const aws = await tampered(one);
  const planned = await runCli(planOf(aws), aws.io);
  expect(planned.code).toBe(exitCodes.refused.code);
  expect(planned.stdout).toContain('init would refuse:');
  const refused = await runCli([...aws.init, '--json'], aws.io);
  expect(refused.code).toBe(exitCodes.refused.code);
  const { error } = JSON.parse(refused.stdout);
  expect(error.code).toMatch(/^CM41[01]$/);
  expect(error.found).toMatchObject([{ path: one.path, remove: expect.stringMatching(given(one.remove)) }]);
  expect(error.hint.join('\n')).toContain(`--accept ${error.code}`);
  expect(aws.sandbox.journal.writes()).toEqual([]);
  const accepted = await runCli([...aws.init, '--accept', error.code], aws.io);
  assertDone(accepted);
  expect(accepted.stderr).toContain(`Accepted: `);
  expect(accepted.stdout + accepted.stderr).not.toContain('Everything is in place');
  expect(aws.sandbox.journal.writes()).toEqual([]);
  // Accepted is not healthy: what is added next would not be seen.
  expect((await status(aws)).code).toBe(exitCodes.unhealthy.code);
});

test('what was accepted once is not accepted for the next run, which may meet something worse', async () => {
  const aws = await tampered({ tamper: (scene) => permit(scene, 'invited', { Principal: '444455556666' }) });
  assertDone(await runCli([...aws.init, '--accept', 'CM410', '--accept', 'CM403'], aws.io));
  expect((await loadState(aws.state))?.variables.ACCEPT).toEqual(['CM403']);
  await permit(aws, 'open', {});
  for (const words of [aws.init, planOf(aws)]) {
    const ended = await runCli([...words, '--json'], aws.io);
    expect(ended.code).toBe(exitCodes.refused.code);
    expect(ended.stdout).toContain('policy.open');
  }
});

test('a state file that still has such an acceptance opens, and does not count', async () => {
  const aws = await tampered({ tamper: (scene) => permit(scene, 'open', {}) });
  const before: { variables: object } = JSON.parse(await readFile(aws.state, 'utf8'));
  const variables = { ...before.variables, ACCEPT: ['CM410', 'CM414'] };
  await writeFile(aws.state, JSON.stringify({ ...before, variables }));
  expect((await status(aws)).code).toBe(exitCodes.unhealthy.code);
  expect((await runCli(aws.init, aws.io)).code).toBe(exitCodes.refused.code);
});

test.each(tamperings.filter(({ remove }) => remove === undefined))(
  '$what: init sets it back',
  async (one) => {
    const aws = await tampered(one);
    assertDone(await runCli(aws.init, aws.io));
    expect(aws.sandbox.journal.writes().map(({ operation }) => operation)).toEqual([
      'UpdateFunctionConfiguration',
    ]);
    expect((await status(aws)).code).toBe(exitCodes.ok.code);
  },
);

test('one accepted finding does not cover the other kind', async () => {
  const aws = await tampered({ tamper: (scene) => permit(scene, 'open', {}) });
  expect((await runCli([...aws.init, '--accept', 'CM411'], aws.io)).code).toBe(exitCodes.refused.code);
});

test('a second statement for the same pool, as the console adds one, is a note', async () => {
  const aws = await tampered({
    tamper: (scene) =>
      permit(scene, 'CSI_poolTrigger', { Principal: 'cognito-idp.amazonaws.com', SourceArn: poolArn(scene) }),
  });
  const { code, document } = await status(aws);
  expect(code).toBe(exitCodes.ok.code);
  expect(document.notes).toEqual([
    {
      level: 'info',
      message: expect.stringContaining('A second statement (CSI_poolTrigger) also lets the pool'),
    },
  ]);
  assertDone(await runCli(aws.init, aws.io));
});

test('our own statement gone, and another one there: both are said', async () => {
  const aws = await tampered({ tamper: (scene) => permit(scene, 'open', {}) });
  await aws.sdk.lambda.send(
    new RemovePermissionCommand({ FunctionName: aws.name, StatementId: 'cognito-migrate' }),
  );
  const { document } = await status(aws);
  expect(unhealthy(document)).toEqual({ 'invoke-permission': 'missing' });
  expect(document.steps.flatMap(({ additions = [] }) => additions)).toMatchObject([{ path: 'policy.open' }]);
  expect(await textOf(aws)).toContain('--statement-id open');
});

describe('where the new reads are not allowed, or not known', () => {
  test.each(['access-denied', 'internal-error'] as const)('%s is a note', async (kind) => {
    const aws = await installed();
    await publish(aws, 'live');
    for (const operation of [
      'ListFunctionUrlConfigs',
      'ListFunctionEventInvokeConfigs',
      'GetRuntimeManagementConfig',
      'ListVersionsByFunction',
      'ListAliases',
      'ListEventSourceMappings',
      'DescribeSubscriptionFilters',
    ])
      aws.sandbox.faults.inject({ kind, operation, times: 99 });
    const { code, document } = await status(aws);
    expect(code).toBe(exitCodes.ok.code);
    expect(document.notes?.map(({ level, message }) => [level, message.split(':')[0]])).toEqual([
      ['info', 'Cannot check whether the log group has subscription filters'],
      ['info', 'Cannot check whether the function has URLs'],
      ['info', 'Cannot check the destinations of asynchronous invocations'],
      ['info', 'Cannot check when Lambda updates the runtime'],
      ['info', 'Cannot check whether the function has versions'],
      ['info', 'Cannot check whether the function has aliases'],
      ['info', 'Cannot check whether the function has event source mappings'],
    ]);
    assertDone(await runCli(aws.init, aws.io));
    assertDone(await runCli(planOf(aws), aws.io));
  });
});

const shownAdditions = async (aws: ConfiguredAws) =>
  (await status(aws)).document.steps.flatMap(({ additions = [] }) => additions);

describe('versions and aliases', () => {
  test('the policy of an alias, and that of a version, are said like that of the function', async () => {
    const aws = await tampered({
      tamper: async (scene) => {
        await publish(scene, 'live');
        await permit(scene, 'open', { Qualifier: 'live' });
        await permit(scene, 'theirs', { Qualifier: '1', Principal: '444455556666' });
        await mapQueue(scene, 'jobs', ':live');
      },
    });
    const shown = await shownAdditions(aws);
    const begin = `aws lambda remove-permission --function-name ${aws.name} --region eu-west-1`;
    expect(shown).toMatchObject([
      {
        path: 'policy.live.open',
        found: '*',
        means: expect.stringMatching(/^Anyone in any AWS account can send it sign-ins/),
        remove: `${begin} --qualifier live --statement-id open`,
        finding: 'CM410',
      },
      { path: 'eventSourceMapping.live', found: queueArn('jobs'), outlives: true, finding: 'CM410' },
      { path: 'policy.1.theirs', remove: `${begin} --qualifier 1 --statement-id theirs`, finding: 'CM410' },
      { path: 'aliases.live', found: '1', finding: 'CM411' },
      { path: 'versions', found: '1', finding: 'CM411' },
    ]);
    // To accept what is harmless does not accept the rest.
    expect((await runCli([...aws.init, '--accept', 'CM411'], aws.io)).code).toBe(exitCodes.refused.code);
  });

  test('the policies of 50 are read, and the rest is said to be unread', async () => {
    const aws = await tampered({
      tamper: async (scene) => {
        for (let count = 0; count < 52; count += 1) {
          await setVariable(scene, 'COUNT', String(count));
          await publish(scene);
        }
        await permit(scene, 'old', { Qualifier: '2' });
        await permit(scene, 'new', { Qualifier: '3' });
      },
    });
    const { document } = await status(aws);
    const shown = document.steps.flatMap(({ additions = [] }) => additions);
    expect(shown).toMatchObject([{ path: 'policy.3.new' }, { path: 'versions' }]);
    expect(shown.at(-1)?.remove).toMatch(
      /^for version in 1 2 .* 51 52; do .* --qualifier "\$version"; done$/,
    );
    expect(document.notes?.map(({ message }) => message)).toEqual([
      "Checked who may invoke only 50 of the function's 52 versions and aliases.",
    ]);
    const policies = aws.sandbox.journal.calls.filter(
      ({ operation, input }) => operation === 'GetPolicy' && input.Qualifier !== undefined,
    );
    expect(policies).toHaveLength(50);
  });

  test('where their policies may not be read, there is one note', async () => {
    const aws = await tampered({ tamper: (scene) => publish(scene, 'live') });
    aws.sandbox.world.guardrails.push({
      kind: 'service control policy',
      document: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: '*', Resource: '*' },
          { Effect: 'Deny', Action: 'lambda:GetPolicy', Resource: '*:*:*:*:*:*:*:*' },
        ],
      }),
    });
    const { document } = await status(aws);
    expect(document.notes).toMatchObject([
      {
        level: 'info',
        message: expect.stringMatching(/^Cannot check who may invoke \S+:live: .*\(2 such reads/),
      },
    ]);
  });
});

describe('an event source mapping outlives the function', () => {
  const stays =
    /teardown does not remove eventSourceMapping: arn:aws:sqs:\S+:jobs\..*\n.*delete-event-source-mapping --uuid/;

  test('teardown says so before and when it removes the function', async () => {
    const aws = await tampered({ tamper: (scene) => mapQueue(scene) });
    const planned = await runCli([...aws.teardown, '--dry-run'], aws.io);
    expect(planned.stderr).toMatch(stays);
    const ended = await runCli(aws.teardown, aws.io);
    assertDone(ended);
    expect(ended.stderr).toMatch(stays);
    const names = aws.sandbox.journal.writes().map(({ operation }) => operation);
    expect(names).not.toContain('DeleteEventSourceMapping');
    expect(
      (await aws.sdk.lambda.send(new ListEventSourceMappingsCommand({}))).EventSourceMappings,
    ).toHaveLength(1);
  });

  test('the next init refuses before it makes a function that the mapping would start', async () => {
    const aws = await openConfiguredAws('plain', 'fake');
    onTestFinished(() => aws.close());
    assertDone(await runCli(aws.init, aws.io));
    await mapQueue(aws);
    assertDone(await runCli(aws.teardown, aws.io));
    aws.sandbox.journal.clear();
    const refused = await runCli([...aws.init, '--json'], aws.io);
    expect(refused.code).toBe(exitCodes.refused.code);
    expect(JSON.parse(refused.stdout).error).toMatchObject({
      code: 'CM410',
      found: [{ path: 'eventSourceMapping', found: queueArn('jobs') }],
    });
    expect(aws.sandbox.journal.writes()).toEqual([]);
    assertDone(await runCli([...aws.init, '--accept', 'CM410'], aws.io));
  });
});

test('additions on a function that is not ours are not of this migration', async () => {
  const aws = await installed();
  await aws.sdk.lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName: aws.name, AuthType: 'NONE' }));
  await aws.sdk.lambda.send(
    new UntagResourceCommand({
      Resource: `arn:aws:lambda:eu-west-1:${account}:function:${aws.name}`,
      TagKeys: ['cognito-migrate:pool', 'cognito-migrate:old-pool'],
    }),
  );
  const { document } = await status(aws);
  expect(document.steps.flatMap(({ additions = [] }) => additions)).toEqual([]);
});
