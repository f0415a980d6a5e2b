/** The questions of the program, and what answers them. */
import { readdir } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Stage } from './stage.ts';
import type { Key, Terminal } from './terminal.ts';

/** What is on the screen before the answer is given, and the answer: keys, or text and Enter. */
export type Question = readonly [seen: RegExp, answer: readonly Key[] | string];

export const attributes = /Copy attributes as shown\?[\s\S]*❯ Yes/;
/** The decisions that matter for the two pools of every stage, each as it is. */
export const decisions: readonly Question[] = [
  [/\? What happens when a user[^✔]*❯ Move[^✔]*select/, ['enter']],
  [/\? customers requires stronger[^✔]*❯ Users keep[^✔]*select/, ['enter']],
  [/\? Keep each user's old ID[^✔]*❯ No[^✔]*select/, ['enter']],
];
export const wizard: readonly Question[] = [
  [/\? Old user pool[^✔]*❯ legacy-users/, ['enter']],
  [/\? New user pool[^✔]*❯ customers/, ['enter']],
  [/\? Which app clients[^✔]*❯/, ['enter']],
  ...decisions,
  [attributes, ['enter']],
  [/\? Apply in account/, ['enter']],
];

/** Chooses by typing: the list is searched, and the one that is left taken. */
export const search = async (terminal: Terminal, words: string): Promise<void> => {
  terminal.type(words);
  await terminal.waitFor(new RegExp(`\\? [^\\n]*${words}\\n[^✔]*❯ [^\\n]*${words}`));
  terminal.press('enter');
};

export async function answer(terminal: Terminal, questions: readonly Question[]): Promise<void> {
  for (const [seen, given] of questions) {
    await terminal.waitFor(seen);
    if (typeof given === 'string') await search(terminal, given);
    else terminal.press(...given);
  }
}

/** Presses Ctrl-C at this question; nothing may have happened, and the terminal is the person's again. */
export async function expectCancelled(stage: Stage, terminal: Terminal, seen: RegExp): Promise<void> {
  await terminal.waitFor(seen);
  const before = await readdir(stage.folder);
  terminal.press('ctrl-c');
  expect(await terminal.end(), terminal.screen()).toBe(130);
  expect(terminal.screen()).toMatch(
    /Cancelled\. Nothing was changed\.(\n\n {2}To continue with these answers:\n {2}cognito-migrate (init|teardown) --[^✔?]*)?$/,
  );
  expect(terminal.screen().match(/Nothing was changed/g)).toHaveLength(1);
  expect(terminal.isCursorVisible).toBe(true);
  expect(stage.sandbox.journal.writes()).toEqual([]);
  expect(await readdir(stage.folder)).toEqual(before);
}
