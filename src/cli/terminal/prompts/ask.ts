/** Handles one question, from its start until the terminal is free again. */
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { CancelledError } from '../../../core/errors.ts';
import type { Io } from '../io.ts';
import type { Asking } from '../reporter.ts';

export type Library = typeof import('./inquirer.ts').library;
export interface Context {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
}

export type Question<T> = (lib: Library, context: Context) => Promise<T>;

/**
 * Signals that no more input can come: the input ended, or Ctrl-D made readline pause it.
 * The prompts themselves would then wait forever, and Node would end with its own exit code.
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

/** Returns the function that asks in this terminal. It throws CancelledError if no answer can come. */
export function asker(io: Io, asking: Asking) {
  const ask = async <T>(question: Question<T>): Promise<T> => {
    const { library } = await import('./inquirer.ts');
    const input = watchEnd(io.stdin);
    const signal = AbortSignal.any([io.interrupt.signal, input.ended]);
    try {
      await discardTypeAhead(io);
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
      await pause(0); // lets the terminal leave prompt mode before the next output
    }
  };
  return <T>(question: Question<T>): Promise<T> => asking(() => ask(question));
}

/** Context for a question that clears itself once answered, but stays visible if cancelled. */
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

const ctrlC = 3;

/**
 * An impatient Enter during a wait must not answer a question that no one has read yet.
 * This matters most for the question whether to apply the plan.
 * Keeps the terminal in raw mode, which the question needs anyway.
 */
async function discardTypeAhead({ stdin, interrupt }: Pick<Io, 'stdin' | 'interrupt'>): Promise<void> {
  if (stdin.setRawMode === undefined) return;
  const drop = (keys: Buffer): void => {
    if (keys.includes(ctrlC)) interrupt.press(); // only a character in raw mode
  };
  stdin.setRawMode(true);
  stdin.on('data', drop);
  // The event loop reads the input between the first and the second turn.
  await turn();
  await turn();
  stdin.removeListener('data', drop);
}
