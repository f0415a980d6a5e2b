/** import in a real terminal: its plan, its question, and its end, as they look in a narrow and in a usual window. */
import {
  AdminDisableUserCommand,
  ListUserImportJobsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { plantPoolFields } from '../../src/sandbox/services/cognito/index.ts';
import { refuseRows } from '../cli/import/support.ts';
import { add, byEmail, email } from '../cli/users-support.ts';
import { runCli } from '../support/run-cli.ts';
import { type Stage, startStage } from './stage.ts';

/** Twelve users can be imported, and cleo cannot. */
async function startImport(): Promise<Stage> {
  const stage = await startStage();
  plantPoolFields(stage.sandbox.world, stage.newPool, { AutoVerifiedAttributes: ['email'] });
  expect((await runCli(stage.init('--new-client-id', stage.clients.web, '--yes'))).code).toBe(0);
  for (let index = 1; index < 12; index += 1) await byEmail(stage, `user-${index}@example.com`);
  await add(stage, { name: 'cleo@example.com', attributes: email('cleo@example.com', 'false') });
  stage.sandbox.journal.clear();
  return stage;
}

const question = /type\s+the\s+new\s+pool's\s+name/;

const jobsOf = async ({ sdk, newPool: UserPoolId }: Stage) =>
  (await sdk.idp.send(new ListUserImportJobsCommand({ UserPoolId, MaxResults: 60 }))).UserImportJobs ?? [];

describe.each([80, 50])('in %i columns', (columns) => {
  test('another name is refused, and the right one starts', async () => {
    const stage = await startImport();
    const terminal = stage.open(['import', ...stage.where], columns);
    await terminal.waitFor(question);
    terminal.type('legacy-users');
    terminal.press('enter');
    await terminal.waitFor(/That is not customers/);
    expect(stage.sandbox.journal.writes()).toEqual([]);
    for (let letters = 'legacy-users'.length; letters > 0; letters -= 1) terminal.press('backspace');
    terminal.type('customers');
    terminal.press('enter');
    expect(await terminal.end(), terminal.screen()).toBe(0);
    expect(await jobsOf(stage)).toMatchObject([{ Status: 'Succeeded', ImportedUsers: 12 }]);
    await expect(stage.kept(terminal)).toMatchFileSnapshot(`screens/import-${columns}.txt`);
  });

  test('who is left out, and whom the job refuses, in two tables', async () => {
    const stage = await startImport();
    const disabled = { UserPoolId: stage.oldPool, Username: 'dora@example.com' };
    await byEmail(stage, disabled.Username);
    await stage.sdk.idp.send(new AdminDisableUserCommand(disabled));
    await byEmail(stage, 'taken@example.com');
    await byEmail(stage, 'taken@example.com', { pool: stage.newPool });
    await add(stage, {
      name: 'emil@example.com',
      attributes: { ...email('emil@example.com'), name: 'Emil "the\\cat"' },
    });
    refuseRows(stage, (row) => /^user-[1-3]@/.test(row) || /,user-[1-3]@/.test(row));
    const terminal = stage.open(['import', ...stage.where], columns);
    await terminal.waitFor(question);
    terminal.type('customers');
    terminal.press('enter');
    expect(await terminal.end(), terminal.screen()).toBe(8);
    await expect(stage.kept(terminal)).toMatchFileSnapshot(`screens/import-refused-${columns}.txt`);
  });

  test('Ctrl-C at the question changes nothing', async () => {
    const stage = await startImport();
    const terminal = stage.open(['import', ...stage.where], columns);
    await terminal.waitFor(question);
    terminal.press('ctrl-c');
    expect(await terminal.end()).toBe(130);
    expect(stage.sandbox.journal.writes()).toEqual([]);
    expect(await jobsOf(stage)).toEqual([]);
  });
});
