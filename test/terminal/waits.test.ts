/** A slow AWS: whoever waits for it is told what for. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { answer, wizard } from './questions.ts';
import { type Stage, startStage } from './stage.ts';
import type { Terminal } from './terminal.ts';

/** A call of AWS, and what the screen says while its answer is not there. */
type Wait = readonly [operation: string, words: string];

/** Holds the answers to these calls, one after another, until the screen says what is waited for. Returns what is yet to come. */
function holdBack({ sandbox }: Stage, terminal: Terminal, waits: readonly Wait[]): Wait[] {
  const open = [...waits];
  sandbox.faults.onCall('before', async ({ operation }) => {
    const [next] = open;
    if (next?.[0] !== operation) return;
    open.shift();
    await terminal.waitFor(new RegExp(`^ {2}[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] ${next[1]}…$`, 'm'));
  });
  return open;
}

/** With a migration in place, and its state file where the program looks for it. */
async function startInstalled(): Promise<Stage> {
  const stage = await startStage();
  const state = ['--state', join(stage.folder, 'cognito-migrate.state.json')];
  const words = stage.init('--new-client-id', stage.clients.web, '--yes', ...state);
  expect((await runCli(words)).code).toBe(0);
  return stage;
}

describe.each([40, 80])('%i columns', (columns) => {
  test('init, from the first question to the plan', async () => {
    const stage = await startStage();
    const terminal = stage.open(['init'], columns);
    const open = holdBack(stage, terminal, [
      ['ListUserPools', 'Reading pools in eu-west-1'],
      ['GetUserPoolMfaConfig', `Checking ${stage.oldPool}`],
      ['ListUserPools', 'Reading pools in eu-west-1'],
      ['GetUserPoolMfaConfig', `Checking ${stage.newPool}`],
      ['ListUserPoolClients', 'Reading app clients'],
      ['GetUserPoolMfaConfig', 'Reading both pools'],
      ['GetRole', 'Checking both pools'],
    ]);
    await answer(terminal, wizard.slice(0, -1));
    await terminal.waitFor(/\? Apply in account/);
    expect(open).toEqual([]);
    expect(terminal.screen()).not.toContain('…');
    terminal.press('ctrl-c');
    expect(await terminal.end()).toBe(130);
    expect(terminal.isCursorVisible).toBe(true);
  });
});

test.each<[string, Wait[]]>([
  ['plan', [['GetRole', 'Checking both pools']]],
  ['doctor', [['ListUsers', 'Reading users of both pools']]],
  [
    'status',
    [
      ['GetUserPoolMfaConfig', 'Reading both pools'],
      ['GetRole', 'Reading the migration and its log'],
    ],
  ],
  [
    'teardown',
    [
      ['GetUserPoolMfaConfig', 'Reading both pools'],
      ['GetRole', 'Looking for resources to remove'],
      ['ListUsers', 'Counting users who have moved'],
    ],
  ],
  ['teardown --restore', [['DescribeUserPoolClient', 'Comparing with the state file']]],
])('%s', async (command, waits) => {
  const stage = await startInstalled();
  const dry = command.startsWith('teardown') ? ['--dry-run'] : [];
  const terminal = stage.open([...command.split(' '), ...dry], 40);
  const open = holdBack(stage, terminal, waits);
  expect(await terminal.end(), terminal.screen()).toBe(0);
  expect(open).toEqual([]);
  expect(terminal.screen()).not.toMatch(/^ {2}[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/m);
  expect(terminal.isCursorVisible).toBe(true);
});

test('try: the rehearsal and the sign-in', async () => {
  const stage = await startInstalled();
  const terminal = stage.open(['try', '--username', stage.user.username, '--for-real']);
  const open = holdBack(stage, terminal, [
    ['Invoke', 'Rehearsing the sign-in'],
    ['InitiateAuth', 'Signing in'],
  ]);
  await terminal.waitFor(/\? Password of/);
  terminal.type(stage.user.password);
  terminal.press('enter');
  expect(await terminal.end(), terminal.screen()).toBe(0);
  expect(open).toEqual([]);
});

test.each(['', '--verbose'])('Ctrl-C while AWS is waited for %s', async (flag) => {
  const stage = await startStage();
  const terminal = stage.open(['init', ...(flag === '' ? [] : [flag])]);
  stage.sandbox.faults.onCall('before', async ({ operation }) => {
    if (operation !== 'ListUserPools') return;
    await terminal.waitFor('Reading pools in eu-west-1…');
    terminal.press('ctrl-c');
    await terminal.end();
  });
  expect(await terminal.end()).toBe(130);
  expect(terminal.screen()).toMatch(/^(?: +STS\.\S+ \d+ ms\n)?\n {2}Cancelled\. Nothing was changed\.$/);
  expect(terminal.isCursorVisible).toBe(true);
  expect(stage.sandbox.journal.writes()).toEqual([]);
});

test('a wrong answer leaves nothing behind but the reason', async () => {
  const stage = await startStage();
  const terminal = stage.open(['init']);
  holdBack(stage, terminal, [
    ['ListUserPools', 'Reading pools in eu-west-1'],
    ['GetUserPoolMfaConfig', 'Checking eu-west-1_Nowhere01'],
  ]);
  await terminal.waitFor(/\? Old user pool[^✔]*❯ legacy-users/);
  terminal.type('eu-west-1_Nowhere01');
  await terminal.waitFor('❯ eu-west-1_Nowhere01');
  terminal.press('enter');
  await terminal.waitFor(/There is no user pool[\s\S]*\? Old user pool[^✔]*❯ legacy-users/);
  expect(terminal.screen()).not.toMatch(/✔|Checking/);
  expect(terminal.isCursorVisible).toBe(true);
});

test('what is pressed during a wait is not echoed, and answers no question that comes after it', async () => {
  const stage = await startStage();
  const terminal = stage.open(['init', '--map', 'email=email']);
  const impatient = ['ListUserPools', 'ListUserPoolClients', 'GetRole'];
  stage.sandbox.faults.onCall('before', async ({ operation }) => {
    if (operation !== impatient[0]) return;
    impatient.shift();
    await terminal.waitFor(/^ {2}[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] \S+.*…$/m);
    terminal.type(`zq${impatient.length}\r\r`);
    await pause(100); // it comes before the answer of AWS
  });
  await answer(terminal, wizard.slice(0, 5));
  await terminal.waitFor(/\? Apply in account.*\(Y\/n\)$/);
  expect(impatient).toEqual([]);
  expect(terminal.raw).not.toContain('zq');
  expect(terminal.screen()).toMatch(/✔ Old user pool[\s\S]*✔ New user pool[\s\S]*✔ Which app clients .*\w$/m);
  terminal.press('ctrl-c');
  expect(await terminal.end()).toBe(130);
  expect(stage.sandbox.journal.writes()).toEqual([]);
});
