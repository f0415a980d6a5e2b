/**
 * Standard input between the terminal and the questions.
 * Recognizes Esc, which @inquirer does not know, keeps line breaks of pasted text from answering,
 * and drops all keys while no question is open, without echo.
 */
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { Io } from '../io.ts';

const ctrlC = '\u0003';
const ctrlZ = '\u001a';
const ctrlBackslash = '\u001c';
const esc = '\u001b';

/**
 * Milliseconds after which an Esc is a key of its own. Arrow keys begin with the same character.
 * Over a slow connection, the rest of their sequence can arrive in another chunk.
 */
export const escapeDelayMs = 100;

/** A line break with text right after it comes from pasted text. A person waits after Enter. */
const pastedBreaks = /[\r\n]+(?=[\u0020-\u007e\u0080-\u00ff])/g;

/** What one question reads. */
class QuestionInput extends PassThrough {
  readonly isTTY: boolean;

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  /** The keyboard keeps raw mode between questions. */
  setRawMode(): this {
    return this;
  }
}

interface Listener {
  readonly input: QuestionInput;
  readonly onEscape: () => void;
}

export class Keyboard {
  readonly #io: Pick<Io, 'stdin' | 'interrupt' | 'clock'>;
  #isListening = false;
  #listener: Listener | undefined;
  /** An Esc that may be the beginning of a sequence. Aborted once more keys arrive. */
  #held: AbortController | undefined;

  constructor(io: Pick<Io, 'stdin' | 'interrupt' | 'clock'>) {
    this.#io = io;
  }

  /**
   * From now on, keys have no effect while no question is open.
   * Only for a run that asks: a run in the background may not change the terminal.
   */
  begin(): void {
    if (this.#isListening) return;
    this.#isListening = true;
    const { stdin } = this.#io;
    stdin.setRawMode?.(true);
    stdin.on('data', this.#hear);
    stdin.resume();
    stdin.unref?.();
  }

  /** Runs one question. An impatient Enter before it must not answer it. */
  async during<T>(onEscape: () => void, question: (input: QuestionInput) => Promise<T>): Promise<T> {
    const { stdin } = this.#io;
    this.begin();
    // The event loop reads the input that waits between the first and the second turn.
    await turn();
    await turn();
    const input = new QuestionInput(stdin.isTTY === true);
    stdin.ref?.();
    this.#listener = { input, onEscape };
    try {
      return await question(input);
    } finally {
      this.#release();
      this.#listener = undefined;
      stdin.unref?.();
    }
  }

  readonly #hear = (data: Buffer | string): void => {
    const keys = typeof data === 'string' ? data : data.toString('latin1');
    const text = `${this.#release()}${keys}`;
    if (this.#listener === undefined) this.#control(text);
    else if (text !== esc && text.replaceAll(esc, '') === '') this.#listener.onEscape();
    else if (text.endsWith(esc)) {
      this.#send(text.slice(0, -1));
      this.#hold(this.#listener);
    } else this.#send(text);
  };

  #send(text: string): void {
    if (text !== '') this.#listener?.input.write(Buffer.from(text.replace(pastedBreaks, ' '), 'latin1'));
  }

  #hold(listener: Listener): void {
    const held = new AbortController();
    this.#held = held;
    void this.#io.clock.sleep(escapeDelayMs, held.signal).then(async () => {
      // A busy program may not have read the rest yet.
      await turn();
      if (held.signal.aborted) return;
      this.#held = undefined;
      if (listener === this.#listener) listener.onEscape();
    });
  }

  /** Stops waiting for the end of a sequence. The Esc that was held, if any. */
  #release(): string {
    const held = this.#held;
    this.#held = undefined;
    held?.abort();
    return held === undefined ? '' : esc;
  }

  /** In raw mode, these keys are only characters. */
  #control(keys: string): void {
    const { stdin, interrupt } = this.#io;
    if (keys.includes(ctrlC)) interrupt.press();
    const signal = keys.includes(ctrlBackslash) ? 'SIGQUIT' : keys.includes(ctrlZ) ? 'SIGTSTP' : undefined;
    if (signal === undefined || stdin.setRawMode === undefined) return;
    stdin.setRawMode(false);
    process.once('SIGCONT', () => stdin.setRawMode?.(true));
    interrupt.send(signal);
  }
}
