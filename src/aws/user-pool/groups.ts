/** The groups of a user pool. They cannot carry tags. */
import {
  type CognitoIdentityProviderClient,
  type GroupType,
  paginateListGroups,
} from '@aws-sdk/client-cognito-identity-provider';

export interface PoolGroup {
  readonly name: string;
  readonly description: string | undefined;
  readonly precedence: number | undefined;
  readonly roleArn: string | undefined;
}

export interface PoolGroups {
  readonly groups: readonly PoolGroup[];
  /** Whether the pool has no other groups. */
  readonly isAll: boolean;
}

/** ListGroups returns at most 60 groups (API_ListGroups, Limit). */
const pageSize = 60;

/** The most groups of a pool (Developer Guide, "Quotas in Amazon Cognito"). */
export const mostGroups = 10_000;

/** The most groups that a user can be in. AWS doesn't raise this quota (Developer Guide, "Quotas in Amazon Cognito"). */
export const mostGroupsOfUser = 100;

/**
 * The groups of a pool, without those that Cognito makes for the users of an identity provider.
 * Cognito names such a group after the pool and the provider (Developer Guide, "Adding groups to a user pool").
 * @param most stops the reading after so many groups.
 */
export async function listGroups(
  client: CognitoIdentityProviderClient,
  UserPoolId: string,
  most: number,
): Promise<PoolGroups> {
  const groups: PoolGroup[] = [];
  for await (const page of paginateListGroups({ client, pageSize }, { UserPoolId })) {
    groups.push(
      ...(page.Groups ?? []).map(readGroup).filter(({ name }) => !name.startsWith(`${UserPoolId}_`)),
    );
    if (groups.length >= most && page.NextToken !== undefined) return { groups, isAll: false };
  }
  return { groups, isAll: true };
}

function readGroup({ GroupName = '', Description, Precedence, RoleArn }: GroupType): PoolGroup {
  return { name: GroupName, description: Description, precedence: Precedence, roleArn: RoleArn };
}
