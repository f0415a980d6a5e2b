/** The pool that a mistyped ID probably means, and the error that names it. */
import {
  type CognitoIdentityProviderClient,
  paginateListUserPools,
} from '@aws-sdk/client-cognito-identity-provider';
import { UsageError } from '../core/errors.ts';
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
  const listing = namedPools(idp);
  const pools = await readOptional(listing);
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

/**
 * The error for a user pool that DescribeUserPool doesn't find, with the flag that its ID came from.
 * @param whereElse Hints for a pool that is in another account.
 * @param near The pool of this account that was probably meant.
 */
export function poolNotFound(
  id: string,
  flag: string,
  region: string,
  account: string,
  whereElse = ['It must be in the account of these credentials; --profile chooses others.'],
  near?: NamedPool,
): UsageError {
  return new UsageError(`There is no user pool ${id} in ${region} in account ${account}`, {
    code: 'POOL_NOT_FOUND',
    found: id,
    hint: [
      ...(near === undefined ? [] : [`Did you mean ${near.name}?  ${flag} ${near.id}`.trimEnd()]),
      `Check ${flag}: capital letters count.`,
      ...whereElse,
    ],
  });
}
