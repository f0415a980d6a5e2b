/** The pool that a mistyped ID probably means, and the error that names it. */
import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { UsageError } from '../../core/errors.ts';
import { nearest } from '../../core/near.ts';
import { readOptional } from '../optional-read.ts';
import { listPools, type NamedPool } from './list.ts';

export const poolId = ({ id }: NamedPool): string => id;

/** Ten pages. A suggestion isn't worth a longer wait. */
const mostPools = 600;

/**
 * The one pool of a Region whose ID is close to this one.
 * Ignores a list that cannot be read, because a suggestion is only a help.
 */
export async function nearestPool(
  idp: CognitoIdentityProviderClient,
  id: string,
): Promise<NamedPool | undefined> {
  const listing = listPools(idp, mostPools);
  const pools = await readOptional(listing);
  return nearest(id, pools ?? [], poolId);
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
