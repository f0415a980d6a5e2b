/** One run of one step: emits its events and measures its time. */

import { CancelledError } from './errors.ts';
import type { Doing, Done, Emit } from './events.ts';
import { inPlace, type Place } from './failed-together.ts';
import type { StateStore } from './state-store.ts';
import type { Step } from './step.ts';
import type { Inputs } from './variables/index.ts';

export interface Run<Aws, Id extends string> {
  readonly steps: readonly Step<Aws, Id>[];
  readonly aws: Aws;
  readonly inputs: Inputs;
  readonly store: StateStore;
  readonly emit: Emit;
  readonly now: () => number;
  /** Aborted by Ctrl-C. No further write starts. Calls in progress finish and are recorded. */
  readonly signal: AbortSignal;
}

export interface Outcome<Id extends string> {
  readonly step: Id;
  readonly key: string;
  readonly title: string;
  readonly done: Done;
  readonly ms: number;
  readonly detail?: string;
}

export interface Finished<Id extends string> {
  readonly outcomes: readonly Outcome<Id>[];
  readonly vars: Inputs;
}

export class StepRun<Aws, Id extends string> {
  readonly #run: Pick<Run<Aws, Id>, 'emit' | 'now'>;
  readonly #place: Place;
  readonly #reportedTitle: string;
  readonly #identity: { readonly step: Id; readonly key: string; readonly title: string };
  readonly #start: number;

  /** @param reportedTitle the title for waits and failures, if it is not the title of the step. */
  constructor(
    run: Pick<Run<Aws, Id>, 'emit' | 'now' | 'inputs'>,
    step: Step<Aws, Id>,
    key: string,
    reportedTitle = step.title,
  ) {
    this.#run = run;
    this.#place = step.place(run.inputs, key);
    this.#reportedTitle = reportedTitle;
    this.#identity = { step: step.id, key, title: step.title };
    this.#start = run.now();
  }

  start(doing: Doing): void {
    this.#run.emit({ type: 'start', doing, ...this.#identity });
  }

  readonly onProgress = (message: string): void =>
    this.#run.emit({ type: 'wait', message, ...this.#identity, title: this.#reportedTitle });

  done(done: Done, detail?: string): Outcome<Id> {
    const ms = this.#run.now() - this.#start;
    const outcome = { ...this.#identity, done, ms, ...(detail === undefined ? {} : { detail }) };
    this.#run.emit({ type: 'done', ...outcome });
    return outcome;
  }

  /** Runs the work. A failure emits an event and remembers its place before it is thrown again. */
  async attempt<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await inPlace(this.#place, work);
    } catch (error) {
      const ms = this.#run.now() - this.#start;
      this.#run.emit({ type: 'failed', ms, ...this.#identity, title: this.#reportedTitle });
      throw error;
    }
  }
}

/** Throws after Ctrl-C. Called before every write. */
export function assertGoing(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new CancelledError('Stopped. Nothing is half done.', {
    code: 'CANCELLED',
    hint: ['Run the same command again to continue from here.'],
  });
}
