/**
 * Ctrl-C. While nothing is being written the program ends at once; during a write the calls under way are finished and
 * recorded first, so that the next run goes on from there. A second Ctrl-C ends at once whatever is going on.
 */
import { exitCodes } from '../../core/errors.ts';

export class Interrupt {
  readonly #controller = new AbortController();
  readonly #exit: (code: number) => void;
  readonly #say: (line: string) => void;
  readonly #leaving = new Set<() => void>();
  /** What to say when the work under way must be ended in an orderly way; undefined while it need not be. */
  #ending: string | undefined;

  constructor(exit: (code: number) => void, say: (line: string) => void) {
    this.#exit = exit;
    this.#say = say;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What happens on each Ctrl-C (SIGINT) and on SIGTERM. */
  readonly press = (): void => {
    if (this.#ending === undefined || this.signal.aborted) {
      for (const leave of this.#leaving) leave();
      if (!this.signal.aborted) this.#say('\n  Cancelled. Nothing was changed.');
      this.#exit(exitCodes.cancelled.code);
      return;
    }
    this.#say(`\n  ${this.#ending} Ctrl-C again stops at once.`);
    this.#controller.abort();
  };

  /**
   * SIGHUP: the terminal was closed. Both it and the shell in it may say so, and nobody there could mean by the second that
   * everything is to stop at once.
   */
  readonly hangUp = (): void => {
    if (!this.signal.aborted) this.press();
  };

  /** What clears the screen of things that move, before the program ends at once. Returns what takes it back. */
  beforeExit(leave: () => void): () => void {
    this.#leaving.add(leave);
    return () => this.#leaving.delete(leave);
  }

  /** Work that Ctrl-C may not simply cut off; it must watch `signal`. */
  async during<T>(ending: string, work: () => Promise<T>): Promise<T> {
    const outer = this.#ending;
    this.#ending = ending;
    try {
      return await work();
    } finally {
      this.#ending = outer;
    }
  }
}
