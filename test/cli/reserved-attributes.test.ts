/** `cognito:username` and the like are claims of a token, no attributes: a rule for one is a mistake. */
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';

const why = 'Amazon Cognito manages attributes that begin with "cognito:": no rule can read or write them';
const rules = [
  ['--map', 'cognito:username=nickname'],
  ['--map', 'nickname=cognito:username'],
  ['--map', 'Cognito:Username=nickname'],
  ['--drop', 'cognito:groups'],
  ['--set', 'cognito:user_status=CONFIRMED'],
] as const;

test.each(rules)('init %s %s: nothing is called', async (flag, rule) => {
  const aws = await startLocalAws();
  const result = await runCli(aws.init(flag, rule, '--yes', '--json'));
  expect(result.code).toBe(2);
  expect(json(result).error).toMatchObject({ code: 'BAD_INPUT' });
  expect(result.stderr).toContain(`${flag}: ${why} (got ${JSON.stringify(rule)})`);
  await aws.expectUntouched();
  expect(aws.sandbox.journal.calls).toEqual([]);
});

test('in the environment, beside a good rule', async () => {
  const aws = await startLocalAws();
  const env = { COGNITO_MIGRATE_MAP: 'name=nickname,cognito:username=profile' };
  const { code, stderr } = await runCli(aws.init('--yes'), { env });
  expect(code).toBe(2);
  expect(stderr).toContain(`COGNITO_MIGRATE_MAP: ${why}`);
  expect(stderr).toContain('(got "cognito:username=profile")');
  await aws.expectUntouched();
});

test.each(['plan', 'doctor', 'status', 'teardown', 'export', 'try'])('%s refuses it', async (command) => {
  const { code, stderr } = await runCli([command, '--drop', 'cognito:groups']);
  expect(code).toBe(2);
  expect(stderr).toContain(`--drop: ${why}`);
});

describe('in a state file that an earlier version has written', () => {
  const installed = async (): Promise<LocalAws> => {
    const aws = await startLocalAws();
    expect((await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'))).code).toBe(0);
    const state = JSON.parse(await readFile(aws.file, 'utf8'));
    const more = { MAP: { 'cognito:username': 'nickname' }, DROP: ['cognito:groups'] };
    await writeFile(aws.file, JSON.stringify({ ...state, variables: { ...state.variables, ...more } }));
    aws.sandbox.journal.clear();
    return aws;
  };

  test('init, plan, doctor, and export refuse it', async () => {
    const aws = await installed();
    for (const argv of [['init', '--yes'], ['plan'], ['doctor'], ['export', '--format', 'json']]) {
      const { code, stderr } = await runCli([...argv, ...aws.where]);
      expect([argv, code]).toEqual([argv, 2]);
      expect(stderr).toContain(`MAP in the state file: ${why}`);
      expect(stderr).toContain('--map  gives another value.');
    }
    expect(aws.sandbox.journal.writes()).toEqual([]);
  });

  test('status and teardown work all the same', async () => {
    const aws = await installed();
    const seen = await runCli(['status', ...aws.where, '--json']);
    expect(seen.stderr).not.toContain(why);
    expect(json(seen)).toMatchObject({ command: 'status' });
    expect((await runCli(['teardown', '--yes', ...aws.where])).code).toBe(0);
  });
});

test('a rule for an attribute that the old pool does not have is a warning of init', async () => {
  const aws = await startLocalAws();
  const { code, stderr } = await runCli(
    aws.init('--new-client-id', aws.clients.web, '--map', 'custom:paln=nickname', '--drop', 'nmae', '--yes'),
  );
  expect(code).toBe(0);
  expect(stderr).toContain('The old pool has no attribute custom:paln, nmae, so their rules do nothing.');
});
