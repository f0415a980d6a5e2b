/**
 * A value that takes effect some time after it was set, because IAM is eventually consistent.
 * IAM User Guide, "Changes that I make are not always immediately visible".
 */
export interface Propagating<T> {
  readonly current: T;
  /** The value in effect when `current` was set. */
  readonly earlier: T | undefined;
  readonly effectiveAt: number;
}

/** The value in effect at `now`: the current value, or the earlier one until `effectiveAt`. */
export function inEffect<T>(value: Propagating<T>, now: number): T | undefined {
  return now >= value.effectiveAt ? value.current : value.earlier;
}

/**
 * Sets a value that takes effect `delay` ms from now.
 * Until then, the value that is in effect now still applies.
 */
export function propagate<T>(
  before: Propagating<T> | undefined,
  current: T,
  now: number,
  delay: number,
): Propagating<T> {
  return { current, earlier: before && inEffect(before, now), effectiveAt: now + delay };
}
