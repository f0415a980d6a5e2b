/** The wizard finds another migration into the new pool, and offers to ask both. */
import { join } from 'node:path';
import { screen } from '@inquirer/testing/vitest';
import { expect, test, vi } from 'vitest';
import { region, startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';
import { answer, apply, goOn, terminal } from './wizard-support.ts';

async function started() {
  const aws = await startLocalAws();
  const made = await runCli(aws.init('--all-new-clients', '--yes'));
  expect(made.code, made.stderr).toBe(0);
  const second = await aws.addPool('partners', { UsernameAttributes: ['email'] });
  const pools = ['--old-user-pool-id', second, '--new-user-pool-id', aws.newPool];
  const where = [...pools, '--state', join(aws.folder, 'partners.json'), '--endpoint-url', aws.sandbox.url];
  aws.sandbox.journal.clear();
  return { aws, where };
}

const choose = (words: string) => answer(new RegExp(`already moves users[\\s\\S]*❯ ${words}`), 'enter');

test('asks both: the new migration gets a free name, and the command says all of it', async () => {
  const { aws, where } = await started();
  const fake = terminal();
  const run = runCli(['init', '--region', region, '--all-new-clients', ...where], fake);
  await answer(/customers already moves users from \S+\.[\s\S]*❯ Change nothing/, 'down');
  await choose('Move users of both pools, as cognito-migrate-');
  await goOn();
  await vi.waitFor(() => expect(fake.out() + fake.err()).toMatch(/which then asks/), { timeout: 15_000 });
  await apply();
  const { code, stdout, stderr } = await run;
  expect(code, stderr).toBe(0);
  const words = (stdout + stderr).replaceAll(/\s+/g, ' ');
  expect(words).toContain(`--name cognito-migrate-${aws.newPool}-2`);
  expect(words).toContain('--replace-trigger');
  expect(words).toContain('--chain');
  const shown = json(await runCli(['status', ...where, '--json']));
  expect(shown).toMatchObject({
    chain: { migrations: [{ name: `cognito-migrate-${aws.newPool}-2`, own: true }, { own: false }] },
  });
});

test('keeps what is there, and changes nothing', async () => {
  const { aws, where } = await started();
  const fake = terminal();
  const run = runCli(['init', '--region', region, '--all-new-clients', ...where], fake);
  await choose('Change nothing');
  await vi.waitFor(() => expect(screen.getScreen()).toMatch(/What do you want to change|already migrates/), {
    timeout: 15_000,
  });
  screen.keypress('enter');
  await vi.waitFor(() => expect(screen.getScreen()).toMatch(/What do you want to change/), {
    timeout: 15_000,
  });
  screen.keypress('enter');
  expect((await run).code).toBe(4);
  expect(aws.sandbox.journal.writes()).toEqual([]);
});
