/** The old account's half of a migration, as data: what handoff writes down in three languages. */
import { parseArn, regionOfPool } from '../../../aws/arn.ts';
import type { Vars } from '../../../core/variables/index.ts';
import { roleArn } from '../../../steps/names.ts';
import {
  inlinePolicyName,
  type OldAccountRole,
  oldAccountRoleOf,
  oldAccountRoleText,
} from '../../../steps/old-account-role.ts';
import { oldClientRequest } from '../../../steps/old-client.ts';
import { searchesUsers } from '../../../steps/old-pool-policy.ts';

/** What the half follows from. Nothing here needs a look into the old account. */
export type HalfInputs = Pick<
  Vars,
  'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID' | 'NEW_USER_POOL_ARN' | 'NAME' | 'ROLE_PATH' | 'TAGS'
> &
  Partial<Pick<Vars, 'EXISTING_ROLE_ARN' | 'OLD_PERMISSIONS_BOUNDARY' | 'MAP'>>;

export interface OldHalf {
  readonly oldUserPoolId: string;
  readonly newUserPoolId: string;
  readonly newAccount: string;
  readonly region: string;
  readonly externalId: string;
  /** The function's role: the only one that is let in. */
  readonly functionRole: string;
  readonly roleName: string;
  readonly rolePath: string;
  readonly roleText: string;
  readonly policyName: string;
  readonly role: OldAccountRole;
  /** The role may look for users by their address too. */
  readonly searchesUsers: boolean;
  readonly clientName: string;
  /** What CreateUserPoolClient is told. */
  readonly client: ReturnType<typeof oldClientRequest>;
}

/** Stands for the old account's number, which only its administrator's own credentials tell. */
export const oldAccount = '<old account>';

/**
 * What people sign in to a pool with, asked of describe-user-pool, as a word of a shell: the pool's addresses, or `username` and
 * its aliases. A list that isn't there, and an empty one, count as none (JMESPath).
 */
export const signInQuery = `"join(',', UserPool.UsernameAttributes || ['username', UserPool.AliasAttributes][])"`;

/** The half that the steps would make, from the same definitions. */
export function oldHalf(inputs: HalfInputs, externalId: string): OldHalf {
  const { OLD_USER_POOL_ID, NEW_USER_POOL_ID } = inputs;
  const { partition, account } = parseArn(inputs.NEW_USER_POOL_ARN);
  const region = regionOfPool(OLD_USER_POOL_ID);
  const client = oldClientRequest(inputs);
  const OLD_USER_POOL_ARN = `arn:${partition}:cognito-idp:${region}:${oldAccount}:userpool/${OLD_USER_POOL_ID}`;
  return {
    oldUserPoolId: OLD_USER_POOL_ID,
    newUserPoolId: NEW_USER_POOL_ID,
    newAccount: account,
    region,
    externalId,
    functionRole: roleArn(inputs),
    roleName: inputs.NAME,
    rolePath: inputs.ROLE_PATH,
    roleText: oldAccountRoleText(inputs),
    policyName: inlinePolicyName,
    role: oldAccountRoleOf({ ...inputs, OLD_USER_POOL_ARN }, externalId),
    searchesUsers: searchesUsers(inputs),
    clientName: client.ClientName,
    client,
  };
}
