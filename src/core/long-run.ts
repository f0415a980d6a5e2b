/**
 * Long work over users, chunk by chunk. It can be stopped anywhere and continued by the next run.
 * What a chunk goes through is data: its state names the work, and the work's result names the next state.
 */
import { type AwsError, CancelledError } from './errors.ts';
import { firstOf } from './failed-together.ts';
import type { Chunk, Journal, NewChunk } from './journal.ts';
import type { Pacer } from './pacer.ts';
import { assertGoing } from './step-run.ts';

/** Input of the work of a chunk. */
export interface Tools {
  /** Aborted by Ctrl-C, or because the run stops. Ends waits. */
  readonly signal: AbortSignal;
  /** Sends a request in the pacer's turn. Throws CancelledError if the run has stopped by then. */
  send<T>(pacer: Pacer, request: () => Promise<T>): Promise<T>;
}

/** The work that leads out of a state. */
export interface Work<State extends string, Data> {
  /** Begins only after all earlier chunks have ended. */
  readonly inOrder?: boolean;
  /**
   * Does the work and returns the next state, which can be an earlier one.
   * If `chunk.begunAt` is set, an earlier run may have done it: look before doing it again.
   */
  move(chunk: Chunk<State, Data>, tools: Tools): Promise<NewChunk<State, Data>>;
}

export interface LongRun<State extends string, Data> {
  readonly journal: Journal<State, Data>;
  /** The work of each state. `ended` if there is none left. */
  readonly work: Readonly<Record<State, Work<State, Data> | 'ended'>>;
  /** Makes the next chunk, one at a time. Changes nothing in AWS. Undefined if there is none left. */
  next(number: number, tools: Tools): Promise<NewChunk<State, Data> | undefined>;
  /** The most chunks at the same time. */
  readonly parallel: number;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Number of failed users of a chunk, by reason. */
  failed(data: Data): FailedUsers;
  /** Called after each change of a chunk that the journal has. */
  onProgress(chunk: Chunk<State, Data>): void;
  /** Why the run cannot continue. Asked after each chunk, with the finished chunks of this run in order. */
  stop?(ended: readonly Chunk<State, Data>[]): AwsError | undefined;
}

/** Number of users by reason. */
export type FailedUsers = Readonly<Record<string, number>>;

/**
 * Continues the chunks of the journal in their order, then makes new ones until there are none left.
 * Starts nothing more after Ctrl-C, a failure, or the stop rule. Then it waits for the work in progress and
 * throws. The journal says how far each chunk has come.
 * @returns The users that failed, those of earlier runs of the same journal included.
 */
export async function longRun<State extends string, Data>(args: LongRun<State, Data>): Promise<FailedUsers> {
  return new Running(args).finish();
}

class Running<State extends string, Data> {
  readonly #args: LongRun<State, Data>;
  readonly #stop = new AbortController();
  readonly #tools: Tools;
  readonly #failures: unknown[] = [];
  readonly #ended: Chunk<State, Data>[] = [];

  constructor(args: LongRun<State, Data>) {
    this.#args = args;
    const signal = AbortSignal.any([args.signal, this.#stop.signal]);
    const send: Tools['send'] = (pacer, request) =>
      pacer.run(() => {
        assertGoing(signal); // the turn may come long after the stop
        return request();
      });
    this.#tools = { signal, send };
  }

  async finish(): Promise<FailedUsers> {
    const working = new Set<Promise<void>>();
    let earlier: Promise<unknown> = Promise.resolve();
    try {
      for await (const chunk of this.#chunks()) {
        const work = this.#carry(chunk, earlier).catch((error: unknown) => this.#fail(error));
        const ending = work.then(() => void working.delete(ending));
        working.add(ending);
        earlier = Promise.all([earlier, work]);
        if (working.size >= this.#args.parallel) await Promise.race(working);
      }
    } catch (error) {
      this.#fail(error);
    }
    await earlier;
    if (this.#failures.length > 0) throw firstOf(this.#causes());
    return this.#failedUsers();
  }

  async *#chunks(): AsyncGenerator<Chunk<State, Data>> {
    const { journal, work, next } = this.#args;
    for (const chunk of [...journal.chunks]) if (work[chunk.state] !== 'ended') yield chunk;
    for (;;) {
      assertGoing(this.#tools.signal);
      const made = await next(journal.chunks.length + 1, this.#tools);
      if (made === undefined) return;
      const added = await journal.add(made);
      this.#args.onProgress(added);
      yield added;
    }
  }

  /** Takes one chunk from its state to the end. */
  async #carry(start: Chunk<State, Data>, earlier: Promise<unknown>): Promise<void> {
    const { journal, onProgress, stop } = this.#args;
    const { signal } = this.#tools;
    let chunk = start;
    for (;;) {
      const work = this.#args.work[chunk.state];
      if (work === 'ended') break;
      if (work.inOrder === true) await earlier;
      assertGoing(signal);
      await journal.begin(chunk);
      chunk = await journal.move(chunk, await work.move(chunk, this.#tools));
      onProgress(chunk);
    }
    this.#ended.push(chunk);
    const reason = stop?.(this.#ended);
    if (reason !== undefined) throw reason;
  }

  #fail(error: unknown): void {
    this.#failures.push(error);
    this.#stop.abort();
  }

  /** The failures that stopped the run. Without the work that was cancelled because of them. */
  #causes(): readonly unknown[] {
    const causes = this.#failures.filter((failure) => !(failure instanceof CancelledError));
    return causes.length > 0 ? causes : this.#failures;
  }

  #failedUsers(): FailedUsers {
    const failed: Record<string, number> = {};
    for (const { data } of this.#args.journal.chunks)
      for (const [reason, count] of Object.entries(this.#args.failed(data)))
        failed[reason] = (failed[reason] ?? 0) + count;
    return failed;
  }
}
