/** Shows waits for AWS responses outside any step, if they last long enough to read. */
import type { Clock } from '../../aws/clock.ts';
import type { Busy } from './reporter.ts';
import type { Spinner } from './spinner.ts';

/**
 * Delay in milliseconds before a wait shows.
 * Most responses arrive sooner, and a brief line would only flicker.
 */
const showDelayMs = 150;

/** Shows waits in this spinner. With several waits, shows the one that started last. */
export function sayWaits(spinner: Pick<Spinner, 'show' | 'drop'>, clock: Clock): Busy {
  const shownTexts = new Map<symbol, string>();
  let shownUntil = Number.NEGATIVE_INFINITY;
  const refresh = (): void => {
    const last = [...shownTexts.values()].at(-1);
    if (last === undefined) spinner.drop('wait');
    else spinner.show('wait', `${last}…`);
  };
  /**
   * Whether a wait shows, or ended just now.
   * The line must not disappear and come back between two waits.
   */
  const isGoingOn = (): boolean => shownTexts.size > 0 || clock.now() - shownUntil < showDelayMs;

  return async (first, work) => {
    const wait = Symbol(first);
    let text = first;
    const over = new AbortController();
    const begin = (): void => {
      if (ended.signal.aborted) return;
      shownTexts.set(wait, text);
      refresh();
    };
    if (isGoingOn()) begin();
    else void clock.sleep(showDelayMs, ended.signal).then(begin);
    try {
      return await work((next) => {
        text = next;
        if (told.has(wait)) begin();
      });
    } finally {
      ended.abort();
      if (shownTexts.delete(wait)) {
        shownUntil = clock.now();
        refresh();
      }
    }
  };
}
