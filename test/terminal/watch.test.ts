/** Commands that run until Ctrl-C, as a person sees them and as a shell does. */
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { type Stage, startStage } from './stage.ts';

async function startInstalled(): Promise<Stage> {
  const stage = await startStage();
  const init = stage.init('--new-client-id', stage.clients.web, '--yes');
  expect((await runCli(init)).code).toBe(0);
  return stage;
}

test.each([80, 50])(
  'status --watch at %i columns: the status stays when Ctrl-C ends it with 0',
  async (cols) => {
    const stage = await startInstalled();
    const terminal = stage.open(['status', '--watch', '5', ...stage.where], cols);
    await terminal.waitFor(/Ctrl-C\s+ends\./);
    terminal.press('ctrl-c');
    expect(await terminal.end()).toBe(0);
    expect(terminal.screen().match(/^ {2}Users /gm)).toHaveLength(1);
    expect(terminal.screen().match(/Next reading/g)).toHaveLength(1);
    expect(Math.max(...terminal.rows().map((row) => row.length))).toBeLessThanOrEqual(cols);
    expect(terminal.isCursorVisible).toBe(true);
  },
);

test.each([80, 50])('status with alarms and a plan without them fit in %i columns', async (cols) => {
  const stage = await startStage();
  const init = stage.init('--new-client-id', stage.clients.web, '--alarms', '--yes');
  expect((await runCli(init)).code).toBe(0);
  const pools = ['--old-user-pool-id', stage.oldPool, '--new-user-pool-id', stage.newPool];
  for (const words of [['status'], ['plan', ...pools, '--alarms', 'none']]) {
    const terminal = stage.open([...words, ...stage.where], cols);
    expect(await terminal.end(), terminal.screen()).toBe(0);
    expect(terminal.screen()).toMatch(
      words[0] === 'status' ? / {2}Alarms {2}none of 4 is in alarm/ : /− dashboard/,
    );
    expect(Math.max(...terminal.rows().map((row) => row.length))).toBeLessThanOrEqual(cols);
  }
});

test('logs --follow: Ctrl-C ends with 0', async () => {
  const stage = await startInstalled();
  const terminal = stage.open(['logs', '--follow', '--new-user-pool-id', stage.newPool, ...stage.where]);
  await terminal.waitFor('No sign-ins to the new pool since');
  terminal.press('ctrl-c');
  expect(await terminal.end()).toBe(0);
});

test('a reader that is gone ends the program with 0', async () => {
  const stage = await startInstalled();
  const script = '{ "$0" "$@" || echo "failed with $?" >&2; } | true';
  const terminal = stage.openShell(script, ['status', '--watch', '5', '--json', ...stage.where]);
  expect(await terminal.end()).toBe(0);
  expect(terminal.screen()).not.toContain('failed with');
});
