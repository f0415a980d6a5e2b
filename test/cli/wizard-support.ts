/** Answers the questions of the wizard, as a person at a terminal does. */
import { screen } from '@inquirer/testing/vitest';
import { expect, vi } from 'vitest';
import { type FakeIo, fakeIo } from '../support/run-cli.ts';

export const terminal = (): FakeIo => fakeIo({ tty: true, env: { TERM: 'xterm' } });

export const answer = async (question: RegExp, ...keys: (string | { type: string })[]): Promise<void> => {
  await vi.waitFor(() => expect(screen.getScreen()).toMatch(question), { timeout: 15_000, interval: 10 });
  for (const key of keys) {
    if (typeof key === 'string') screen.keypress(key);
    else screen.type(key.type);
  }
};

/** Picks what contains these words from the list of that question. */
export async function pick(question: string, words: string): Promise<void> {
  await answer(new RegExp(`\\? ${question}`), { type: words });
  await answer(new RegExp(`❯ [^\n]*${words}`), 'enter');
}

/** Takes the preselected answer of every decision that is asked, up to the attributes. */
export async function decideAll(): Promise<void> {
  for (;;) {
    await see(
      /^\? (What happens when a user|.* requires stronger|Keep each user's old|After a move, the old password|Self-registration is on|Copy attributes as shown)/,
    );
    if (/^\? Copy attributes as shown/.test(screen.getScreen())) return;
    const before = screen.getScreen();
    screen.keypress('enter');
    await vi.waitFor(() => expect(screen.getScreen()).not.toBe(before), { timeout: 15_000, interval: 5 });
  }
}

const see = (question: RegExp): Promise<void> =>
  vi.waitFor(() => expect(screen.getScreen()).toMatch(question), { timeout: 15_000, interval: 10 });

/** All decisions and attributes as they are. */
export async function goOn(): Promise<void> {
  await decideAll();
  await answer(/Copy attributes as shown\?[\s\S]*❯ Yes/, 'enter');
}

/** Declines the plan, and changes nothing about it. */
export async function decline(): Promise<void> {
  await answer(/Apply in account/, { type: 'n' }, 'enter');
  await answer(/What do you want to change\?[\s\S]*❯ Nothing/, 'enter');
}
export const apply = () => answer(/Apply in account/, 'enter');
