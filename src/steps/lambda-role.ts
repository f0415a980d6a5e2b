/** The function's execution role. */

import template from '../../templates/trust-policy.json' with { type: 'json' };
import { roleUrl } from '../aws/console-url.ts';
import { requireField } from '../aws/errors.ts';
import {
  createRole,
  deleteRole,
  getRole,
  type RoleProps,
  repairRole,
  repairRoleTags,
  roleInput,
  rolePropsOf,
  type WantedRole,
} from '../aws/iam.ts';
import { ownerOf, ownTags } from '../aws/ownership.ts';
import { fill } from '../aws/templates.ts';
import { limits, stops } from '../core/effects.ts';
import { UsageError } from '../core/errors.ts';
import { lifecycle } from '../core/permission.ts';
import type { Vars } from '../core/variables/index.ts';
import { defineStep, keepFlag } from './define-step.ts';
import { createsRole, roleArn } from './names.ts';
import { roleCleanup } from './role-cleanup.ts';

type Props = RoleProps & { readonly path: string };

const roleOf = (
  want: Props,
  vars: Pick<Vars, 'NAME' | 'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID'>,
): WantedRole => ({
  ...want,
  name: vars.NAME,
  description: `Migrates users from ${vars.OLD_USER_POOL_ID} to ${vars.NEW_USER_POOL_ID} at sign-in`,
});

export const lambdaRole = defineStep({
  id: 'lambda-role',
  title: 'role',
  effects: {
    missing: stops('the function cannot run without its role'),
    drifted: limits('The function may fail, or others may use its permissions.'),
    foreign: stops('the role of this name does not belong to this migration'),
  },
  consoleUrl: (inputs) => roleUrl(roleArn(inputs)),
  kind: 'create',
  requires: ['NAME', 'ROLE_PATH', 'TAGS', 'OLD_USER_POOL_ID', 'NEW_USER_POOL_ID'],
  optional: ['PERMISSIONS_BOUNDARY'],
  outputs: ['ROLE_ARN'],
  alreadyExistsErrors: ['EntityAlreadyExists', 'EntityAlreadyExistsException'],
  existing: ({ EXISTING_ROLE_ARN }) =>
    EXISTING_ROLE_ARN === undefined ? undefined : { ROLE_ARN: EXISTING_ROLE_ARN },
  cleanup: roleCleanup,
  permissions: [
    {
      sid: 'CreateTheFunctionsRole',
      when: (facts) => createsRole(facts) && facts.PERMISSIONS_BOUNDARY === undefined,
      actions: { 'iam:CreateRole': ['init'] },
      resource: roleArn,
    },
    {
      sid: 'CreateTheFunctionsRoleWithItsBoundary',
      when: (facts) => createsRole(facts) && facts.PERMISSIONS_BOUNDARY !== undefined,
      actions: { 'iam:CreateRole': ['init'], 'iam:PutRolePermissionsBoundary': ['init'] },
      resource: roleArn,
      condition: ({ PERMISSIONS_BOUNDARY = '' }) => ({
        ArnEquals: { 'iam:PermissionsBoundary': PERMISSIONS_BOUNDARY },
      }),
    },
    {
      sid: 'KeepTheFunctionsRole',
      when: createsRole,
      actions: {
        'iam:GetRole': lifecycle,
        'iam:TagRole': ['init'],
        'iam:UpdateAssumeRolePolicy': ['init'],
        'iam:ListAttachedRolePolicies': lifecycle,
        'iam:ListRolePolicies': lifecycle,
        'iam:DeleteRole': ['finish'],
      },
      resource: roleArn,
    },
  ],
  describe: (inputs) => inputs.EXISTING_ROLE_ARN ?? inputs.NAME,
  describeRemoval: (inputs) => inputs.NAME,

  desired: ({ vars, live }): Props => ({
    path: vars.ROLE_PATH,
    trustPolicy: fill(template, {}),
    permissionsBoundary: vars.PERMISSIONS_BOUNDARY ?? live?.permissionsBoundary ?? null,
    tags: { ...live?.tags, ...ownTags(vars) },
  }),

  iac: ({ want, vars }) => ({
    type: 'role',
    calls: [{ operation: 'CreateRole', input: roleInput(roleOf(want, vars)) }],
  }),

  async read({ aws, vars }) {
    const role = await getRole(aws.new.iam, vars.NAME);
    if (role === undefined) return undefined;
    const ROLE_ARN = requireField(role.Arn, "the role's ARN");
    const props = rolePropsOf(role);
    const owner = ownerOf(props.tags, vars);
    if (owner.ownership === 'ours' && role.Path !== vars.ROLE_PATH)
      throw elsewhere(ROLE_ARN, role.Path, vars.ROLE_PATH);
    return {
      props: { path: role.Path ?? '/', ...props },
      outputs: { ROLE_ARN },
      owner: ROLE_ARN,
      ...owner,
    };
  },

  means: ({ path }) =>
    path.startsWith('trustPolicy')
      ? 'Others than Lambda can use the permissions of the function, and try passwords in the old pool.'
      : undefined,

  async write({ aws, want, live, vars }) {
    const { iam } = aws.new;
    const role = roleOf(want, vars);
    if (live === undefined) return { outputs: { ROLE_ARN: await createRole(iam, role) } };
    await repairRole(iam, role, live.props);
    await repairRoleTags(iam, role, live.props);
    return { outputs: live.outputs };
  },

  async remove({ aws, vars }) {
    await deleteRole(aws.new.iam, vars.NAME, keepFlag('lambda-role'));
    return undefined;
  },
});

/** The path of a role cannot change. The policy with that name is found only under the same path. */
const elsewhere = (arn: string, path: string | undefined, given: string): UsageError =>
  new UsageError(`This migration's role is under another path than ${given}: ${arn}`, {
    code: 'OTHER_ROLE_PATH',
    expected: path,
    found: given,
    hint: [`Give the path that init was given:  --role-path ${path}`],
  });
