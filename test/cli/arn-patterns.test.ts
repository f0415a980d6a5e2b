/** An ARN that names more than one resource: a trust policy and a permission policy take it as a pattern. */
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { envOf, flagOf, type VarName } from '../../src/core/variables/index.ts';
import { account, type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';

const names = [
  'EXISTING_ROLE_ARN',
  'EXISTING_OLD_ROLE_ARN',
  'OLD_ROLE_TO_ASSUME',
  'PERMISSIONS_BOUNDARY',
  'OLD_PERMISSIONS_BOUNDARY',
] as const satisfies readonly VarName[];
const kindOf = (name: VarName): string => (name.endsWith('BOUNDARY') ? 'policy' : 'role');
const why = 'an ARN must name one resource: "*", "?", and "$" are not accepted';

describe.each(names)('%s', (name) => {
  const flag = flagOf(name) ?? '';

  test.each(['*', 'migrat?r', 'team/*', `\${aws:username}`])('%j as a flag of init', async (end) => {
    const aws = await startLocalAws();
    const arn = `arn:aws:iam::${account}:${kindOf(name)}/${end}`;
    const result = await runCli(aws.init(flag, arn, '--yes', '--json'));
    expect(result.code).toBe(2);
    expect(json(result).error).toMatchObject({ code: 'BAD_INPUT' });
    expect(result.stderr).toContain(`${flag}: ${why}`);
    expect(result.stderr).toContain(JSON.stringify(arn));
    await aws.expectUntouched();
    expect(aws.sandbox.journal.calls).toEqual([]);
  });

  test('in the environment', async () => {
    const aws = await startLocalAws();
    const env = { [envOf(name)]: `arn:aws:iam::${account}:${kindOf(name)}/*` };
    const { code, stderr } = await runCli(aws.init('--yes'), { env });
    expect(code).toBe(2);
    expect(stderr).toContain(`${envOf(name)}: ${why}`);
    await aws.expectUntouched();
  });
});

test.each(['plan', 'doctor', 'status', 'teardown', 'policy', 'handoff', 'export', 'try'])(
  '%s refuses --role-arn with a wildcard',
  async (command) => {
    const { code, stderr } = await runCli([command, '--role-arn', `arn:aws:iam::${account}:role/*`]);
    expect(code).toBe(2);
    expect(stderr).toContain(`--role-arn: ${why}`);
  },
);

describe('in a state file that an earlier version has written', () => {
  const remember = async (aws: LocalAws, more: object): Promise<void> => {
    const state = JSON.parse(await readFile(aws.file, 'utf8'));
    await writeFile(aws.file, JSON.stringify({ ...state, variables: { ...state.variables, ...more } }));
  };
  const pattern = `arn:aws:iam::${account}:role/*`;
  const installed = async (): Promise<LocalAws> => {
    const aws = await startLocalAws();
    expect((await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'))).code).toBe(0);
    await remember(aws, { EXISTING_ROLE_ARN: pattern, ROLE_ARN: pattern });
    aws.sandbox.journal.clear();
    return aws;
  };

  test('commands that create or print something refuse it', async () => {
    const aws = await installed();
    for (const argv of [
      ['init', '--yes'],
      ['plan'],
      ['doctor'],
      ['export', '--format', 'json'],
      ['policy'],
    ]) {
      const { code, stderr } = await runCli([...argv, ...aws.where]);
      expect([argv, code]).toEqual([argv, 2]);
      expect(stderr).toContain(`EXISTING_ROLE_ARN in the state file: ${why}`);
      expect(stderr).toContain('--role-arn  gives another value.');
    }
    expect(aws.sandbox.journal.writes()).toEqual([]);
    expect((await runCli(['init', '--yes', '--role-arn', 'none', ...aws.where])).code).toBe(0);
  });

  test('status and teardown work all the same', async () => {
    const aws = await installed();
    const seen = await runCli(['status', ...aws.where, '--json']);
    expect(seen.stderr).not.toContain(why);
    expect(json(seen)).toMatchObject({ command: 'status' });
    const down = await runCli(['teardown', '--yes', ...aws.where]);
    expect(down.stderr).not.toContain(why);
    expect(down.code).toBe(0);
  });
});
