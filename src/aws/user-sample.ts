/**
 * A sample of a pool's users.
 * Their names and values stay in this program's memory. Only counts are ever shown.
 */
import {
  type CognitoIdentityProviderClient,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { Pacer } from '../core/pacer.ts';
import { isNamed, isThrottling } from './errors.ts';
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

/**
 * Requests per second.
 * ListUsers allows 30 per second for all callers together, and this quota cannot be raised (Developer Guide,
 * "Quotas in Amazon Cognito", UserList). If the function of a live migration lists users too, sign-ins need
 * that quota.
 */
const pagesPerSecond = 10;

/** Every user of a pool, page by page, at a third of the quota. */
export async function* eachUser(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
  pace: Pace,
): AsyncGenerator<SampledUser> {
  const pacer = new Pacer({
    perSecond: pagesPerSecond,
    now: pace.clock.now,
    sleep: (ms) => sleep(ms, pace),
    isThrottled: isThrottling,
  });
  const pages = userPages(idp, UserPoolId, (send) => pacer.run(send));
  for await (const page of pages) yield* page.users;
}

/** @param inTurn sends the request for one page. */
async function* userPages(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
  inTurn: <T>(send: () => Promise<T>) => Promise<T> = (send) => send(),
) {
  let PaginationToken: string | undefined;
  do {
    const request = new ListUsersCommand({ UserPoolId, Limit: pageSize, PaginationToken });
    const page = await inTurn(() => idp.send(request));
    const users = (page.Users ?? []).map(
      ({ Username = '', Enabled = true, UserStatus = '', Attributes = [] }): SampledUser => ({
        userName: Username,
        enabled: Enabled,
        status: UserStatus,
        attributes: Attributes.map(({ Name = '', Value = '' }) => ({ name: Name, value: Value })),
      }),
    );
    PaginationToken = page.PaginationToken;
    yield { users, isLast: PaginationToken === undefined };
  } while (PaginationToken !== undefined);
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
