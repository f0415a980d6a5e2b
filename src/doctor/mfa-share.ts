/** How many users of the old pool have MFA. ListUsers does not say so, and one call per user is slow. */
import { AdminGetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { Side } from '../aws/clients.ts';
import { isNamed } from '../aws/errors.ts';
import { readOptional } from '../aws/optional-read.ts';
import type { UserSample } from '../aws/user-sample.ts';
import { hasSecondFactor } from '../lambda/old-user.ts';

export interface MfaShare {
  readonly users: number;
  readonly withMfa: number;
  /** Whether the pool has no other users. */
  readonly isAll: boolean;
}

/** Enough for "few" or "many", at half of the 120 reads per second that AWS allows for all callers. */
const mostUsers = 60;

/**
 * The share among the first users of the sample.
 * Undefined if they cannot be read. That needs one more permission than the plan.
 */
export async function readMfaShare(
  { idp }: Pick<Side, 'idp'>,
  UserPoolId: string,
  sample: UserSample,
): Promise<MfaShare | undefined> {
  const [first, ...others] = sample.users.slice(0, mostUsers);
  const isAll = sample.isAll && sample.users.length <= mostUsers;
  if (first === undefined) return { users: 0, withMfa: 0, isAll };
  const isGone = (error: unknown): undefined => {
    if (isNamed(error, 'UserNotFoundException')) return undefined;
    throw error;
  };
  const hasMfa = ({ userName: Username }: typeof first): Promise<boolean | undefined> =>
    idp.send(new AdminGetUserCommand({ UserPoolId, Username })).then(hasSecondFactor, isGone);
  // A missing permission shows in one call.
  const reading = hasMfa(first).then(async (answer) => [answer, ...(await Promise.all(others.map(hasMfa)))]);
  const answers = await readOptional(reading);
  const known = answers?.filter((answer) => answer !== undefined);
  return known && { users: known.length, withMfa: known.filter(Boolean).length, isAll };
}
