/** The wizard asks how users are found, where the new pool's names are none of the old pool. */
import { expect, test } from 'vitest';
import { loadState } from '../../src/core/state.ts';
import { runCli } from '../support/run-cli.ts';
import { type Named, namedPool } from './named-pool.ts';
import { answer, apply, decline, goOn, terminal } from './wizard-support.ts';

async function populated(): Promise<Named> {
  const ground = await namedPool();
  await ground.addUser('dora', { email: 'dora@example.com', email_verified: 'true' });
  await ground.addUser('emil', { email: 'emil@example.com', email_verified: 'false' });
  ground.sandbox.journal.clear();
  return ground;
}

test('the answer makes the plan, is counted by the doctor, and is not asked again', async () => {
  const ground = await populated();
  const fake = terminal();
  const run = runCli(ground.init(), fake);
  await answer(/How are users found\?[\s\S]*❯ Find users by their verified email address/, 'enter');
  await goOn();
  await apply();
  expect((await run).code, fake.err()).toBe(0);
  expect(fake.err()).toContain('at most 30 times a second');
  expect(fake.err()).toContain('1 of 2 users can be found by a verified email address of their own');
  expect((await loadState(ground.file))?.variables.FIND_BY).toBe('email');
  await ground.signIn('dora@example.com');
  expect(await ground.moved('dora@example.com')).toBeDefined();

  const again = terminal();
  const second = await runCli(ground.init('--log-retention', '90', '--dry-run'), again);
  expect(second.code, again.err()).toBe(0);
  expect(again.err()).not.toContain('at most 30 times a second');
});

test('no search leaves everything as it was, and the doctor blocks', async () => {
  const ground = await populated();
  const fake = terminal();
  const run = runCli(ground.init(), fake);
  await answer(/How are users found\?[\s\S]*❯ Find users by their verified email[\s\S]*1 of 2 users/);
  await answer(/How are users found/, 'down');
  await answer(/❯ No search/, 'enter');
  await goOn();
  await answer(/What do you want to change\?[\s\S]*❯ Nothing/, 'enter');
  expect((await run).code).toBe(8);
  expect(fake.err()).toContain('--find-by email lets 1 of them sign in');
  await ground.expectUntouched();
});

test('nobody is asked where the search would find nobody, or where a flag has answered', async () => {
  const ground = await populated();
  const fake = terminal();
  const run = runCli(ground.init('--find-by', 'none', '--accept', 'CM111'), fake);
  await goOn();
  await decline();
  expect((await run).code).toBe(130);
  expect(fake.err()).not.toContain('at most 30 times a second');
});
