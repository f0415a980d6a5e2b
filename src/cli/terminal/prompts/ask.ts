/** Handles one question, from its start until the terminal is free again. */
import { setTimeout as pause } from 'node:timers/promises';
import { CancelledError } from '../../../core/errors.ts';
import type { Io } from '../io.ts';
import { Back } from '../questions.ts';
import type { Asking } from '../reporter.ts';
import { Keyboard } from './keyboard.ts';

export type Library = typeof import('./inquirer.ts').library;
export interface Context {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
  /** Whether the question disappears once it ends. */
  readonly clearPromptOnDone: boolean;
}

export type Question<T> = (lib: Library, context: Context) => Promise<T>;

type Stream = Pick<NodeJS.ReadableStream, 'once' | 'removeListener'>;

/**
 * Signals that no more input can come: the input ended, or Ctrl-D made readline pause it.
 * The prompts themselves would then wait forever, and Node would end with its own exit code.
 */
function watchEnd(watched: readonly Stream[]): { readonly ended: AbortSignal; forget(): void } {
  const controller = new AbortController();
  const end = (): void => controller.abort();
  const events = ['pause', 'end', 'close'] as const;
  for (const stream of watched) for (const event of events) stream.once(event, end);
  return {
    ended: controller.signal,
    forget: () => {
      for (const stream of watched) for (const event of events) stream.removeListener(event, end);
    },
  };
}

/** The questions of one terminal. */
export interface Asker {
  /** See Prompts. */
  begin(): void;
  /** Throws CancelledError if no answer can come, and Back at Esc. */
  ask<T>(question: Question<T>): Promise<T>;
}

/** Returns the functions that ask in this terminal. */
export function asker(io: Io, asking: Asking): Asker {
  const keyboard = new Keyboard(io);
  const ask = async <T>(question: Question<T>): Promise<T> => {
    const { library } = await import('./inquirer.ts');
    const escaped = new AbortController();
    const whileOpen = async (input: Context['input']): Promise<T> => {
      const watched = watchEnd([io.stdin, input]);
      const signal = AbortSignal.any([io.interrupt.signal, watched.ended, escaped.signal]);
      const context = {
        input,
        output: io.stderr,
        signal,
        get clearPromptOnDone(): boolean {
          return escaped.signal.aborted;
        },
      };
      return question(library, context).finally(watched.forget);
    };
    try {
      return await keyboard.during(() => escaped.abort(), whileOpen);
    } catch (error) {
      if (
        error instanceof Error &&
        /^(ExitPromptError|AbortPromptError|CancelPromptError)$/.test(error.name)
      ) {
        if (escaped.signal.aborted) throw new Back('back');
        throw new CancelledError('Cancelled. Nothing was changed.', { code: 'CANCELLED' });
      }
      throw error;
    } finally {
      await pause(0); // lets the terminal leave prompt mode before the next output
    }
  };
  return {
    begin: () => keyboard.begin(),
    ask: (question) => asking(() => ask(question)),
  };
}

/** Context for a question that clears itself once answered, but stays visible if cancelled. */
export function clearedOnceAnswered(context: Context) {
  let isAnswered = false;
  return {
    context: {
      ...context,
      get clearPromptOnDone(): boolean {
        return isAnswered || context.clearPromptOnDone;
      },
    },
    now(): true {
      isAnswered = true;
      return true;
    },
  };
}
