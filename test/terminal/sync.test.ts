/** sync --all in a real terminal: it asks before anything comes back that someone may have taken away. */
import { CreateGroupCommand } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { closeSignUp } from '../support/installed-function.ts';
import { runCli } from '../support/run-cli.ts';
import { type Stage, startStage } from './stage.ts';

/** A migration that copies a group, and marks old users. */
async function startSync(): Promise<Stage> {
  const stage = await startStage();
  closeSignUp(stage, true);
  const group = { UserPoolId: stage.oldPool, GroupName: 'admins' };
  await stage.sdk.idp.send(new CreateGroupCommand(group));
  const chosen = ['--groups', 'admins', '--move-once', 'mark', '--add-old-sub'];
  const made = await runCli(stage.init('--new-client-id', stage.clients.web, ...chosen, '--yes'));
  expect(made.code, made.stderr).toBe(0);
  stage.sandbox.journal.clear();
  return stage;
}

const groups =
  /Groups\s+that\s+someone\s+has\s+removed\s+in\s+customers\s+since\s+the\s+move\s+come\s+back\./;
const marks = /Users\s+of\s+legacy-users\s+whom\s+unmark\s+or\s+an\s+administrator\s+has\s+opened\s+again/;
const question = /Continue\?[^✔]*\(y\/N\)/;

const writesOf = ({ sandbox }: Stage): string[] => sandbox.journal.writes().map(({ operation }) => operation);

describe.each([80, 50])('in %i columns', (columns) => {
  test.each([
    [[], [groups, marks], 2],
    [['--only', 'groups'], [groups], 1],
    [['--only', 'marks'], [marks], 1],
  ])('%j names what comes back, and only yes continues', async (only, prices, kinds) => {
    const stage = await startSync();
    const words = ['sync', '--all', ...only, ...stage.where];
    const declined = stage.open(words, columns);
    await declined.waitFor(question);
    for (const price of [groups, marks])
      if (prices.includes(price)) expect(declined.screen()).toMatch(price);
      else expect(declined.screen()).not.toMatch(price);
    declined.press('enter');
    expect(await declined.end(), declined.screen()).toBe(130);
    expect(declined.screen()).toContain('Nothing was changed.');
    expect(writesOf(stage)).toEqual([]);
    const accepted = stage.open(words, columns);
    await accepted.waitFor(question);
    accepted.type('y');
    accepted.press('enter');
    expect(await accepted.end(), accepted.screen()).toBe(0);
    // Nobody has moved yet. The run records the time that it covers, for each kind of work.
    expect(writesOf(stage)).toEqual(Array.from({ length: kinds }, () => 'TagResource'));
  });
});
