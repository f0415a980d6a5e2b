/** Waits for answers of AWS that no step is behind: what is waited for is said where it takes long enough to be read. */
import type { Clock } from '../../aws/clock.ts';
import type { Busy } from './reporter.ts';
import type { Spinner } from './spinner.ts';

/** In milliseconds. Most answers are there before: a line that is gone at once would only flicker. */
const unnoticed = 150;

/** Says it in this spinner; where several things are waited for, the one that has begun last. */
export function sayWaits(spinner: Pick<Spinner, 'show' | 'drop'>, clock: Clock): Busy {
  const texts = new Map<symbol, string>();
  let seenUntil = Number.NEGATIVE_INFINITY;
  const showLast = (): void => {
    const last = [...texts.values()].at(-1);
    if (last === undefined) spinner.drop('wait');
    else spinner.show('wait', `${last}…`);
  };
  /** To whoever watches, one wait right after another is one: between the two the line must not go and come back. */
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
