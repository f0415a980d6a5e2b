/** The old account's role refuses the function: the wait is labeled as the test call's, with its seconds, and nothing is live. */
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { type CliResult, fakeIo, json, runCli } from '../support/run-cli.ts';
import { profiles, startTwoAccounts } from '../support/two-accounts.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** init with the outputs of the old account's half and another external ID. */
async function initWithWrongId(tty: boolean): Promise<CliResult> {
  const ground = await startTwoAccounts();
  const setUp = ['init', ...profiles, ...ground.pools, ...ground.where, '--all-new-clients', '--yes'];
  const made = json(await runCli([...setUp, '--json']));
  const { OLD_ROLE_ARN, OLD_CLIENT_ID } = Object(made.variables);
  const leave = ['teardown', '--leave-old-account', '--profile', 'new', ...ground.where, '--yes'];
  expect((await runCli(leave)).code).toBe(0);
  return runCli(
    [
      ...[
        'init',
        '--profile',
        'new',
        ...ground.pools,
        ...ground.where.slice(2),
        '--all-new-clients',
        '--yes',
      ],
      ...['--state', join(ground.folder, 'other.json'), '--old-role-arn', OLD_ROLE_ARN],
      ...['--old-external-id', 'a-typo', '--old-client-id', OLD_CLIENT_ID],
    ],
    fakeIo(tty ? { tty: true, env: { TERM: 'xterm' } } : {}),
  );
}

test('a log has a line for each wait', async () => {
  const { code, stderr } = await initWithWrongId(false);
  expect(code).toBe(8);
  const lines = stderr.split('\n').filter((line) => line.includes('the old role refuses the function'));
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines)
    expect(line).toMatch(
      /^ {4}test call: the old role refuses the function( \(usually 5–15 s\))? · \d+ of 120 s$/,
    );
  expect(lines.at(-1)).toMatch(/ function · 1\d\d of 120 s$/);
  expect(stderr).toContain('it cannot assume the role in the old pool’s account (AccessDenied)');
  expect(stderr).toContain('Nothing in a live pool was changed.');
});

test('a terminal shows it in the line that moves', async () => {
  const { stderr } = await initWithWrongId(true);
  // A fast machine draws the line only at the beginning.
  expect(stderr).toMatch(
    /test call {2}the old role refuses the function( \(usually 5–15 s\))? · \d+ of 120 s/,
  );
});
