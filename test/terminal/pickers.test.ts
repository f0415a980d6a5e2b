/** The lists of pools: an empty Region, the order, and rows with long names. */
import { expect, test } from 'vitest';
import { startStage } from './stage.ts';

test('an empty Region says so and offers another one, and Esc goes back to each question', async () => {
  const stage = await startStage();
  const terminal = stage.open(['init'], 80, { AWS_REGION: 'us-east-2' });
  const empty = /\? Old user pool[^✔]*❯ … it is in another Region\n +… it is in another AWS account/;
  const region = /\? Which Region, such as us-east-2\?$/;
  const oldPool = /\? Old user pool[^✔]*❯ legacy-users/;
  await terminal.waitFor(empty);
  expect(terminal.screen()).toMatch(/ {2}There is no user pool in us-east-2\.\n/);
  terminal.press('enter');
  await terminal.waitFor(region);
  terminal.press('esc');
  await terminal.waitFor(empty);
  terminal.press('enter');
  await terminal.waitFor(region);
  terminal.type('Ireland');
  terminal.press('enter');
  await terminal.waitFor(/a Region looks like us-east-2$/);
  terminal.press('esc');
  await terminal.waitFor(empty);
  terminal.press('enter');
  await terminal.waitFor(region);
  terminal.type('eu-west-1');
  terminal.press('enter');
  await terminal.waitFor(oldPool);
  expect(terminal.screen()).toMatch(/account 111122223333 · eu-west-1\n/);
  terminal.press('esc');
  await terminal.waitFor(region);
  terminal.type('eu-west-1');
  terminal.press('enter');
  await terminal.waitFor(oldPool);
  terminal.press('enter');
  await terminal.waitFor(/\? New user pool[^✔]*❯ … it is in eu-west-1, like the other pool\n/);
  terminal.press('enter');
  await terminal.waitFor(/\? New user pool[^✔]*❯ customers/);
  terminal.press('enter');
  await terminal.waitFor(/\? Which app clients/);
  expect(stage.sandbox.journal.writes()).toEqual([]);
});

test('a pasted ID needs no Region', async () => {
  const stage = await startStage();
  const terminal = stage.open(['init'], 80, { AWS_REGION: 'us-east-2' });
  await terminal.waitFor(/\? Old user pool[^✔]*❯ … it is in another Region/);
  terminal.type(stage.oldPool);
  await terminal.waitFor(new RegExp(`❯ ${stage.oldPool}(?![^✔]*another)`));
  terminal.press('enter');
  await terminal.waitFor(/✔ Old user pool [\s\S]*\? New user pool/);
});

test('an exact name comes first', async () => {
  const stage = await startStage();
  await stage.addPool('all customers');
  await stage.addPool('customers-eu');
  const terminal = stage.open(['init', '--old-user-pool-id', stage.oldPool]);
  await terminal.waitFor(/\? New user pool[^✔]*❯ all customers/);
  terminal.type('Customers');
  await terminal.waitFor(/\? New user pool[^\n]*Customers\n❯ customers [^✔]*all customers[^✔]*customers-eu/);
});

test('a long name breaks no other row, and the new pool of a migration is marked', async () => {
  const stage = await startStage();
  const long = 'long '.repeat(20).trim();
  await stage.addPool(long);
  const UserMigration = 'arn:aws:lambda:eu-west-1:111122223333:function:someone-else';
  await stage.addPool('other', { LambdaConfig: { UserMigration } });
  const terminal = stage.open(['init']);
  await terminal.waitFor(/\? Old user pool[^✔]*❯ legacy-users/);
  expect(terminal.screen()).toMatch(/❯ legacy-users {2}\S+ {2}1 user\n/);
  expect(terminal.screen()).toMatch(/\n {2}customers {5}\S+ {2}0 users\n/);
  expect(terminal.screen()).toMatch(/\n {2}other {9}\S+ {2}0 users {2}new pool of a migration\n/);
});
