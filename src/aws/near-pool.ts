/** The pool that a mistyped ID probably means. */
import {
  type CognitoIdentityProviderClient,
  paginateListUserPools,
} from '@aws-sdk/client-cognito-identity-provider';
import { nearest } from '../core/near.ts';
import { printable } from '../core/printable.ts';
import { readOptional } from './optional-read.ts';

export interface NamedPool {
  readonly id: string;
  readonly name: string;
}

export const poolId = ({ id }: NamedPool): string => id;

/** Pages of 60 pools. A suggestion isn't worth a longer wait. */
const maxPages = 10;

/**
 * The one pool of a Region whose ID is close to this one.
 * Ignores a list that cannot be read, because a suggestion is only a help.
 */
export async function nearestPool(
  idp: CognitoIdentityProviderClient,
  id: string,
): Promise<NamedPool | undefined> {
  const pools = await readOptional(namedPools(idp), 'which pools there are', () => undefined);
  return nearest(id, pools ?? [], poolId);
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
    if (pages === maxPages) break;
  }
  return found;
}
