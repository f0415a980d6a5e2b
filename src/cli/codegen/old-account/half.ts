/** The old account's half of a migration, as data. handoff prints it in three languages. */
import { parseArn, regionOfPool } from '../../../aws/arn.ts';
import type { Resource } from '../../../core/resource.ts';
import type { Vars } from '../../../core/variables/index.ts';
import { oldAccountSteps } from '../../../steps/index.ts';
import { roleArn } from '../../../steps/names.ts';
import {
  type OldAccountRole,
  oldAccountRoleOf,
  oldAccountRoleText,
} from '../../../steps/old-account-role.ts';
import { oldClientRequest } from '../../../steps/old-client.ts';
import { searchReason } from '../../../steps/old-pool-policy.ts';
import { inlinePolicyName } from '../../../steps/role-cleanup.ts';

/** The inputs of the half. None of them requires access to the old account. */
export type HalfInputs = Pick<
  Vars,
  'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID' | 'NEW_USER_POOL_ARN' | 'NAME' | 'ROLE_PATH' | 'TAGS'
> &
  Partial<
    Pick<Vars, 'EXISTING_ROLE_ARN' | 'OLD_PERMISSIONS_BOUNDARY' | 'MAP' | 'FIND_BY' | 'GROUPS' | 'MOVE_ONCE'>
  >;

export interface OldHalf {
  readonly oldUserPoolId: string;
  readonly newUserPoolId: string;
  readonly newAccount: string;
  readonly region: string;
  readonly externalId: string;
  /** The function's role. No other principal can assume the old account's role. */
  readonly functionRole: string;
  readonly roleName: string;
  readonly rolePath: string;
  readonly roleText: string;
  readonly policyName: string;
  readonly role: OldAccountRole;
  /** Why the role may also search for users by their address. Undefined if it may not. */
  readonly searchReason: string | undefined;
  /** Whether the role may see the groups of a user (`--groups`). */
  readonly seesGroups: boolean;
  /** What the function does to the old user after a move (`--move-once`). */
  readonly closes: Vars['MOVE_ONCE'] | undefined;
  readonly clientName: string;
  /** The resources, as the steps would create them. */
  readonly resources: readonly Resource[];
  /** The request for CreateUserPoolClient. */
  readonly client: ReturnType<typeof oldClientRequest>;
}

/** Placeholder for the old account's number. Only its administrator's own credentials reveal it. */
export const oldAccount = '<old account>';

/**
 * The query for a pool's sign-in attributes in describe-user-pool, as one shell word.
 * The result is the username attributes, or `username` and its aliases.
 * A missing list and an empty one both count as none (JMESPath).
 */
export const signInQuery = `"join(',', UserPool.UsernameAttributes || ['username', UserPool.AliasAttributes][])"`;

/** The half that the steps would create, from the same definitions. */
export function oldHalf(inputs: HalfInputs, externalId: string): OldHalf {
  const { OLD_USER_POOL_ID, NEW_USER_POOL_ID } = inputs;
  const { partition, account } = parseArn(inputs.NEW_USER_POOL_ARN);
  const region = regionOfPool(OLD_USER_POOL_ID);
  const client = oldClientRequest(inputs);
  const OLD_USER_POOL_ARN = `arn:${partition}:cognito-idp:${region}:${oldAccount}:userpool/${OLD_USER_POOL_ID}`;
  const vars = { MAP: {}, ...inputs, OLD_USER_POOL_ARN, FRESH_EXTERNAL_ID: externalId };
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
    role: oldAccountRoleOf(vars, externalId),
    resources: oldAccountSteps.flatMap((step) => step.wanted(vars).resources),
    searchReason: searchReason(inputs),
    seesGroups: inputs.GROUPS !== undefined,
    closes: inputs.MOVE_ONCE,
    clientName: client.ClientName,
    client,
  };
}
