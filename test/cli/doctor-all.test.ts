/** `doctor --all` looks at every user of the old pool, not only at the first 1,000. */
import { expect, test, vi } from 'vitest';
import { generateUsers } from '../../src/sandbox/services/cognito/helpers.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';

vi.setConfig({ testTimeout: 120_000 });

/** 1,260 users: the last 60 are disabled, which no sample of 1,000 shows. */
async function start(): Promise<{ readonly aws: LocalAws; readonly argv: readonly string[] }> {
  const aws = await startLocalAws();
  const old = await aws.addPool('large', { UsernameAttributes: ['email'] });
  const kinds = [...Array.from({ length: 1200 }, () => 'CONFIRMED' as const)];
  const disabled = Array.from({ length: 60 }, () => 'disabled' as const);
  generateUsers(aws.sandbox.world, old, 1260, 'Some-password-1', [...kinds, ...disabled]);
  const pools = ['--old-user-pool-id', old, '--new-user-pool-id', aws.newPool];
  aws.sandbox.journal.clear();
  return {
    aws,
    argv: ['doctor', ...pools, '--new-client-id', aws.clients.web, ...aws.where, '--accept', 'CM401'],
  };
}

const whatOf = (document: Record<string, unknown>, id: string): unknown => {
  const { findings } = document;
  if (!Array.isArray(findings)) throw new Error('no findings');
  return findings.find((finding) => finding.id === id)?.what;
};

const listed = ({ sandbox }: LocalAws): number =>
  sandbox.journal.calls.filter(({ operation }) => operation === 'ListUsers').length;

test('without --all, it checks only the first 1,000 users', async () => {
  const { aws, argv } = await start();
  const document = json(await runCli([...argv, '--json']));
  expect(document.sample).toMatchObject({ all: false });
  expect(whatOf(document, 'CM113')).toBeUndefined();
  expect(listed(aws)).toBe(17);
});

test('with --all, the counts cover all users', async () => {
  const { aws, argv } = await start();
  const result = await runCli([...argv, '--all', '--json']);
  const document = json(result);
  expect(document.sample).toEqual({ users: 1260, all: true });
  expect(whatOf(document, 'CM113')).toBe(
    "60 of 1,260 users don't move at sign-in because of their state: 60 disabled.",
  );
  // The first page says whether the pool can be listed. Then each user is read once.
  expect(listed(aws)).toBe(1 + 21);
  const { stdout } = await runCli([...argv, '--all']);
  expect(stdout).toContain('Checked 1,260 of 1,260 users of the old pool.');
});

test('a pool of one page is read once', async () => {
  const aws = await startLocalAws();
  const pools = ['--old-user-pool-id', aws.oldPool, '--new-user-pool-id', aws.newPool];
  const where = ['--new-client-id', aws.clients.web, ...aws.where];
  const document = json(await runCli(['doctor', ...pools, ...where, '--all', '--json']));
  expect(document.sample).toEqual({ users: 1, all: true });
  expect(listed(aws)).toBe(1);
});

test('if a part cannot be read, the exit code is 8, and the counts do not cover all users', async () => {
  const { aws, argv } = await start();
  aws.sandbox.faults.add({ kind: 'internal-error', operation: 'ListUsers', skip: 3, times: 10_000 });
  const result = await runCli([...argv, '--all', '--json']);
  expect(result.code).toBe(8);
  const document = json(result);
  expect(document).toMatchObject({ ok: false, sample: { users: 120, all: false } });
  expect(JSON.stringify(document.notes)).toContain('Missing: the rest of the users, after 120.');
});

test('if ListUsers is denied, the finding is CM190', async () => {
  const { aws, argv } = await start();
  aws.sandbox.faults.add({ kind: 'access-denied', operation: 'ListUsers', times: 100 });
  const document = json(await runCli([...argv, '--all', '--json']));
  expect(document.sample).toBeNull();
  expect(whatOf(document, 'CM190')).toContain('Cannot list the users');
});
