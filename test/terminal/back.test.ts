/** Esc at the questions: back by one, also with keys that begin like Esc, and out of the first one. */
import { describe, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { answer, attributes, decisions, wizard } from './questions.ts';
import { startStage } from './stage.ts';

const oldPool = /\? Old user pool[^✔]*❯ legacy-users/;
const newPool = /\? New user pool[^✔]*❯ customers/;
const clients = /\? Which app clients[^✔]*❯◉ ios/;
const leave = /\? Leave\? Nothing was changed\./;

describe('Esc', () => {
  test('at the first question asks whether to leave; Esc again goes back to the question', async () => {
    const stage = await startStage();
    const terminal = stage.open(['init']);
    await terminal.waitFor(oldPool);
    terminal.press('esc');
    await terminal.waitFor(leave);
    terminal.press('esc');
    await terminal.waitFor(oldPool);
    terminal.press('esc');
    await terminal.waitFor(leave);
    terminal.press('enter');
    expect(await terminal.end()).toBe(130);
    expect(terminal.screen()).toMatch(/Cancelled\. Nothing was changed\.$/);
    expect(terminal.screen()).not.toContain('To continue');
    expect(terminal.isCursorVisible).toBe(true);
    expect(stage.sandbox.journal.writes()).toEqual([]);
  });

  test('goes back by one question, as often as it is pressed, and the answers are preselected', async () => {
    const stage = await startStage();
    const terminal = stage.open(['init']);
    await answer(terminal, wizard.slice(0, 2));
    await terminal.waitFor(clients);
    terminal.press('space');
    await terminal.waitFor(/❯◯ ios/);
    terminal.press('enter');
    await answer(terminal, decisions.slice(0, 1));
    await terminal.waitFor(decisions[1]?.[0] ?? '');
    terminal.press('esc');
    await terminal.waitFor(/\? What happens when a user[^✔]*❯ Move/);
    terminal.press('down', 'enter');
    await terminal.waitFor(decisions[1]?.[0] ?? '');
    terminal.press('esc');
    await terminal.waitFor(/\? What happens when a user[^✔]*❯ Don't move/);
    terminal.press('esc');
    await terminal.waitFor(/\? Which app clients[^✔]*❯◯ ios[^✔]*◉ web/);
    terminal.press('esc');
    await terminal.waitFor(newPool);
    terminal.press('esc');
    await terminal.waitFor(oldPool);
    terminal.press('enter');
    await terminal.waitFor(newPool);
    terminal.press('enter');
    await terminal.waitFor(/\? Which app clients[^✔]*❯◯ ios[^✔]*◉ web/);
    terminal.press('enter');
    await terminal.waitFor(/\? What happens when a user[^✔]*❯ Don't move/);
    terminal.press('enter');
    await answer(terminal, [...decisions.slice(1), [attributes, ['enter']]]);
    await terminal.waitFor(/\? Apply in account/);
    terminal.press('ctrl-c');
    expect(await terminal.end()).toBe(130);
    const words = [
      `cognito-migrate init --old-user-pool-id ${stage.oldPool} --new-user-pool-id ${stage.newPool}`,
      `--new-client-id ${stage.clients.web} --forgot-password off --weak-password allow`,
    ];
    expect(terminal.lines()).toContain(`  ${words.join(' ')}`);
    expect(stage.sandbox.journal.writes()).toEqual([]);
  });

  test('in a search for app clients takes the last one back, and then goes to the question before', async () => {
    const stage = await startStage();
    for (let number = 10; number < 40; number += 1)
      await stage.addClient(stage.newPool, `app-${number}`, { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] });
    stage.sandbox.journal.clear();
    const first = /\? Which app client of the new pool[^✔]*❯ … none/;
    const other = /\? Which other app client[^✔]*❯ … no other/;
    const terminal = stage.open(['init']);
    await answer(terminal, wizard.slice(0, 2));
    await answer(terminal, [
      [first, 'app-17'],
      [other, ['esc']],
    ]);
    await terminal.waitFor(/app-17 is no longer chosen\.\n[^✔]*❯ … none/);
    await answer(terminal, [
      [first, 'app-19'],
      [other, 'app-23'],
      [other, ['enter']],
    ]);
    await terminal.waitFor(decisions[0]?.[0] ?? '');
    terminal.press('esc');
    await terminal.waitFor(/Chosen: app-19, app-23\n[^✔]*❯ … no other/);
    terminal.press('esc');
    await terminal.waitFor(/app-23 is no longer chosen\.\n[^✔]*❯ … no other/);
    terminal.press('esc');
    await terminal.waitFor(/app-19 is no longer chosen\.\n[^✔]*❯ … none/);
    terminal.press('enter');
    await terminal.waitFor(/\? Nobody could move by signing in[^✔]*\(y\/N\)$/);
    terminal.press('esc');
    await terminal.waitFor(first);
    terminal.press('esc');
    await terminal.waitFor(newPool);
    expect(stage.sandbox.journal.writes()).toEqual([]);
  });

  test('within the questions about one attribute, leaves the attribute as it is', async () => {
    const stage = await startStage();
    const terminal = stage.open(stage.init('--new-client-id', stage.clients.web));
    await answer(terminal, [...decisions, [attributes, 'Change email']]);
    await terminal.waitFor(/\? What should happen to "email"\?[^✔]*❯ Copy it unchanged/);
    terminal.press('esc');
    await terminal.waitFor(attributes);
    terminal.press('esc');
    await terminal.waitFor(/\? Keep each user's old ID[^✔]*❯ No[^✔]*select$/);
  });

  test('an arrow key in two pieces is an arrow key, and keys of other sequences are no Esc', async () => {
    const stage = await startStage();
    const terminal = stage.open(['init']);
    await terminal.waitFor(oldPool);
    terminal.type('\u001b');
    terminal.type('[B');
    await terminal.waitFor(/\? Old user pool[^✔]*❯ customers/);
    terminal.type('\u001bOA');
    await terminal.waitFor(oldPool);
    terminal.type('\u001b[');
    terminal.type('B');
    await terminal.waitFor(/\? Old user pool[^✔]*❯ customers/);
    expect(terminal.screen()).not.toMatch(leave);
  });

  test('at a question of another command asks whether to leave', async () => {
    const stage = await startStage();
    expect((await runCli(stage.init('--new-client-id', stage.clients.web, '--yes'))).code).toBe(0);
    stage.sandbox.journal.clear();
    const terminal = stage.open(['teardown', ...stage.where]);
    await terminal.waitFor(/\? Type the new pool's name/);
    terminal.press('esc');
    await terminal.waitFor(leave);
    terminal.type('n');
    terminal.press('enter');
    await terminal.waitFor(/Leave\?[\s\S]*No[\s\S]*\? Type the new pool's name/);
    terminal.press('esc');
    await terminal.waitFor(/\? Leave\?[^✔]*$/);
    terminal.press('enter');
    expect(await terminal.end()).toBe(130);
    expect(stage.sandbox.journal.writes()).toEqual([]);
  });
});

test('a pool is completed with Tab, and a pasted ID may have spaces and line breaks', async () => {
  const stage = await startStage();
  const terminal = stage.open(['init']);
  await terminal.waitFor(oldPool);
  terminal.press('tab');
  await terminal.waitFor(new RegExp(`\\? Old user pool[^\\n]*${stage.oldPool}\\n❯ legacy-users`));
  terminal.press('enter');
  await terminal.waitFor(newPool);
  terminal.type(`\r\n ${stage.newPool.slice(0, 8)}\r\n${stage.newPool.slice(8)} `);
  await terminal.waitFor(new RegExp(`\\? New user pool[^\\n]*${stage.newPool.slice(8)}\n❯ customers`));
  terminal.press('enter');
  await terminal.waitFor(clients);
  expect(terminal.screen()).toMatch(/✔ New user pool .* customers/);
});

test('a refusal keeps the answers and offers to change one of them', async () => {
  const stage = await startStage();
  const nobody = await stage.addPool('strict', { UsernameAttributes: ['phone_number'] });
  await stage.addClient(nobody, 'app', { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] });
  stage.sandbox.journal.clear();
  const terminal = stage.open(['init', '--old-user-pool-id', stage.oldPool]);
  await terminal.waitFor(/\? New user pool[^✔]*❯/);
  terminal.type('strict');
  await terminal.waitFor(/\? New user pool[^✔]*❯ strict(?![^✔]*customers)/);
  terminal.press('enter');
  await terminal.waitFor(/\? Which app clients[^✔]*◉ app/);
  terminal.press('enter');
  await answer(terminal, [
    [/\? What happens when a user[^✔]*❯ Move[^✔]*select/, ['enter']],
    [/\? Keep each user's old ID[^✔]*❯ No[^✔]*select/, ['enter']],
    [attributes, ['enter']],
  ]);
  await terminal.waitFor(/✖[\s\S]*\? What do you want to change\?[^✔]*❯ Nothing\. Stop here\./);
  expect(terminal.screen()).toMatch(/New user pool: strict/);
  terminal.press('down', 'enter');
  await terminal.waitFor(/✔ What do you want to change\?[\s\S]*\? New user pool[^✔]*❯/);
  terminal.type('customers');
  await terminal.waitFor(/\? New user pool[^✔]*❯ customers(?![^✔]*strict)/);
  terminal.press('enter');
  await answer(terminal, wizard.slice(2));
  expect(await terminal.end(), terminal.screen()).toBe(0);
  expect(terminal.screen()).toContain('Ready.');
  expect((await stage.pool(nobody)).LambdaConfig?.UserMigration).toBeUndefined();
});
