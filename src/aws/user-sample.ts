/** A sample of a pool's users. Their names and values stay in this program's memory: only counts are ever shown. */
import {
  type CognitoIdentityProviderClient,
  paginateListUsers,
} from '@aws-sdk/client-cognito-identity-provider';
import { isNamed } from './errors.ts';

export interface SampledUser {
  readonly userName: string;
  readonly enabled: boolean;
  readonly status: string;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
}

export interface UserSample {
  readonly users: readonly SampledUser[];
  /** The pool has no others. */
  readonly isAll: boolean;
}

/** ListUsers gives 60 at most (API_ListUsers, Limit). */
const pageSize = 60;

/** Every user of a pool, page by page. */
export async function* eachUser(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
): AsyncGenerator<SampledUser> {
  for await (const page of userPages(idp, UserPoolId)) yield* page.users;
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

/** The first users of a pool, in the order of ListUsers; undefined where they may not be listed. */
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
