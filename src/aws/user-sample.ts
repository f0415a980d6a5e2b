/**
 * A sample of a pool's users.
 * Their names and values stay in this program's memory. Only counts are ever shown.
 */
import {
  type CognitoIdentityProviderClient,
  paginateListUsers,
} from '@aws-sdk/client-cognito-identity-provider';
import { isNamed } from './errors.ts';
import { type Pace, sleep } from './retry.ts';

export interface SampledUser {
  readonly userName: string;
  readonly enabled: boolean;
  readonly status: string;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
}

export interface UserSample {
  readonly users: readonly SampledUser[];
  /** Whether the pool has no other users. */
  readonly isAll: boolean;
}

/** ListUsers returns at most 60 users (API_ListUsers, Limit). */
const pageSize = 60;

/** The clock, and the signal that ends a wait. */

/**
 * Milliseconds between requests, for ten requests per second.
 * ListUsers allows 30 per second for all callers together, and this quota cannot be raised (Developer Guide,
 * "Quotas in Amazon Cognito", UserList). If the function of a live migration lists users too, sign-ins need
 * that quota.
 */
const pageEveryMs = 100;

/** Every user of a pool, page by page, at a third of the quota. */
export async function* eachUser(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
  pace: Pace,
): AsyncGenerator<SampledUser> {
  const { clock } = pace;
  let askedAt = clock.now();
  for await (const page of userPages(idp, UserPoolId)) {
    yield* page.users;
    if (page.isLast) return;
    const early = askedAt + pageEveryMs - clock.now();
    if (early > 0) await sleep(early, pace);
    askedAt = clock.now();
  }
}

async function* userPages(idp: CognitoIdentityProviderClient, UserPoolId: string) {
  for await (const page of paginateListUsers({ client: idp, pageSize }, { UserPoolId })) {
    const users = (page.Users ?? []).map(
      ({ Username = '', Enabled = true, UserStatus = '', Attributes = [] }): SampledUser => ({
        userName: Username,
        enabled: Enabled,
        status: UserStatus,
        attributes: Attributes.map(({ Name = '', Value = '' }) => ({ name: Name, value: Value })),
      }),
    );
    yield { users, isLast: page.PaginationToken === undefined };
  }
}

/** The first users of a pool, in the order of ListUsers. Undefined if access is denied. */
export async function sampleUsers(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
  most: number,
): Promise<UserSample | undefined> {
  const users: SampledUser[] = [];
  try {
    for await (const page of userPages(idp, UserPoolId)) {
      users.push(...page.users);
      if (users.length >= most && !page.isLast) return { users, isAll: false };
    }
  } catch (error) {
    if (isNamed(error, 'AccessDeniedException')) return undefined;
    throw error;
  }
  return { users, isAll: true };
}
