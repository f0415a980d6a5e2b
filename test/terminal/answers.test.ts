/** Wrong answers are told why, and the question comes again. */
import { SetUserPoolMfaConfigCommand } from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { answer, attributes, decisions, wizard } from './questions.ts';
import { type Stage, startStage } from './stage.ts';
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
    /us-east-2-AbCdEf\n[\s\S]*No match\. Paste a full ID, such as us-east-2_AbCdEfGhI[\s\S]*paste an ID$/,
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
  await terminal.waitFor(/That is not customers\. Ctrl-C cancels, and nothing changes\.$/);
  await expect(`${stage.kept(terminal)}\n`).toMatchFileSnapshot('screens/answers-name.txt');
  expect(stage.sandbox.journal.writes()).toEqual([]);
  terminal.type('s');
  terminal.press('enter');
  expect(await terminal.end()).toBe(0);
  expect(terminal.screen()).toContain('Nothing of this migration is left.');
});

/** init with both pools and an app client: only decisions are left. */
const given = (stage: Stage): string[] => [
  ...['init', '--old-user-pool-id', stage.oldPool, '--new-user-pool-id', stage.newPool],
  ...['--new-client-id', stage.clients.web],
];

/** Typing goes to the answer that begins with these words. */
async function select(terminal: Terminal, words: string): Promise<void> {
  terminal.type(words);
  await terminal.waitFor(new RegExp(`❯ ${words}`));
  terminal.press('enter');
}

test('a plan that is declined', async () => {
  const stage = await startStage();
  const terminal = stage.open(given(stage));
  await answer(terminal, [...decisions, [attributes, ['enter']]]);
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

test('a doctor that blocks, until another answer lets users move', async () => {
  const stage = await startStage();
  await stage.sdk.idp.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId: stage.oldPool,
      MfaConfiguration: 'ON',
      SoftwareTokenMfaConfiguration: { Enabled: true },
    }),
  );
  stage.sandbox.journal.clear();
  const terminal = stage.open(given(stage));
  const mfa = /\? All users have MFA\.[^✔]*❯ Leave users with MFA[^✔]*select/;
  await answer(terminal, [[mfa, ['enter']], ...decisions, [attributes, ['enter']]]);
  const change = /\? What do you want to change\?[^✔]*❯ Nothing\. Stop here\.[^✔]*select$/;
  await terminal.waitFor(change);
  await expect(`${stage.kept(terminal)}\n`).toMatchFileSnapshot('screens/answers-blocked.txt');
  await select(terminal, 'Users with MFA');
  await terminal.waitFor(mfa);
  await select(terminal, 'Move them without a password');
  await terminal.waitFor(/\? Apply in account.*\(Y\/n\)$/);
  expect(stage.sandbox.journal.writes()).toEqual([]);
  terminal.press('enter');
  expect(await terminal.end(), terminal.screen()).toBe(0);
  expect(terminal.screen()).toContain('--mfa reset');
});

test('--quiet leaves out nothing that a question is about', async () => {
  const stage = await startStage();
  const terminal = stage.open([...given(stage), '--quiet']);
  await answer(terminal, [...decisions, [attributes, ['enter']]]);
  await terminal.waitFor(/\? Apply in account/);
  expect(terminal.screen()).toMatch(/email +→ email +1 +copied/);
  expect(terminal.screen()).toMatch(/~ trigger +customers/);
  expect(terminal.screen()).not.toContain('[CM401]');
});

test('--quiet shows what teardown removes before it asks', async () => {
  const stage = await startStage();
  expect((await runCli(stage.init('--new-client-id', stage.clients.web, '--yes'))).code).toBe(0);
  const terminal = stage.open(['teardown', ...stage.where, '--quiet']);
  await terminal.waitFor(/\? Type the new pool's name \(customers\)/);
  expect(terminal.screen()).toMatch(/[~−] trigger +customers/);
  expect(terminal.screen()).toContain('Deletes the log of the function for good.');
});

test('two wizards in one folder: the second stops, and says how to continue', async () => {
  const stage = await startStage();
  const first = stage.open(given(stage));
  const second = stage.open(given(stage));
  for (const terminal of [first, second]) {
    await answer(terminal, [...decisions, [attributes, ['enter']]]);
    await terminal.waitFor(/\? Apply in account.*\(Y\/n\)$/);
  }
  stage.sandbox.faults.onCall('before', async ({ operation }) => {
    if (operation !== 'CreateFunction') return;
    second.press('enter');
    await second.end();
  });
  first.press('enter');
  expect(await first.end(), first.screen()).toBe(0);
  expect(await second.end(), second.screen()).toBe(6);
  expect(second.screen()).toMatch(
    /✖[\s\S]*STATE_LOCKED[\s\S]*To continue with these answers:\n {2}cognito-migrate init /,
  );
});
