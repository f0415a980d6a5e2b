/** One question, from the moment that it is asked to the moment that the terminal is free again. */
import { setTimeout as pause } from 'node:timers/promises';
import { CancelledError } from '../../../core/errors.ts';
import type { Io } from '../io.ts';
import type { Asking } from '../reporter.ts';
import { forgetTyped } from './discard-type-ahead.ts';

export type Library = typeof import('./inquirer.ts').library;
export interface Context {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

export type Question<T> = (lib: Library, context: Context) => Promise<T>;

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

/** What asks in this terminal. Throws CancelledError where there is no answer to come. */
export function asker(io: Io, asking: Asking) {
  const ask = async <T>(question: Question<T>): Promise<T> => {
    const { library } = await import('./inquirer.ts');
    const input = watchEnd(io.stdin);
    const signal = AbortSignal.any([io.interrupt.signal, input.ended]);
    try {
      await forgetTyped(io);
      return await question(library, { input: io.stdin, output: io.stderr, signal });
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
  return <T>(question: Question<T>): Promise<T> => asking(() => ask(question));
}

/** A question that leaves the screen with its answer, but stays there when it is cancelled. */
export function clearedOnceAnswered(context: Context) {
  let isAnswered = false;
  return {
    context: {
      ...context,
      get clearPromptOnDone(): boolean {
        return isAnswered;
      },
    },
    now(): true {
      isAnswered = true;
      return true;
    },
  };
}
