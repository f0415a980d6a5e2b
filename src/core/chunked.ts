/** Lists in parts. */

/** The items in groups of this size, in their order. The last group may be smaller. */
export function* chunked<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
