/** The questions of finish in a real terminal: the users, each app client, all of them once more, and the rest. */
import { expect, test } from 'vitest';
import { plantPoolFields } from '../../src/sandbox/services/cognito/index.ts';
import { runCli } from '../support/run-cli.ts';
import { type Stage, startStage } from './stage.ts';

async function startInstalled(): Promise<Stage> {
  const stage = await startStage();
  const chosen = ['--new-client-id', stage.clients.web, '--new-client-id', stage.clients.ios];
  expect((await runCli(stage.init(...chosen, '--yes'))).code).toBe(0);
  stage.sandbox.journal.clear();
  return stage;
}

type Terminal = ReturnType<Stage['open']>;

const leave = async (terminal: Terminal): Promise<void> => {
  await terminal.waitFor(/\? The user who has not moved[\s\S]*❯ Leave them in the old pool/);
  terminal.press('enter');
};

const flows = async (stage: Stage, id: string) => (await stage.client(stage.newPool, id)).ExplicitAuthFlows;

test.each([80, 50])('one is turned off, and the other one is kept, in %i columns', async (columns) => {
  const stage = await startInstalled();
  const terminal = stage.open(['finish', ...stage.where], columns);
  await leave(terminal);
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
  await leave(terminal);
  for (const name of ['web', 'ios']) {
    await terminal.waitFor(new RegExp(`\\? Password sign-in of ${name}[\\s\\S]*❯ Keep it for now`));
    terminal.press('enter');
  }
  expect(await terminal.end()).toBe(0);
  expect(terminal.seen().join('\n')).toContain('Nothing was changed.');
  expect(stage.sandbox.journal.writes()).toEqual([]);
});

test.each([80, 50])(
  'the rest goes after a look at it and the name of the pool, in %i columns',
  async (columns) => {
    const stage = await startInstalled();
    const terminal = stage.open(['finish', '--no-report', ...stage.where], columns);
    await leave(terminal);
    for (const name of ['web', 'ios']) {
      await terminal.waitFor(new RegExp(`\\? Password sign-in of ${name}[\\s\\S]*❯ Keep it for now`));
      terminal.press('down');
      terminal.press('enter');
    }
    await terminal.waitFor(/\? Turn password sign-in off for web, ios\?/);
    terminal.type('y');
    terminal.press('enter');
    await terminal.waitFor(/\? The rest of the migration[\s\S]*❯ Keep it for now/);
    terminal.press('down');
    terminal.press('enter');
    await terminal.waitFor(/Teardown of[\s\S]*\? Type the new pool's name/);
    terminal.type('customers');
    terminal.press('enter');
    expect(await terminal.end()).toBe(0);
    const seen = terminal.seen().join(' ').replace(/\s+/g, ' ');
    expect(seen).toContain('Nothing of this migration is left.');
    expect(seen).toContain('Before you delete legacy-users');
    expect(seen).not.toContain('To turn it on again');
    const wide = terminal.seen().filter((line) => line.length > columns);
    // Commands and names stay whole.
    expect(wide.filter((line) => !line.includes('cognito-migrate'))).toEqual([]);
    expect(await flows(stage, stage.clients.web)).not.toContain('ALLOW_USER_PASSWORD_AUTH');
  },
);

test.each([80, 50])(
  'an import shows its plan first, and Ctrl-C there changes nothing, in %i columns',
  async (columns) => {
    const stage = await startInstalled();
    plantPoolFields(stage.sandbox.world, stage.newPool, { AutoVerifiedAttributes: ['email'] });
    const terminal = stage.open(['finish', ...stage.where], columns);
    await terminal.waitFor(/\? The user who has not moved[\s\S]*❯ Leave them in the old pool/);
    terminal.press('down');
    terminal.press('enter');
    await terminal.waitFor(/Import into "customers"[\s\S]*type\s+the new pool's name/);
    expect(terminal.seen().filter((line) => line.length > columns)).toEqual([]);
    terminal.press('ctrl-c');
    expect(await terminal.end()).toBe(130);
    expect(stage.sandbox.journal.writes()).toEqual([]);
  },
);
