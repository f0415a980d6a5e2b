/** How many users of the old pool have MFA. ListUsers does not say so, and one call per user is slow. */
import type { Side } from '../aws/clients.ts';
import { readOptional } from '../aws/optional-read.ts';
import type { UserSample } from '../aws/user-sample.ts';
import { hasSecondFactor } from '../lambda/old-user.ts';
import { askEach, mostUsers } from './each-user.ts';

export interface MfaShare {
  readonly users: number;
  readonly withMfa: number;
  /** Whether the pool has no other users. */
  readonly isAll: boolean;
}

/**
 * The share among the first users of the sample.
 * Undefined if they cannot be read. That needs one more permission than the plan.
 */
export async function readMfaShare(
  side: Pick<Side, 'idp'>,
  UserPoolId: string,
  sample: UserSample,
): Promise<MfaShare | undefined> {
  const names = sample.users.slice(0, mostUsers).map(({ userName }) => userName);
  const isAll = sample.isAll && sample.users.length <= mostUsers;
  const answers = await readOptional(askEach(side, UserPoolId, names, hasSecondFactor));
  const known = answers?.filter((answer) => answer !== undefined);
  return known && { users: known.length, withMfa: known.filter(Boolean).length, isAll };
}
