/** Ctrl-C at the questions of the other commands, and in the middle of the work. */
import { describe, expect, test } from 'vitest';
import { runCli } from '../support/run-cli.ts';
import { answer, expectCancelled, search, wizard } from './questions.ts';
import { type Stage, startStage } from './stage.ts';

/** With a migration in place; the journal begins empty. */
async function startInstalled(...clients: ('web' | 'ios')[]): Promise<Stage> {
  const stage = await startStage();
  const chosen = clients.flatMap((name) => ['--new-client-id', stage.clients[name]]);
  expect((await runCli(stage.init(...chosen, '--yes'))).code).toBe(0);
  stage.sandbox.journal.clear();
  return stage;
}

describe('Ctrl-C at a question of', () => {
  test('teardown, where users have not moved yet: the name', async () => {
    const stage = await startInstalled('web');
    const terminal = stage.open(['teardown', ...stage.where]);
    await expectCancelled(stage, terminal, /\? Type the new pool's name \(customers\)/);
  });

  test('teardown that asked for the pool: it ends with the command that continues', async () => {
    const stage = await startInstalled('web');
    // Without the state file, it asks for the new pool.
    const terminal = stage.open(['teardown', '--keep', 'log-group']);
    await terminal.waitFor(/\? New user pool[\s\S]*❯/);
    await search(terminal, 'customers');
    await expectCancelled(stage, terminal, /\? Type the new pool's name \(customers\)/);
    expect(terminal.seen().join('').replace(/\s+/g, '')).toContain(
      `cognito-migrate teardown --new-user-pool-id ${stage.newPool} --keep log-group`.replace(/\s+/g, ''),
    );
  });

  test('teardown, where nobody is left to move: yes or no', async () => {
    const stage = await startStage();
    const nobody = await stage.addPool('nobody', { UsernameAttributes: ['email'] });
    const pools = ['--old-user-pool-id', nobody, '--new-client-id', stage.clients.web];
    expect((await runCli(stage.init(...pools, '--yes'))).code).toBe(0);
    stage.sandbox.journal.clear();
    const terminal = stage.open(['teardown', ...stage.where]);
    await expectCancelled(stage, terminal, /\? Remove the migration\?/);
  });

  test('teardown --restore', async () => {
    const stage = await startInstalled('web');
    const terminal = stage.open(['teardown', '--restore', ...stage.where]);
    await expectCancelled(stage, terminal, /\? Restore it\?/);
  });

  test('try: the user, the password, the app client', async () => {
    const stage = await startInstalled('web');
    const name = stage.open(['try', ...stage.where]);
    await expectCancelled(stage, name, /\? Which user\?/);
    const user = ['try', '--username', stage.user.username, ...stage.where];
    const password = stage.open(user);
    await password.waitFor(/\? Password of ana@example\.com/);
    password.type('Old-password');
    await expectCancelled(stage, password, /\? Password of ana@example\.com/);
    expect(password.raw).not.toContain('Old-password');
  });

  test('handoff: the old pool', async () => {
    const stage = await startStage();
    const terminal = stage.open(['handoff', '--new-user-pool-id', stage.newPool, ...stage.where]);
    await expectCancelled(stage, terminal, /\? Old user pool .*its ID/);
  });

  test('self-test: whether to go on', async () => {
    const stage = await startStage();
    const terminal = stage.open(['self-test', '--endpoint-url', stage.sandbox.url]);
    await expectCancelled(stage, terminal, /\? Continue\?/);
  });

  test('self-test --clean: whether to delete it', async () => {
    const stage = await startStage();
    const UserPoolTags = { 'cognito-migrate:self-test': '0a1b2c3d' };
    await stage.addPool('cognito-migrate-self-test-0a1b2c3d-journey-old', { UserPoolTags });
    stage.sandbox.journal.clear();
    const terminal = stage.open(['self-test', '--clean', '--endpoint-url', stage.sandbox.url]);
    await expectCancelled(stage, terminal, /\? Delete it\?/);
  });

  test('try --for-real: the app client', async () => {
    const stage = await startInstalled('web', 'ios');
    const user = ['try', '--username', stage.user.username, '--for-real', ...stage.where];
    await expectCancelled(stage, stage.open(user), /\? Sign in through which app client\?[\s\S]*❯/);
  });
});

describe('Ctrl-C during the work', () => {
  test('finishes the call, says how to go on, and the next run does', async () => {
    const stage = await startStage();
    const terminal = stage.open(['init']);
    const stop = stage.sandbox.faults.onCall('before', async ({ operation }) => {
      if (operation !== 'CreateFunction') return;
      terminal.press('ctrl-c');
      await terminal.waitFor('Finishing the current call. Ctrl-C again stops at once.');
    });
    await answer(terminal, wizard);
    expect(await terminal.end()).toBe(130);
    stop();
    expect(terminal.screen()).toMatch(/^ {2}Stopped\. Nothing is half done\.\n +Run the same command again/m);
    expect(terminal.isCursorVisible).toBe(true);
    expect((await stage.pool(stage.newPool)).LambdaConfig?.UserMigration).toBeUndefined();

    const again = stage.open(['init', '--yes']);
    expect(await again.end(), again.screen()).toBe(0);
    expect(again.screen()).toContain('Ready.');
  });

  test('a second one does not wait, and leaves the terminal usable', async () => {
    const stage = await startStage();
    const terminal = stage.open(stage.init('--new-client-id', stage.clients.web, '--yes'));
    stage.sandbox.faults.onCall('before', async ({ operation }) => {
      if (operation !== 'CreateFunction') return;
      terminal.press('ctrl-c');
      await terminal.waitFor('Ctrl-C again stops at once.');
      terminal.press('ctrl-c');
      await terminal.end(); // answered only when nobody is there any more
    });
    expect(await terminal.end()).toBe(130);
    expect(terminal.isCursorVisible).toBe(true);
  });
});
