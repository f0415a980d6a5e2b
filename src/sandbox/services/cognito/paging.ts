/** Pages of a list. The token names the last returned entry, so deletions between pages lose nothing. */
import { invalidParameter } from './errors.ts';

interface Numbered {
  /** Rises with each new entry. */
  readonly seq: number;
}

/** A map that finds the place after a numbered entry quickly, regardless of its size. */
export class NumberedMap<K, V extends Numbered> extends Map<K, V> {
  readonly #places: { readonly key: K; readonly seq: number }[] = [];

  override set(key: K, value: V): this {
    if (!this.has(key)) this.#places.push({ key, seq: value.seq });
    return super.set(key, value);
  }

  /** The entries with a higher number, in the order in which they were added. */
  *after(seq: number): Generator<V> {
    let [low, high] = [0, this.#places.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#places[middle]?.seq ?? 0) > seq) high = middle;
      else low = middle + 1;
    }
    for (let at = low; at < this.#places.length; at += 1) {
      const place = this.#places[at];
      const value = place && this.get(place.key);
      // The entry may be gone, or another one has its key by now.
      if (value !== undefined && value.seq === place?.seq) yield value;
    }
  }
}

export interface Page<T> {
  readonly items: T[];
  readonly next?: string;
}

/** One page of `all`, after the entry that `token` names. */
export function page<T extends Numbered>(
  all: NumberedMap<unknown, T> | readonly T[],
  size: number,
  token: string | undefined,
): Page<T> {
  const after = placeIn(token);
  const rest = all instanceof NumberedMap ? all.after(after) : all.filter(({ seq }) => seq > after);
  const items: T[] = [];
  for (const item of rest) {
    const last = items.at(-1);
    if (items.length === size && last !== undefined)
      return { items, next: Buffer.from(String(last.seq)).toString('base64url') };
    items.push(item);
  }
  return { items };
}

/** The `seq` that the token names. 0 without a token. */
function placeIn(token: string | undefined): number {
  if (token === undefined) return 0;
  const after = Number(Buffer.from(token, 'base64url').toString('utf8'));
  if (!Number.isInteger(after) || after < 1) throw invalidParameter('Invalid pagination token.');
  return after;
}
