/** Finds the intended name for a mistyped one, or for a part of one. */

/** Up to two edits: a letter too many, a letter too few, or a different letter. */
const mostEdits = 2;

/** The items with the closest names to the typed one. Empty if no name is close. */
export function allNearest<T>(typed: string, all: readonly T[], nameOf: (one: T) => string): T[] {
  const word = typed.toLowerCase();
  const near = all
    .filter((one) => nameOf(one) !== typed)
    .map((one) => ({ one, edits: editsBetween(word, nameOf(one).toLowerCase()) }))
    // In a word of four letters, two edits make a different word.
    .filter(({ edits }) => edits <= Math.min(mostEdits, word.length / 3));
  const fewest = Math.min(...near.map(({ edits }) => edits));
  return near.filter(({ edits }) => edits === fewest).map(({ one }) => one);
}

/** The item with the closest name to the typed one. Undefined if there is none, or a tie. */
export function nearest<T>(typed: string, all: readonly T[], nameOf: (one: T) => string): T | undefined {
  const [first, second] = allNearest(typed, all, nameOf);
  return second === undefined ? first : undefined;
}

/** Moves those up that have exactly this name, in any letter case. Others keep their order. */
export function exactFirst<T>(typed: string, all: readonly T[], namesOf: (one: T) => readonly string[]): T[] {
  const word = typed.trim().toLowerCase();
  const isExact = (one: T): boolean => namesOf(one).some((name) => name.toLowerCase() === word);
  return [...all.filter(isExact), ...all.filter((one) => !isExact(one))];
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
