/** Terminals that cannot move their cursor: the same questions, one line at a time. */
import { describe, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { type Stage, startStage } from './stage.ts';
import type { Terminal } from './terminal.ts';

const anySequence = '\u001b';
const dumb = { TERM: 'dumb' };

async function answer(terminal: Terminal, question: string | RegExp, text: string): Promise<void> {
  await terminal.waitFor(question);
  terminal.type(`${text}\r`);
}

async function expectLeft(stage: Stage, terminal: Terminal): Promise<void> {
  expect(await terminal.end()).toBe(130);
  expect(terminal.screen()).toContain('Cancelled. Nothing was changed.');
  expect(stage.sandbox.journal.writes()).toEqual([]);
}

describe('TERM=dumb', () => {
  test('the wizard in lines, wrong answers too, and no control sequence', async () => {
    const stage = await startStage();
    const terminal = stage.open(['init'], 80, dumb);
    await answer(terminal, /\? Old user pool[\s\S]*search for:$/, 'nothing like it');
    await answer(terminal, /No match\. Paste a full ID[\s\S]*search for:$/, 'legacy');
    await answer(terminal, /\? New user pool[\s\S]*search for:$/, stage.oldPool);
    await terminal.waitFor('✖ The old and the new user pool are the same');
    await answer(terminal, /are the same[\s\S]*search for:$/, '1');
    await answer(terminal, /\? Which app clients[\s\S]*with an x, or none:$/, '7');
    await answer(terminal, /numbers from 1 to 2[\s\S]*with an x, or none:$/, 'back');
    await answer(terminal, /none: back[\s\S]*\? New user pool[\s\S]*search for:$/, '1');
    await answer(terminal, /search for: 1[\s\S]*\? Which app clients[\s\S]*with an x, or none:$/, '2');
    await answer(terminal, /\? What happens when a user[\s\S]*Enter for 1:$/, '3');
    await answer(terminal, /Enter a number from 1 to 2[\s\S]*Enter for 1:$/, '');
    await answer(terminal, /\? customers requires stronger[\s\S]*Enter for 1:$/, '');
    await answer(terminal, /\? Keep each user's old ID[\s\S]*Enter for 1:$/, '');
    await answer(terminal, /\? Copy attributes as shown\?[\s\S]*search for:$/, '1');
    await answer(terminal, /\? Apply in account 111122223333\? \(Y\/n\)$/, '');
    expect(await terminal.end()).toBe(0);
    expect(terminal.raw).not.toContain(anySequence);
    await expect(`${stage.kept(terminal)}\n`).toMatchFileSnapshot('screens/dumb.txt');
    expect((await stage.client(stage.newPool, stage.clients.web)).ExplicitAuthFlows).toContain(
      'ALLOW_USER_PASSWORD_AUTH',
    );
  });

  test('Ctrl-C and Ctrl-D leave everything as it is', async () => {
    const stage = await startStage();
    const interrupted = stage.open(['init'], 80, dumb);
    await interrupted.waitFor(/search for:$/);
    interrupted.press('ctrl-c');
    await expectLeft(stage, interrupted);
    const ended = stage.open(['init'], 80, dumb);
    await ended.waitFor(/search for:$/);
    ended.press('ctrl-d');
    await expectLeft(stage, ended);
  });

  test('a password is not shown; the line can be corrected, or given up', async () => {
    const stage = await startStage();
    expect((await runCli(stage.init('--new-client-id', stage.clients.web, '--yes'))).code).toBe(0);
    stage.sandbox.journal.clear();
    const user = ['try', '--username', stage.user.username, ...stage.where];
    const terminal = stage.open(user, 80, dumb);
    await terminal.waitFor(/\? Password of ana@example\.com \(not shown\):$/);
    terminal.type(`${stage.user.password}x`);
    terminal.press('backspace', 'enter');
    expect(await terminal.end(), terminal.screen()).toBe(0);
    expect(terminal.screen()).toContain('would move, with the password');
    expect(terminal.raw).not.toContain('Old-password');
    expect(terminal.raw).not.toContain(anySequence);

    const left = stage.open(user, 80, dumb);
    await left.waitFor(/\(not shown\):$/);
    left.press('ctrl-c');
    await expectLeft(stage, left);
  });
});
