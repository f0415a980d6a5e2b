/** The name that somebody means who has mistyped it. */

/** One letter too many, too few, or another one; or two of these. */
const mostEdits = 2;

/** The one of these whose name is close to the typed one; undefined if there is none, or more than one. */
export function nearest<T>(typed: string, all: readonly T[], nameOf: (one: T) => string): T | undefined {
  const word = typed.toLowerCase();
  const near = all
    .filter((one) => nameOf(one) !== typed)
    .map((one) => ({ one, edits: editsBetween(word, nameOf(one).toLowerCase()) }))
    // Of a word of four letters, two others make another word.
    .filter(({ edits }) => edits <= Math.min(mostEdits, word.length / 3))
    .toSorted((a, b) => a.edits - b.edits);
  const [first, second] = near;
  return first !== undefined && first.edits !== second?.edits ? first.one : undefined;
}

/** Levenshtein distance. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [at, sign] of [...a].entries()) {
    const next = [at + 1];
    for (const [index, other] of [...b].entries()) {
      const [left = 0, above = 0, corner = 0] = [next[index], row[index + 1], row[index]];
      next.push(Math.min(left + 1, above + 1, corner + (sign === other ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
