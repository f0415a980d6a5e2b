/**
 * The role in the old pool's account that the function assumes. Used only across accounts.
 * It trusts the function's role by name (aws:PrincipalArn), not as a principal.
 * It can thus be created before that role, and survives when that role is recreated. A principal would not
 * (IAM User Guide, "AWS JSON policy elements: Principal", on deleted and recreated roles).
 */

import { DeleteRolePolicyCommand, GetRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import trustTemplate from '../../templates/old-account-trust-policy.json' with { type: 'json' };
import { parseArn } from '../aws/arn.ts';
import { roleUrl } from '../aws/console-url.ts';
import { requireField, undefinedIfNotFound } from '../aws/errors.ts';
import {
  createRole,
  deleteRole,
  getRole,
  noSuchEntity,
  type RoleProps,
  repairRole,
  repairRoleTags,
  roleInput,
  rolePropsOf,
  type WantedRole,
} from '../aws/iam.ts';
import { ownerOf, ownTags } from '../aws/ownership.ts';
import { parsePolicy } from '../aws/policy-document.ts';
import { fill } from '../aws/templates.ts';
import { missingPermissions, stops } from '../core/effects.ts';
import { differences, isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { lifecycle } from '../core/permission.ts';
import type { Vars } from '../core/variables/index.ts';
import { defineStep, keepFlag } from './define-step.ts';
import { createsOldRole, isCrossAccount, oldRoleArn, roleArn } from './names.ts';
import { oldPoolPolicy, oldPoolPolicyText } from './old-pool-policy.ts';
import { addedAttachments, addedInline } from './role-additions.ts';
import { inlinePolicyName, roleCleanup } from './role-cleanup.ts';

/** The properties of that role. Its boundary is a policy of that account. */
export type OldAccountRole = RoleProps & { readonly policy: JsonObject };

const PolicyName = inlinePolicyName;

type RoleVars = Pick<
  Vars,
  | 'OLD_USER_POOL_ID'
  | 'NEW_USER_POOL_ID'
  | 'OLD_USER_POOL_ARN'
  | 'NEW_USER_POOL_ARN'
  | 'ROLE_PATH'
  | 'NAME'
  | 'TAGS'
> &
  Partial<
    Pick<Vars, 'EXISTING_ROLE_ARN' | 'OLD_PERMISSIONS_BOUNDARY' | 'MAP' | 'FIND_BY' | 'GROUPS' | 'MOVE_ONCE'>
  >;

/** The desired role. The step creates it, and handoff describes it for someone else to create. */
export const oldAccountRoleOf = (vars: RoleVars, OLD_EXTERNAL_ID: string): OldAccountRole => ({
  trustPolicy: fill(trustTemplate, {
    PARTITION: parseArn(vars.OLD_USER_POOL_ARN).partition,
    NEW_ACCOUNT_ID: parseArn(vars.NEW_USER_POOL_ARN).account,
    ROLE_ARN: roleArn(vars),
    OLD_EXTERNAL_ID,
  }),
  policy: oldPoolPolicy(vars),
  permissionsBoundary: vars.OLD_PERMISSIONS_BOUNDARY ?? null,
  tags: ownTags(vars),
});

/** The role's description. */
export const oldAccountRoleText = (vars: Pick<Vars, 'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID'>): string =>
  `Lets the migration to ${vars.NEW_USER_POOL_ID} check passwords in ${vars.OLD_USER_POOL_ID}`;

const roleOf = (want: OldAccountRole, vars: RoleVars): WantedRole => ({
  ...want,
  name: vars.NAME,
  path: vars.ROLE_PATH,
  description: oldAccountRoleText(vars),
});

/** The external ID that a trust policy requires. Undefined if it requires none. */
function externalIdOf(trust: JsonObject | undefined): string | undefined {
  const statements: readonly Json[] = Array.isArray(trust?.Statement) ? trust.Statement : [];
  const [first] = statements;
  const condition = isJsonObject(first) && isJsonObject(first.Condition) ? first.Condition : {};
  const equals = isJsonObject(condition.StringEquals) ? condition.StringEquals['sts:ExternalId'] : undefined;
  return typeof equals === 'string' ? equals : undefined;
}

const moreRights =
  "With it, the function can do more in the old pool's account than check passwords and read users.";

function meansOf(path: string): string | undefined {
  if (path.startsWith('trustPolicy'))
    return "Others than the function can use this role in the old pool's account, and try passwords there.";
  return path.startsWith('policy')
    ? "The function has other permissions in the old pool's account than to check passwords and read users."
    : undefined;
}

export const oldAccountRole = defineStep({
  id: 'old-account-role',
  title: 'old role',
  effects: {
    missing: stops("the function cannot reach the old pool's account"),
    drifted: missingPermissions,
    foreign: stops("the role in the old pool's account does not belong to this migration"),
  },
  consoleUrl: (inputs) => roleUrl(oldRoleArn(inputs)),
  kind: 'create',
  requires: [
    'NAME',
    'ROLE_PATH',
    'TAGS',
    'MAP',
    'OLD_USER_POOL_ID',
    'NEW_USER_POOL_ID',
    'OLD_USER_POOL_ARN',
    'NEW_USER_POOL_ARN',
    'FRESH_EXTERNAL_ID',
  ],
  optional: ['EXISTING_ROLE_ARN', 'OLD_PERMISSIONS_BOUNDARY', 'FIND_BY', 'GROUPS', 'MOVE_ONCE'],
  outputs: ['OLD_ROLE_ARN', 'OLD_EXTERNAL_ID'],
  alreadyExistsErrors: ['EntityAlreadyExists', 'EntityAlreadyExistsException'],
  side: 'old',
  permissions: [
    {
      sid: 'MakeTheRoleForTheOtherAccount',
      when: (facts) => createsOldRole(facts) && facts.OLD_PERMISSIONS_BOUNDARY === undefined,
      actions: { 'iam:CreateRole': ['init'], 'iam:PutRolePolicy': ['init'] },
      resource: oldRoleArn,
    },
    {
      sid: 'MakeTheRoleForTheOtherAccountWithItsBoundary',
      when: (facts) => createsOldRole(facts) && facts.OLD_PERMISSIONS_BOUNDARY !== undefined,
      actions: {
        'iam:CreateRole': ['init'],
        'iam:PutRolePermissionsBoundary': ['init'],
        'iam:PutRolePolicy': ['init'],
      },
      resource: oldRoleArn,
      condition: ({ OLD_PERMISSIONS_BOUNDARY = '' }) => ({
        ArnEquals: { 'iam:PermissionsBoundary': OLD_PERMISSIONS_BOUNDARY },
      }),
    },
    {
      sid: 'KeepTheRoleForTheOtherAccount',
      when: createsOldRole,
      actions: {
        'iam:TagRole': ['init'],
        'iam:GetRole': lifecycle,
        'iam:UpdateAssumeRolePolicy': ['init'],
        'iam:GetRolePolicy': lifecycle,
        'iam:ListRolePolicies': lifecycle,
        'iam:ListAttachedRolePolicies': lifecycle,
        'iam:DeleteRolePolicy': ['finish'],
        'iam:DeleteRole': ['finish'],
      },
      resource: oldRoleArn,
    },
  ],
  when: isCrossAccount,
  cleanup: roleCleanup,
  existing: ({ EXISTING_OLD_ROLE_ARN: OLD_ROLE_ARN, EXISTING_OLD_EXTERNAL_ID: OLD_EXTERNAL_ID }) =>
    OLD_ROLE_ARN === undefined || OLD_EXTERNAL_ID === undefined
      ? undefined
      : { OLD_ROLE_ARN, OLD_EXTERNAL_ID },
  describe: (inputs) =>
    inputs.EXISTING_OLD_ROLE_ARN ??
    `in account ${parseArn(inputs.OLD_USER_POOL_ARN).account}: ${oldPoolPolicyText(inputs)}`,

  desired({ vars, live }): OldAccountRole {
    // The external ID stays, unless someone removed it.
    const role = oldAccountRoleOf(vars, externalIdOf(live?.trustPolicy) ?? vars.FRESH_EXTERNAL_ID);
    return {
      ...role,
      permissionsBoundary: role.permissionsBoundary ?? live?.permissionsBoundary ?? null,
      tags: { ...live?.tags, ...role.tags },
    };
  },

  iac: ({ want, vars }) => ({
    type: 'role',
    calls: [
      { operation: 'CreateRole', input: roleInput(roleOf(want, vars)) },
      {
        operation: 'PutRolePolicy',
        input: { RoleName: vars.NAME, PolicyName, PolicyDocument: want.policy },
      },
    ],
  }),

  async read({ aws, vars }) {
    const { iam } = aws.old;
    const role = await getRole(iam, vars.NAME);
    if (role === undefined) return undefined;
    const target = { iam, role: vars.NAME, means: moreRights };
    const [inline, moreInline, attached] = await Promise.all([
      undefinedIfNotFound(
        iam.send(new GetRolePolicyCommand({ RoleName: vars.NAME, PolicyName })),
        ...noSuchEntity,
      ),
      addedInline(target, [PolicyName]),
      addedAttachments(target),
    ]);
    const OLD_ROLE_ARN = requireField(role.Arn, "the role's ARN");
    const { trustPolicy, ...props } = rolePropsOf(role);
    return {
      props: { trustPolicy, policy: parsePolicy(inline?.PolicyDocument), ...props },
      outputs: { OLD_ROLE_ARN, OLD_EXTERNAL_ID: externalIdOf(trustPolicy) ?? '' },
      owner: OLD_ROLE_ARN,
      ...ownerOf(props.tags, vars),
      additions: [...attached.additions, ...moreInline.additions],
      notices: [...attached.notices, ...moreInline.notices],
    };
  },

  means: ({ path }) => meansOf(path),

  async write({ aws, want, live, vars }) {
    const { iam } = aws.old;
    const OLD_EXTERNAL_ID = requireField(externalIdOf(want.trustPolicy), 'an external ID');
    const role = roleOf(want, vars);
    const OLD_ROLE_ARN = live?.outputs.OLD_ROLE_ARN ?? (await createRole(iam, role));
    if (live !== undefined) await repairRole(iam, role, live.props);
    if (differences(live?.props.policy, want.policy).length > 0) {
      const PolicyDocument = JSON.stringify(want.policy);
      await iam.send(new PutRolePolicyCommand({ RoleName: role.name, PolicyName, PolicyDocument }));
    }
    if (live !== undefined) await repairRoleTags(iam, role, live.props);
    return { outputs: { OLD_ROLE_ARN, OLD_EXTERNAL_ID } };
  },

  async remove({ aws, vars }) {
    const { iam } = aws.old;
    const RoleName = vars.NAME;
    await undefinedIfNotFound(
      iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
      ...noSuchEntity,
    );
    await deleteRole(iam, RoleName, keepFlag('old-account-role'));
    return undefined;
  },
});
