/** Ctrl-C at every question of init. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keysOf } from '../../src/sandbox/index.ts';
import { account, region } from '../support/local-aws.ts';
import { answer, attributes, decisions, expectCancelled, type Question, wizard } from './questions.ts';
import { type Stage, startStage } from './stage.ts';

describe('Ctrl-C at a question of init', () => {
  test.each(wizard.map(([seen], index) => [seen, index] as const))('%s', async (seen, index) => {
    const stage = await startStage();
    const terminal = stage.open(['init']);
    await answer(terminal, wizard.slice(0, index));
    await expectCancelled(stage, terminal, seen);
  });

  const pools = (stage: Stage) => stage.init('--new-client-id', stage.clients.web);

  test.each<[string, readonly Question[], RegExp]>([
    [
      'what becomes of an attribute',
      [...decisions, [attributes, 'Change email']],
      /\? What should happen to "email"\?[^✔]*❯ Copy it unchanged/,
    ],
    [
      'where an attribute goes',
      [
        ...decisions,
        [attributes, 'Change email'],
        [/\? What should happen to "email"\?[^✔]*❯ Copy it unchanged/, 'another attribute'],
      ],
      /\? Copy "email" to which attribute\?[^✔]*❯/,
    ],
  ])('%s', async (_name, route, seen) => {
    const stage = await startStage();
    const terminal = stage.open(pools(stage));
    await answer(terminal, route);
    await expectCancelled(stage, terminal, seen);
  });

  test('an attribute that no old one fills, and the value of everybody', async () => {
    const stage = await startStage();
    const Schema = [{ Name: 'nickname', Required: true }];
    const strict = await stage.addPool('strict', { UsernameAttributes: ['email'], Schema });
    const client = await stage.addClient(strict, 'web');
    stage.sandbox.journal.clear();
    const words = ['init', '--old-user-pool-id', stage.oldPool, '--new-user-pool-id', strict];
    const init = [...words, '--new-client-id', client];
    const strictDecisions = decisions.filter((_, index) => index !== 1);
    const open: Question = [/\? Copy attributes as shown\?[\s\S]*❯/, 'Change nickname'];
    const what = /\? What should "nickname" contain\?[^✔]*❯ The same value for all users/;
    const first = stage.open(init);
    await answer(first, [...strictDecisions, open]);
    await expectCancelled(stage, first, what);
    const second = stage.open(init);
    await answer(second, [...strictDecisions, open, [what, ['enter']]]);
    await expectCancelled(stage, second, /\? Value of "nickname" for all users/);
  });

  test('an ID, where there is no list', async () => {
    const stage = await startStage();
    const terminal = stage.open(['init'], 80, { AWS_REGION: '' });
    await expectCancelled(stage, terminal, /\? Old user pool .*its ID/);
  });

  test('the profile of another account, and the code of its MFA device', async () => {
    const stage = await startStage();
    await mkdir(join(stage.folder, '.aws'));
    const guarded = [
      `role_arn = arn:aws:iam::${account}:role/operator`,
      'source_profile = base',
      `mfa_serial = arn:aws:iam::${account}:mfa/phone`,
    ];
    const keys = [`aws_access_key_id = ${keysOf(account).accessKeyId}`, 'aws_secret_access_key = local'];
    const config = ['[profile base]', ...keys, '[profile guarded]', ...guarded, `region = ${region}`];
    await writeFile(join(stage.folder, '.aws', 'config'), config.join('\n'));
    const elsewhere: Question = [/\? Old user pool[^✔]*❯ legacy-users/, 'another AWS account'];
    const profile = /\? Which profile is for the old pool's account[^❯]*❯ base/;

    const first = stage.open(['init']);
    await answer(first, [elsewhere]);
    await expectCancelled(stage, first, profile);
    const second = stage.open(['init']);
    await answer(second, [elsewhere, [profile, 'guarded']]);
    await expectCancelled(stage, second, /\? MFA code \(arn:aws:iam::\d+:mfa\/phone\)/);
  });

  test('leaves the terminal as it was: lines are edited and echoed again', async () => {
    const stage = await startStage();
    const shell = `trap : INT; "$0" "$@"; echo "ended with $?"; stty -a`;
    const terminal = stage.openShell(shell, ['init']);
    await terminal.waitFor(/\? Old user pool[^✔]*❯ legacy-users/);
    terminal.press('ctrl-c');
    await terminal.waitFor(/ended with 130[\s\S]*\becho\b/);
    await terminal.end();
    const modes = terminal.screen().split('ended with')[1];
    expect(modes).toMatch(/(?<!-)\bicanon\b/);
    expect(modes).toMatch(/(?<!-)\becho\b/);
    expect(modes).toMatch(/(?<!-)\bisig\b/);
  });

  test('Ctrl-D is the same', async () => {
    const stage = await startStage();
    const terminal = stage.open(['init']);
    await terminal.waitFor(/\? Old user pool[^✔]*❯ legacy-users/);
    terminal.press('ctrl-d');
    expect(await terminal.end()).toBe(130);
    expect(terminal.isCursorVisible).toBe(true);
    expect(terminal.screen()).toContain('Cancelled. Nothing was changed.');
  });
});
