/** The questions of finish in a real terminal: each app client, then all of them once more. */
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { type Stage, startStage } from './stage.ts';

async function startInstalled(): Promise<Stage> {
  const stage = await startStage();
  const chosen = ['--new-client-id', stage.clients.web, '--new-client-id', stage.clients.ios];
  expect((await runCli(stage.init(...chosen, '--yes'))).code).toBe(0);
  stage.sandbox.journal.clear();
  return stage;
}

const flows = async (stage: Stage, id: string) => (await stage.client(stage.newPool, id)).ExplicitAuthFlows;

test.each([80, 50])('one is turned off, and the other one is kept, in %i columns', async (columns) => {
  const stage = await startInstalled();
  const terminal = stage.open(['finish', ...stage.where], columns);
  for (const name of ['web', 'ios']) {
    await terminal.waitFor(new RegExp(`\\? Password sign-in of ${name}[\\s\\S]*❯ Keep it for now`));
    if (name === 'web') terminal.press('down');
    terminal.press('enter');
  }
  await terminal.waitFor(/\? Turn password sign-in off for web\?/);
  terminal.type('y');
  terminal.press('enter');
  expect(await terminal.end()).toBe(0);
  // A command must stay whole, so that it can be copied.
  const wide = terminal.seen().filter((line) => line.length > columns);
  expect(wide.filter((line) => !line.startsWith('  cognito-migrate init --new-client-id '))).toEqual([]);
  const seen = terminal.seen().join(' ').replace(/\s+/g, ' ');
  expect(seen).toContain('Done: password sign-in is off for web.');
  expect(seen).toContain('Still on for ios.');
  expect(await flows(stage, stage.clients.web)).not.toContain('ALLOW_USER_PASSWORD_AUTH');
  expect(await flows(stage, stage.clients.ios)).toContain('ALLOW_USER_PASSWORD_AUTH');
});

test('Enter alone keeps both, and nothing changes', async () => {
  const stage = await startInstalled();
  const terminal = stage.open(['finish', ...stage.where]);
  for (const name of ['web', 'ios']) {
    await terminal.waitFor(new RegExp(`\\? Password sign-in of ${name}[\\s\\S]*❯ Keep it for now`));
    terminal.press('enter');
  }
  expect(await terminal.end()).toBe(0);
  expect(terminal.seen().join('\n')).toContain('Nothing was changed.');
  expect(stage.sandbox.journal.writes()).toEqual([]);
});
