/** A value fetched ahead of time. Expires after 500 ms. */

/**
 * Maximum age in milliseconds at which the value counts as current.
 * Its users compare again right before the write.
 */
const prefetchMaxAgeMs = 500;

export class Prefetched<T> {
  readonly #read: () => Promise<T>;
  #begun: Promise<{ readonly value: T; readonly age: () => number }> | undefined;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  /** @param now returns the time in milliseconds. */
  begin(now: () => number): void {
    if (this.#begun !== undefined) return;
    this.#begun = this.#read().then((value) => {
      const at = now();
      return { value, age: () => now() - at };
    });
    this.#begun.catch(() => undefined); // value() reads again and reports the failure
  }

  /** The prefetched value, once, if it has not expired. Otherwise a new read. */
  async value(): Promise<T> {
    const begun = this.#begun;
    this.#begun = undefined;
    const prefetched = await begun?.catch(() => undefined);
    const age = prefetched?.age() ?? prefetchMaxAgeMs;
    // The age is negative if someone sets the clock back.
    return prefetched !== undefined && age >= 0 && age <= prefetchMaxAgeMs ? prefetched.value : this.#read();
  }
}
