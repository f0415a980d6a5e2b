/** Finds the intended name for a mistyped one. */

/** Up to two edits: a letter too many, a letter too few, or a different letter. */
const mostEdits = 2;

/** The item with the closest name to the typed one. Undefined if there is none, or a tie. */
export function nearest<T>(typed: string, all: readonly T[], nameOf: (one: T) => string): T | undefined {
  const word = typed.toLowerCase();
  const near = all
    .filter((one) => nameOf(one) !== typed)
    .map((one) => ({ one, edits: editsBetween(word, nameOf(one).toLowerCase()) }))
    // In a word of four letters, two edits make a different word.
    .filter(({ edits }) => edits <= Math.min(mostEdits, word.length / 3))
    .toSorted((a, b) => a.edits - b.edits);
  const [first, second] = near;
  return first !== undefined && first.edits !== second?.edits ? first.one : undefined;
}

/** Levenshtein distance. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [at, character] of [...a].entries()) {
    const next = [at + 1];
    for (const [index, otherCharacter] of [...b].entries()) {
      const [left = 0, above = 0, corner = 0] = [next[index], row[index + 1], row[index]];
      next.push(Math.min(left + 1, above + 1, corner + (character === otherCharacter ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
