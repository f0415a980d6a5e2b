/** Pages of a list. The token names the last entry returned, so that deletions between pages lose nothing. */
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
  let after = 0;
  if (token !== undefined) {
    after = Number(Buffer.from(token, 'base64url').toString('utf8'));
    if (!Number.isInteger(after) || after < 1) throw invalidParameter('Invalid pagination token.');
  }
  const rest = [...all].filter((item) => item.seq > after).sort((a, b) => a.seq - b.seq);
  const items = rest.slice(0, size);
  const last = items.at(-1);
  if (last === undefined || rest.length <= size) return { items };
  return { items, next: Buffer.from(String(last.seq)).toString('base64url') };
}
