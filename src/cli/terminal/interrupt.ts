/**
 * Handles Ctrl-C. The program ends at once if no write is in progress.
 * During a write, it first finishes and records the current calls. The next run then continues from there.
 * A second Ctrl-C always ends the program at once.
 * A command that only watches ends with success.
 */
import { setMaxListeners } from 'node:events';
import { exitCodes } from '../../core/errors.ts';

export class Interrupt {
  readonly #controller = new AbortController();
  readonly #exit: (code: number) => void;
  readonly #say: (line: string) => void;
  /** Sends a signal to this program, as the terminal does for Ctrl-Z and Ctrl-\\. */
  readonly send: (signal: 'SIGTSTP' | 'SIGQUIT') => void;
  readonly #leaving = new Set<() => void>();
  readonly #lastWords = new Set<() => void>();
  /** The message for Ctrl-C while work must end in an orderly way. Undefined if it need not. */
  #ending: string | undefined;
  #isWatching = false;

  constructor(
    exit: (code: number) => void,
    say: (line: string) => void,
    send: (signal: 'SIGTSTP' | 'SIGQUIT') => void = () => undefined,
  ) {
    this.#exit = exit;
    this.#say = say;
    this.send = send;
    // Each wait listens to the signal, and a large pool is read by 16 chains that wait at the same time.
    setMaxListeners(0, this.#controller.signal);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Handles each Ctrl-C (SIGINT) and SIGTERM. */
  readonly press = (): void => {
    if (this.#isWatching && !this.signal.aborted) {
      for (const leave of this.#leaving) leave();
      this.#say('');
      this.#controller.abort();
      this.#exit(exitCodes.ok.code);
      return;
    }
    if (this.#ending === undefined || this.signal.aborted) {
      for (const leave of this.#leaving) leave();
      if (!this.signal.aborted) this.#say('\n  Cancelled. Nothing was changed.');
      for (const say of this.#lastWords) say();
      this.#exit(exitCodes.cancelled.code);
      return;
    }
    this.#say(`\n  ${this.#ending} Ctrl-C again stops at once.`);
    this.#controller.abort();
  };

  /**
   * Handles SIGHUP: the terminal was closed.
   * Both the terminal and its shell may send it. The second one must not count as a second Ctrl-C.
   */
  readonly hangUp = (): void => {
    if (!this.signal.aborted) this.press();
  };

  /** Handles an output that nobody reads any longer. A command that only watches has nothing left to do. */
  outputClosed(): void {
    if (this.#isWatching) this.press();
  }

  /**
   * Registers a function that clears moving lines before the program ends at once.
   * Returns the function that unregisters it.
   */
  beforeExit(leave: () => void): () => void {
    this.#leaving.add(leave);
    return () => this.#leaving.delete(leave);
  }

  /** The same for what the program says last, when it ends at once. */
  beforeExitSay(say: () => void): () => void {
    this.#lastWords.add(say);
    return () => this.#lastWords.delete(say);
  }

  /** Runs work that Ctrl-C must not cut off. The work must watch `signal`. */
  async during<T>(ending: string, work: () => Promise<T>): Promise<T> {
    const outer = this.#ending;
    this.#ending = ending;
    try {
      return await work();
    } finally {
      this.#ending = outer;
    }
  }

  /** Runs work that only watches and has no end of its own. Ctrl-C ends the program, and that is a success. */
  async watching<T>(work: () => Promise<T>): Promise<T> {
    this.#isWatching = true;
    try {
      return await work();
    } finally {
      this.#isWatching = false;
    }
  }
}
