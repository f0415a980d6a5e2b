/**
 * The one moving line of a terminal, below all other lines. Shows the work in progress.
 * Disappears during output and questions, and for good after the last output of the program.
 */
import ora from 'ora';
import type { Clock } from '../../aws/clock.ts';
import { guarded } from '../../core/printable.ts';
import { hasColor, type Io } from './io.ts';
import type { Busy } from './reporter.ts';

export interface Spinner {
  /** Shows this work as in progress. Replaces the earlier text of this name. */
  show(name: string, text: string): void;
  /** Removes the text of finished work. */
  drop(name: string): void;
  /** Writes a line above the spinner. If a question is open, waits for its answer. */
  say(line: string): void;
  /** Holds all other output until the question has an answer. */
  whileAsking<T>(question: () => Promise<T>): Promise<T>;
  /** Stops showing work, even if some continues in the background. */
  end(): void;
}

/** Most responses arrive sooner. */
const counterDelaySeconds = 5;

export function makeSpinner(io: Io): Spinner {
  const color = hasColor(io.env, io.stderr) ? 'cyan' : false;
  // Already known: this terminal supports spinners. Otherwise ora would check the process environment again.
  const line = ora({ stream: io.stderr, prefixText: ' ', discardStdin: false, color, isEnabled: true });
  const textsInProgress = new Map<string, string>();
  const heldLines: string[] = [];
  let isAsking = false;
  let isOver = false;
  let shownText = '';
  let shownAt = 0;
  let ticking: NodeJS.Timeout | undefined;

  /**
   * A seconds counter, because a slow response looks like a hang.
   * Omitted if the text has its own counter.
   */
  const counter = (): string => {
    const seconds = Math.floor((io.clock.now() - shownAt) / 1000);
    return seconds < counterDelaySeconds || / s$/.test(shownText) ? '' : ` · ${seconds} s`;
  };
  const draw = (): void => {
    const suffix = counter();
    const width = (io.stderr.columns ?? 80) - 6 - suffix.length;
    line.text = `${shownText.length > width ? `${shownText.slice(0, width - 1)}…` : shownText}${suffix}`;
  };

  /** Clears the spinner only if it shows. */
  const halt = (): void => {
    clearInterval(ticking);
    ticking = undefined;
    if (line.isSpinning) line.stop();
  };
  const spin = (): void => {
    const text = guarded([...textsInProgress.values()].join(' · '), false);
    if (text === '' || isAsking || isOver) {
      shownText = '';
      halt();
      return;
    }
    if (text !== shownText) shownAt = io.clock.now();
    shownText = text;
    draw();
    if (!line.isSpinning) line.start();
    ticking ??= setInterval(draw, 1000).unref();
  };
  const say = (text: string): void => {
    if (isAsking) {
      heldLines.push(text);
      return;
    }
    halt();
    io.stderr.write(`${text}\n`);
    spin();
  };
  return {
    say,
    show(name, text) {
      textsInProgress.set(name, text);
      spin();
    },
    drop(name) {
      if (textsInProgress.delete(name)) spin();
    },
    async whileAsking(question) {
      isAsking = true;
      halt();
      try {
        return await question();
      } finally {
        isAsking = false;
        for (const text of heldLines.splice(0)) say(text);
        spin();
      }
    },
    end() {
      isOver = true;
      halt();
    },
  };
}

/** In milliseconds. Most answers arrive sooner, and a line that disappears at once only flickers. */
const unnoticed = 150;

/** Shows waits for AWS that belong to no step. Of several waits, shows the one that began last. */
export function sayWaits(spinner: Pick<Spinner, 'show' | 'drop'>, clock: Clock): Busy {
  const texts = new Map<symbol, string>();
  let seenUntil = Number.NEGATIVE_INFINITY;
  const showLast = (): void => {
    const last = [...texts.values()].at(-1);
    if (last === undefined) spinner.drop('wait');
    else spinner.show('wait', `${last}…`);
  };
  /** One wait right after another looks like one. The line must not disappear in between. */
  const isGoingOn = (): boolean => texts.size > 0 || clock.now() - seenUntil < unnoticed;

  return async (first, work) => {
    const wait = Symbol(first);
    let text = first;
    const over = new AbortController();
    const begin = (): void => {
      if (over.signal.aborted) return;
      texts.set(wait, text);
      showLast();
    };
    if (isGoingOn()) begin();
    else void clock.sleep(unnoticed, over.signal).then(begin);
    try {
      return await work((next) => {
        text = next;
        if (texts.has(wait)) begin();
      });
    } finally {
      over.abort();
      if (texts.delete(wait)) {
        seenUntil = clock.now();
        showLast();
      }
    }
  };
}
