/** A reading that was begun before it is needed, so that nobody waits for it, and that does not keep. */

/** Milliseconds for which it is as good as one of now. Who stands on it compares again right before the write. */
const prefetchMaxAgeMs = 500;

export class Prefetched<T> {
  readonly #read: () => Promise<T>;
  #begun: Promise<{ readonly value: T; readonly age: () => number }> | undefined;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  /** @param now milliseconds. */
  begin(now: () => number): void {
    if (this.#begun !== undefined) return;
    this.#begun = this.#read().then((value) => {
      const at = now();
      return { value, age: () => now() - at };
    });
    this.#begun.catch(() => undefined); // then it is read anew, and fails there
  }

  /** What was read ahead, once, if it is good still; otherwise what there is now. */
  async value(): Promise<T> {
    const begun = this.#begun;
    this.#begun = undefined;
    const early = await begun?.catch(() => undefined);
    const age = early?.age() ?? prefetchMaxAgeMs;
    return early !== undefined && age >= 0 && age <= prefetchMaxAgeMs ? early.value : this.#read(); // a clock can be set back
  }
}
