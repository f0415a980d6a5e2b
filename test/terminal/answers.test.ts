/** Wrong answers are told why, and the question comes again. */
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { answer, wizard } from './questions.ts';
import { startStage } from './stage.ts';
import type { Terminal } from './terminal.ts';

const [oldPool, newPool] = wizard.map(([seen]) => seen);

const erase = (terminal: Terminal, text: string): void => {
  for (const _letter of text) terminal.press('backspace');
};

test('a pool: no ID, one that does not exist, and the old one again', async () => {
  const stage = await startStage();
  const screens: string[] = [];
  const terminal = stage.open(['init']);
  await terminal.waitFor(oldPool ?? '');
  terminal.type('us-east-2-AbCdEf');
  await terminal.waitFor(
    /us-east-2-AbCdEf\n[\s\S]*a user pool ID looks like us-east-2_AbCdEfGhI[\s\S]*paste an ID$/,
  );
  terminal.press('enter');
  screens.push(stage.kept(terminal));
  erase(terminal, 'us-east-2-AbCdEf');
  terminal.type('eu-west-1_Nowhere01');
  await terminal.waitFor('❯ eu-west-1_Nowhere01');
  terminal.press('enter');
  await terminal.waitFor('✖ There is no user pool eu-west-1_Nowhere01');
  await terminal.waitFor(
    /There is no user pool[\s\S]*\? Old user pool[^✔]*❯ legacy-users[\s\S]*paste an ID$/,
  );
  screens.push(stage.kept(terminal));
  terminal.press('enter');
  await terminal.waitFor(newPool ?? '');
  terminal.type(stage.oldPool);
  await terminal.waitFor(new RegExp(`\\? New user pool[^✔]*❯ ${stage.oldPool}`));
  terminal.press('enter');
  await terminal.waitFor('✖ The old and the new user pool are the same');
  await terminal.waitFor(/are the same[\s\S]*\? New user pool[^✔]*❯ customers[\s\S]*paste an ID$/);
  screens.push(stage.kept(terminal));
  await expect(`${screens.join('\n━━━\n')}\n`).toMatchFileSnapshot('screens/answers-pools.txt');
  expect(terminal.raw).not.toMatch(/✔[^\n]*Nowhere01/); // not even for a moment
  expect(stage.sandbox.journal.writes()).toEqual([]);
});

test('a window that is made narrower while a question waits', async () => {
  const stage = await startStage();
  const terminal = stage.open(['init']);
  await terminal.waitFor(oldPool ?? '');
  terminal.resize(40, 50);
  terminal.type('lega');
  await terminal.waitFor(/❯ legacy-users(?![\s\S]*customers)/);
  terminal.press('enter');
  await terminal.waitFor(/\? New user pool[^✔]*❯ customers {2}\S+ {2}0\n +users\n[^✔]*paste an ID$/);
  terminal.press('ctrl-c');
  expect(await terminal.end()).toBe(130);
});

test('an ID that is typed where there is no list', async () => {
  const stage = await startStage();
  const terminal = stage.open(['init'], 80, { AWS_REGION: '' });
  await terminal.waitFor(/\? Old user pool .*its ID/);
  terminal.type('legacy');
  terminal.press('enter');
  await terminal.waitFor(/a user pool ID looks like us-east-2_AbCdEfGhI$/);
  await expect(`${stage.kept(terminal)}\n`).toMatchFileSnapshot('screens/answers-id.txt');
  erase(terminal, 'legacy');
  terminal.type('eu-west-1_Nowhere01');
  terminal.press('enter');
  // What was typed is there again, to be mended.
  await terminal.waitFor(/✖ There is no user pool[\s\S]*\? Old user pool .*its ID eu-west-1_Nowhere01$/);
  expect(terminal.raw).not.toContain('✔');
  erase(terminal, 'eu-west-1_Nowhere01');
  terminal.type(stage.oldPool);
  terminal.press('enter');
  await terminal.waitFor(/✔ Old user pool [\s\S]*\? New user pool[^✔]*❯ customers/);
});

test('teardown: another name', async () => {
  const stage = await startStage();
  expect((await runCli(stage.init('--new-client-id', stage.clients.web, '--yes'))).code).toBe(0);
  stage.sandbox.journal.clear();
  const terminal = stage.open(['teardown', ...stage.where]);
  await terminal.waitFor(/\? Type the new pool's name \(customers\)/);
  terminal.type('customer');
  terminal.press('enter');
  await terminal.waitFor(/That is not customers\. Ctrl-C leaves everything as it is\.$/);
  await expect(`${stage.kept(terminal)}\n`).toMatchFileSnapshot('screens/answers-name.txt');
  expect(stage.sandbox.journal.writes()).toEqual([]);
  terminal.type('s');
  terminal.press('enter');
  expect(await terminal.end()).toBe(0);
  expect(terminal.screen()).toContain('Nothing of this migration is left.');
});

test('a plan that is declined', async () => {
  const stage = await startStage();
  const pools = ['--old-user-pool-id', stage.oldPool, '--new-user-pool-id', stage.newPool];
  const terminal = stage.open(['init', ...pools, '--new-client-id', stage.clients.web]);
  await answer(terminal, wizard.slice(3, -1));
  await terminal.waitFor(/\? Apply in account/);
  terminal.type('n');
  terminal.press('enter');
  await terminal.waitFor(/\? What do you want to change\?[^✔]*❯ Nothing\. Stop here\./);
  terminal.press('enter');
  expect(await terminal.end()).toBe(130);
  expect(terminal.screen()).toMatch(/\? No\n {2}Nothing was changed\.$/m); // which is no failure
  await expect(`${stage.kept(terminal)}\n`).toMatchFileSnapshot('screens/answers-declined.txt');
  expect(terminal.screen()).not.toContain('✖');
  await stage.expectUntouched();
});
