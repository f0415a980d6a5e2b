/**
 * The role with which Cognito writes the log of an import job. Only `import` creates it, and removes it at its end.
 * init never creates it, and status never misses it. teardown removes what a killed import has left.
 */
import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  type IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
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
import { declared } from '../core/define-step.ts';
import { noEffect } from '../core/effects.ts';
import { differences, type JsonObject } from '../core/json.ts';
import type { Permission } from '../core/permission.ts';
import type { Vars } from '../core/variables/index.ts';
import { defineStep, keepFlag } from './define-step.ts';
import { createsRole, importRoleArn, importRoleName } from './names.ts';
import { inlinePolicyName, roleCleanup } from './role-cleanup.ts';

type Props = RoleProps & { readonly path: string; readonly policy: JsonObject };

const PolicyName = inlinePolicyName;

/**
 * Accepts that Cognito may not name its source. Then no condition keeps pools of other accounts from the role.
 * AWS documents no condition of that role.
 */
export const unnamedSource = 'CM704';

type OwnVars = Pick<Vars, 'NAME' | 'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID'>;
type RoleVars = Pick<Vars, 'NAME' | 'NEW_USER_POOL_ID' | 'NEW_USER_POOL_ARN'>;

const roleOf = (want: Props, vars: RoleVars): WantedRole => ({
  ...want,
  name: importRoleName(vars),
  description: `Lets Cognito write the log of imports into ${vars.NEW_USER_POOL_ID}`,
});

/** "The role must trust cognito-idp.amazonaws.com" (Developer Guide, "Creating the CloudWatch Logs IAM role"). */
function trustPolicy(account: string, isSourceNamed: boolean): JsonObject {
  const condition = { StringEquals: { 'aws:SourceAccount': account } };
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'cognito-idp.amazonaws.com' },
        Action: 'sts:AssumeRole',
        ...(isSourceNamed ? { Condition: condition } : {}),
      },
    ],
  };
}

/** The logs of all import jobs of a pool. */
function importLogArn({ NEW_USER_POOL_ARN }: Pick<Vars, 'NEW_USER_POOL_ARN'>): string {
  const { partition, region, account } = parseArn(NEW_USER_POOL_ARN);
  const id = NEW_USER_POOL_ARN.split('/').at(-1) ?? '';
  return `arn:${partition}:logs:${region}:${account}:log-group:/aws/cognito/userpools/${id}/*`;
}

function logPolicy(vars: RoleVars): JsonObject {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: [
          'logs:CreateLogGroup',
          'logs:CreateLogStream',
          'logs:DescribeLogStreams',
          'logs:PutLogEvents',
        ],
        Resource: importLogArn(vars),
      },
    ],
  };
}

const create = { 'iam:CreateRole': ['import'] } as const satisfies Permission['actions'];

export const importRole = defineStep({
  id: 'import-role',
  title: 'role of imports',
  effects: {
    missing: noEffect('An import creates it.'),
    drifted: noEffect('An import repairs it.'),
    foreign: noEffect('No import can run: the role of this name does not belong to this migration.'),
  },
  consoleUrl: (inputs) => roleUrl(importRoleArn(inputs)),
  kind: 'create',
  when: () => false,
  requires: ['NAME', 'ROLE_PATH', 'TAGS', 'OLD_USER_POOL_ID', 'NEW_USER_POOL_ID', 'NEW_USER_POOL_ARN'],
  optional: ['PERMISSIONS_BOUNDARY', 'ACCEPT'],
  outputs: [],
  alreadyExistsErrors: ['EntityAlreadyExists', 'EntityAlreadyExistsException'],
  cleanup: roleCleanup,
  permissions: [
    {
      sid: 'ReadTheLogOfImports',
      actions: { 'logs:FilterLogEvents': ['import'] },
      resource: importLogArn,
    },
    {
      sid: 'MakeTheRoleOfImports',
      when: ({ PERMISSIONS_BOUNDARY }) => PERMISSIONS_BOUNDARY === undefined,
      actions: create,
      resource: importRoleArn,
    },
    {
      sid: 'MakeTheRoleOfImportsWithItsBoundary',
      when: ({ PERMISSIONS_BOUNDARY }) => PERMISSIONS_BOUNDARY !== undefined,
      actions: { ...create, 'iam:PutRolePermissionsBoundary': ['import'] },
      resource: importRoleArn,
      condition: ({ PERMISSIONS_BOUNDARY = '' }) => ({
        ArnEquals: { 'iam:PermissionsBoundary': PERMISSIONS_BOUNDARY },
      }),
    },
    {
      sid: 'KeepTheRoleOfImports',
      actions: {
        'iam:GetRole': ['import'],
        'iam:TagRole': ['import'],
        'iam:UpdateAssumeRolePolicy': ['import'],
        'iam:GetRolePolicy': ['import'],
        'iam:PutRolePolicy': ['import'],
        'iam:DeleteRolePolicy': ['import'],
        'iam:DeleteRole': ['import'],
      },
      resource: importRoleArn,
    },
    {
      sid: 'RemoveTheRoleOfAKilledImport',
      // Who provides a role may not want anyone to delete roles. import --clean removes it, too.
      when: createsRole,
      actions: {
        'iam:GetRole': ['watch', 'finish'],
        'iam:GetRolePolicy': ['finish'],
        'iam:DeleteRolePolicy': ['finish'],
        'iam:DeleteRole': ['finish'],
      },
      resource: importRoleArn,
    },
    {
      sid: 'GiveTheRoleOfImportsToCognitoOnly',
      actions: { 'iam:PassRole': ['import'] },
      resource: importRoleArn,
      condition: () => ({ StringEquals: { 'iam:PassedToService': 'cognito-idp.amazonaws.com' } }),
    },
  ],
  describe: importRoleName,

  desired({ vars, live }): Props {
    const { account } = parseArn(vars.NEW_USER_POOL_ARN);
    return {
      path: vars.ROLE_PATH,
      trustPolicy: trustPolicy(account, vars.ACCEPT?.includes(unnamedSource) !== true),
      policy: logPolicy(vars),
      permissionsBoundary: vars.PERMISSIONS_BOUNDARY ?? live?.permissionsBoundary ?? null,
      tags: { ...live?.tags, ...ownTags(vars) },
    };
  },

  iac: ({ want, vars }) => ({
    type: 'role',
    calls: [
      { operation: 'CreateRole', input: roleInput(roleOf(want, vars)) },
      {
        operation: 'PutRolePolicy',
        input: { RoleName: importRoleName(vars), PolicyName, PolicyDocument: want.policy },
      },
    ],
  }),

  async read({ aws, vars }) {
    const { iam } = aws.new;
    const RoleName = importRoleName(vars);
    const role = await getRole(iam, RoleName);
    if (role === undefined) return undefined;
    const reading = iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
    const inline = await undefinedIfNotFound(reading, ...noSuchEntity);
    const props = rolePropsOf(role);
    return {
      props: { path: role.Path ?? '/', policy: parsePolicy(inline?.PolicyDocument), ...props },
      outputs: {},
      owner: requireField(role.Arn, "the role's ARN"),
      ...ownerOf(props.tags, vars),
    };
  },

  async write({ aws, want, live, vars }) {
    const { iam } = aws.new;
    const role = roleOf(want, vars);
    if (live === undefined) await createRole(iam, role);
    else await repairRole(iam, role, live.props);
    if (differences(live?.props.policy, want.policy).length > 0) {
      const PolicyDocument = JSON.stringify(want.policy);
      await iam.send(new PutRolePolicyCommand({ RoleName: role.name, PolicyName, PolicyDocument }));
    }
    if (live !== undefined) await repairRoleTags(iam, role, live.props);
    return { outputs: {} };
  },

  async remove({ aws, vars }) {
    const { iam } = aws.new;
    const RoleName = importRoleName(vars);
    const removing = iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }));
    await undefinedIfNotFound(removing, ...noSuchEntity);
    await deleteRole(iam, RoleName, keepFlag('import-role'));
    return undefined;
  },
});

/** The steps of an import. Its run applies them before the first job, and removes them after the last one. */
export const importSteps = declared([{ ...importRole, when: () => true }]);

/** Name of the role that an import uses, or has left. Undefined if there is none of this migration. */
export async function findImportRole(iam: IAMClient, vars: OwnVars): Promise<string | undefined> {
  const RoleName = importRoleName(vars);
  const role = await getRole(iam, RoleName);
  if (role === undefined) return undefined;
  return ownerOf(rolePropsOf(role).tags, vars).ownership === 'ours' ? RoleName : undefined;
}
