/**
 * A value that takes effect some time after it was set: IAM is eventually consistent
 * (IAM User Guide, "Changes that I make are not always immediately visible").
 */
export interface Propagating<T> {
  readonly current: T;
  /** What was in effect when `current` was set. */
  readonly earlier: T | undefined;
  readonly effectiveAt: number;
}

/** What is in effect at `now`: the current value, or still the one before it. */
export function inEffect<T>(value: Propagating<T>, now: number): T | undefined {
  return now >= value.effectiveAt ? value.current : value.earlier;
}

/** Sets a value that takes effect `delay` ms from now; until then what is in effect now stays so. */
export function propagate<T>(
  before: Propagating<T> | undefined,
  current: T,
  now: number,
  delay: number,
): Propagating<T> {
  return { current, earlier: before && inEffect(before, now), effectiveAt: now + delay };
}
