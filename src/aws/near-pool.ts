/** The pool that somebody means who has mistyped its ID. */
import {
  type CognitoIdentityProviderClient,
  paginateListUserPools,
} from '@aws-sdk/client-cognito-identity-provider';
import { printable } from '../core/printable.ts';
import { unlessDenied } from './errors.ts';

export interface NamedPool {
  readonly id: string;
  readonly name: string;
}

/** One letter too many, too few, or another one; or two of these. IDs have nine random letters and digits behind the Region. */
const mostEdits = 2;
/** Pages of 60 pools: nobody waits longer for a suggestion. */
const mostPages = 10;

/** The one pool of the list whose ID is close to this one; undefined if there is none, or more than one. */
export function nearest<P extends NamedPool>(id: string, pools: readonly P[]): P | undefined {
  const typed = id.toLowerCase();
  const near = pools
    .map((pool) => ({
      pool,
      edits: pool.id === id ? Number.POSITIVE_INFINITY : editsBetween(typed, pool.id.toLowerCase()),
    }))
    .filter(({ edits }) => edits <= mostEdits)
    .toSorted((a, b) => a.edits - b.edits);
  const [first, second] = near;
  return first !== undefined && first.edits !== second?.edits ? first.pool : undefined;
}

/** The same among all pools of a Region. A list that cannot be read is no obstacle: it would only have helped. */
export async function nearestPool(
  idp: CognitoIdentityProviderClient,
  id: string,
): Promise<NamedPool | undefined> {
  return nearest(id, (await unlessDenied(namedPools(idp))) ?? []);
}

async function namedPools(idp: CognitoIdentityProviderClient): Promise<NamedPool[]> {
  const found: NamedPool[] = [];
  let pages = 0;
  for await (const { UserPools = [] } of paginateListUserPools(
    { client: idp, pageSize: 60 },
    { MaxResults: 60 },
  )) {
    for (const { Id, Name } of UserPools)
      if (Id !== undefined) found.push({ id: Id, name: printable(Name ?? Id) });
    pages += 1;
    if (pages === mostPages) break;
  }
  return found;
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
