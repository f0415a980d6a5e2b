/** Lists in sentences. */

/** `a or b`; `a, b, or c`. */
export function anyOf(words: readonly string[]): string {
  if (words.length < 3) return words.join(' or ');
  return `${words.slice(0, -1).join(', ')}, or ${words.at(-1)}`;
}
