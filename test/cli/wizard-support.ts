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

export const goOn = () => answer(/Attributes as above\?[\s\S]*❯ Go on/, 'enter');
export const apply = () => answer(/Apply in account/, 'enter');
