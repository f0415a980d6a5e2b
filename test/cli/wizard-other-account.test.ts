import { setImmediate as turn } from 'node:timers/promises';
import { screen } from '@inquirer/testing/vitest';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type FakeIo, fakeIo, runCli } from '../support/run-cli.ts';
import { accounts, startTwoAccounts } from '../support/two-accounts.ts';
import { decline, goOn } from './wizard-support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const see = (words: string | RegExp): Promise<void> =>
  vi.waitFor(() => expect(screen.getScreen()).toMatch(words), { timeout: 15_000, interval: 10 });
const said = (fake: FakeIo, words: string): Promise<void> =>
  vi.waitFor(() => expect(fake.err()).toContain(words), { timeout: 15_000, interval: 10 });
const terminal = (): FakeIo => fakeIo({ tty: true, env: { TERM: 'xterm' } });

/** Chooses what has these words in it. */
async function choose(words: string): Promise<void> {
  screen.type(words);
  await see(new RegExp(`❯ [^\\n]*${words}`));
  await turn(); // while it is being searched, Enter takes nothing
  screen.keypress('enter');
}

describe('the old pool is in another account', () => {
  test('its profile is asked for and tried, its pools are offered, and both accounts are named', async () => {
    const ground = await startTwoAccounts();
    const fake = terminal();
    const run = runCli(['init', '--profile', 'new', ...ground.where], fake);
    await see(/Old user pool/);
    // An ID that is not here: the way to the other account is named, and a mistyped one does not lead there.
    await choose(ground.old.pool);
    await said(fake, 'Choose "… it is in another AWS account"');
    await see(/customers/);
    screen.type('nonsense');
    await vi.waitFor(() => expect(screen.getScreen()).not.toContain('another AWS account'), {
      timeout: 5000,
    });
    for (const _letter of 'nonsense') screen.keypress('backspace');
    await see(/another AWS account/);
    await choose('another');

    await see(/Which profile is for the old pool's account\?/);
    expect(screen.getScreen()).not.toMatch(/^.*❯ new$/m);
    await choose('with-code');
    await see(/MFA code \(arn:aws:iam::111122223333:mfa\/phone\)/);
    screen.type('123456');
    screen.keypress('enter');
    await said(fake, '✖'); // there is no such role
    await see(/Which profile/);
    await choose('old');
    await see(new RegExp(`legacy-users +${ground.old.pool}`));
    await choose('legacy');
    await see(/New user pool/);
    await choose('customers');
    await see(/Which app clients/);
    screen.keypress('enter');
    await goOn();
    await see(new RegExp(`Apply in account ${accounts.new} and ${accounts.old}\\?`));
    expect(ground.sandbox.journal.writes()).toEqual([]);
    await decline();
    const { code } = await run;
    expect(code).toBe(130);
    expect(ground.sandbox.journal.writes()).toEqual([]);
  });

  test('without any profile for it, handoff is named, and its outputs', async () => {
    const ground = await startTwoAccounts();
    const run = runCli(['init', '--profile', 'new', ...ground.where], terminal());
    await see(/Old user pool/);
    await choose('another');
    await see(/Which profile/);
    await choose('none');
    const { code, stderr } = await run;
    expect(code).toBe(2);
    expect(stderr).toContain('cognito-migrate handoff');
    expect(stderr).toContain('--old-external-id');
  });

  test('an ID that was given leads to the same question, and the profile must be for its account', async () => {
    const ground = await startTwoAccounts();
    const fake = terminal();
    const run = runCli(['init', '--profile', 'new', ...ground.pools, ...ground.where], fake);
    await said(fake, `There is no user pool ${ground.old.pool} in eu-west-1 in account ${accounts.new}.`);
    await see(/Which profile is for the old pool's account\?/);
    await choose('third');
    await said(fake, `✖ There is no user pool ${ground.old.pool} in eu-west-1 in account ${accounts.third}`);
    await see(/Which profile/);
    await choose('old');
    await see(/Which app clients/);
    screen.keypress('enter');
    await goOn();
    await see(new RegExp(`Apply in account ${accounts.new} and ${accounts.old}\\?`));
    await decline();
    expect((await run).code).toBe(130);
    expect(ground.sandbox.journal.writes()).toEqual([]);
  });
});
