/** The questions. All of them are asked on standard error, before the first effect. */
import { setTimeout as pause } from 'node:timers/promises';
import { CancelledError } from '../core/errors.ts';
import type { Io } from './io.ts';

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
  /** One of a list that can be searched, or something typed that `typed` makes a choice of. */
  pick(of: {
    message: string;
    source: (term: string | undefined) => Promise<readonly Choice<string>[]>;
    validate: (answer: string) => Promise<Verdict>;
  }): Promise<string>;
  input(of: { message: string; validate: (answer: string) => Promise<Verdict> }): Promise<string>;
  many(of: { message: string; choices: readonly Choice<string>[] }): Promise<readonly string[]>;
  confirm(of: { message: string; default: boolean }): Promise<boolean>;
  secret(of: { message: string }): Promise<string>;
}

const searchTheme = {
  style: {
    keysHelpTip: (keys: [key: string, action: string][]): string =>
      [...keys, ['type', 'search or paste an ID']].map(([key, action]) => `${key} ${action}`).join(' • '),
  },
};

/** Questions in this terminal. Ctrl-C, or standard input that ends, cancels the whole program. */
export function terminalPrompts(io: Io): Prompts {
  const context = { input: io.stdin, output: io.stderr, signal: io.interrupt.signal };
  const ask = async <T>(question: (lib: typeof import('@inquirer/prompts')) => Promise<T>): Promise<T> => {
    const lib = await import('@inquirer/prompts');
    try {
      return await question(lib);
    } catch (error) {
      if (
        error instanceof Error &&
        /^(ExitPromptError|AbortPromptError|CancelPromptError)$/.test(error.name)
      ) {
        throw new CancelledError('Cancelled. Nothing was changed.', { code: 'CANCELLED' });
      }
      throw error;
    } finally {
      await pause(0); // lets the terminal leave the prompt's mode before anything else is written
    }
  };
  return {
    async pick({ message, source, validate }) {
      // search has a validate of its own, which completes the typed text instead of saying what is wrong.
      for (;;) {
        const answer = await ask((lib) =>
          lib.search<string>(
            { message, source: (term) => source(term), pageSize: 8, theme: searchTheme },
            context,
          ),
        );
        const verdict = await validate(answer);
        if (verdict === true) return answer;
        io.stderr.write(`  ✖ ${verdict}\n`);
      }
    },
    input: ({ message, validate }) => ask((lib) => lib.input({ message, validate }, context)),
    many: ({ message, choices }) =>
      ask((lib) => lib.checkbox<string>({ message, choices, pageSize: 12 }, context)),
    confirm: (question) => ask((lib) => lib.confirm(question, context)),
    secret: ({ message }) => ask((lib) => lib.password({ message, mask: true }, context)),
  };
}
