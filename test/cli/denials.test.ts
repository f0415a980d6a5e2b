/** What a person and a script read when AWS denies an action: every action, AWS's own reason, and advice that fits it. */
import { describe, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';

const scp = 'arn:aws:organizations::999999999999:policy/o-abcde12345/service_control_policy/p-12345678';

/** The organization denies these actions. */
function deny(aws: LocalAws, actions: readonly string[]): void {
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [everything, { Effect: 'Deny', Action: actions, Resource: '*' }],
  });
  aws.sandbox.world.guardrails.push({ kind: 'service control policy', document, arn: scp });
}

/** In one line: a terminal breaks it between words. */
const flat = (text: string): string => text.replace(/\s+/g, ' ');

const init = (aws: LocalAws, ...more: string[]): string[] =>
  aws.init('--new-client-id', aws.clients.web, '--yes', ...more);

describe('an explicit deny of the organization', () => {
  test('is told with its policy, and nobody is sent for more permissions', async () => {
    const aws = await startLocalAws();
    deny(aws, ['iam:CreateRole']);
    const { code, stderr } = await runCli(init(aws));
    expect(code).toBe(3);
    expect(flat(stderr)).toMatch(
      /Not allowed: iam:CreateRole on role\/\S+ \(as \S+\), with an explicit deny/,
    );
    expect(flat(stderr)).toContain(`with an explicit deny in a service control policy: ${scp}`);
    expect(stderr).not.toContain('cognito-migrate policy');
    expect(stderr).toContain('Only the owner of that service control policy can remove it.');
    expect(stderr).toContain('--role-arn');
  });

  test('is in the JSON too', async () => {
    const aws = await startLocalAws();
    deny(aws, ['iam:CreateRole']);
    const { error } = json(await runCli(init(aws, '--json')));
    const reason = `with an explicit deny in a service control policy: ${scp}`;
    expect(error).toMatchObject({
      code: 'ACCESS_DENIED',
      exitCode: 3,
      reason,
      step: 'lambda-role',
      found: { action: 'iam:CreateRole' },
      denied: [{ action: 'iam:CreateRole', reason }],
    });
    expect(JSON.stringify(error)).not.toContain('cognito-migrate policy');
  });
});

describe('several denied actions', () => {
  const writes = [
    'iam:CreateRole',
    'iam:CreatePolicy',
    'logs:CreateLogGroup',
    'cognito-idp:CreateUserPoolClient',
  ];

  test('of steps that are done at the same time are all listed', async () => {
    const aws = await startLocalAws();
    deny(aws, writes);
    const { code, stderr } = await runCli(init(aws));
    expect(code).toBe(3);
    expect(stderr).toContain('Not allowed: 4 actions');
    for (const action of writes)
      expect(stderr).toMatch(new RegExp(`^ {4}${action} on \\S+, with an explicit deny`, 'm'));
    const { error } = json(await runCli(init(aws, '--json')));
    expect(error).toMatchObject({
      denied: expect.arrayContaining(writes.map((action) => expect.objectContaining({ action }))),
    });
  });

  test('of reading are listed before anything is planned', async () => {
    const aws = await startLocalAws();
    const reads = ['iam:GetRole', 'iam:GetPolicy', 'logs:DescribeLogGroups'];
    deny(aws, reads);
    const { code, stderr } = await runCli(init(aws));
    expect(code).toBe(3);
    for (const action of reads) expect(stderr).toContain(action);
    await aws.expectUntouched();
  });
});

describe('status without permission for the log', () => {
  test('shows the rest, and says which permission is missing', async () => {
    const aws = await startLocalAws();
    expect((await runCli(init(aws))).code).toBe(0);
    deny(aws, ['logs:FilterLogEvents']);
    const text = await runCli(['status', ...aws.where]);
    expect(text).toMatchObject({ code: 0 });
    expect(text.stdout).toContain('✔ trigger');
    expect(text.stdout).toContain('unknown how many have moved: logs:FilterLogEvents is not allowed');
    expect(text.stdout).not.toMatch(/0 moved/);
    expect(flat(text.stderr)).toContain(`with an explicit deny in a service control policy: ${scp}`);

    const document = json(await runCli(['status', ...aws.where, '--json']));
    expect(document).toMatchObject({
      healthy: true,
      users: { complete: false, denied: { action: 'logs:FilterLogEvents' } },
      notes: [{ level: 'warning' }],
    });
  });
});
