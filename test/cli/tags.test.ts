/** Tags are checked before anything is created, wherever they come from. */
import { readFile, writeFile } from 'node:fs/promises';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { describe, expect, test } from 'vitest';
import { errorOf, policyOf } from '../sandbox/support.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';

const signs = 'letters, digits, spaces, or "_.:/=+-@"';
const refused: readonly (readonly [tags: readonly string[], why: string])[] = [
  [['team=a*b'], `a tag value has at most 256 ${signs}`],
  [['te?am=x'], `a tag key has 1 to 128 ${signs}`],
  [[`${'k'.repeat(129)}=x`], `a tag key has 1 to 128 ${signs}`],
  [[`team=${'v'.repeat(257)}`], `a tag value has at most 256 ${signs}`],
  [['team=line\nbreak'], `a tag value has at most 256 ${signs}`],
  [['aws:team=x'], 'tag keys that begin with "aws:" are reserved for AWS'],
  [['AWS:team=x'], 'tag keys that begin with "aws:" are reserved for AWS'],
  [['Cognito-Migrate:Pool=x'], 'tag keys that begin with "cognito-migrate:" are reserved for this program'],
  [['Team=x', 'team=y'], 'the tag keys "Team" and "team" differ only in case'],
];
const flags = (tags: readonly string[]): string[] => tags.flatMap((tag) => ['--tag', tag]);

describe.each(refused)('%j', (tags, why) => {
  test('as flags of init: nothing is created', async () => {
    const aws = await startLocalAws();
    const result = await runCli(aws.init(...flags(tags), '--yes', '--json'));
    expect(result.code).toBe(2);
    expect(json(result).error).toMatchObject({ code: 'BAD_INPUT' });
    expect(result.stderr).toContain(`--tag: ${why}`);
    await aws.expectUntouched();
  });

  test('in the environment', async () => {
    const aws = await startLocalAws();
    const env = { COGNITO_MIGRATE_TAG: tags.join(',') };
    const { code, stderr } = await runCli(aws.init('--yes'), { env });
    expect(code).toBe(2);
    expect(stderr).toContain(`COGNITO_MIGRATE_TAG: ${why}`);
    await aws.expectUntouched();
  });
});

test.each([
  'team=',
  `${'k'.repeat(128)}=${'v'.repeat(256)}`,
  'cognito-migrate:self-test=50d0fb9e', // a self-test gives it to init
  'Kostenstelle 7=Größe: 1+1=2 @ a/b_c.d-e',
  '部門=日本',
])('%j is fine', async (tag) => {
  const aws = await startLocalAws();
  expect((await runCli(aws.init('--new-client-id', aws.clients.web, '--tag', tag, '--yes'))).code).toBe(0);
});

describe('in a state file that an earlier version has written', () => {
  const remember = async (aws: LocalAws, TAGS: object): Promise<void> => {
    const state = JSON.parse(await readFile(aws.file, 'utf8'));
    await writeFile(aws.file, JSON.stringify({ ...state, variables: { ...state.variables, TAGS } }));
  };

  test('init, plan, and export refuse them; a flag takes their place', async () => {
    const aws = await startLocalAws();
    expect((await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'))).code).toBe(0);
    await remember(aws, { Team: 'x', team: 'y' });
    aws.sandbox.journal.clear();
    for (const argv of [['init', '--yes'], ['plan'], ['export', '--format', 'json']]) {
      const { code, stderr } = await runCli([...argv, ...aws.where]);
      expect(code).toBe(2);
      expect(stderr).toContain('TAGS in the state file: the tag keys "Team" and "team" differ only in case');
      expect(stderr).toContain('--tag  gives another value.');
    }
    expect(aws.sandbox.journal.writes()).toEqual([]);
    expect((await runCli(['init', '--yes', '--tag', 'team=z', ...aws.where])).code).toBe(0);
  });

  test('status and teardown work all the same', async () => {
    const aws = await startLocalAws();
    expect((await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'))).code).toBe(0);
    await remember(aws, { 'aws:team': 'x' });
    expect((await runCli(['status', ...aws.where])).stderr).not.toContain('aws:team');
    expect((await runCli(['teardown', '--yes', ...aws.where])).code).toBe(0);
  });
});

test('the local AWS refuses the same tags as IAM', async () => {
  const { sdk } = await startLocalAws();
  const trust = policyOf({
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  });
  const make = (...tags: readonly (readonly [string, string])[]): Promise<unknown> =>
    sdk.iam.send(
      new CreateRoleCommand({
        RoleName: 'r',
        AssumeRolePolicyDocument: trust,
        Tags: tags.map(([Key, Value]) => ({ Key, Value })),
      }),
    );
  expect(await errorOf(make(['team', 'a*b']))).toMatchObject({ name: 'ValidationError' });
  expect(await errorOf(make(['aws:team', 'x']))).toMatchObject({ name: 'InvalidInputException' });
  expect(await errorOf(make(['Team', 'x'], ['team', 'y']))).toMatchObject({ name: 'InvalidInputException' });
});
