/** Walks through the wizard: what recognizes each question, what chooses each of its branches, and the way back. */
import { expect } from 'vitest';
import { decisions } from '../../src/cli/wizard/decisions.ts';
import type { Terminal } from './terminal.ts';

/** A question, and the branch to take. For a pool, also its name or ID. */
export type WalkStep = readonly [question: string, branch: string, words?: string];

const optionOf = (id: string, branch: string): string | undefined =>
  Object.values(decisions)
    .find((decision) => decision.id === id)
    ?.options.find((option) => option.branch === branch)?.name;

/** The beginning of each question on the screen, with its list. */
const seen: Readonly<Record<string, RegExp>> = {
  'old-pool': /\? Old user pool \(users come from here\)[^✔]*❯[^✔]*paste an ID$/,
  'near-pool': /\? Did you mean [^✔]*\(Y\/n\)$/,
  'old-account': /\? Which profile is for the old pool's account\?[^✔]*❯[^✔]*search$/,
  'old-pool-there': /\? Old user pool \(users come from here\)[^✔]*❯[^✔]*paste an ID$/,
  'new-pool': /\? New user pool \(users go here\)[^✔]*❯[^✔]*paste an ID$/,
  clients: /\? Which app clients of the new pool may migrate users\?[^✔]*❯[^✔]*submit$/,
  trigger: /\? \S+ already migrates users with another\s+function[^✔]*❯[^✔]*select$/,
  'find-by': /\? How are users found\?[^✔]*❯[^✔]*select$/,
  mfa: /\? [^✔]*A second\s+factor\s+can't\s+be\s+moved\.[^✔]*❯[^✔]*select$/,
  'forgot-password': /\? What happens when a user[^✔]*❯[^✔]*select$/,
  'weak-password': /\? \S+ requires stronger passwords than[^✔]*❯[^✔]*select$/,
  'old-sub': /\? Keep each user's old ID \(sub\)[^✔]*❯[^✔]*select$/,
  groups: /\? \S+ has the group \S+ that[^✔]*❯[^✔]*select$/,
  'move-once': /\? After a move, the old password[^✔]*❯[^✔]*select$/,
  'guard-sign-up': /\? Self-registration is on in[^✔]*❯[^✔]*select$/,
  alarms: /\? Watch the move of[^✔]*❯[^✔]*select$/,
  attributes: /\? Copy attributes as shown\?[^✔]*❯[^✔]*search$/,
};

const foundBy: Readonly<Record<string, string>> = {
  email: 'Find users by their verified email address',
  phone_number: 'Find users by their verified phone number',
  none: 'No search',
};

/** Chooses by typing. Only the last line of the open question counts: earlier answers can have the same words. */
async function search(terminal: Terminal, words: string): Promise<void> {
  terminal.type(words);
  await terminal.waitFor(
    new RegExp(`${literal(words)}\\n❯ [^\\n]*${literal(words)}[^✔]*(search|paste an ID)$`),
  );
  terminal.press('enter');
}

/** Chooses from a list without search: typing goes to the answer that begins with these words. */
async function select(terminal: Terminal, name: string): Promise<void> {
  terminal.type(name);
  await terminal.waitFor(new RegExp(`❯ ${literal(name.slice(0, 40))}`));
  terminal.press('enter');
}

const literal = (text: string): string => text.replaceAll(/[\^$\\.*+?()[\]{}|]/g, '\\$&');

const choosers: Readonly<Record<string, (terminal: Terminal, step: WalkStep) => Promise<void>>> = {
  clients: chooseClients,
  attributes: chooseAttributes,
  'near-pool': async (terminal, [, branch]) => {
    terminal.type(branch === 'yes' ? 'y' : 'n');
    terminal.press('enter');
  },
  'old-account': (terminal, [, branch, words]) =>
    search(terminal, branch === 'handoff' ? 'none' : (words ?? '')),
  'find-by': (terminal, [, branch]) => select(terminal, foundBy[branch] ?? ''),
};

async function chooseClients(terminal: Terminal, [, branch]: WalkStep): Promise<void> {
  const open = terminal.screen().split('? Which app clients').at(-1) ?? '';
  const isAny = open.includes('◉');
  if (branch === 'none' ? isAny : !isAny) terminal.press(branch === 'none' ? 'invert' : 'all');
  await terminal.waitFor(
    branch === 'none' ? /\? Which app clients[^✔◉]*submit$/ : /\? Which app clients[^✔◯]*submit$/,
  );
  terminal.press('enter');
  if (branch !== 'none') return;
  await terminal.waitFor(/\? No app client accepts passwords[^✔]*\(y\/N\)$/);
  terminal.type('y');
  terminal.press('enter');
}

async function chooseAttributes(terminal: Terminal, [, branch]: WalkStep): Promise<void> {
  if (branch === 'changed') {
    await search(terminal, 'Change email_verified');
    await terminal.waitFor(/\? What should happen to "email_verified"\?[^✔]*❯ Copy it unchanged/);
    await search(terminal, "Don't copy it");
    await terminal.waitFor(/email_verified +→ – [^\n]*left out[^✔]*\? Copy attributes as shown\?[^✔]*❯ Yes/);
  }
  terminal.press('enter');
}

async function choose(terminal: Terminal, step: WalkStep): Promise<void> {
  const [id, branch, words] = step;
  const option = optionOf(id, branch);
  if (option !== undefined) return select(terminal, option);
  const chooser = choosers[id];
  if (chooser !== undefined) return chooser(terminal, step);
  return search(terminal, branch === 'elsewhere' ? 'another AWS account' : (words ?? ''));
}

const waitFor = (terminal: Terminal, [id]: WalkStep): Promise<void> => {
  const question = seen[id];
  if (question === undefined) throw new Error(`walk.ts does not know the question ${id}`);
  return terminal.waitFor(question);
};

/**
 * Answers all questions. After each answer, goes back to its question with Esc and answers it again.
 * @param end what the screen shows after the last answer, if Esc goes back from there.
 */
export async function walk(terminal: Terminal, steps: readonly WalkStep[], end?: RegExp): Promise<void> {
  for (const [index, step] of steps.entries()) {
    await waitFor(terminal, step);
    const before = steps[index - 1];
    if (before !== undefined) await again(terminal, before, () => waitFor(terminal, step));
    await choose(terminal, step);
  }
  const last = steps.at(-1);
  if (end === undefined || last === undefined) return;
  await terminal.waitFor(end);
  await again(terminal, last, () => terminal.waitFor(end));
}

/** Goes back to this question, and forward again. */
async function again(terminal: Terminal, step: WalkStep, isForward: () => Promise<void>): Promise<void> {
  terminal.press('esc');
  await waitFor(terminal, step);
  await choose(terminal, step);
  await isForward();
}

/** The words of the command that the program prints for the next run. */
export function printedCommand(terminal: Terminal): string[] {
  const lines = terminal.lines().filter((line) => /^ {2}cognito-migrate (init|handoff) --/.test(line));
  expect(lines, terminal.screen()).toHaveLength(1);
  const [, ...words] = (lines[0] ?? '').trim().split(' ');
  expect(words.join(' ')).not.toContain("'");
  return words;
}
