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

/** The first users of a pool, in the order of ListUsers; undefined where they may not be listed. */
export async function sampleUsers(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
  most: number,
): Promise<UserSample | undefined> {
  const users: SampledUser[] = [];
  try {
    for await (const page of paginateListUsers({ client: idp, pageSize }, { UserPoolId })) {
      for (const { Username = '', Enabled = true, UserStatus = '', Attributes = [] } of page.Users ?? []) {
        const attributes = Attributes.map(({ Name = '', Value = '' }) => ({ name: Name, value: Value }));
        users.push({ userName: Username, enabled: Enabled, status: UserStatus, attributes });
      }
      if (users.length >= most && page.PaginationToken !== undefined) return { users, isAll: false };
    }
  } catch (error) {
    if (isNamed(error, 'AccessDeniedException')) return undefined;
    throw error;
  }
  return { users, isAll: true };
}
