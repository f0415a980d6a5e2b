/** The questions. All of them are asked on standard error, before the first effect. */
import { hasColor, type Io } from '../io.ts';
import type { Asking } from '../render/reporter.ts';
import { makeStyle } from '../render/style.ts';
import { asker } from './ask.ts';
import { choiceText, promptTheme } from './theme.ts';

export interface Choice<T> {
  readonly value: T;
  readonly name: string;
  readonly short?: string;
  readonly description?: string;
  readonly checked?: boolean;
}

/** true, or why the answer will not do. */
export type Verdict = true | string;

export interface Prompts {
  /** Something to know before the next question. */
  say(text: string): void;
  /**
   * One of a list that can be searched. @param typing what typing does, where it is more than searching. @param otherwise
   * what could be typed where nothing of the list is like it.
   */
  pick(of: {
    message: string;
    typing?: string;
    otherwise?: string;
    source: (term: string | undefined) => Promise<readonly Choice<string>[]>;
    validate: (answer: string) => Promise<Verdict>;
  }): Promise<string>;
  input(of: { message: string; validate: (answer: string) => Promise<Verdict> }): Promise<string>;
  many(of: { message: string; choices: readonly Choice<string>[] }): Promise<readonly string[]>;
  confirm(of: { message: string; default: boolean }): Promise<boolean>;
  secret(of: { message: string }): Promise<string>;
}

/** Stands where choices would be, and cannot be chosen. */
const nothing = (otherwise: string) => ({ value: '', name: 'Nothing like that;', disabled: otherwise });

/** Questions in this terminal. Ctrl-C, or standard input that ends, cancels the whole program. */
export function terminalPrompts(io: Io, asking: Asking): Prompts {
  const ask = asker(io, asking);
  const style = makeStyle(hasColor(io, io.stderr), io.stderr, io.env);
  const theme = promptTheme(style);
  const manyTheme = {
    ...theme,
    style: {
      ...theme.style,
      renderSelectedChoices: (chosen: readonly { short: string }[]): string =>
        chosen.map(({ short }) => short).join(', ') || 'none',
    },
  };
  const named = <T extends Choice<string>>(choice: T, before: number): T => ({
    ...choice,
    short: choice.short ?? choice.name,
    name: choiceText(choice.name, style.width, before),
  });
  const say = (text: string): void => {
    io.stderr.write(`${style.shown(text)}\n`);
  };
  return {
    say,
    async pick({ message, typing = 'search', otherwise, source, validate }) {
      // search has a validate of its own, which completes the typed text instead of saying what is wrong.
      for (;;) {
        const answer = await ask((lib, context) =>
          lib.search<string>(
            {
              message,
              source: async (term) => {
                const found = (await source(term)).map((choice) => named(choice, 2));
                return found.length > 0 || otherwise === undefined ? found : [nothing(otherwise)];
              },
              pageSize: 8,
              theme: promptTheme(style, [['type', typing]]),
            },
            context,
          ),
        );
        const verdict = await validate(answer);
        if (verdict === true) return answer;
        say(`  ${style.bad} ${verdict}`);
      }
    },
    input: ({ message, validate }) => ask((lib, context) => lib.input({ message, validate, theme }, context)),
    many: ({ message, choices }) =>
      ask((lib, context) => {
        const shown = choices.map((choice) => named(choice, 3)).sort((a, b) => (a.name < b.name ? -1 : 1));
        return lib.checkbox<string>({ message, choices: shown, pageSize: 12, theme: manyTheme }, context);
      }),
    confirm: (question) => ask((lib, context) => lib.confirm({ ...question, theme }, context)),
    // Not even its length is shown, and no key shows it.
    secret: ({ message }) =>
      ask((lib, context) => lib.password({ message, toggleMask: false, theme }, context)),
  };
}
