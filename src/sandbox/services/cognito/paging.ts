/** Pages of a list. The token names the last returned entry, so deletions between pages lose nothing. */
import { invalidParameter } from './errors.ts';

export interface Page<T> {
  readonly items: T[];
  readonly next?: string;
}

/** One page of `all` (ordered by `seq`), after the entry that `token` names. */
export function page<T extends { readonly seq: number }>(
  all: Iterable<T>,
  size: number,
  token: string | undefined,
): Page<T> {
  const after = placeIn(token);
  return firstOf(
    [...all].filter((item) => item.seq > after).sort((a, b) => a.seq - b.seq),
    size,
  );
}

/** The `seq` that the token names. 0 without a token. */
function placeIn(token: string | undefined): number {
  if (token === undefined) return 0;
  const after = Number(Buffer.from(token, 'base64url').toString('utf8'));
  if (!Number.isInteger(after) || after < 1) throw invalidParameter('Invalid pagination token.');
  return after;
}

/** The first page of ordered entries. Doesn't read the remaining entries. */
function firstOf<T extends { readonly seq: number }>(inOrder: Iterable<T>, size: number): Page<T> {
  const items: T[] = [];
  for (const item of inOrder) {
    const last = items.at(-1);
    if (items.length === size && last !== undefined)
      return { items, next: Buffer.from(String(last.seq)).toString('base64url') };
    items.push(item);
  }
  return { items };
}
