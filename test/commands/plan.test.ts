/** plan: the changes come first, what stays the same is counted, and the end is the command that applies it. */
import { describe, expect, test } from 'vitest';
import { differing } from '../../src/cli/commands/plan/index.ts';
import { startLocalAws } from '../support/local-aws.ts';
import { runCli } from '../support/run-cli.ts';

describe('with one change', () => {
  const startChanged = async () => {
    const aws = await startLocalAws();
    expect((await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'))).code).toBe(0);
    const changed = ['plan', ...aws.where, '--log-retention', '7'];
    return (...more: readonly string[]) => runCli([...changed, ...more]);
  };

  test('lists it, and counts the others', async () => {
    const plan = await startChanged();
    const { code, stdout } = await plan();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}Plan: 0 to create, 1 to change {3}~ change\n/);
    expect(stdout).toMatch(/^ {2}~ log group {2}/m);
    expect(stdout).toMatch(/^ {2}= 8 unchanged {3}\(cognito-migrate plan --all {2}lists them\)$/m);
    expect(stdout).not.toMatch(/^ {2}= role/m);
  });

  test('ends with the command that applies it', async () => {
    const plan = await startChanged();
    const { stdout } = await plan();
    expect(stdout).toMatch(/\n {2}Nothing was written\. To apply:\n {2}npx cognito-migrate init [\s\S]*$/);
    expect(stdout.split('To apply:')[1]).toContain('--log-retention 7');
  });

  test('--all lists all of them', async () => {
    const plan = await startChanged();
    const { stdout } = await plan('--all');
    expect(stdout).toMatch(/^ {2}= role {2,}/m);
    expect(stdout).toMatch(/^ {2}= old app client {2}/m);
    expect(stdout).not.toContain('unchanged');
  });
});

test('without a change, it says that everything is in place', async () => {
  const aws = await startLocalAws();
  expect((await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'))).code).toBe(0);
  const { stdout } = await runCli(['plan', ...aws.where]);
  expect(stdout).toMatch(/^ {2}Plan: nothing to change\n/);
  expect(stdout).toMatch(/\n {2}✔ Everything is in place\.\n$/);
  expect(stdout).not.toContain('To apply:');
});

describe('a difference', () => {
  const [head, tail] = ['a'.repeat(50), 'b'.repeat(50)];

  test('of short values shows both of them', () => {
    expect(differing(30, 7)).toEqual(['30', '7']);
    expect(differing(undefined, 'x')).toEqual(['(none)', '"x"']);
  });

  test('of long values shows the part that differs', () => {
    const part = (text: string): string => `…${'a'.repeat(20)}${text}${'b'.repeat(20)}…`;
    expect(differing(`${head}x${tail}`, `${head}yz${tail}`)).toEqual([part('x'), part('yz')]);
    expect(differing(`${head}${tail}`, `${head}y${tail}`)).toEqual([part(''), part('y')]);
  });

  test('at the end of a long value shows the end', () => {
    expect(differing(`${head}${head}`, `${head}${head}x`)).toEqual([
      `…${'a'.repeat(20)}"`,
      `…${'a'.repeat(20)}x"`,
    ]);
  });
});
