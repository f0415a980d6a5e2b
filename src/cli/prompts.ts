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
  /** One of a list that can be searched. @param typing what typing does, where it is more than searching. */
  pick(of: {
    message: string;
    typing?: string;
    source: (term: string | undefined) => Promise<readonly Choice<string>[]>;
    validate: (answer: string) => Promise<Verdict>;
  }): Promise<string>;
  input(of: { message: string; validate: (answer: string) => Promise<Verdict> }): Promise<string>;
  many(of: { message: string; choices: readonly Choice<string>[] }): Promise<readonly string[]>;
  confirm(of: { message: string; default: boolean }): Promise<boolean>;
  secret(of: { message: string }): Promise<string>;
}

const searchTheme = (typing = 'search') => ({
  style: {
    keysHelpTip: (keys: [key: string, action: string][]): string =>
      [...keys, ['type', typing]].map(([key, action]) => `${key} ${action}`).join(' • '),
  },
});

type Library = typeof import('./inquirer.ts');
interface Context {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

/**
 * Tells when nothing more can be typed: the end of the input, or Ctrl-D, which makes readline pause it. The prompts
 * themselves would wait for ever then, and Node would end with a code of its own.
 */
function watchEnd(stdin: NodeJS.ReadableStream): { readonly ended: AbortSignal; forget(): void } {
  const controller = new AbortController();
  const end = (): void => controller.abort();
  const events = ['pause', 'end', 'close'] as const;
  for (const event of events) stdin.once(event, end);
  return {
    ended: controller.signal,
    forget: () => {
      for (const event of events) stdin.removeListener(event, end);
    },
  };
}

/** Questions in this terminal. Ctrl-C, or standard input that ends, cancels the whole program. */
export function terminalPrompts(io: Io): Prompts {
  const ask = async <T>(question: (lib: Library, context: Context) => Promise<T>): Promise<T> => {
    const lib = await import('./inquirer.ts');
    const input = watchEnd(io.stdin);
    const signal = AbortSignal.any([io.interrupt.signal, input.ended]);
    try {
      return await question(lib, { input: io.stdin, output: io.stderr, signal });
    } catch (error) {
      if (
        error instanceof Error &&
        /^(ExitPromptError|AbortPromptError|CancelPromptError)$/.test(error.name)
      ) {
        throw new CancelledError('Cancelled. Nothing was changed.', { code: 'CANCELLED' });
      }
      throw error;
    } finally {
      input.forget();
      await pause(0); // lets the terminal leave the prompt's mode before anything else is written
    }
  };
  return {
    async pick({ message, typing, source, validate }) {
      // search has a validate of its own, which completes the typed text instead of saying what is wrong.
      for (;;) {
        const answer = await ask((lib, context) =>
          lib.search<string>(
            { message, source: (term) => source(term), pageSize: 8, theme: searchTheme(typing) },
            context,
          ),
        );
        const verdict = await validate(answer);
        if (verdict === true) return answer;
        io.stderr.write(`  ✖ ${verdict}\n`);
      }
    },
    input: ({ message, validate }) => ask((lib, context) => lib.input({ message, validate }, context)),
    many: ({ message, choices }) =>
      ask((lib, context) => lib.checkbox<string>({ message, choices, pageSize: 12 }, context)),
    confirm: (question) => ask((lib, context) => lib.confirm(question, context)),
    // Not even its length is shown, and no key shows it.
    secret: ({ message }) => ask((lib, context) => lib.password({ message, toggleMask: false }, context)),
  };
}
